"""Opening a file that no mapping speaks of: its delimiter and its header rows are guessed, and why is told.

Belongs here: guesses about layout, as values with reasons. Does not belong here: what columns hold
(inspection), the way rows are read once the layout is known (the rooms beside this one).
"""
