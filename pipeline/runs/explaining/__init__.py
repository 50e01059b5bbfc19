"""One order from its cells to the target's last word.

Not here: how it is shown.
"""
