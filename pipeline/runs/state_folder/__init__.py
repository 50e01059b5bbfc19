"""Which files lie where in the state folder, and which run is meant.

Not here: what journals and ledgers say; that is `journal`.
"""
