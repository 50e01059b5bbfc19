"""Files and mappings looked at and tried out before anything is planned: inspect, suggest, show, diff, test.

Not here: what a finding is called; that is `inspection` and `inference`.
"""
