"""One value over everything that a run went through, made by reading and never stored.

Whoever rewrites a journal can make every sum in it fit again, but not a value that stands on somebody's
paper. It covers the sealed plan, every process, move, attempt, lookup and decision, in their order, and what
became of each order that is settled for good. Of an older moment it is made again from the same rows, because
what it covers is only ever added to: tables that grow are read up to where they were then, attempts up to the
process of then, and orders that moved since are left out, which could not have been settled. An attempt is
marked as absent later than it is made, so it is read as it was before; that mark and the moves must agree,
which is a promise of its own.

Payloads are covered by their digests. What ``runs prune --payloads-only`` takes away is not part of it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from pipeline.journal.emptying import bare
from pipeline.model.fingerprint import Compared, Fingerprint

SCHEMA: Final = "orderlift/fingerprint/1"
ENDS_BEFORE = "the journal ends before it"
OTHER_KIND = "it is of another kind of run"
NOT_THE_SAME = "what it covers is not what the journal holds"
_BATCH = 5_000
_GROWING: Final = {
    "events": "SELECT id, at, kind, bare(facts) FROM events WHERE id <= :upto ORDER BY id",
    "moves": "SELECT id, order_id, before, after, epoch FROM moves WHERE id <= :upto ORDER BY id",
    "lookups": "SELECT id, order_id, at, found FROM lookups WHERE id <= :upto ORDER BY id",
    "decisions": (
        "SELECT id, order_id, at, said_by, why, decision, before, after, remote_id FROM decisions"
        " WHERE id <= :upto ORDER BY id"
    ),
    "undo_moves": "SELECT id, line_id, before, after, epoch FROM undo_moves WHERE id <= :upto ORDER BY id",
    "undo_looks": (
        "SELECT id, line_id, at, epoch, attempt, seen FROM undo_looks WHERE id <= :upto ORDER BY id"
    ),
}
"""Tables that only grow, and what of them is covered; the last two are an undo's."""
_OUTCOME = "CASE outcome WHEN 'absent' THEN iif(finished IS NULL, NULL, 'doubt') ELSE outcome END"
_BESIDE: Final = {
    "attempts": (
        f"SELECT order_id, attempt, epoch, started, finished, {_OUTCOME}, status FROM attempts"  # noqa: S608
        " WHERE epoch <= :epoch ORDER BY order_id, attempt"
    ),
    "archive_starts": (
        "SELECT file_id, attempt, epoch, started FROM archive_starts WHERE epoch <= :epoch"
        " ORDER BY file_id, attempt"
    ),
    "undo_attempts": (
        f"SELECT line_id, attempt, epoch, started, finished, {_OUTCOME}, status FROM undo_attempts"  # noqa: S608
        " WHERE epoch <= :epoch ORDER BY line_id, attempt"
    ),
    "orders": (
        "SELECT o.id, o.state, o.via, o.remote_id, hex(f.sha256)"
        " FROM orders o LEFT JOIN finished f ON f.order_id = o.id"
        " WHERE o.state IN ('created', 'already_present', 'rejected', 'invalid')"
        " AND o.id NOT IN (SELECT order_id FROM moves WHERE id > :moves) ORDER BY o.id"
    ),
}
"""What belongs to them: attempts by the process that made them, orders that nothing can move any more."""


def fingerprint(db: sqlite3.Connection, covers: Sequence[int] | None = None) -> Fingerprint:
    """The fingerprint of a sealed journal's history, as it stands or as far as ``covers`` goes.

    To be taken while nothing is being sent. Raises ``sqlite3.Error`` and ``ValueError`` for a damaged file.
    """
    there = _there(db)
    upto = dict(zip((table for table in _GROWING if table in there), covers or _lengths(db), strict=True))
    db.create_function("bare", 1, bare, deterministic=True)
    digest = hashlib.sha256(orjson.dumps([SCHEMA, *_sealed(db), list(upto.values())]))
    for table, most in upto.items():
        _add(digest, table, db.execute(_GROWING[table], {"upto": most}))
    then = {"epoch": _epoch(db, upto["events"]), "moves": upto["moves"]}
    for table, sql in _BESIDE.items():
        if table in there:
            _add(digest, table, db.execute(sql, then))
    return Fingerprint(tuple(upto.values()), digest.hexdigest())


def compared(db: sqlite3.Connection, kept: Fingerprint) -> Compared:
    """A fingerprint that was kept, held against the journal. Raises as :func:`fingerprint` does."""
    now = _lengths(db)
    if len(now) != len(kept.covers):
        return Compared(kept, OTHER_KIND)
    if any(then > length for then, length in zip(kept.covers, now, strict=True)):
        return Compared(kept, ENDS_BEFORE)
    if fingerprint(db, kept.covers) != kept:
        return Compared(kept, NOT_THE_SAME)
    return Compared(kept, since=sum(now) - sum(kept.covers))


def _there(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _lengths(db: sqlite3.Connection) -> tuple[int, ...]:
    """The last id of each table that grows: ids have no gaps, because nothing is taken away."""
    there = _there(db)
    return tuple(
        db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours
        for table in _GROWING
        if table in there
    )


def _sealed(db: sqlite3.Connection) -> list[str]:
    """What was sealed: the digest covers the header and every order, and with it the hash of each payload."""
    meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('digest', 'sealed')"))
    return [meta["digest"], meta["sealed"]]


def _epoch(db: sqlite3.Connection, events: int) -> int:
    """The last process that had begun when there were so many events; 0 where there was none."""
    sql = "SELECT facts FROM events WHERE kind = 'epoch' AND id <= ? ORDER BY id DESC LIMIT 1"
    found = db.execute(sql, (events,)).fetchone()
    return int(orjson.loads(found[0])["epoch"]) if found else 0


def _add(digest: Any, table: str, rows: sqlite3.Cursor) -> None:  # noqa: ANN401 - hashlib names no type
    """Add a table's rows, each as JSON behind a comma: nothing within a row can look like its end."""
    digest.update(f"\n{table}".encode())
    for batch in _batches(rows):
        digest.update(b"," + orjson.dumps(batch)[1:-1])


def _batches(rows: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while batch := rows.fetchmany(_BATCH):
        yield batch
