"""What a run created is planned to be taken back, and taken back.

Not here: which order may be cancelled; that is `upload`.
"""
