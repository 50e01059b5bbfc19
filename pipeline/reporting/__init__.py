"""Everything that writes for people: run reports as files, and words on a terminal.

Belongs here: ``report.html``, ``summary.json``, ``orders.csv``, ``issues.jsonl`` and what the console
shows. Values come in as iterables and are written out. Does not belong here: the journal (``runs`` reads
it), decisions about orders, the wording of issues (the catalogue's), progress bars and the clock.

Its rooms, each on those before it: ``masking``, ``words``, ``shown``, ``files``, ``page``, ``terminal``.
"""
