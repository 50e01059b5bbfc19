"""Typed drafts become orders that may leave, or every reason why not.

Values in, values out: what day it is, is an argument. Does not belong here: how columns are read (mapping),
which rows make an order (assembly).
"""
