"""What people read on a terminal.

Not here: the values themselves; they are in `shown`.
"""
