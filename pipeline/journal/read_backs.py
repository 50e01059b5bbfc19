"""What the target was seen to hold of a run's orders: written batch by batch, so that reading can go on."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from pipeline.journal.money import READING, WANTED, cell_id
from pipeline.journal.references import Store
from pipeline.model.folding import fold
from pipeline.model.money import MoneyCell
from pipeline.model.states import State

REQUESTS = "read back requests"
_BODIES = "LEFT JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
_CELLS = "LEFT JOIN order_cells k ON k.order_id = o.id LEFT JOIN money_cells c ON c.id = k.cell_id"
_COLUMNS = "o.id, o.number, o.state, coalesce(f.body, p.body), c.day, c.status"
_OPEN = "(r.order_id IS NULL OR r.state <> o.state OR r.verdict = 'again')"


class Awaited(NamedTuple):
    """An order that is to be read back: ``body`` is its payload as sent, ``cell`` where its money is told."""

    id: int
    number: str
    state: State
    body: bytes
    cell: MoneyCell | None


class Reading(NamedTuple):
    """What was found of an order: the columns of its row. ``cell`` is ``None`` where it is its own."""

    order_id: int
    state: State
    found: int
    remote_id: str | None = None
    minor: int | None = None
    currency: str | None = None
    cell: MoneyCell | None = None
    verdict: str | None = None
    differs: str = ""


class ReadBacks:
    """Reads and writes what was read back. Raises :class:`JournalRefused` as its store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def left(self) -> int:
        """How many orders are still to be read."""
        sql = (
            "SELECT count(*) FROM orders o LEFT JOIN read_backs r ON r.order_id = o.id"  # noqa: S608 - ours
            f" WHERE {WANTED} AND {_OPEN}"
        )
        count: int = self._store.read(sql)[0][0]
        return count

    def unread(self, after: int, most: int) -> list[Awaited]:
        """The next orders still to be read, by id behind ``after``."""
        sql = (
            f"SELECT {_COLUMNS} FROM orders o LEFT JOIN read_backs r ON r.order_id = o.id {_BODIES} {_CELLS}"  # noqa: S608
            f" WHERE o.id > ? AND {WANTED} AND {_OPEN} ORDER BY o.id LIMIT ?"
        )
        return [_awaited(row) for row in self._store.read(sql, (after, most))]

    def not_created(self, after: int, most: int) -> list[tuple[int, str]]:
        """The next orders that were sent and are not held for created: (id, collision key)."""
        sql = (
            "SELECT o.id, o.collision FROM orders o"  # noqa: S608 - ours
            f" WHERE o.id > ? AND {WANTED} AND o.state NOT IN ('created', 'already_present')"
            " ORDER BY o.id LIMIT ?"
        )
        return [(order_id, collision) for order_id, collision in self._store.read(sql, (after, most))]

    def missing(self, after: int, most: int) -> list[Awaited]:
        """The next orders that should stand there and were not found."""
        sql = (
            f"SELECT {_COLUMNS} FROM read_backs r JOIN orders o ON o.id = r.order_id {_BODIES} {_CELLS}"  # noqa: S608
            " WHERE r.verdict IS NOT NULL AND r.verdict = 'missing' AND r.state = o.state AND o.id > ?"
            " ORDER BY o.id LIMIT ?"
        )
        return [_awaited(row) for row in self._store.read(sql, (after, most))]

    def count_missing(self) -> int:
        """How many orders should stand there and were not found."""
        sql = (
            "SELECT count(*) FROM read_backs r JOIN orders o ON o.id = r.order_id"
            " WHERE r.verdict IS NOT NULL AND r.verdict = 'missing' AND r.state = o.state"
        )
        count: int = self._store.read(sql)[0][0]
        return count

    def numbered(self, numbers: Sequence[str]) -> dict[str, tuple[Awaited, str | None, bool]]:
        """Orders to be read back, by number: each with the remote id under which it was seen in this state.

        The last says whether it was seen at all.
        """
        wanted, keys = set(numbers), sorted({fold(number) for number in numbers})
        marks = ", ".join("?" for _ in keys)
        sql = (
            f"SELECT {_COLUMNS}, r.remote_id, r.order_id IS NOT NULL AND r.state = o.state"  # noqa: S608 - ours
            f" FROM orders o LEFT JOIN read_backs r ON r.order_id = o.id {_BODIES} {_CELLS}"
            f" WHERE o.collision IN ({marks}) AND {WANTED}"
        )
        found = {}
        for *row, remote, seen in self._store.read(sql, tuple(keys)):
            if row[1] in wanted:
                found[row[1]] = (_awaited(tuple(row)), remote, bool(seen))
        return found

    def page(self) -> int | None:
        """The page of the list to go on with, where a reading in bulk was begun and is not over."""
        rows = self._store.read("SELECT next FROM read_back_pages")
        return rows[0][0] if rows else None

    def last_sent(self) -> float | None:
        """When the last answer came to an order that was sent, in seconds since 1970 (UTC)."""
        found: float | None = self._store.read("SELECT max(finished) FROM attempts")[0][0]
        return found

    def keep(self, readings: Sequence[Reading], at: float, requests: int, page: int | None = None) -> None:
        """Remember what was read, at what cost, and with which page to go on (``None``: with none)."""

        def write(db: sqlite3.Connection) -> None:
            for one in readings:
                cell = None if one.cell is None else cell_id(db, one.cell)
                db.execute(
                    "INSERT OR REPLACE INTO read_backs (order_id, at, state, found, remote_id, amount_minor,"
                    " currency, cell_id, verdict, differs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(one.order_id, at, one.state.value, one.found, one.remote_id, one.minor),
                        *(one.currency, cell, one.verdict, one.differs),
                    ),
                )
            db.execute(
                "INSERT INTO counters (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                (REQUESTS, requests),
            )
            db.execute("DELETE FROM read_back_pages")
            if page is not None:
                db.execute("INSERT INTO read_back_pages (id, next) VALUES (1, ?)", (page,))

        self._store.transaction(write)

    def begin(self, at: float, *, again: bool) -> None:
        """Remember that orders are being read back; ``again`` forgets what was read before."""

        def write(db: sqlite3.Connection) -> None:
            if again:
                db.execute("DELETE FROM read_backs")
                db.execute("DELETE FROM read_back_pages")
            _note(db, at, {"again": again, "stopped": "the program ended before the reading did"})

        self._store.transaction(write)

    def end(self, at: float, facts: Mapping[str, Any]) -> None:
        """Remember how the reading ended."""
        self._store.transaction(lambda db: _note(db, at, facts))


def _note(db: sqlite3.Connection, at: float, facts: Mapping[str, Any]) -> None:
    row = (at, READING, orjson.dumps(dict(facts)).decode())
    db.execute("INSERT INTO events (at, kind, facts) VALUES (?, ?, ?)", row)


def _awaited(row: tuple[Any, ...]) -> Awaited:
    order_id, number, state, body, day, status = row
    return Awaited(order_id, number, State(state), body, None if day is None else MoneyCell(day, status))
