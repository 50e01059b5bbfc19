"""Everything that remembers: one SQLite file per run, and the locks that keep it to one process.

Does not belong here: deciding what to remember (upload), when (runs), or how to show it (reporting).
Promise: when :meth:`RunJournal.record` returns, what it was given survives a power cut.
"""
