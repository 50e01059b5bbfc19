"""What a run left open: asked about, decided by a person, read back, made anew, sent again.

Not here: what settles a doubt; that is `upload`.
"""
