"""Before the first row: mapping, files and columns are opened and agreed on; the header says what was.

Not here: rows.
"""
