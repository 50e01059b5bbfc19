"""What other runs of the channel mean for the orders of this one, in its journal.

Works on a journal that is being planned as well as on a sealed one.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.references import Store
from pipeline.model.issue import Issue
from pipeline.model.rows import RowRef
from pipeline.model.states import SENDABLE, State

HELD_CODES = ("E641", "E642", "E643")
"""Why an order is held."""
TOLD_ANEW = ("W642", "W643", "W644", "W645")
"""What is said each time before anything is sent."""
_AT_STAKE = ", ".join(f"'{state.value}'" for state in sorted({*SENDABLE, State.UNRESOLVED}, key=str))


class AtStake(NamedTuple):
    """An order that this run would send. ``said_absent``: a person says that the target does not hold it."""

    id: int
    at: RowRef
    number: str
    collision: str
    content: bytes | None
    state: State
    said_absent: bool = False


class Verdict(NamedTuple):
    """What becomes of it; ``issue`` says why where it will not be sent."""

    order: AtStake
    state: State
    remote_id: str | None = None
    issue: Issue | None = None


def release(store: Store) -> None:
    """Let every order that was held be looked at anew, and forget why it was held."""
    marks = ", ".join("?" * len(HELD_CODES))
    again = ", ".join("?" * len(TOLD_ANEW))

    def write(db: sqlite3.Connection) -> None:
        db.execute(
            "UPDATE orders SET state = CASE WHEN EXISTS (SELECT 1 FROM order_refs u WHERE u.order_id = id)"
            " AND NOT EXISTS (SELECT 1 FROM finished f WHERE f.order_id = id)"
            " THEN 'unresolved' ELSE 'planned' END, via = NULL WHERE state = 'held'"
        )
        db.execute(f"DELETE FROM issues WHERE code IN ({marks})", HELD_CODES)  # noqa: S608 - question marks
        db.execute(
            f"DELETE FROM issues WHERE order_id IS NULL AND code IN ({again})",  # noqa: S608 - question marks
            TOLD_ANEW,
        )

    store.transaction(write)


def at_stake(store: Store, after: int, most: int) -> list[AtStake]:
    """The next orders that this run would send, by ascending id behind ``after``."""
    sql = (
        "SELECT id, tab, row, number, collision, content, state,"  # noqa: S608 - our states
        " state = 'absent' AND via = 'person' FROM orders"
        f" WHERE id > ? AND state IN ({_AT_STAKE}) ORDER BY id LIMIT ?"
    )
    return [
        AtStake(order_id, (tab, row), number, collision, content, State(state), bool(said_absent))
        for order_id, tab, row, number, collision, content, state, said_absent in store.read(
            sql, (after, most)
        )
    ]


def settle(store: Store, verdicts: Sequence[Verdict], issues: Iterable[Issue] = ()) -> None:
    """Write what becomes of orders, and issues that belong to none."""
    moves = [
        (
            one.state.value,
            None if one.state is State.HELD else "ledger",
            one.remote_id,
            one.order.id,
            one.order.state.value,
        )
        for one in verdicts
    ]
    told = [(one.order.id, one.issue) for one in verdicts if one.issue is not None]
    general = [(None, issue) for issue in issues]

    def write(db: sqlite3.Connection) -> None:
        db.executemany(
            "UPDATE orders SET state = ?, via = ?, remote_id = coalesce(?, remote_id)"
            " WHERE id = ? AND state = ?",
            moves,
        )
        insert_issues(db, [*told, *general])

    if moves or general:
        store.transaction(write)
