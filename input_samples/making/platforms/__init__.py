"""The same six orders as each shop platform would export them, so that one can be held against the other.

Belongs here: what a platform's export looks like. Not here: samples that show something else.
"""
