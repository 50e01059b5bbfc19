"""Cells that people corrected beside their files: what is one, what was retyped, what they add up to.

Values in, values out. Does not belong here: reading and writing workbooks (loaders, reporting), files in the
state folder, checking orders again (runs).
"""
