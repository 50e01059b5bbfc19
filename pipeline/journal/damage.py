"""Damage that SQLite does not notice: a log with a hole, rows that are not those that were written."""

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from pipeline.journal.folders import sync_folder
from pipeline.journal.log_hole import commits_behind
from pipeline.journal.tally import CELLS, Sum, added_up, stored, sum_of_cells
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused

HOLE = "commits that had returned lie behind a damaged place of its log"
ROWS = "the sum of its rows is another than the one committed with them"


def log_of(journal: Path) -> Path:
    """SQLite's write-ahead log of a journal."""
    return journal.with_name(f"{journal.name}-wal")


def kept_log_of(journal: Path) -> Path:
    """Where a damaged log is kept: SQLite would delete it, and with it the last trace of what was lost."""
    return journal.with_name(f"{journal.name}-wal.damaged")


def demand_whole_log(connection: sqlite3.Connection, journal: Path, *, restored: bool = False) -> None:
    """Raise :class:`JournalRefused` (E616) where commits that had returned cannot be read any more.

    Called when the connection has the file to itself, and before it writes. The refusal is for good: the
    damaged log stays beside the journal, and a journal with such a log beside it is refused. Only
    ``restored`` takes it.
    """
    kept = kept_log_of(journal)
    log = log_of(journal)
    if log.exists() and log.stat().st_size > 0 and not kept.exists():
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        whole = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
        if commits_behind(log, max(0, whole), page_size):
            _keep(log, kept)
    if kept.exists() and not restored:
        raise JournalRefused(Issue("E616", Location(str(journal)), facts={"reason": HOLE}))


def _keep(log: Path, kept: Path) -> None:
    draft = kept.with_name(f"{kept.name}.new")
    try:
        with suppress(OSError):
            os.link(log, kept)  # takes no room, which there may be none of
            sync_folder(kept.parent)
            return
        shutil.copyfile(log, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(kept)
        sync_folder(kept.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        reason = error.strerror or "unknown"
        raise JournalRefused(Issue("E606", Location(str(kept)), facts={"reason": reason})) from error


def demand_same_rows(connection: sqlite3.Connection, journal: Path | None, *, whole: bool = True) -> Sum:
    """The sum that was committed last; raises :class:`JournalRefused` (E616) where the rows are others.

    Unless read as a ``whole``, they are not added up.
    """
    committed = stored(connection)
    if committed is None or (whole and _other_rows(connection, committed)):
        at = Location(str(journal)) if journal else None
        raise JournalRefused(Issue("E616", at, facts={"reason": ROWS}))
    return committed


def _other_rows(connection: sqlite3.Connection, committed: Sum) -> bool:
    cells = connection.execute("SELECT value FROM meta WHERE key = ?", (CELLS,)).fetchone()
    other = cells is not None and cells[0] != sum_of_cells(connection)
    return bool(other or added_up(connection) != committed.rows)
