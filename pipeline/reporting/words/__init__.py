"""Sentences and figures that terminal, page and files share.

Not here: where they stand.
"""
