"""The ledger of a target channel: which order numbers its runs have sent, and what became of them.

It is an index over what the journals of the runs know, and never knows better than they do. A run is
registered before its first intent; from then on, until its journal is taken over, the journal is the truth.
A ledger that is lost is made anew from the journals.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.connection import Kind
from pipeline.model.ledger import LedgerEntry, LedgerRun
from pipeline.model.states import State

AT_ONCE = 500
"""Order numbers asked for in one statement."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    mapping_name TEXT NOT NULL,
    retries TEXT,                       -- the run that this one repeats
    epoch INTEGER NOT NULL,
    started INTEGER NOT NULL,           -- 1: it may have sent something
    open INTEGER NOT NULL,              -- 1: its journal is the truth, the entries are not
    stamp TEXT,                         -- of its journal's file, when it was taken over
    gone INTEGER NOT NULL,              -- 1: there is no journal that could be read
    counts TEXT NOT NULL                -- JSON: orders by state
);

CREATE TABLE IF NOT EXISTS entries (
    collision TEXT NOT NULL,            -- numbers with the same one may collide on the target
    run INTEGER NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,                -- as in the run's journal
    content BLOB,                       -- digest of what the order says
    remote_id TEXT,
    PRIMARY KEY (collision, run)
) WITHOUT ROWID;
"""
_CANCELLED = """
CREATE TABLE IF NOT EXISTS cancelled (
    collision TEXT NOT NULL,
    run TEXT NOT NULL,                  -- the undo that cancelled the order, or may have
    state TEXT NOT NULL,                -- as in its journal
    PRIMARY KEY (collision, run)
) WITHOUT ROWID
"""
"""Made when it is needed first: a ledger that was written before there were undos has none."""
KIND = Kind(0x4F4C4C47, 1, _TABLES)  # "OLLG"
_STATES = {state.value: state for state in State}

Row = tuple[str, str, str, bytes | None, str | None]
"""(collision, number, state, content, remote id) of an order in a run's journal."""


class Ledger:
    """The ledger of a channel, opened by one process at a time and for moments only.

    Raises :class:`JournalRefused` where the file cannot be opened or written: E605 while another process has
    it, E602–E604 where it is none or damaged.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._path = path
        self._db = connections.create(path, KIND) if create else connections.open_existing(path, KIND)

    def close(self) -> None:
        """Close the file. What was written has been durable since it returned."""
        self._db.close()

    def describe(self, facts: Mapping[str, str]) -> None:
        """Remember, for people, which channel this is the ledger of."""
        sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"
        self._write(lambda db: db.executemany(sql, facts.items()))

    def runs(self) -> dict[str, LedgerRun]:
        """Every run that the ledger knows, by its id, in the order in which they became known."""
        sql = (
            "SELECT run, created, mapping_name, retries, epoch, started, open, gone, stamp, counts"
            " FROM runs ORDER BY id"
        )
        found = {}
        for run, created, name, retries, epoch, started, is_open, gone, stamp, counts in self._read(sql):
            flags = {"started": bool(started), "open": bool(is_open), "gone": bool(gone)}
            known = orjson.loads(counts)
            found[run] = LedgerRun(run, created, name, retries, epoch, stamp=stamp, counts=known, **flags)
        return found

    def write(self, run: LedgerRun, rows: Iterable[Row] = ()) -> None:
        """Remember a run as it is given, with what its journal says of its orders; durable when it returns.

        What stands on the target stays so: a journal that no longer says so is an old copy.
        """
        values = (
            run.run,
            run.created,
            run.mapping_name,
            run.retries,
            run.epoch,
            run.started,
            run.open,
            run.stamp,
            run.gone,
            orjson.dumps(dict(run.counts)).decode(),
        )

        def write(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO runs (run, created, mapping_name, retries, epoch, started, open, stamp, gone,"
                " counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run) DO UPDATE SET"
                " epoch = excluded.epoch, started = excluded.started, open = excluded.open,"
                " stamp = excluded.stamp, gone = excluded.gone, counts = excluded.counts",
                values,
            )
            number = db.execute("SELECT id FROM runs WHERE run = ?", (run.run,)).fetchone()[0]
            db.executemany(
                "INSERT INTO entries (run, collision, number, state, content, remote_id)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (collision, run) DO UPDATE SET"
                " state = excluded.state, remote_id = coalesce(excluded.remote_id, remote_id)"
                " WHERE state NOT IN ('created', 'already_present')",
                ((number, *row) for row in rows),
            )

        self._write(write)

    def cancel(self, run: str, rows: Iterable[tuple[str, str, str]]) -> None:
        """Remember what an undo says of orders now, as (collision key, number, state); durable on return."""

        def write(db: sqlite3.Connection) -> None:
            db.execute(_CANCELLED)
            db.execute("DELETE FROM cancelled WHERE run = ?", (run,))
            known = ((collision, run, state) for collision, _, state in rows)
            db.executemany("INSERT INTO cancelled (collision, run, state) VALUES (?, ?, ?)", known)

        self._write(write)

    def cancelled(self, collisions: Sequence[str]) -> dict[str, str]:
        """Which of at most :data:`AT_ONCE` numbers an undo has cancelled, or may have: the undo by number."""
        if not list(self._read("SELECT 1 FROM sqlite_master WHERE name = 'cancelled'")):
            return {}
        marks = ", ".join("?" * len(collisions))
        sql = f"SELECT collision, run FROM cancelled WHERE collision IN ({marks})"  # noqa: S608 - our marks
        return dict(self._read(sql, tuple(collisions)))

    def entries(self, collisions: Sequence[str]) -> dict[str, list[LedgerEntry]]:
        """What is known of at most :data:`AT_ONCE` numbers, by collision key, the earliest run first."""
        marks = ", ".join("?" * len(collisions))
        sql = (
            "SELECT e.collision, r.run, e.number, e.state, e.content, e.remote_id,"  # noqa: S608 - our marks
            " r.gone AND (r.open OR e.state IN ('in_doubt', 'in_flight'))"
            f" FROM entries e JOIN runs r ON r.id = e.run WHERE e.collision IN ({marks})"
            " ORDER BY e.collision, r.id"
        )
        found: dict[str, list[LedgerEntry]] = {}
        for collision, run, number, state, content, remote_id, unknown in self._read(sql, tuple(collisions)):
            entry = LedgerEntry(run, number, _STATES[state], content, remote_id, bool(unknown))
            found.setdefault(collision, []).append(entry)
        return found

    def _read(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        with connections.damage_told(self._path):
            yield from self._db.execute(sql, values).fetchall()

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            work(self._db)
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise connections.trouble(error, self._path) from error
            raise
