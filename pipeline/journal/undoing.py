"""A sealed undo while orders are cancelled: intents before effects, outcomes after answers."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.undo_planning import paged, undo_digest
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import (
    HEADER,
    SENDABLE_UNDO,
    TAKEN_BACK,
    UNDO_AFTER_CRASH,
    UNDO_REOPENED,
    UndoEvent,
    UndoOrder,
    UndoState,
    move_undo,
)

Read = Callable[..., list[tuple[Any, ...]]]
REQUESTS = "undo_requests"
"""The kind of the event that says how many requests a process has sent."""
_SENDABLE = ", ".join(f"'{state.value}'" for state in sorted(SENDABLE_UNDO, key=lambda state: state.value))


class UndoStore(Protocol):
    """A journal, as far as an undo is concerned; ``epoch`` counts the processes that had it open."""

    epoch: int
    header: Mapping[str, Any]

    def transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do some work and make it durable."""

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer a question."""


class UndoBook:
    """Reads and writes the undo in a journal. Raises :class:`JournalRefused` as its journal does."""

    def __init__(self, journal: UndoStore) -> None:
        self._journal = journal

    def begin(self) -> None:
        """What an earlier process left without an outcome is in doubt; what failed may be tried again.

        Raises :class:`JournalRefused` (E611) where the list is not the one that was sealed.
        """
        if undo_digest(self._journal.read) != self._journal.header[HEADER]["digest"]:
            raise JournalRefused(Issue("E611", Location(f"undo {self._journal.header['run_id']}")))
        moves = [(after.value, before.value) for before, after in (UNDO_AFTER_CRASH | UNDO_REOPENED).items()]

        def write(db: sqlite3.Connection) -> None:
            db.executemany("UPDATE undo SET state = ? WHERE state = ?", moves)

        self._journal.transaction(write)

    def one_of_each(self, *states: UndoState) -> list[int]:
        """The lines of orders in these states: one of each of the target's statuses, then the next ones."""
        marks = ", ".join("?" for _ in states)
        sql = (
            f"SELECT id FROM undo WHERE state IN ({marks})"  # noqa: S608 - question marks
            " ORDER BY row_number() OVER (PARTITION BY status ORDER BY id), id"
        )
        return [line for (line,) in self._journal.read(sql, tuple(state.value for state in states))]

    def ids(self, *states: UndoState) -> list[int]:
        """The lines of orders in these states."""
        marks = ", ".join("?" for _ in states)
        sql = f"SELECT id FROM undo WHERE state IN ({marks}) ORDER BY id"  # noqa: S608 - question marks
        return [line for (line,) in self._journal.read(sql, tuple(state.value for state in states))]

    def one(self, line: int) -> UndoOrder:
        """One order by its line."""
        sql = (
            "SELECT u.number, u.remote_id, u.body, u.seen, u.state, u.attempts,"
            " (SELECT a.outcome FROM undo_attempts a WHERE a.line_id = u.id AND a.attempt = u.attempts),"
            " (SELECT a.reason FROM undo_attempts a WHERE a.line_id = u.id AND a.attempt = u.attempts)"
            " FROM undo u WHERE u.id = ?"
        )
        with connections.damage_told(None):
            number, pk, body, seen, state, *rest = self._journal.read(sql, (line,))[0]
            return UndoOrder(
                line, number, pk, body, orjson.loads(zlib.decompress(seen)), UndoState(state), *rest
            )

    def count(self, *states: UndoState) -> int:
        """How many orders stand in these states."""
        marks = ", ".join("?" for _ in states)
        sql = f"SELECT count(*) FROM undo WHERE state IN ({marks})"  # noqa: S608 - question marks
        return int(self._journal.read(sql, tuple(state.value for state in states))[0][0])

    def intent(self, order: UndoOrder, read_at: float, started: float) -> UndoOrder:
        """A request is about to be sent, of an order that read as planned; durable when this returns.

        Returns the order as it stands now.

        Raises :class:`JournalRefused` (E612) where the order has moved on, or another request is under way.
        """
        state = move_undo(order.state, UndoEvent.INTENT)
        attempt = order.attempts + 1

        def write(db: sqlite3.Connection) -> None:
            moved = db.execute(
                "UPDATE undo SET state = ?, attempts = ?"  # noqa: S608 - our states
                f" WHERE id = ? AND attempts = ? AND state IN ({_SENDABLE})",
                (state.value, attempt, order.id, order.attempts),
            ).rowcount
            if moved != 1:
                facts: dict[str, str | int] = {"moved": moved, "wanted": 1}
                raise JournalRefused(Issue("E612", Location(f"order {order.number}"), facts=facts))
            self._look(db, order, "as_planned", read_at)
            db.execute(
                "INSERT INTO undo_attempts (line_id, attempt, epoch, started) VALUES (?, ?, ?, ?)",
                (order.id, attempt, self._journal.epoch, started),
            )

        self._journal.transaction(write)
        return order._replace(state=state, attempts=attempt, last=None, reason=None)

    def answered(
        self, order: UndoOrder, event: UndoEvent, said: tuple[str, int | None, str], finished: float
    ) -> UndoOrder:
        """The answer to the last request is here, or known to be lost; ``said``: outcome, status, reason."""
        outcome, status, reason = said
        state = move_undo(order.state, event)

        def write(db: sqlite3.Connection) -> None:
            self._move(db, order, state)
            db.execute(
                "UPDATE undo_attempts SET outcome = ?, status = ?, reason = ?, finished = ?"
                " WHERE line_id = ? AND attempt = ?",
                (outcome, status, reason, finished, order.id, order.attempts),
            )

        self._journal.transaction(write)
        return order._replace(state=state, last=outcome, reason=reason)

    def looked(self, order: UndoOrder, seen: str, at: float) -> None:
        """Remember how an order read."""
        self._journal.transaction(lambda db: self._look(db, order, seen, at))

    def settled(
        self,
        order: UndoOrder,
        event: UndoEvent,
        look: tuple[str, float] | None = None,
        why: tuple[str, Mapping[str, str | int]] | None = None,
    ) -> UndoOrder:
        """An order has moved by what was read (``look``: how it read, when); ``why``: code and facts.

        Attempts that are proven not to have been applied are marked so.
        """
        state = move_undo(order.state, event)

        def write(db: sqlite3.Connection) -> None:
            if look is not None:
                self._look(db, order, *look)
            self._move(db, order, state)
            if why is not None:
                facts = orjson.dumps(dict(why[1])).decode()
                db.execute("UPDATE undo SET code = ?, facts = ? WHERE id = ?", (why[0], facts, order.id))
            if event is UndoEvent.READ_ABSENT:
                db.execute(
                    "UPDATE undo_attempts SET outcome = 'absent'"
                    " WHERE line_id = ? AND (outcome IS NULL OR outcome = 'doubt')",
                    (order.id,),
                )

        self._journal.transaction(write)
        return order._replace(state=state)

    def _look(self, db: sqlite3.Connection, order: UndoOrder, seen: str, at: float) -> None:
        sql = "INSERT INTO undo_looks (line_id, at, epoch, attempt, seen) VALUES (?, ?, ?, ?, ?)"
        db.execute(sql, (order.id, at, self._journal.epoch, order.attempts, seen))

    @staticmethod
    def _move(db: sqlite3.Connection, order: UndoOrder, state: UndoState) -> None:
        sql = "UPDATE undo SET state = ? WHERE id = ? AND state = ?"
        moved = db.execute(sql, (state.value, order.id, order.state.value)).rowcount
        if moved != 1:
            facts: dict[str, str | int] = {"moved": moved, "wanted": 1}
            raise JournalRefused(Issue("E612", Location(f"order {order.number}"), facts=facts))


def undo_at_stake(read: Read) -> Iterator[tuple[str, str, str]]:
    """The same of every order that is cancelled already, or will be."""
    return _in_states(read, TAKEN_BACK | SENDABLE_UNDO)


def taken_back(read: Read) -> Iterator[tuple[str, str, str]]:
    """(collision key, number, state) of orders that are cancelled, or may be; none where it is no undo."""
    if read("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'undo'"):
        yield from _in_states(read, TAKEN_BACK)


def _in_states(read: Read, states: frozenset[UndoState]) -> Iterator[tuple[str, str, str]]:
    wanted = tuple(sorted(state.value for state in states))
    marks = ", ".join("?" for _ in wanted)
    sql = (
        "SELECT id, collision, number, state FROM undo"  # noqa: S608 - question marks
        f" WHERE id > ? AND kind = 'order' AND sorted = 'reversible' AND state IN ({marks})"
        " ORDER BY id LIMIT ?"
    )
    for _, *line in paged(read, sql, wanted):
        yield (line[0], line[1], line[2])
