"""Decisions about references: what to ask the target, which record is meant, who is created in which order.

Values in, values out: answers, time and what was learnt before are passed in. A record is taken because it
was compared here, never because a filter returned it, and a lookup that failed proves nothing. Does not
belong here: HTTP (target), SQLite (journal), waiting (runs), reading cells (mapping).
"""
