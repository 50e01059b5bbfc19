"""The account of a run from its journal: sums, promises checked, reports written.

Not here: asking the target; how a report looks is `reporting`.
"""
