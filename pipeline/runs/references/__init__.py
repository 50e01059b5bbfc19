"""Records that orders name get their ids: found on the target or in a snapshot, or created where allowed.

Not here: which record is meant; that is `pipeline.references`.
"""
