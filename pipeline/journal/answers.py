"""When the target answered and how long that took, in as many lines as a picture has columns."""

import sqlite3
from itertools import groupby

from pipeline.model.records import Second

_FIRST = "(SELECT min(started) FROM attempts)"
_MS = "cast((finished - started) * 1000 AS INTEGER)"
_CLASS = (
    f"CASE WHEN status IS NULL THEN NULL WHEN {_MS} < 0 THEN 0 WHEN {_MS} < 100 THEN {_MS}"
    f" WHEN {_MS} < 1000 THEN {_MS} / 10 * 10 WHEN {_MS} < 10000 THEN {_MS} / 100 * 100"
    f" ELSE {_MS} / 1000 * 1000 END"
)
"""Milliseconds to two digits: few enough classes to count answers by them, exact enough to read from."""


def sending_length(db: sqlite3.Connection) -> int:
    """Whole seconds from the first attempt to the last that ended; 0 where nothing was sent."""
    found = db.execute(f"SELECT max(finished) - {_FIRST} FROM attempts").fetchone()[0]  # noqa: S608 - ours
    return 0 if found is None else max(int(found), 0) + 1


def answers(db: sqlite3.Connection, span: int = 1) -> list[Second]:
    """What happened in each ``span`` of seconds since the first attempt; spans without anything left out.

    ``at`` is the last second of the span in which something happened. Times are those of attempts that the
    target answered, whatever it said.
    """
    sql = (
        f"SELECT at / ?, max(at), ms, sum(outcome = 'applied'), sum(outcome IN ('refused', 'duplicate')),"  # noqa: S608
        " sum(outcome IN ('doubt', 'not_applied', 'absent')), count(*)"
        f" FROM (SELECT cast(finished - {_FIRST} AS INTEGER) AS at, outcome, {_CLASS} AS ms"
        " FROM attempts WHERE finished IS NOT NULL) GROUP BY 1, 3 ORDER BY 1, 3"
    )
    return [
        _second([row[1:] for row in rows])
        for _, rows in groupby(db.execute(sql, (span,)), key=lambda row: row[0])
    ]


def _second(rows: list[tuple[int, int | None, int | None, int | None, int | None, int]]) -> Second:
    created, refused, doubtful = (sum(row[place] or 0 for row in rows) for place in (2, 3, 4))
    times = tuple((row[1], row[5]) for row in rows if row[1] is not None)
    return Second(max(row[0] for row in rows), created, refused, doubtful, times)
