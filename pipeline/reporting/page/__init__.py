"""`report.html`: views for its templates, its pictures, and the page itself.

Not here: sentences that a terminal shows, too; they are in `words`.
"""
