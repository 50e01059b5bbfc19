"""A sum over everything that a journal says besides its sealed plan, kept up with every change.

A flipped byte that SQLite cannot notice (another letter in a state, another digit in an id) makes the sum of
the rows differ from the sum that was committed with them. What a plan's seal and the hashes of payloads
cover already is left out. The sum does not depend on the order of rows, so that a change costs the old row
and the new one and nothing else. It guards against machines, not against somebody who computes it anew.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import NamedTuple
from zlib import crc32

from pipeline.journal.schema import TABLES
from pipeline.journal.undo_schema import UNDO_TABLES

KEY = "tally"
"""The row of ``meta`` that holds it: ``<commits> <sum>``."""
_ELSEWHERE = {
    "orders": {"tab", "row", "number", "collision", "currency", "amount_minor", "items", "rows", "sha256"},
    "payloads": {"order_id", "body"},  # under the hash in their order, which the seal covers
    "finished": {"body"},  # under the hash beside it
    "order_cells": {"order_id", "cell_id"},  # never changed; under a sum that SQLite makes, ten times as fast
}
CELLS = "cells"
"""The row of ``meta`` that holds the sum over ``order_cells``; there is none in journals from before it."""
_SPAN = 1 << 64
_NEW, _OLD, _BOTH = 1, -1, 0


class Sum(NamedTuple):
    """How many commits there were since sealing, and the sum of the rows after the last of them."""

    commits: int
    rows: int

    def text(self) -> str:
        """As it is stored."""
        return f"{self.commits} {self.rows:016x}"


def stored(db: sqlite3.Connection) -> Sum | None:
    """The sum that was committed last, ``None`` where there is none. Raises ``ValueError`` for nonsense."""
    found = db.execute("SELECT value FROM meta WHERE key = ?", (KEY,)).fetchone()
    if found is None:
        return None
    commits, rows = found[0].split(" ")
    return Sum(int(commits), int(rows, 16))


def added_up(db: sqlite3.Connection) -> int:
    """The sum of the rows as they stand, read one by one."""
    total = 0
    for table, columns in _covered(db):
        start, values = _start(table), _values("", columns)
        sql = f"SELECT {values} FROM main.{table} WHERE {_counted('', table)}"  # noqa: S608 - names of our own
        form = _form(len(columns))
        total += sum(crc32((form % row).encode(), start) for row in db.execute(sql))
    return total % _SPAN


def sum_of_cells(db: sqlite3.Connection) -> str:
    """The sum over where orders' money is told, which is sealed with the plan; any one change changes it."""
    sql = (
        "SELECT count(*), total(order_id), sum((order_id % 1000003 + 1) * cell_id % 4294967291)"
        " FROM order_cells"
    )
    count, ids, cells = db.execute(sql).fetchone()
    return f"{count} {ids:.0f} {cells or 0}"


class Tally:
    """Follows every change that goes through a connection, by triggers that live as long as it does."""

    def __init__(self, db: sqlite3.Connection, start: Sum) -> None:
        self._last = start
        self._commits, self._rows = start
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA recursive_triggers = ON")  # else a REPLACE would delete unseen
        for table, columns in _covered(db):
            db.create_function(f"tally_{table}", -1, self._follower(_start(table), len(columns)))
        for statement in _triggers(db):
            db.execute(statement)

    @property
    def commits(self) -> int:
        """Commits since sealing, the one under way included."""
        return self._commits

    def store(self, db: sqlite3.Connection) -> None:
        """Write the sum into the transaction under way, as its last statement."""
        self._commits += 1
        self._rows %= _SPAN
        text = Sum(self._commits, self._rows).text()
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (text, KEY))

    def committed(self) -> None:
        """The transaction that ended with :meth:`store` has been committed."""
        self._last = Sum(self._commits, self._rows)

    def rolled_back(self) -> None:
        """Everything since the last commit is undone."""
        self._commits, self._rows = self._last

    def _follower(self, start: int, width: int) -> Callable[..., None]:
        """What is called for every change of a table, thousands of times a second.

        It gets the old row where there was one, then the new one where there is one, and first which of them.
        """
        form = _form(width)

        def changed(how: int, *values: object) -> None:
            if how == _BOTH:
                new, old = form % values[width:], form % values[:width]
                self._rows += crc32(new.encode(), start) - crc32(old.encode(), start)
            else:
                self._rows += how * crc32((form % values).encode(), start)

        return changed


def _form(width: int) -> str:
    """How a row becomes text; a quarter faster than ``repr``."""
    return "%s\x1f" * width


def _start(table: str) -> int:
    """Where the sums over a table's rows begin: equal rows of two tables are not the same."""
    return crc32(table.encode())


def _covered(db: sqlite3.Connection) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The tables of a journal that are counted, with their columns: not every journal has all of them."""
    there = {name for (name,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
    return tuple((table, columns) for table, columns in _known() if table in there)


@cache
def _known() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The tables and the columns (name, type) that are counted: the schema, less what is safe already."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES + UNDO_TABLES)
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: list(_columns(db, name)) for name in names}
    kept = {name: _kept(columns[name], _ELSEWHERE.get(name, ())) for name in names}
    return tuple((name, kept[name]) for name in names if kept[name])


def _columns(db: sqlite3.Connection, table: str) -> Iterator[tuple[str, str]]:
    for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})"):
        yield name, kind


def _kept(columns: Iterable[tuple[str, str]], without: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(column for column in columns if column[0] not in without)


def _values(prefix: str, columns: Iterable[tuple[str, str]]) -> str:
    """The columns of a row as they are counted: moments to the millisecond, all else as it is."""
    return ", ".join(
        f"CAST({prefix}{name} * 1000 AS INTEGER)" if kind == "REAL" else f"{prefix}{name}"
        for name, kind in columns
    )


def _counted(prefix: str, table: str) -> str:
    """A condition: the sum is no part of itself."""
    return f"{prefix}key <> '{KEY}'" if table == "meta" else "1"


def _triggers(db: sqlite3.Connection) -> Iterator[str]:
    for table, columns in _covered(db):
        old, new = _values("OLD.", columns), _values("NEW.", columns)
        for event, values, row in (
            ("INSERT", f"{_NEW}, {new}", "NEW."),
            ("DELETE", f"{_OLD}, {old}", "OLD."),
            ("UPDATE", f"{_BOTH}, {old}, {new}", "OLD."),
        ):
            yield (
                f"CREATE TEMP TRIGGER tally_{table}_{event} AFTER {event} ON main.{table}"
                f" WHEN {_counted(row, table)} BEGIN SELECT tally_{table}({values}); END"
            )
