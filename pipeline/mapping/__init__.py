"""A mapping file becomes a compiled mapping, and rows become typed fields.

Text and values in, values out. Does not belong here: opening files (loaders), joining rows (assembly),
what the target allows (validation). Nothing a user writes is ever executed.
"""
