"""What the end of a migration file does to the orders whose rows it holds."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.journal.issue_rows import insert_issues
from pipeline.model.archive import FileKind
from pipeline.model.archive_states import FileState, RowFate, gravest, order_after
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.rows import RowRef
from pipeline.model.states import SENDABLE, State

COLUMN: Mapping[FileKind, str] = {
    "user": "user",
    "address": "addresses",
    "order": "main",
    "order_item": "items",
}
"""Where the rows of each kind of file stand in the journal."""
LEFT = ", ".join(f"'{state.value}'" for state in sorted(SENDABLE, key=lambda state: state.value))
"""The states of orders that may be sent."""
BEFORE_ALL: RowRef = (-1, -1)


@dataclass(frozen=True, slots=True)
class LeftOrder:
    """An order of the archive that is not through: the rows that its files still need, by kind."""

    id: int
    at: RowRef
    code: str
    lines: Mapping[FileKind, tuple[bytes, ...]]

    def keys(self, kind: FileKind) -> tuple[str, ...]:
        """What the order's rows of a kind go by: no two rows of one key are ever sent."""
        if kind == "user":
            return (self.code,)
        if kind == "address":
            return tuple(hashlib.sha256(line).hexdigest() for line in self.lines[kind])
        if kind == "order":
            return (str(self.id),)
        return tuple(f"{self.id}/{part}" for part in range(len(self.lines[kind])))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A migration file as the journal knows it."""

    id: int
    kind: FileKind
    name: str
    rows: int
    sha256: bytes
    state: FileState
    migration: str | None
    seen: str | None


@dataclass(frozen=True, slots=True)
class FileEnd:
    """What became of a file: the fate of every row, by number, and what is told of it.

    ``issues`` go by order id, ``via`` says how the fates are known, ``finished`` (seconds since 1970) ends a
    start that has not ended yet.
    """

    fates: Mapping[int, RowFate]
    via: str
    issues: Sequence[tuple[int | None, Issue]] = ()
    told: str | None = None
    finished: float | None = None


def write_fates(db: sqlite3.Connection, file: StoredFile, end: FileEnd) -> Counter[State]:
    """Move each order by the gravest fate of its rows; returns the orders by what they became."""
    by_order: dict[int, list[RowFate]] = {}
    sql = "SELECT row, order_id FROM archive_rows WHERE file_id = ?"
    for row, order_id in db.execute(sql, (file.id,)):
        by_order.setdefault(order_id, []).append(end.fates[row])
    sql = "SELECT id, state FROM orders WHERE id IN (SELECT order_id FROM archive_rows WHERE file_id = ?)"
    before = dict(db.execute(sql, (file.id,)).fetchall())
    after = {
        order_id: order_after(file.kind, gravest(fates), State(before[order_id]))
        for order_id, fates in by_order.items()
        if before[order_id] in ("in_flight", "in_doubt")
    }
    db.executemany(
        "UPDATE orders SET state = ?, via = ? WHERE id = ?",
        [
            (state.value, end.via if state is State.CREATED else None, order_id)
            for order_id, state in after.items()
        ],
    )
    return Counter(after.values())


def write_stands(db: sqlite3.Connection, file: StoredFile, end: FileEnd) -> None:
    """Remember the rows that the target has; that of items their orders tell."""
    if file.kind == "order_item":
        return
    sql = (
        f"SELECT u.row, min(u.order_id), u.part, a.code, a.{COLUMN[file.kind]} FROM archive_rows u"  # noqa: S608
        " JOIN archived a ON a.order_id = u.order_id WHERE u.file_id = ? GROUP BY u.row"
    )
    stands = []
    for row, order_id, part, code, column in db.execute(sql, (file.id,)):
        if end.fates[row] is RowFate.STANDS:
            whose = LeftOrder(order_id, BEFORE_ALL, code, {file.kind: tuple(column.split(b"\n"))})
            stands.append((file.kind, whose.keys(file.kind)[part]))
    db.executemany("INSERT OR IGNORE INTO archive_stands (kind, key) VALUES (?, ?)", stands)


def refuse_others(db: sqlite3.Connection, file: StoredFile, end: FileEnd) -> Counter[State]:
    """Orders outside a user file whose customer was refused in it are refused for the same reason."""
    counted: Counter[State] = Counter()
    said = dict(end.issues)
    sql = (
        "SELECT DISTINCT u.row, u.order_id, a.code FROM archive_rows u JOIN archived a USING (order_id)"
        " WHERE u.file_id = ?"
    )
    refused = {
        code: said[order_id]
        for row, order_id, code in db.execute(sql, (file.id,)).fetchall()
        if end.fates[row] is RowFate.REFUSED and order_id in said
    }
    for code, issue in refused.items():
        others = db.execute(
            "SELECT o.id, o.number, t.file, t.sheet, o.row FROM orders o JOIN tables t USING (tab)"  # noqa: S608
            f" JOIN archived a ON a.order_id = o.id WHERE a.code = ? AND o.state IN ({LEFT})",
            (code,),
        ).fetchall()
        db.executemany("UPDATE orders SET state = 'rejected' WHERE id = ?", [(one,) for one, *_ in others])
        insert_issues(
            db,
            (
                (one, Issue(issue.code, Location(*place), order=number, facts=issue.facts))
                for one, number, *place in others
            ),
        )
        counted[State.REJECTED] += len(others)
    return counted
