"""A new run on its way to being sealed: bulk writes that a crash may throw away."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal import tally
from pipeline.journal.archive_planning import insert_archived, route_of
from pipeline.journal.issue_rows import Total, insert_issues, read_by_order
from pipeline.journal.money import Cells, insert_cells
from pipeline.journal.references import WANTED
from pipeline.journal.schema import KEY_INDEX
from pipeline.model.issue import Issue
from pipeline.model.lookup import Reference
from pipeline.model.planned import PlannedOrder
from pipeline.model.records import TableRecord
from pipeline.model.rows import RowRef, Table
from pipeline.model.states import State


class Planning:
    """Writes orders, issues and tables of a run that is not sealed yet.

    Raises :class:`JournalRefused` from every method when the disk or the file is in trouble.
    """

    def __init__(self, path: Path, *, connect: connections.Connect = connections.connect) -> None:
        self._path = path
        self._db = connections.create(path, connect=connect)
        self._cells: Cells = {}
        connections.bulk(self._db)

    def close(self) -> None:
        """Close the file; what was not sealed can never be sent."""
        self._db.close()

    def add_tables(self, tables: Iterable[Table]) -> None:
        """Remember the tables that the run reads."""
        rows = [
            (
                table.index,
                table.source,
                table.file,
                table.sheet,
                _json(table.header),
                table.header_row,
                table.expanded,
            )
            for table in tables
        ]
        sql = (
            "INSERT INTO tables (tab, source, file, sheet, header, header_row, expanded)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        self._write(lambda db: db.executemany(sql, rows))

    def count_rows(self, record: TableRecord) -> None:
        """Remember how many rows a table turned out to have, and what became of them."""
        sql = "UPDATE tables SET rows_read = ?, rows_used = ?, rows_ignored = ?, rows_blank = ? WHERE tab = ?"
        values = (record.read, record.used, record.ignored, record.blank, record.table.index)
        self._write(lambda db: db.execute(sql, values))

    def add(self, orders: Sequence[PlannedOrder], issues: Iterable[tuple[RowRef | None, Issue]]) -> None:
        """Add orders and issues; an issue with a row reference belongs to the order standing there."""

        def write(db: sqlite3.Connection) -> None:
            next_id = (db.execute("SELECT max(id) FROM orders").fetchone()[0] or 0) + 1
            known = list(enumerate(orders, next_id))
            ids = {order.at: order_id for order_id, order in known}
            uses = [
                (order_id, *use.at, use.column, use.field, use.digest)
                for order_id, order in known
                for use in (order.uses if order.sha256 is not None else ())
            ]
            db.executemany(
                "INSERT INTO orders (id, tab, row, number, collision, currency, amount_minor, items, rows,"
                " sha256, content, state, route) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_row(order_id, order) for order_id, order in known),
            )
            insert_archived(db, ((order_id, order.archived) for order_id, order in known))
            insert_cells(db, self._cells, [(order_id, order.cell) for order_id, order in known])
            bodies = ((order_id, order.body) for order_id, order in known if order.body is not None)
            db.executemany("INSERT INTO payloads (order_id, body) VALUES (?, ?)", bodies)
            shapes = ((order_id, order.shape) for order_id, order in known if order.shape is not None)
            db.executemany("INSERT INTO order_shapes (order_id, shape) VALUES (?, ?)", shapes)
            db.executemany(
                "INSERT INTO order_refs (order_id, tab, row, col, field, ref_id)"
                " VALUES (?, ?, ?, ?, ?, (SELECT id FROM refs WHERE digest = ?))",
                uses,
            )
            insert_issues(db, ((ids.get(at) if at else None, issue) for at, issue in issues))

        self._write(write)

    def suspect(self) -> None:
        """Take every order for one that may have been sent already: it is looked up before it is sent."""

        def write(db: sqlite3.Connection) -> None:
            db.execute("UPDATE orders SET suspect = 1 WHERE state IN ('planned', 'unresolved')")
            db.execute("UPDATE orders SET state = 'in_doubt' WHERE state = 'planned'")

        self._write(write)

    def add_references(self, references: Mapping[str, Reference]) -> None:
        """Remember records that orders name, by digest, each once."""
        rows = [(digest, one.kind.value, _json(one.as_data()), WANTED) for digest, one in references.items()]
        sql = "INSERT OR IGNORE INTO refs (digest, kind, spec, state) VALUES (?, ?, ?, ?)"
        if rows:
            self._write(lambda db: db.executemany(sql, rows))

    def collisions(self) -> Iterator[list[tuple[int, RowRef, str]]]:
        """Groups of orders whose numbers may collide: (order id, its row, number), two or more each.

        To be called once, when all orders are in.
        """
        self._write(lambda db: db.execute(KEY_INDEX))
        sql = (
            "SELECT collision FROM orders WHERE collision <> '' GROUP BY collision"
            " HAVING count(*) > 1"
            " AND (count(DISTINCT number) > 1 OR sum(state IN ('planned', 'unresolved')) > 1)"
        )
        for (collision,) in self._db.execute(sql).fetchall():
            rows = self._db.execute(
                "SELECT id, tab, row, number FROM orders WHERE collision = ? ORDER BY tab, row", (collision,)
            )
            yield [(order_id, (tab, row), number) for order_id, tab, row, number in rows]

    def refuse(self, order_id: int, issue: Issue) -> None:
        """Refuse an order after all, with its reason; its payload is dropped."""

        def write(db: sqlite3.Connection) -> None:
            db.execute("UPDATE orders SET state = 'invalid', sha256 = NULL WHERE id = ?", (order_id,))
            db.execute("DELETE FROM payloads WHERE order_id = ?", (order_id,))
            db.execute("DELETE FROM archived WHERE order_id = ?", (order_id,))
            insert_issues(db, [(order_id, issue)])

        self._write(write)

    def transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do some work in one transaction, which lasts once the run is sealed."""
        self._write(work)

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer a question about what was added so far."""
        with connections.damage_told(self._path):
            return self._db.execute(sql, values).fetchall()

    def errors(self) -> Iterator[tuple[RowRef, Total, list[Issue]]]:
        """The errors of each refused order with its row and total, one by one; nothing is added meanwhile."""
        with connections.damage_told(self._path):
            yield from read_by_order(self._db)

    def seal(self, header: Mapping[str, Any], totals: Mapping[str, int], *, sendable: bool) -> str:
        """Bring everything to the disk and close the plan; returns its digest in hex.

        The digest covers the header and, in source order, what every order is: all but its outcome.
        """
        try:
            connections.add_indexes(self._db)
            connections.durable(self._db, self._path)
        except sqlite3.Error as error:
            raise connections.trouble(error, self._path) from error
        digest = plan_digest(self._db, header)
        facts = {"header": _json(header), "totals": _json(totals), "digest": digest, "epoch": "0"}
        facts["sealed"] = "yes" if sendable else "checked only"
        facts[tally.CELLS] = tally.sum_of_cells(self._db)
        sql = "INSERT INTO meta (key, value) VALUES (?, ?)"

        def write(db: sqlite3.Connection) -> None:
            db.executemany(sql, facts.items())
            db.execute(sql, (tally.KEY, tally.Sum(0, tally.added_up(db)).text()))

        self._write(write)
        return digest

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            work(self._db)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise connections.trouble(error, self._path) from error


def plan_digest(db: sqlite3.Connection, header: Mapping[str, Any]) -> str:
    """The digest of a plan, from what the journal holds."""
    digest = hashlib.sha256(orjson.dumps(header, option=orjson.OPT_SORT_KEYS))
    sql = (
        "SELECT tab, row, number, collision, currency, amount_minor, items, rows, hex(sha256), route"
        " FROM orders ORDER BY tab, row"
    )
    for order in db.execute(sql):
        digest.update(orjson.dumps(order, option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def _row(order_id: int, order: PlannedOrder) -> tuple[object, ...]:
    state = State.PLANNED if order.sha256 is not None else State.INVALID
    if order.uses and state is State.PLANNED:
        state = State.UNRESOLVED
    return (
        order_id,
        *order.at,
        order.number,
        order.collision,
        order.currency,
        order.amount_minor,
        order.items,
        order.rows,
        order.sha256,
        order.content,
        state.value,
        route_of(order),
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
