"""Everything that reads the customer's files: which file, what it really is, its rows, its rows again.

Belongs here: paths, bytes, encodings, delimiters, sheets, headers, row numbers, and copying rows as they
stand. Cells leave this room exactly as the file holds them.
Does not belong here: what a column means (mapping), what an order is (assembly, validation), reports for
people (reporting).
"""
