"""One order of a run, with everything the journal knows of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.issue_rows import read_issues
from pipeline.journal.reading import JournalReader
from pipeline.model.complaint_text import unpacked_complaints
from pipeline.model.folding import fold
from pipeline.model.lookup import reference_from
from pipeline.model.order_life import (
    AttemptMade,
    FileOfOrder,
    FileStarted,
    LookedUp,
    Moved,
    OrderLife,
    PersonSaid,
    RecordNamed,
)
from pipeline.model.rows import RowRef
from pipeline.model.states import State

_KINDS = ("user", "address", "order", "order_item")
"""The kinds of migration file, as their columns follow."""


class LifeReader:
    """Reads single orders of a journal; ``reader`` knows the run as a whole."""

    def __init__(self, reader: JournalReader) -> None:
        self.reader = reader
        self._db = reader.database
        self._epochs: dict[int, float] | None = None

    def found(self, number: str) -> list[tuple[int, RowRef, str]]:
        """Orders of this number: (id, row, number); where none has exactly it, those that differ in case.

        In source order.
        """
        sql = "SELECT id, tab, row, number FROM orders WHERE collision = ? ORDER BY tab, row"
        found = self._db.execute(sql, (fold(number),))
        rows = [(order_id, (tab, row), name) for order_id, tab, row, name in found]
        exact = [one for one in rows if one[2] == number]
        return exact or rows

    def numbers(self, most: int) -> Iterator[str]:
        """The numbers of the first orders, in source order."""
        sql = "SELECT number FROM orders ORDER BY tab, row LIMIT ?"
        return (number for (number,) in self._db.execute(sql, (most,)))

    def first(self, states: tuple[State, ...], most: int) -> list[int]:
        """The ids of the first orders in these states, in source order."""
        marks = ", ".join("?" for _ in states)
        sql = f"SELECT id FROM orders WHERE state IN ({marks}) ORDER BY tab, row LIMIT ?"  # noqa: S608 - marks
        found = self._db.execute(sql, (*(state.value for state in states), most))
        return [order_id for (order_id,) in found]

    def at(self, refs: Sequence[RowRef]) -> list[int]:
        """The ids of the orders that stand in these rows."""
        sql = "SELECT id FROM orders WHERE tab = ? AND row = ?"
        return [order_id for ref in refs for (order_id,) in self._db.execute(sql, ref)]

    def lives(self, ids: Sequence[int]) -> list[OrderLife]:
        """Orders by their ids, in the order in which they are named."""
        moves = self._beside("moves", "before, after, epoch", ids)
        lookups = self._beside("lookups", "at, found", ids)
        decisions = self._beside("decisions", "at, said_by, why, decision, before, after", ids)
        return [
            self._life(
                one,
                tuple(Moved(*row) for row in moves.get(one, ())),
                tuple(LookedUp(*row) for row in lookups.get(one, ())),
                tuple(PersonSaid(*row) for row in decisions.get(one, ())),
            )
            for one in ids
        ]

    def _life(
        self,
        order_id: int,
        moves: tuple[Moved, ...],
        lookups: tuple[LookedUp, ...],
        decisions: tuple[PersonSaid, ...],
    ) -> OrderLife:
        sql = (
            "SELECT o.tab, o.row, o.number, o.state, o.via, o.attempts, o.remote_id, o.currency,"
            " o.amount_minor, o.items, o.rows, o.sha256, s.shape, p.body, f.body, f.sha256 FROM orders o"
            " LEFT JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
            " LEFT JOIN order_shapes s ON s.order_id = o.id WHERE o.id = ?"
        )
        tab, row, number, state, *beside, rows, sealed, shape, body, finished, digest = self._db.execute(
            sql, (order_id,)
        ).fetchone()
        via, attempts, remote_id, currency, minor, items = beside
        sent, sha256 = (finished, digest) if finished is not None else (body, sealed)
        return OrderLife(
            order_id,
            (tab, row),
            number,
            State(state),
            via,
            attempts,
            remote_id,
            currency,
            minor,
            items,
            rows,
            shape,
            sent,
            sha256.hex() if sha256 and sent is not None else None,
            sent is None or hashlib.sha256(sent).digest() == sha256,
            self._tries(order_id),
            moves,
            lookups,
            decisions,
            self._named(order_id),
            tuple(read_issues(self._db, "WHERE order_id = ? ORDER BY id", (order_id,))),
            self._archived(order_id),
            self._files(order_id),
            self._starts(order_id),
            self._began(),
        )

    def _tries(self, order_id: int) -> tuple[AttemptMade, ...]:
        sql = (
            "SELECT a.attempt, a.epoch, a.started, a.finished, a.outcome, a.status, a.reason, c.said"
            " FROM attempts a LEFT JOIN complaints c ON c.order_id = a.order_id AND c.attempt = a.attempt"
            " WHERE a.order_id = ? ORDER BY a.attempt"
        )
        return tuple(
            AttemptMade(
                attempt, epoch, started, finished, outcome, status, reason, unpacked_complaints(said or "[]")
            )
            for attempt, epoch, started, finished, outcome, status, reason, said in self._db.execute(
                sql, (order_id,)
            )
        )

    def _beside(self, table: str, columns: str, ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Rows of a table that has no index by order, for several orders in one pass."""
        marks = ", ".join("?" for _ in ids)
        sql = f"SELECT order_id, {columns} FROM {table} WHERE order_id IN ({marks}) ORDER BY id"  # noqa: S608 - ours
        found: dict[int, list[tuple[Any, ...]]] = {}
        for order_id, *row in self._db.execute(sql, tuple(ids)):
            found.setdefault(order_id, []).append(tuple(row))
        return found

    def _named(self, order_id: int) -> tuple[RecordNamed, ...]:
        sql = (
            "SELECT u.field, u.tab, u.row, u.col, r.spec, r.state, r.remote_id, r.attempts, r.trouble"
            " FROM order_refs u JOIN refs r ON r.id = u.ref_id WHERE u.order_id = ?"
        )
        return tuple(
            RecordNamed(
                field,
                (tab, row),
                column,
                reference_from(orjson.loads(spec)),
                state,
                None if remote_id is None else str(remote_id),
                attempts,
                orjson.loads(trouble)[0] if trouble else None,
            )
            for field, tab, row, column, spec, state, remote_id, attempts, trouble in self._db.execute(
                sql, (order_id,)
            )
        )

    def _archived(self, order_id: int) -> dict[str, tuple[bytes, ...]]:
        sql = "SELECT user, addresses, main, items FROM archived WHERE order_id = ?"
        found = self._db.execute(sql, (order_id,)).fetchone()
        if found is None:
            return {}
        return {
            kind: tuple(filter(None, text.split(b"\n"))) for kind, text in zip(_KINDS, found, strict=True)
        }

    def _files(self, order_id: int) -> tuple[FileOfOrder, ...]:
        sql = (
            "SELECT f.kind, f.name, r.row, f.state, f.migration_id, f.seen FROM archive_rows r"
            " JOIN archive_files f ON f.id = r.file_id WHERE r.order_id = ? ORDER BY f.id, r.row"
        )
        return tuple(FileOfOrder(*file) for file in self._db.execute(sql, (order_id,)))

    def _starts(self, order_id: int) -> tuple[FileStarted, ...]:
        sql = (
            "SELECT f.name, s.epoch, s.started, s.finished FROM archive_starts s"
            " JOIN archive_files f ON f.id = s.file_id"
            " WHERE s.file_id IN (SELECT file_id FROM archive_rows WHERE order_id = ?)"
            " ORDER BY s.started, s.file_id, s.attempt"
        )
        return tuple(FileStarted(*start) for start in self._db.execute(sql, (order_id,)))

    def _began(self) -> dict[int, float]:
        if self._epochs is None:
            found = self._db.execute("SELECT at, facts FROM events WHERE kind = 'epoch' ORDER BY id")
            facts: list[tuple[float, Mapping[str, Any]]] = [(at, orjson.loads(text)) for at, text in found]
            self._epochs = {int(told["epoch"]): at for at, told in facts}
        return self._epochs


@contextmanager
def looked_into(path: Path) -> Iterator[LifeReader]:
    """Open a journal for a look at single orders.

    It is not searched for damage from end to end, which takes seconds where a run is large: nothing is sent
    on the strength of such a look, and the payload's own digest is compared. Raises :class:`JournalRefused`.
    """
    db = connections.open_existing(path, whole=False)
    try:
        with connections.damage_told(path):
            yield LifeReader(JournalReader(db))
    finally:
        db.close()
