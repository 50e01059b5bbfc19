"""Orders of the archive on their way into a new journal, and customers who are told in two ways."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from pipeline.journal.references import Store
from pipeline.model.archive import CREATE, ROUTE, ArchivedOrder
from pipeline.model.planned import PlannedOrder
from pipeline.model.rows import RowRef

_AT_ONCE = 1_000


def route_of(order: PlannedOrder) -> str:
    """The name of the way that an order goes."""
    return CREATE if order.archived is None else ROUTE


def insert_archived(db: sqlite3.Connection, orders: Iterable[tuple[int, ArchivedOrder | None]]) -> None:
    """Insert what migration files hold of orders, each by its order's id."""
    rows = [
        (
            order_id,
            one.code,
            one.email,
            one.placed,
            one.user,
            b"\n".join(one.addresses),
            one.order,
            b"\n".join(one.items),
        )
        for order_id, one in orders
        if one is not None
    ]
    db.executemany("INSERT INTO archived VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


class Told(NamedTuple):
    """What one order tells of its customer."""

    order_id: int
    at: RowRef
    number: str
    code: str
    email: str
    placed: int
    user: bytes


class ArchiveCustomers:
    """The customers of a run that is being planned, over all of its orders."""

    def __init__(self, store: Store) -> None:
        self._store = store
        sql = "CREATE INDEX IF NOT EXISTS archived_code ON archived (code)"
        self._store.transaction(lambda db: db.execute(sql))

    def count(self) -> int:
        """How many orders go into the archive."""
        return int(self._store.read("SELECT count(*) FROM archived")[0][0])

    def differing(self) -> Iterator[list[Told]]:
        """For each customer whom orders tell of differently, all of these orders, in source order."""
        sql = "SELECT code FROM archived GROUP BY code HAVING count(DISTINCT user) > 1"
        for (code,) in self._store.read(sql):
            yield self._told("a.code = ?", code)

    def sharing(self) -> Iterator[list[Told]]:
        """For each e-mail address that several customers have, all of their orders, in source order."""
        sql = "SELECT email FROM archived GROUP BY email HAVING count(DISTINCT code) > 1"
        for (email,) in self._store.read(sql):
            yield self._told("a.email = ?", email)

    def take_newest(self, group: list[Told]) -> None:
        """Let all orders of a customer say what the newest of them says."""
        newest = max(group, key=lambda one: (one.placed, one.at))
        new_email = orjson.dumps(orjson.loads(newest.user)["email"])
        changed: list[tuple[object, ...]] = []
        for one in group:
            sql = "SELECT addresses, main, items FROM archived WHERE order_id = ?"
            addresses, main, items = self._store.read(sql, (one.order_id,))[0]
            old_email = orjson.dumps(orjson.loads(one.user)["email"])
            main = main.replace(b'"user_email":' + old_email, b'"user_email":' + new_email, 1)
            digest = hashlib.sha256(b"\n\n".join((newest.user, addresses, main, items))).digest()
            changed.append((newest.user, newest.email, main, one.order_id, digest))

        def write(db: sqlite3.Connection) -> None:
            sql = "UPDATE archived SET user = ?, email = ?, main = ? WHERE order_id = ?"
            db.executemany(sql, [row[:4] for row in changed])
            sql = "UPDATE orders SET sha256 = ? WHERE id = ?"
            db.executemany(sql, [(digest, order_id) for *_, order_id, digest in changed])

        self._store.transaction(write)

    def _told(self, condition: str, value: str) -> list[Told]:
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, a.code, a.email, a.placed, a.user"  # noqa: S608 - ours
            f" FROM archived a JOIN orders o ON o.id = a.order_id WHERE {condition} ORDER BY o.tab, o.row"
        )
        return [
            Told(order_id, (tab, row), *rest) for order_id, tab, row, *rest in self._store.read(sql, (value,))
        ]
