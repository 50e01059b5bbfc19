"""What may be shared of a run: the fewest rows, cells in disguise, and proof that nothing else is left.

Here belong pure decisions over rows, cells and bytes; chance and time come in as arguments. What reads or
writes files does not belong here.
"""
