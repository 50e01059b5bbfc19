"""Files for spreadsheets and programs: whole or untouched, readable by their owner alone.

Not here: the page.
"""
