"""What the journal knows of bookkeeping on the target: batches, what they register, error reports.

It is beside the orders and never changes one of them. Everything is written before the request that it
speaks of leaves, and again when it is known what became of it.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from pipeline.bookkeeping.batch import FINAL, Batch, BatchState
from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.references import Store
from pipeline.model.books import BookCounts, BookTerms, RemoteObject
from pipeline.model.issue import Issue
from pipeline.model.rows import RowRef

REGISTER, REPORT = "register", "report"
BATCHED, REGISTERED, PRESENT, REFUSED = "batched", "registered", "present", "refused"
SENDING, SENT, UNCLEAR = "sending", "sent", "unclear"
REQUESTS = "bookkeeping requests"
_STANDING = "o.state IN ('created', 'already_present') AND o.route = 'create'"
_PAYLOADS = "JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
_FINAL = ", ".join(f"'{state.value}'" for state in sorted(FINAL, key=lambda state: state.value))

Read = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]


class BookOrder(NamedTuple):
    """An order of which something is to be told: the payload as it was sent, its id where that is known."""

    id: int
    at: RowRef
    number: str
    body: bytes
    remote_id: str | None = None


class RefusedOrder(NamedTuple):
    """An order that the target refused: the payload as it was sent, the reason as code and facts."""

    order: BookOrder
    code: str
    facts: str


class Books:
    """Reads and writes the books of a run. Raises :class:`JournalRefused` as its store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def unfinished(self, purpose: str, most: int = -1) -> list[Batch]:
        """The first batches that have not ended, in the order in which they were made."""
        sql = (
            f"SELECT id, state, pk FROM batches WHERE purpose = ? AND state NOT IN ({_FINAL})"  # noqa: S608
            " ORDER BY id LIMIT ?"
        )
        return [
            Batch(batch_id, BatchState(state), pk, tuple(one for _, one in self.members(batch_id)))
            for batch_id, state, pk in self._store.read(sql, (purpose, most))
        ]

    def members(self, batch_id: int) -> list[tuple[int, RemoteObject]]:
        """What a batch registers, in its order, each with its order's id."""
        sql = (
            "SELECT order_id, kind, pk, remote_id, version_date FROM batch_objects"
            " WHERE batch_id = ? ORDER BY place"
        )
        return [(order_id, RemoteObject(*rest)) for order_id, *rest in self._store.read(sql, (batch_id,))]

    def unregistered(self, after: int, most: int) -> list[BookOrder]:
        """The next orders that stand on the target and are in no batch, by id, behind ``after``."""
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, coalesce(f.body, p.body), o.remote_id"  # noqa: S608 - ours
            f" FROM orders o {_PAYLOADS} WHERE {_STANDING} AND o.id > ?"
            " AND NOT EXISTS (SELECT 1 FROM registrations r WHERE r.order_id = o.id) ORDER BY o.id LIMIT ?"
        )
        return [
            BookOrder(order_id, (tab, row), number, body, remote_id)
            for order_id, tab, row, number, body, remote_id in self._store.read(sql, (after, most))
        ]

    def orders(self, order_ids: Iterable[int]) -> list[BookOrder]:
        """Some orders by their ids; of what was sent nothing is said."""
        sql = "SELECT id, tab, row, number FROM orders WHERE id = ?"
        return [
            BookOrder(order_id, (tab, row), number, b"")
            for wanted in sorted(order_ids)
            for order_id, tab, row, number in self._store.read(sql, (wanted,))
        ]

    def used_elsewhere(self, order_id: int, objects: Collection[RemoteObject]) -> str | None:
        """A line id of the order that is registered for an item of another order, too."""
        names = sorted({one.remote_id for one in objects if one.kind == "orderitem"})
        sql = (
            "SELECT 1 FROM batch_objects WHERE kind = 'orderitem' AND remote_id = ? AND order_id <> ? LIMIT 1"
        )
        return next((name for name in names if self._store.read(sql, (name, order_id))), None)

    def plan(self, batches: Sequence[Sequence[tuple[int, RemoteObject]]], requests: int = 0) -> None:
        """Remember batches before anything is sent of them; their orders are in no other from now on."""

        def write(db: sqlite3.Connection) -> None:
            for members in batches:
                batch_id = db.execute(
                    "INSERT INTO batches (purpose, state) VALUES (?, ?)", (REGISTER, BatchState.WANTED.value)
                ).lastrowid
                db.executemany(
                    "INSERT INTO batch_objects (batch_id, place, order_id, kind, pk, remote_id, version_date)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(batch_id, place, order_id, *one) for place, (order_id, one) in enumerate(members)],
                )
                db.executemany(
                    "INSERT OR IGNORE INTO registrations (order_id, state) VALUES (?, ?)",
                    [(order_id, BATCHED) for order_id, _ in members],
                )
            _count(db, requests)

        self._store.transaction(write)

    def report_batch(self) -> Batch:
        """The batch that error reports name as their action: the one that is open, else a new one."""
        found = self.unfinished(REPORT)
        if found:
            return found[0]
        sql = "INSERT INTO batches (purpose, state) VALUES (?, ?)"
        self._store.transaction(lambda db: db.execute(sql, (REPORT, BatchState.WANTED.value)))
        return self.unfinished(REPORT)[0]

    def move(self, batch: Batch, requests: int = 0) -> None:
        """Remember where a batch stands. Where it is done, its orders may be registered with it."""

        def write(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE batches SET state = ?, pk = ? WHERE id = ?", (batch.state.value, batch.pk, batch.id)
            )
            if batch.state is BatchState.DONE:
                db.execute(
                    "UPDATE registrations SET state = ? WHERE state = ? AND order_id IN"
                    " (SELECT order_id FROM batch_objects WHERE batch_id = ?) AND NOT EXISTS"
                    " (SELECT 1 FROM batch_objects m JOIN batches b ON b.id = m.batch_id"
                    "  WHERE m.order_id = registrations.order_id AND b.state <> ?)",
                    (REGISTERED, BATCHED, batch.id, BatchState.DONE.value),
                )
            _count(db, requests)

        self._store.transaction(write)

    def settle_failed(self, batch: Batch, refused: Iterable[tuple[int, Issue]]) -> None:
        """A batch has ended without registering anything: refuse some of its orders, free the others.

        Other batches of these orders are given up, too, as far as nothing was sent of them.
        """
        issues = list(refused)
        gone = {order_id for order_id, _ in issues}

        def write(db: sqlite3.Connection) -> None:
            own = "SELECT order_id FROM batch_objects WHERE batch_id = ?"
            db.execute(
                f"DELETE FROM batch_objects WHERE batch_id <> ? AND order_id IN ({own})"  # noqa: S608
                " AND batch_id IN (SELECT id FROM batches WHERE state = ?)",
                (batch.id, batch.id, BatchState.WANTED.value),
            )
            db.execute(
                f"DELETE FROM registrations WHERE state = ? AND order_id IN ({own})",  # noqa: S608 - ours
                (BATCHED, batch.id),
            )
            db.execute("DELETE FROM batch_objects WHERE batch_id = ?", (batch.id,))
            db.execute(
                "DELETE FROM batches WHERE purpose = ? AND state = ?"
                " AND id NOT IN (SELECT batch_id FROM batch_objects)",
                (REGISTER, BatchState.WANTED.value),
            )
            db.execute("UPDATE batches SET state = ? WHERE id = ?", (BatchState.FAILED.value, batch.id))
            _settle(db, gone, REFUSED)
            insert_issues(db, issues)

        self._store.transaction(write)

    def settle(
        self, present: Collection[int] = (), refused: Iterable[tuple[int, Issue]] = (), requests: int = 0
    ) -> None:
        """Remember orders that are registered already, and those that cannot be, each with its reason."""
        issues = list(refused)

        def write(db: sqlite3.Connection) -> None:
            _settle(db, present, PRESENT)
            _settle(db, {order_id for order_id, _ in issues}, REFUSED)
            insert_issues(db, issues)
            _count(db, requests)

        self._store.transaction(write)

    def unreported(self, most: int) -> list[RefusedOrder]:
        """The next orders that the target refused and was told nothing about."""
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, coalesce(f.body, p.body), i.code, i.facts"  # noqa: S608 - ours
            f" FROM orders o {_PAYLOADS} JOIN issues i ON i.id = (SELECT max(id) FROM issues"
            "  WHERE order_id = o.id AND code LIKE 'E5%')"
            " WHERE o.state = 'rejected'"
            " AND NOT EXISTS (SELECT 1 FROM error_reports e WHERE e.order_id = o.id) ORDER BY o.id LIMIT ?"
        )
        return [
            RefusedOrder(BookOrder(order_id, (tab, row), number, body), code, facts)
            for order_id, tab, row, number, body, code, facts in self._store.read(sql, (most,))
        ]

    def in_doubt_reports(self) -> list[BookOrder]:
        """Orders whose error report may have arrived or not, because a process ended over it."""
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, coalesce(f.body, p.body)"  # noqa: S608 - ours
            f" FROM orders o {_PAYLOADS} JOIN error_reports e ON e.order_id = o.id WHERE e.state = ?"
        )
        return [
            BookOrder(order_id, (tab, row), number, body)
            for order_id, tab, row, number, body in self._store.read(sql, (SENDING,))
        ]

    def report(
        self,
        order_ids: Iterable[int],
        state: str | None,
        issues: Iterable[tuple[int, Issue]] = (),
    ) -> None:
        """Remember what became of error reports; ``None`` means that they have not left after all."""
        rows, told = [(order_id, state) for order_id in order_ids], list(issues)

        def write(db: sqlite3.Connection) -> None:
            if state is None:
                db.executemany("DELETE FROM error_reports WHERE order_id = ?", [row[:1] for row in rows])
            else:
                db.executemany("INSERT OR REPLACE INTO error_reports (order_id, state) VALUES (?, ?)", rows)
            insert_issues(db, told)

        self._store.transaction(write)


def _settle(db: sqlite3.Connection, order_ids: Iterable[int], state: str) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO registrations (order_id, state) VALUES (?, ?)",
        [(order_id, state) for order_id in order_ids],
    )


def _count(db: sqlite3.Connection, requests: int) -> None:
    if requests:
        db.execute(
            "INSERT INTO counters (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            (REQUESTS, requests),
        )


def book_counts(read: Read, terms: BookTerms) -> BookCounts:
    """How far bookkeeping is."""
    standing = read(f"SELECT count(*) FROM orders o WHERE {_STANDING}", ())[0][0] if terms.batch else 0  # noqa: S608
    rejected = read("SELECT count(*) FROM orders WHERE state = 'rejected' AND route = 'create'", ())[0][0]
    states: dict[str, int] = dict(read("SELECT state, count(*) FROM registrations GROUP BY state", ()))
    reports: dict[str, int] = dict(read("SELECT state, count(*) FROM error_reports GROUP BY state", ()))
    settled = {name: states.get(name, 0) for name in (REGISTERED, PRESENT, REFUSED)}
    wanted = rejected if terms.error_reports else 0
    return BookCounts(
        wanted=standing,
        **settled,
        left=standing - sum(settled.values()),
        batches=read("SELECT count(*) FROM batches WHERE state = 'done'", ())[0][0],
        reports_wanted=wanted,
        reports_sent=reports.get(SENT, 0),
        reports_unclear=reports.get(UNCLEAR, 0) + reports.get(SENDING, 0),
        reports_left=wanted - sum(reports.values()),
    )
