"""Whether a journal would be safe in a folder: one is made there, tried and removed."""

import sqlite3
import tempfile
from pathlib import Path

from pipeline.journal import connection as connections
from pipeline.journal.lock import Lock
from pipeline.model.refusal import JournalRefused


def sqlite_version() -> str:
    """The version of the SQLite library that journals are written with."""
    return sqlite3.sqlite_version


def try_journal(folder: Path) -> None:
    """Make a journal under ``folder``, and see that no second process could have it.

    Raises :class:`JournalRefused` for what would be wrong with a real one.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".doctor-") as inside:
        path = Path(inside) / "journal.db"
        connections.create(path).close()
        connections.open_existing(path).close()


def locks_hold(folder: Path) -> bool:
    """Whether a lock in ``folder`` keeps a second holder out."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".doctor-") as inside:
        path = Path(inside) / "try.lock"
        with Lock(path, "the doctor's try"):
            try:
                with Lock(path, "the doctor's try"):
                    return False
            except JournalRefused:
                return True
