"""Orders are joined to their items by key, wherever the rows stand.

Values in, values out; nothing is read or written. Does not belong here: what columns mean (mapping), what
the target allows (validation).
"""
