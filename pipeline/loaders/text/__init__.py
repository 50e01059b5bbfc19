"""Tables in text files: encodings, delimiters, records, and copying them as they stand.

Belongs here: what a file of bytes says as text, and in which line.
Does not belong here: workbooks (their own folder), which rows are left out (the room above).
"""
