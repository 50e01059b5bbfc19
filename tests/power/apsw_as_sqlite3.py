"""APSW's SQLite behind the face of the standard library's, so that the journal itself runs on an own disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import apsw

Lies = dict[str, str]
"""Statements that are carried out in another wording, by the beginning of the one asked for."""


def connector(vfs: str, lies: Lies | None = None) -> Callable[[Path], sqlite3.Connection]:
    """Connect to a journal through a VFS. With `lies`, settings are read back as they were asked for."""

    def connect(path: Path) -> sqlite3.Connection:
        return cast("sqlite3.Connection", Connection(path, vfs, lies or {}))

    return connect


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        code = getattr(error, "extendedresult", 0) or getattr(error, "result", 0)
        name = _NAMES.get(code) or _NAMES.get(code & 0xFF, "")
        told = sqlite3.OperationalError(str(error))
        told.sqlite_errorname = name
        raise told from error


_NAMES: dict[int, str] = {
    code: name
    for mapping in (apsw.mapping_result_codes, apsw.mapping_extended_result_codes)
    for name, code in mapping.items()
    if isinstance(name, str) and isinstance(code, int)
}


class Cursor:
    """What came of a statement."""

    def __init__(self, rows: apsw.Cursor, rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def fetchone(self) -> tuple[Any, ...] | None:
        """Give the next row."""
        with _as_sqlite3():
            return cast("tuple[Any, ...] | None", self._rows.fetchone())

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give all rows."""
        with _as_sqlite3():
            return cast("list[tuple[Any, ...]]", self._rows.fetchall())

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        with _as_sqlite3():
            yield from cast("Iterator[tuple[Any, ...]]", self._rows)


class Connection:
    """As much of `sqlite3.Connection` as a journal asks for."""

    isolation_level = None

    def __init__(self, path: Path, vfs: str, lies: Lies) -> None:
        with _as_sqlite3():
            self._db = apsw.Connection(str(path), vfs=vfs or None)
        self._lies = lies
        self._told: dict[str, str] = {}

    @property
    def in_transaction(self) -> bool:
        """Say whether a transaction is open."""
        return self._db.in_transaction

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Run a statement."""
        with _as_sqlite3():
            rows = self._db.execute(self._lied(sql), tuple(values))
        return Cursor(rows, self._db.changes())

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        """Run a statement for each row; what triggers change is not counted, as in Python's own."""
        changed = 0
        cursor = self._db.cursor()
        with _as_sqlite3():
            for row in rows:
                cursor.execute(sql, tuple(row))
                changed += self._db.changes()
        return Cursor(cursor, changed)

    def executescript(self, sql: str) -> None:
        """Run several statements."""
        with _as_sqlite3():
            for _ in self._db.execute(sql):
                continue

    def create_function(self, name: str, narg: int, function: Callable[..., Any]) -> None:
        """Let statements call a function."""
        with _as_sqlite3():
            self._db.create_scalar_function(name, function, narg)

    def close(self) -> None:
        """Close the file; like the standard library, say nothing of what fails in that."""
        with suppress(apsw.Error):
            self._db.close()

    def _lied(self, sql: str) -> str:
        asked = sql.removeprefix("PRAGMA ").partition(" = ")
        if asked[2] and any(sql.startswith(lie) for lie in self._lies):
            self._told[asked[0]] = {"FULL": "2", "WAL": "'wal'", "EXCLUSIVE": "'exclusive'"}[asked[2]]
        if sql.startswith("PRAGMA ") and not asked[2] and asked[0] in self._told:
            return f"SELECT {self._told[asked[0]]}"
        return next((truth for lie, truth in self._lies.items() if sql.startswith(lie)), sql)
