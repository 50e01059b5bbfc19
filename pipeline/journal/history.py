"""The whole past of a run, order by order, for a proof."""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.emptying import emptied_at
from pipeline.journal.fingerprints import compared, fingerprint
from pipeline.journal.planning import plan_digest
from pipeline.journal.reading import JournalReader
from pipeline.journal.tally import added_up, stored
from pipeline.model.fingerprint import Compared, Fingerprint
from pipeline.model.history import AttemptRecord, DecisionRecord, MoveRecord, OrderHistory
from pipeline.model.planned import unpacked_rows

_ORDERS = (
    "SELECT o.id, o.number, o.state, o.via, o.sha256, o.suspect, o.attempts, o.rows, o.currency,"
    " o.amount_minor, o.route = 'archive',"
    " EXISTS (SELECT 1 FROM order_refs u WHERE u.order_id = o.id), p.body, f.body, f.sha256"
    " FROM orders o LEFT JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
    " ORDER BY o.id"
)
_BESIDE = (
    "SELECT order_id, attempt, epoch, outcome FROM attempts ORDER BY order_id, attempt",
    "SELECT order_id, before, after, epoch FROM moves ORDER BY order_id, id",
    "SELECT order_id, decision, before, after FROM decisions ORDER BY order_id, id",
    "SELECT order_id, sum(found = 0), sum(found > 0) FROM lookups GROUP BY order_id ORDER BY order_id",
    (
        "SELECT r.order_id, f.kind, f.state FROM archive_rows r JOIN archive_files f ON f.id = r.file_id"
        " ORDER BY r.order_id, f.id"
    ),
)


class History:
    """Reads a journal that nobody else has open. Raises :class:`JournalRefused` where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connections.open_existing(path, restored=True)
        try:
            self.reader = JournalReader(self._db)
            self.emptied = emptied_at(self.reader.meta)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def digest(self) -> str:
        """The digest of the plan as the journal holds it now, in hex."""
        with connections.damage_told(self._path):
            return plan_digest(self._db, self.reader.header)

    def untouched(self) -> bool:
        """Whether the rows are those that were committed: nothing changed them from outside."""
        with connections.damage_told(self._path):
            committed = stored(self._db)
            return committed is not None and committed.rows == added_up(self._db)

    def fingerprint(self) -> Fingerprint:
        """The fingerprint of the history as it stands."""
        with connections.damage_told(self._path):
            return fingerprint(self._db)

    def compared(self, kept: Fingerprint) -> Compared:
        """A fingerprint that was kept, held against the history."""
        with connections.damage_told(self._path):
            return compared(self._db, kept)

    def epochs(self) -> tuple[int, list[tuple[int, bool]]]:
        """The present epoch, and those that are remembered as begun, in order.

        With each whether it took a journal that had lost its last commits, and epochs with them.
        """
        with connections.damage_told(self._path):
            begun = self._db.execute("SELECT facts FROM events WHERE kind = 'epoch' ORDER BY id").fetchall()
            return int(self.reader.meta["epoch"]), [_begun(orjson.loads(facts)) for (facts,) in begun]

    def strays(self) -> int:
        """How many attempts, moves, decisions and lookups belong to no order."""
        tables = ("attempts", "moves", "decisions", "lookups")
        with connections.damage_told(self._path):
            counts = [
                self._db.execute(
                    f"SELECT count(*) FROM {table} WHERE order_id NOT IN (SELECT id FROM orders)"  # noqa: S608
                ).fetchone()[0]
                for table in tables
            ]
        return sum(counts)

    def orders(self) -> Iterator[OrderHistory]:
        """Every order with its past, by ascending id."""
        with connections.damage_told(self._path):
            beside = [_Beside(self._db, sql) for sql in _BESIDE]
            for order_id, *columns in self._db.execute(_ORDERS):
                past = _history(columns, *(one.of(order_id) for one in beside))
                yield past._replace(bodies=(), emptied=True) if self.emptied else past


class _Beside:
    """Rows about orders, handed out order by order."""

    def __init__(self, db: sqlite3.Connection, sql: str) -> None:
        self._groups = groupby(db.execute(sql), key=itemgetter(0))
        self._next: tuple[int, list[tuple[Any, ...]]] | None = None
        self._advance()

    def of(self, order_id: int) -> Sequence[tuple[Any, ...]]:
        """The rows of this order; ids are asked for in ascending order."""
        while self._next is not None and self._next[0] < order_id:
            self._advance()
        if self._next is None or self._next[0] != order_id:
            return ()
        return self._next[1]

    def _advance(self) -> None:
        group = next(self._groups, None)
        self._next = None if group is None else (group[0], [row[1:] for row in group[1]])


def _history(  # noqa: PLR0913, PLR0917 - a past has many sides
    columns: Sequence[Any],
    tries: Sequence[tuple[Any, ...]],
    moves: Sequence[tuple[Any, ...]],
    decisions: Sequence[tuple[Any, ...]],
    lookups: Sequence[tuple[Any, ...]],
    files: Sequence[tuple[Any, ...]],
) -> OrderHistory:
    number, state, via, sha256, suspect, attempts, rows, currency, minor, archived, *more = columns
    waits, body, whole, whole_sha = more
    empty, found = lookups[0] if lookups else (0, 0)
    bodies = [(body, sha256), (whole, whole_sha)]
    return OrderHistory(
        number=number,
        state=state,
        via=via,
        sealed=sha256 is not None,
        waits=bool(waits),
        suspect=bool(suspect),
        attempts=attempts,
        rows=tuple(unpacked_rows(rows)),
        currency=currency,
        amount_minor=minor,
        tries=tuple(AttemptRecord(*row) for row in tries),
        moves=tuple(MoveRecord(*row) for row in moves),
        decisions=tuple(DecisionRecord(*row) for row in decisions),
        empty=empty or 0,
        found=found or 0,
        bodies=tuple(
            (held, hashlib.sha256(held).digest() == sealed) for held, sealed in bodies if held is not None
        ),
        archived=bool(archived),
        files=tuple((kind, state) for kind, state in files),
    )


def _begun(facts: Mapping[str, Any]) -> tuple[int, bool]:
    return int(facts["epoch"]), bool(facts.get("restored"))
