"""What is done to one cell, a step a file: cell or value in, value out, or a :class:`CellProblem`.

A step is pure and has no memory; the compiler remembers its answer per distinct value.
"""
