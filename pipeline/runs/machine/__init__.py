"""The machine a run works on: its clocks, signals, disk, descriptors, and what the program came with.

Not here: the state folder.
"""
