"""An undo on its way to being sealed: what the run created is read, what can be done about it is written."""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from pipeline.journal.references import CREATED
from pipeline.journal.undo_schema import STATEMENTS
from pipeline.model.undo import CreatedOrder, CreatedRecord, Group, UndoLine, UndoState

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
        """Customers and addresses that the run created, and customers that it changed."""
        sql = "SELECT kind, remote_id FROM refs WHERE state = ? ORDER BY id"
        for kind, remote_id in self._read(sql, (CREATED,)):
            yield CreatedRecord(kind, remote_id)
        sql = "SELECT remote_id, order_id FROM changes WHERE state IN ('changed', 'changing') ORDER BY id"
        for remote_id, order_id in self._read(sql):
            yield CreatedRecord("customer_change", str(remote_id), order_id)


def make_undo_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an undo in a journal that is not sealed yet."""
    for statement in STATEMENTS:
        db.execute(statement)


def add_lines(db: sqlite3.Connection, lines: Sequence[UndoLine]) -> None:
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


def undo_digest(rows: Iterable[tuple[Any, ...]]) -> str:
    """A digest of what is listed, whatever became of it since; ``rows`` are those of :data:`SEALED_LINES`."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


SEALED_LINES = f"SELECT {_SEALED} FROM undo ORDER BY id"  # noqa: S608 - our names
