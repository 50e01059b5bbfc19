"""What the target said of attempts that it did not take, and the cells that this is about."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.references import Store
from pipeline.model.complaint_text import unpacked_complaints
from pipeline.model.exchange import Complaint
from pipeline.model.issue import Issue
from pipeline.model.lookup import Reference, reference_from
from pipeline.model.rows import RowRef

CODES = ("E511", "E512")
"""The issues that stand for what the target says is wrong with an order."""
CONFLICTS = ("E513", "E640")
"""The issues that stand for what differs between an order and the one that stands on the target."""


class Complained(NamedTuple):
    """An order that the target refused, and its last words about it.

    ``issue`` is the id of the issue that stands for them, with its ``code`` and ``facts``. ``body`` is what
    was sent; ``looked_up`` what stood behind an id in it, by the field and the row that named it.
    """

    order_id: int
    attempt: int
    at: RowRef
    number: str
    rows: str
    shape: str | None
    body: bytes
    said: tuple[Complaint, ...]
    issue: int
    code: str
    facts: dict[str, str | int]
    looked_up: dict[tuple[str, RowRef], Reference]


class Landed(NamedTuple):
    """Where complaints turned out to belong: the order's issue anew, and one for every further cell."""

    of: Complained
    issue: Issue
    further: tuple[Issue, ...] = ()


class ComplaintBook:
    """Reads complaints that nobody has brought to cells yet, and writes where they belong."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, most: int) -> list[Complained]:
        """Some orders whose complaints have not been looked at."""
        marks = ", ".join("?" for _ in CODES)
        sql = (
            "SELECT o.id, c.attempt, o.tab, o.row, o.number, o.rows, s.shape,"  # noqa: S608 - question marks
            " coalesce(f.body, p.body), c.said,"
            f" (SELECT max(i.id) FROM issues i WHERE i.order_id = o.id AND i.code IN ({marks}))"
            " FROM complaints c JOIN orders o ON o.id = c.order_id AND o.attempts = c.attempt"
            " JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
            " LEFT JOIN order_shapes s ON s.order_id = o.id"
            " WHERE c.landed = 0 AND o.state = 'rejected'"
            f" AND EXISTS (SELECT 1 FROM issues i WHERE i.order_id = o.id AND i.code IN ({marks})) LIMIT ?"
        )
        found = []
        for order_id, attempt, tab, row, *rest, issue in self._store.read(sql, (*CODES, *CODES, most)):
            number, rows, shape, body, said = rest
            code, facts = self._issue(issue)
            found.append(
                Complained(
                    order_id,
                    attempt,
                    (tab, row),
                    number,
                    rows,
                    shape,
                    body,
                    unpacked_complaints(said),
                    issue,
                    code,
                    facts,
                    self._looked_up(order_id),
                )
            )
        return found

    def conflicts(self, after: int, most: int) -> list[Complained]:
        """Some orders that stand on the target otherwise, whose differences were not brought to cells.

        ``after`` is the issue of the last one that was looked at. Nothing is said there: what differs stands
        in the facts.
        """
        marks = ", ".join("?" for _ in CONFLICTS)
        sql = (
            "SELECT i.id, i.code, i.facts, o.id, o.attempts, o.tab, o.row, o.number, o.rows, s.shape,"  # noqa: S608 - question marks
            " coalesce(f.body, p.body) FROM issues i JOIN orders o ON o.id = i.order_id"
            " JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
            " LEFT JOIN order_shapes s ON s.order_id = o.id"
            f" WHERE i.code IN ({marks}) AND i.field IS NULL AND i.id > ? AND o.state = 'conflict'"
            " ORDER BY i.id LIMIT ?"
        )
        found = []
        for issue, code, facts, order_id, attempt, *order in self._store.read(sql, (*CONFLICTS, after, most)):
            tab, row, number, rows, shape, body = order
            known = (issue, code, orjson.loads(facts), self._looked_up(order_id))
            found.append(Complained(order_id, attempt, (tab, row), number, rows, shape, body, (), *known))
        return found

    def land(self, landed: Sequence[Landed]) -> None:
        """Bring issues to their cells, and remember that it was done; in one transaction."""

        def write(db: sqlite3.Connection) -> None:
            for one in landed:
                at = one.issue.at
                db.execute(
                    "UPDATE issues SET file = ?, sheet = ?, row = ?, col = ?, header = ?, value = ?,"
                    " field = ?, facts = ? WHERE id = ?",
                    (
                        *((at.file, at.sheet, at.row, at.column, at.header) if at else (None,) * 5),
                        one.issue.value,
                        one.issue.field,
                        orjson.dumps(dict(one.issue.facts)).decode(),
                        one.of.issue,
                    ),
                )
                insert_issues(db, ((one.of.order_id, issue) for issue in one.further))
            keys = [(one.of.order_id, one.of.attempt) for one in landed]
            db.executemany("UPDATE complaints SET landed = 1 WHERE order_id = ? AND attempt = ?", keys)

        if landed:
            self._store.transaction(write)

    def _issue(self, issue: int) -> tuple[str, dict[str, str | int]]:
        code, facts = self._store.read("SELECT code, facts FROM issues WHERE id = ?", (issue,))[0]
        return code, orjson.loads(facts)

    def _looked_up(self, order_id: int) -> dict[tuple[str, RowRef], Reference]:
        sql = (
            "SELECT u.field, u.tab, u.row, r.spec FROM order_refs u JOIN refs r ON r.id = u.ref_id"
            " WHERE u.order_id = ?"
        )
        return {
            (field, (tab, row)): reference_from(orjson.loads(spec))
            for field, tab, row, spec in self._store.read(sql, (order_id,))
        }
