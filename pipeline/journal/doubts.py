"""Why orders are in doubt, as a journal tells it."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.journal.archive_reading import archive_doubt
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.rows import Table

IN_DOUBT = "E521"
DOUBTFUL = "state IN ('in_doubt', 'in_flight')"
"""Silence means doubt, also before the next start says so."""
_CODE: Final = re.compile(r"[EW]\d{3}")
"""What an attempt without a reason of its own is told by: nobody knows it by heart."""


def doubts(db: sqlite3.Connection, tables: Mapping[int, Table], run: str) -> Iterator[Issue]:
    """Every order in doubt with its reason, in the order of the source."""
    sql = f"SELECT id, tab, row, number FROM orders WHERE {DOUBTFUL} ORDER BY tab, row"  # noqa: S608 - ours
    for order_id, tab, row, number in db.execute(sql):
        yield doubt_of(db, order_id, tables[tab].at(row), number, run)


def doubt_of(db: sqlite3.Connection, order_id: int, at: Location, number: str, run: str) -> Issue:
    """Why one order is in doubt: what is known of its last attempt, or of its file of the archive."""
    archived = archive_doubt(db, order_id, at, number, run)
    if archived is not None:
        return archived
    sql = "SELECT reason, outcome, status FROM attempts WHERE order_id = ? ORDER BY attempt DESC LIMIT 1"
    found = db.execute(sql, (order_id,)).fetchone()
    reason = "it may have been sent by a process that this journal knows nothing of"
    if found:
        reason = found[0] or "the program ended before an answer came"
        if found[2] is not None and _CODE.fullmatch(reason):
            reason = f"answer {found[2]}"
        if found[1] in ("refused", "unclear"):
            reason = f"sent again, it was refused ({found[2]}), which says nothing of the attempt before"
    return Issue(IN_DOUBT, at, order=number, facts={"reason": reason, "run": run})
