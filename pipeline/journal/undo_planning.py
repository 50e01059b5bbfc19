"""An undo on its way to being sealed: what the run created is read, what can be done about it is written."""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from pipeline.journal.references import CREATED
from pipeline.journal.undo_schema import STATEMENTS
from pipeline.model.undo import CreatedOrder, CreatedRecord, Group, UndoLine, UndoState

_PAGE = 500
"""Rows at once; one with an order as it was read is some kilobytes."""
Read = Callable[..., list[tuple[Any, ...]]]
_SEALED = (
    "id, kind, number, collision, file, sheet, row, currency, amount_minor, remote_id, status,"
    " hex(body), hex(seen), sorted"
)


class CreatedByRun:
    """What a run created, by its journal; ``read`` asks that journal."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def orders(self, after: int, most: int) -> list[CreatedOrder]:
        """The next orders that stand on the target because of the run, by ascending id behind ``after``."""
        sql = (
            "SELECT o.id, o.number, o.collision, t.file, t.sheet, o.row, o.currency, o.amount_minor,"
            " o.remote_id, o.via, o.route, coalesce(f.body, p.body, x''),"
            " (SELECT max(a.finished) FROM attempts a WHERE a.order_id = o.id),"
            " EXISTS (SELECT 1 FROM registrations r WHERE r.order_id = o.id AND r.state = 'registered')"
            " FROM orders o JOIN tables t ON t.tab = o.tab LEFT JOIN payloads p ON p.order_id = o.id"
            " LEFT JOIN finished f ON f.order_id = o.id"
            " WHERE o.state = 'created' AND o.id > ? ORDER BY o.id LIMIT ?"
        )
        return [CreatedOrder._make((*row[:13], bool(row[13]))) for row in self._read(sql, (after, most))]

    def count(self) -> int:
        """How many orders these are."""
        return int(self._read("SELECT count(*) FROM orders WHERE state = 'created'")[0][0])

    def unsettled(self) -> int:
        """How many orders may stand on the target, and nobody knows."""
        sql = "SELECT count(*) FROM orders WHERE state IN ('in_flight', 'in_doubt', 'conflict')"
        return int(self._read(sql)[0][0])

    def records(self) -> Iterator[CreatedRecord]:
        """Customers and addresses that the run created, customers that it changed, customers of the archive.

        A customer of the archive goes by the first order that it came with.
        """
        sql = "SELECT id, kind, remote_id FROM refs WHERE id > ? AND state = ? ORDER BY id LIMIT ?"
        for _, kind, remote_id in paged(self._read, sql, (CREATED,)):
            yield CreatedRecord(kind, remote_id)
        sql = (
            "SELECT id, remote_id, order_id FROM changes"
            " WHERE id > ? AND state IN ('changed', 'changing') ORDER BY id LIMIT ?"
        )
        for _, remote_id, order_id in paged(self._read, sql):
            yield CreatedRecord("customer_change", str(remote_id), order_id)
        sql = (
            "SELECT o.id, o.number FROM orders o WHERE o.id > ? AND o.id IN"
            " (SELECT min(a.order_id) FROM archive_stands s JOIN archived a ON a.code = s.key"
            "  WHERE s.kind = 'user' GROUP BY s.key) ORDER BY o.id LIMIT ?"
        )
        for order_id, number in paged(self._read, sql):
            yield CreatedRecord("archive_customer", None, order_id, number)


def make_undo_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an undo in a journal that is not sealed yet."""
    for statement in STATEMENTS:
        db.execute(statement)


def add_lines(db: sqlite3.Connection, lines: Iterable[UndoLine]) -> None:
    """Write what can be done about things that the run created."""
    db.executemany(
        "INSERT INTO undo (kind, number, collision, file, sheet, row, currency, amount_minor, remote_id,"
        " status, body, seen, sorted, code, facts, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                line.kind,
                line.number,
                line.collision,
                line.file,
                line.sheet,
                line.row,
                line.currency,
                line.amount_minor,
                line.remote_id,
                line.status,
                line.body,
                zlib.compress(line.seen) if line.seen else b"",
                line.group.value,
                line.code,
                orjson.dumps(dict(line.facts)).decode(),
                (UndoState.LISTED if line.group is Group.REVERSIBLE else UndoState.KEPT).value,
            )
            for line in lines
        ),
    )


def undo_digest(read: Read) -> str:
    """A digest of what is listed, whatever became of it since; ``read`` asks the journal that holds it."""
    digest = hashlib.sha256()
    for row in paged(read, _SEALED_LINES):
        digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def paged(read: Read, sql: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a question, a page at a time, so that memory does not grow with the list.

    ``sql`` begins with ``SELECT id``, asks for ``id > ?`` first, then for ``values``, and ends with
    ``ORDER BY id LIMIT ?``.
    """
    last = 0
    while page := read(sql, (last, *values, _PAGE)):
        yield from page
        last = page[-1][0]


_SEALED_LINES = f"SELECT {_SEALED} FROM undo WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - our names
