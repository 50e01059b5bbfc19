"""The archive part of a sealed run: which orders are left for it, the files made of them, and their fate."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.archive_fates import (
    BEFORE_ALL,
    COLUMN,
    LEFT,
    FileEnd,
    LeftOrder,
    StoredFile,
    refuse_others,
    write_fates,
    write_stands,
)
from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.references import Store
from pipeline.model.archive import FileKind
from pipeline.model.archive_states import (
    FILE_AFTER_CRASH,
    FileEvent,
    FileState,
    move_file,
)
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef
from pipeline.model.states import State

_AT_ONCE = 500
SILENCE = "the program ended before an answer came"
HANDED_OUT = "archive_written"
"""The kind of the event that files were written for uploading by hand; ``archive_decided`` takes it back."""
DECIDED = "archive_decided"


class ArchiveStore(Store, Protocol):
    """A journal, as far as the archive is concerned; ``epoch`` counts the processes that had it open."""

    epoch: int


class CheckedRun:
    """The journal of a run that was only checked: it can be read, and nothing of it is ever sent."""

    epoch = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connections.open_existing(path)

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer a question."""
        with connections.damage_told(self._path):
            return self._db.execute(sql, values).fetchall()

    def transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Nothing is ever written into it: a bug where it is called."""
        raise TypeError(work)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class FileRow(NamedTuple):
    """A row of a file to be: its key among those of its kind, and the orders and their part it is made of."""

    key: str
    uses: tuple[tuple[int, int], ...]
    line: bytes


class _Said(NamedTuple):
    """What an answer to a start said, as it is remembered."""

    outcome: str
    finished: float
    reason: str | None = None
    migration: str | None = None


class ArchiveBook:
    """Reads and writes the archive part of a run. Raises :class:`JournalRefused` as its journal does."""

    def __init__(self, journal: ArchiveStore) -> None:
        self._journal = journal

    def after_crash(self) -> list[str]:
        """Starts whose answer was never written may have been taken; their orders are in doubt already.

        Files that were never started are put back: their rows go into others. Returns the names of these.
        """
        moves = [(after.value, SILENCE, before.value) for before, after in FILE_AFTER_CRASH.items()]
        waiting = self.files(FileState.WRITTEN)
        back = [(move_file(file.state, FileEvent.PUT_BACK).value, file.id) for file in waiting]

        def write(db: sqlite3.Connection) -> None:
            db.executemany("UPDATE archive_files SET state = ?, seen = ? WHERE state = ?", moves)
            db.executemany("UPDATE archive_files SET state = ? WHERE id = ?", back)

        if back or self.files(FileState.STARTING):
            self._journal.transaction(write)
        return [file.name for file in waiting]

    def left(self, most: int, after: RowRef = BEFORE_ALL) -> list[LeftOrder]:
        """The next orders that are not through and may be sent, in source order, at most ``most``.

        ``after`` is the order row behind which they stand.

        Raises :class:`JournalRefused` (E611) where their rows are not what was sealed.
        """
        sql = (
            "SELECT o.id, o.tab, o.row, o.sha256, a.code, a.user, a.addresses, a.main, a.items"  # noqa: S608
            " FROM orders o JOIN archived a ON a.order_id = o.id"
            f" WHERE o.route = 'archive' AND o.state IN ({LEFT}) AND (o.tab, o.row) > (?, ?)"
            " ORDER BY o.tab, o.row LIMIT ?"
        )
        found = []
        for order_id, tab, row, sha256, code, *parts in self._journal.read(sql, (*after, most)):
            with connections.damage_told(None):
                same = hashlib.sha256(b"\n\n".join(parts)).digest() == sha256
            if not same:
                raise JournalRefused(Issue("E611", Location(f"order {order_id}")))
            lines = {
                kind: tuple(part.split(b"\n")) if part else ()
                for kind, part in zip(COLUMN, parts, strict=True)
            }
            found.append(LeftOrder(order_id, (tab, row), code, lines))
        return found

    def count_left(self) -> int:
        """How many orders are not through and may be sent."""
        sql = f"SELECT count(*) FROM orders WHERE route = 'archive' AND state IN ({LEFT})"  # noqa: S608 - ours
        return int(self._journal.read(sql)[0][0])

    def standing(self, kind: FileKind, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose rows the target has."""
        wanted = list(dict.fromkeys(keys))
        found: set[str] = set()
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ", ".join("?" for _ in some)
            sql = f"SELECT key FROM archive_stands WHERE kind = ? AND key IN ({marks})"  # noqa: S608 - marks
            found.update(key for (key,) in self._journal.read(sql, (kind, *some)))
        return found

    def files(self, *states: FileState) -> list[StoredFile]:
        """The files in these states, in the order in which they were written."""
        marks = ", ".join("?" for _ in states)
        sql = (
            "SELECT id, kind, name, rows, sha256, state, migration_id, seen"  # noqa: S608 - question marks
            f" FROM archive_files WHERE state IN ({marks}) ORDER BY id"
        )
        rows = self._journal.read(sql, tuple(state.value for state in states))
        return [
            StoredFile(file_id, kind, name, count, sha256, FileState(state), migration, seen)
            for file_id, kind, name, count, sha256, state, migration, seen in rows
        ]

    def knows(self, migration: str) -> bool:
        """Whether the target has named this migration for a file before."""
        return bool(self._journal.read("SELECT 1 FROM archive_files WHERE migration_id = ?", (migration,)))

    def next_name(self, kind: FileKind) -> str:
        """The name of the next file of a kind: ``order-0001.json``."""
        sql = "SELECT count(*) FROM archive_files WHERE kind = ?"
        return f"{kind}-{int(self._journal.read(sql, (kind,))[0][0]) + 1:04d}.json"

    def write(self, kind: FileKind, name: str, rows: Sequence[FileRow]) -> StoredFile:
        """Remember a file: whose its rows are, and its digest."""
        sha256 = hashlib.sha256(content_of(row.line for row in rows)).digest()
        uses = [(number, order_id, part) for number, row in enumerate(rows, 1) for order_id, part in row.uses]

        def write(db: sqlite3.Connection) -> None:
            sql = "INSERT INTO archive_files (kind, name, rows, sha256, state) VALUES (?, ?, ?, ?, ?)"
            file_id = db.execute(sql, (kind, name, len(rows), sha256, FileState.WRITTEN.value)).lastrowid
            db.executemany(
                "INSERT OR IGNORE INTO archive_rows (file_id, row, order_id, part) VALUES (?, ?, ?, ?)",
                [(file_id, *use) for use in uses],
            )

        self._journal.transaction(write)
        return next(file for file in self.files(FileState.WRITTEN) if file.name == name)

    def content(self, file: StoredFile) -> bytes:
        """The file's bytes, made of what was sealed. Raises :class:`JournalRefused` (E611) if they differ."""
        sql = (
            f"SELECT min(u.order_id), u.part, a.{COLUMN[file.kind]} FROM archive_rows u"  # noqa: S608 - ours
            " JOIN archived a ON a.order_id = u.order_id WHERE u.file_id = ? GROUP BY u.row ORDER BY u.row"
        )
        with connections.damage_told(None):
            parts = [(column.split(b"\n"), part) for _, part, column in self._journal.read(sql, (file.id,))]
            content = content_of(b"".join(lines[part : part + 1]) for lines, part in parts)
        if hashlib.sha256(content).digest() != file.sha256:
            raise JournalRefused(Issue("E611", Location(file.name)))
        return content

    def intent(self, file: StoredFile, started: float) -> None:
        """A start of the file is about to be sent; durable when this returns.

        Raises :class:`JournalRefused` (E612) where the file, or one of its orders, has moved on.
        """
        state = move_file(file.state, FileEvent.INTENT)
        tried = "attempts + 1" if file.kind == "order" else "attempts"

        def write(db: sqlite3.Connection) -> None:
            sql = "UPDATE archive_files SET state = ? WHERE id = ? AND state = ?"
            moved = db.execute(sql, (state.value, file.id, file.state.value)).rowcount
            orders = db.execute(
                f"UPDATE orders SET state = 'in_flight', attempts = {tried}, via = NULL"  # noqa: S608 - ours
                " WHERE id IN (SELECT order_id FROM archive_rows WHERE file_id = ?)"
                f" AND state IN ({LEFT})",
                (file.id,),
            ).rowcount
            sql = "SELECT count(DISTINCT order_id) FROM archive_rows WHERE file_id = ?"
            wanted = db.execute(sql, (file.id,)).fetchone()[0]
            if (moved, orders) != (1, wanted):
                facts: dict[str, str | int] = {"moved": orders, "wanted": wanted}
                raise JournalRefused(Issue("E612", Location(file.name), facts=facts))
            db.execute(
                "INSERT INTO archive_starts (file_id, attempt, epoch, started) VALUES (?,"
                " (SELECT count(*) + 1 FROM archive_starts WHERE file_id = ?), ?, ?)",
                (file.id, file.id, self._journal.epoch, started),
            )

        self._journal.transaction(write)

    def named(self, file: StoredFile, migration: str, finished: float) -> None:
        """The target has taken the file and named the migration."""
        self._move(file, FileEvent.NAMED, _Said("started", finished, migration=migration))

    def not_started(self, file: StoredFile, reason: str, finished: float) -> None:
        """A start is proven not to have been taken: its orders wait for the next."""
        said = _Said("not_started", finished, reason)
        self._move(file, FileEvent.NOT_STARTED, said, State.WAITING)

    def in_doubt(self, file: StoredFile, reason: str, finished: float) -> None:
        """Nobody can tell what became of the file; its orders share its fate until a person decides."""
        self._move(file, FileEvent.DOUBT, _Said("doubt", finished, reason), State.IN_DOUBT)

    def asked(self, file: StoredFile, seen: str | None) -> None:
        """Its progress was asked for, with this answer."""
        sql = "UPDATE archive_files SET asked = asked + 1, seen = coalesce(?, seen) WHERE id = ?"
        self._journal.transaction(lambda db: db.execute(sql, (seen, file.id)))

    def orders_of(self, file: StoredFile) -> Iterator[tuple[int, RowRef, str, int, int]]:
        """Whose the rows of a file are: (row, the order's row in its source, number, order id, part)."""
        sql = (
            "SELECT u.row, o.tab, o.row, o.number, o.id, u.part FROM archive_rows u"
            " JOIN orders o ON o.id = u.order_id WHERE u.file_id = ? ORDER BY u.row, o.tab, o.row"
        )
        for row, tab, line, number, order_id, part in self._journal.read(sql, (file.id,)):
            yield row, (tab, line), number, order_id, part

    def conclude(self, file: StoredFile, event: FileEvent, end: FileEnd) -> Counter[State]:
        """The file has met its end, each of its rows its fate; returns the orders by what they became.

        An order whose customer was refused takes all others of the customer with it.
        """
        state = move_file(file.state, event)
        counted: Counter[State] = Counter()

        def write(db: sqlite3.Connection) -> None:
            counted.update(write_fates(db, file, end))
            write_stands(db, file, end)
            insert_issues(db, end.issues)
            if file.kind == "user":
                counted.update(refuse_others(db, file, end))
            sql = "UPDATE archive_files SET state = ?, seen = coalesce(?, seen) WHERE id = ?"
            db.execute(sql, (state.value, end.told, file.id))
            if end.finished is not None:
                outcome = "refused" if state is FileState.REFUSED else "started"
                self._finish_start(db, file, end.finished, outcome)

        self._journal.transaction(write)
        return counted

    def handed_out(self) -> bool:
        """Whether files were written for uploading by hand, and nobody has said what became of them."""
        sql = "SELECT kind, facts FROM events WHERE kind IN (?, ?) ORDER BY id DESC"
        for kind, facts in self._journal.read(sql, (HANDED_OUT, DECIDED)):
            if kind == HANDED_OUT:
                return True
            if orjson.loads(facts).get("file") == "all":
                return False
        return False

    def decide_all(self, state: State, via: str, why: Issue | None = None) -> None:
        """Move all orders that are left, whose files were handed out; ``why`` is the reason of each."""
        sql = f"SELECT id, number, tab, row FROM orders WHERE route = 'archive' AND state IN ({LEFT})"  # noqa: S608
        orders = self._journal.read(sql)
        files = dict(self._journal.read("SELECT tab, file FROM tables"))

        def write(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE orders SET state = ?, via = ? WHERE id = ?",
                [(state.value, via, order_id) for order_id, *_ in orders],
            )
            if why is not None:
                insert_issues(
                    db,
                    (
                        (one, replace(why, at=Location(files[tab], None, row), order=number))
                        for one, number, tab, row in orders
                    ),
                )

        self._journal.transaction(write)

    def _move(self, file: StoredFile, event: FileEvent, said: _Said, orders: State | None = None) -> None:
        state = move_file(file.state, event)

        def write(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE archive_files SET state = ?, migration_id = coalesce(?, migration_id),"
                " seen = coalesce(?, seen) WHERE id = ?",
                (state.value, said.migration, said.reason, file.id),
            )
            if orders is not None:
                db.execute(
                    "UPDATE orders SET state = ? WHERE state IN ('in_flight', 'in_doubt') AND id IN"
                    " (SELECT order_id FROM archive_rows WHERE file_id = ?)",
                    (orders.value, file.id),
                )
            self._finish_start(db, file, said.finished, said.outcome, said.reason)

        self._journal.transaction(write)

    @staticmethod
    def _finish_start(
        db: sqlite3.Connection, file: StoredFile, finished: float, outcome: str, reason: str | None = None
    ) -> None:
        db.execute(
            "UPDATE archive_starts SET finished = ?, outcome = ?, reason = ?"
            " WHERE file_id = ? AND outcome IS NULL",
            (finished, outcome, reason, file.id),
        )


def content_of(lines: Iterable[bytes]) -> bytes:
    """A file of these rows: a JSON array with a row on each line."""
    return b"[\n" + b",\n".join(lines) + b"\n]\n"
