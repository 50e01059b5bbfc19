"""From rows to payload bytes: partitions on disk, each prepared alone, in one process or several.

Not here: what is looked up on the target.
"""
