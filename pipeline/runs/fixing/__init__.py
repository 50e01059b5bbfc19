"""Correction workbooks: made from the broken orders of a run, taken up again, and kept as an overlay.

Not here: what a change is worth; that is `corrections`.
"""
