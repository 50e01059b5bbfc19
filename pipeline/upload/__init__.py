"""Decisions about sending: what an answer means, what to do next, when, and when to stop.

Values in, values out: the time, the chance and what the journal holds are passed in. Does not belong
here: HTTP (target), SQLite (journal), waiting (runs).
"""
