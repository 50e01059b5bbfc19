"""Tests of a mapping: what a test file may say, and whether orders are what it says. Values in, values out.

Does not belong here: reading the files that an example names, preparing its orders (runs), telling what
came of it (reporting).
"""
