"""The records that orders name on the target: which are known, which are missing, which are being created.

Works on a journal that is being planned as well as on a sealed one: what it needs is a way to read and a way
to write.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import orjson

from pipeline.journal.issue_rows import insert_issues
from pipeline.model.issue import Issue
from pipeline.model.lookup import LookupKind, Reference, reference_from
from pipeline.model.rows import RowRef

WANTED = "wanted"  # nothing final is known of it
FOUND = "found"  # it is there, and has an id
LACKING = "lacking"  # it is not there, or cannot be told from others
CREATING = "creating"  # a request to create it may be under way; durable before its first byte leaves
IN_DOUBT = "in_doubt"  # such a request may have been applied or not
CREATED = "created"  # it is there because of this run


class Store(Protocol):
    """A journal, as far as this is concerned."""

    def transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do some work and make it durable."""

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer a question."""


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A record that orders name.

    ``resolution`` is what was found out about it, as plain data (``None``: nothing yet); ``attempts`` counts
    the requests that were to create it.
    """

    id: int
    digest: str
    reference: Reference
    state: str
    resolution: list[Any] | None = None
    attempts: int = 0


class Trouble(NamedTuple):
    """Why a record cannot be had: code and facts of an issue, and the value that it speaks of."""

    code: str
    facts: Mapping[str, str | int]
    value: str


@dataclass(frozen=True, slots=True)
class ReferenceNews:
    """What became of a record.

    ``remote_id`` is its id on the target where it has one, ``resolution`` what was found out about it, as
    plain data, ``trouble`` why it cannot be had.
    """

    id: int
    state: str
    remote_id: int | None = None
    resolution: list[Any] | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class LackingUse:
    """A place where an order names a record that it cannot have."""

    order_id: int
    number: str
    at: RowRef
    column: int | None
    field: str
    value: str
    code: str
    facts: Mapping[str, str | int]


class ReferenceBook:
    """Reads and writes what is known of records. Raises :class:`JournalRefused` as its store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[StoredReference]:
        """Every record that orders name, and those they lie in."""
        sql = "SELECT id, digest, spec, state, resolution, attempts FROM refs ORDER BY id"
        return [
            StoredReference(
                row_id,
                digest,
                reference_from(orjson.loads(spec)),
                state,
                orjson.loads(resolution) if resolution else None,
                attempts,
            )
            for row_id, digest, spec, state, resolution, attempts in self._store.read(sql)
        ]

    def counts(self) -> dict[tuple[LookupKind, str], int]:
        """How many records there are of each kind in each state."""
        rows = self._store.read("SELECT kind, state, count(*) FROM refs GROUP BY kind, state")
        return {(LookupKind(kind), state): count for kind, state, count in rows}

    def tell(self, news: Iterable[ReferenceNews]) -> None:
        """Write what became of records, and make it durable."""
        rows = [
            (
                one.state,
                one.remote_id,
                orjson.dumps(one.resolution).decode() if one.resolution is not None else None,
                orjson.dumps([*one.trouble]).decode() if one.trouble else None,
                one.state == CREATING,
                one.id,
            )
            for one in news
        ]
        sql = (
            "UPDATE refs SET state = ?, remote_id = coalesce(?, remote_id),"
            " resolution = coalesce(?, resolution), trouble = ?, attempts = attempts + ? WHERE id = ?"
        )
        if rows:
            self._store.transaction(lambda db: db.executemany(sql, rows))

    def after_crash(self) -> int:
        """Requests to create whose answer was never written may have been applied; returns how many."""
        count = int(self._store.read("SELECT count(*) FROM refs WHERE state = ?", (CREATING,))[0][0])
        if count:
            sql = "UPDATE refs SET state = ? WHERE state = ?"
            self._store.transaction(lambda db: db.execute(sql, (IN_DOUBT, CREATING)))
        return count

    def finish_orders(self, nonce: str, most: int = 2_000) -> int:
        """Put ids in the places of records whose orders have all of theirs; returns how many orders.

        Orders that lack one stay as they are: see :meth:`lacking`. Call it until it returns 0.
        """
        sql = (
            "SELECT o.id, p.body FROM orders o JOIN payloads p ON p.order_id = o.id"
            " WHERE o.state = 'unresolved' AND NOT EXISTS (SELECT 1 FROM order_refs u JOIN refs r"
            " ON r.id = u.ref_id WHERE u.order_id = o.id AND r.remote_id IS NULL) LIMIT ?"
        )
        rows = self._store.read(sql, (most,))
        finished = [(order_id, *self._finished(order_id, body, nonce)) for order_id, body in rows]

        def write(db: sqlite3.Connection) -> None:
            db.executemany("INSERT INTO finished (order_id, body, sha256) VALUES (?, ?, ?)", finished)
            db.executemany(
                "UPDATE orders SET state = CASE suspect WHEN 1 THEN 'in_doubt' ELSE 'planned' END"
                " WHERE id = ? AND state = 'unresolved'",
                [(order_id,) for order_id, _ in rows],
            )

        if finished:
            self._store.transaction(write)
        return len(finished)

    def open_orders(self) -> int:
        """How many orders still name a record without an id."""
        return int(self._store.read("SELECT count(*) FROM orders WHERE state = 'unresolved'")[0][0])

    def ready_orders(self) -> int:
        """How many orders can be sent."""
        return int(self._store.read("SELECT count(*) FROM orders WHERE state = 'planned'")[0][0])

    def needed(self, only: Iterable[int] | None = None) -> list[str]:
        """The digests of the records that unresolved orders name; with ``only`` these orders, by id."""
        sql = (
            "SELECT DISTINCT r.digest FROM orders o JOIN order_refs u ON u.order_id = o.id"
            " JOIN refs r ON r.id = u.ref_id WHERE o.state = 'unresolved'"
            " AND (?1 IS NULL OR o.id IN (SELECT value FROM json_each(?1)))"
        )
        orders = None if only is None else orjson.dumps(list(only)).decode()
        return [digest for (digest,) in self._store.read(sql, (orders,))]

    def lacking(self, most: int = 500) -> list[LackingUse]:
        """All places of some unresolved orders that name a record which will not be there."""
        sql = (
            "SELECT o.id, o.number, u.tab, u.row, u.col, u.field, r.trouble FROM orders o"
            " JOIN order_refs u ON u.order_id = o.id JOIN refs r ON r.id = u.ref_id"
            " WHERE r.state = ? AND o.id IN ("
            "SELECT DISTINCT o.id FROM orders o JOIN order_refs u ON u.order_id = o.id"
            " JOIN refs r ON r.id = u.ref_id WHERE o.state = 'unresolved' AND r.state = ? LIMIT ?)"
        )
        rows = self._store.read(sql, (LACKING, LACKING, most))
        found = []
        for order_id, number, tab, row, column, field, told in rows:
            code, facts, value = orjson.loads(told)
            found.append(LackingUse(order_id, number, (tab, row), column, field, value, code, facts))
        return found

    def warn(self, issues: Iterable[Issue]) -> None:
        """Remember what is worth knowing of records that are used."""
        told = [(None, issue) for issue in issues]
        if told:
            self._store.transaction(lambda db: insert_issues(db, told))

    def refuse(self, refused: Iterable[tuple[int, Issue]]) -> None:
        """Refuse unresolved orders, each with the reasons given; their payloads are dropped."""
        issues = list(refused)
        orders = [(order_id,) for order_id in {order_id for order_id, _ in issues}]

        def write(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE orders SET state = 'invalid' WHERE id = ? AND state = 'unresolved'", orders
            )
            insert_issues(db, issues)

        if issues:
            self._store.transaction(write)

    def _finished(self, order_id: int, body: bytes, nonce: str) -> tuple[bytes, bytes]:
        sql = (
            "SELECT r.digest, r.remote_id FROM order_refs u JOIN refs r ON r.id = u.ref_id"
            " WHERE u.order_id = ?"
        )
        ids = {digest: str(remote_id) for digest, remote_id in self._store.read(sql, (order_id,))}
        whole = re.sub(
            rb'"' + nonce.encode() + rb':([0-9a-f]{32})"', lambda mark: ids[mark[1].decode()].encode(), body
        )
        return whole, hashlib.sha256(whole).digest()
