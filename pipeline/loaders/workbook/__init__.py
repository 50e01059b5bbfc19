"""Workbooks, which nobody trusts: archives, sheets, cells, and copying them as they stand.

Belongs here: everything that knows how a workbook is built, and the process of its own in which it is parsed.
Does not belong here: text files (their own folder), which rows are left out (the room above).
"""
