"""A journal as another run of the program might have left it, made by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.journal import tally


def change(journal: Path, *statements: str) -> None:
    """Change rows of a closed journal, each statement exactly one, and make its sum over them fit."""
    with closing(sqlite3.connect(journal)) as db, db:
        for statement in statements:
            assert db.execute(statement).rowcount == 1
        before = tally.stored(db)
        assert before is not None
        text = before._replace(rows=tally.added_up(db)).text()
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (text, tally.KEY))
