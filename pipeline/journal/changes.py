"""What the journal knows of living customers that are to be changed."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from pipeline.journal.books import Read
from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.references import Store
from pipeline.model.change import Change, ChangeCounts, Wish
from pipeline.model.issue import Issue
from pipeline.model.lookup import LookupKind, reference_from

LISTED, CHANGING, CHANGED, DIFFERS, REFUSED = "listed", "changing", "changed", "differs", "refused"
LOOKED_AT = "changes"
"""The kind of the event that says that a plan has listed what changes, be it nothing."""


class StoredChange(NamedTuple):
    """A change and where it stands."""

    id: int
    state: str
    change: Change


class Changes:
    """Reads and writes the changes of a run. Raises :class:`JournalRefused` as its store does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wishes(self) -> list[Wish]:
        """What orders that are not refused want of customers who were there, in the order of the sources."""
        specs = {
            row_id: reference_from(orjson.loads(spec)).update
            for row_id, spec in self._store.read(
                "SELECT id, spec FROM refs WHERE kind = ?", (LookupKind.CUSTOMER.value,)
            )
        }
        sql = (
            "SELECT u.ref_id, r.remote_id, o.id FROM order_refs u JOIN orders o ON o.id = u.order_id"
            " JOIN refs r ON r.id = u.ref_id"
            " WHERE r.kind = ? AND r.state = 'found' AND o.state <> 'invalid' ORDER BY o.tab, o.row"
        )
        return [
            Wish(remote_id, order_id, {name: str(value) for name, value in wanted})
            for ref_id, remote_id, order_id in self._store.read(sql, (LookupKind.CUSTOMER.value,))
            if (wanted := specs[ref_id])
        ]

    def are_listed(self) -> bool:
        """Whether a plan has looked at what changes."""
        return bool(self._store.read("SELECT 1 FROM events WHERE kind = ? LIMIT 1", (LOOKED_AT,)))

    def add(self, changes: Iterable[Change], issues: Iterable[tuple[int, Issue]], at: float) -> None:
        """Remember what a plan lists, and that it has done so."""
        rows = [(one.remote_id, one.order_id, _json(one.before), _json(one.after), LISTED) for one in changes]
        told = list(issues)
        sql = "INSERT INTO changes (remote_id, order_id, before, after, state) VALUES (?, ?, ?, ?, ?)"

        def write(db: sqlite3.Connection) -> None:
            db.executemany(sql, rows)
            insert_issues(db, told)
            facts = orjson.dumps({"customers": len(rows)}).decode()
            db.execute("INSERT INTO events (at, kind, facts) VALUES (?, ?, ?)", (at, LOOKED_AT, facts))

        self._store.transaction(write)

    def open(self) -> list[StoredChange]:
        """The changes that have no outcome yet."""
        sql = (
            "SELECT id, state, remote_id, order_id, before, after FROM changes"
            " WHERE state IN (?, ?) ORDER BY id"
        )
        return [
            StoredChange(
                row_id, state, Change(remote_id, order_id, orjson.loads(before), orjson.loads(after))
            )
            for row_id, state, remote_id, order_id, before, after in self._store.read(sql, (LISTED, CHANGING))
        ]

    def move(self, change_id: int, state: str, issue: tuple[int, Issue] | None = None) -> None:
        """Remember where a change stands."""

        def write(db: sqlite3.Connection) -> None:
            db.execute("UPDATE changes SET state = ? WHERE id = ?", (state, change_id))
            insert_issues(db, [issue] if issue else [])

        self._store.transaction(write)

    def warn(self, issue: Issue) -> None:
        """Remember an issue of the run as a whole, once."""
        if not self._store.read("SELECT 1 FROM issues WHERE code = ? LIMIT 1", (issue.code,)):
            self._store.transaction(lambda db: insert_issues(db, [(None, issue)]))


def change_counts(read: Read) -> ChangeCounts | None:
    """How many customers change; ``None`` where no plan has looked."""
    if not read("SELECT 1 FROM events WHERE kind = ? LIMIT 1", (LOOKED_AT,)):
        return None
    states: dict[str, int] = dict(read("SELECT state, count(*) FROM changes GROUP BY state", ()))
    fields = {
        name for (after,) in read("SELECT DISTINCT after FROM changes", ()) for name in orjson.loads(after)
    }
    return ChangeCounts(
        listed=sum(states.values()),
        changed=states.get(CHANGED, 0),
        not_changed=states.get(DIFFERS, 0) + states.get(REFUSED, 0),
        left=states.get(LISTED, 0) + states.get(CHANGING, 0),
        fields=tuple(sorted(fields)),
    )


def listed_changes(read: Read, most: int) -> Iterator[Change]:
    """The first changes that a plan has listed."""
    sql = "SELECT remote_id, order_id, before, after FROM changes ORDER BY id LIMIT ?"
    return (_change(*stored) for stored in read(sql, (most,)))


def changes_digest(read: Read) -> str:
    """A digest of what is listed, whatever became of it since."""
    digest = hashlib.sha256()
    for row in read("SELECT remote_id, order_id, before, after FROM changes ORDER BY id", ()):
        digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def _change(remote_id: int, order_id: int, before: str, after: str) -> Change:
    return Change(remote_id, order_id, orjson.loads(before), orjson.loads(after))


def _json(fields: object) -> str:
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS).decode()
