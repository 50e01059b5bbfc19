"""What moves an order from outside of sending: a person's decision, and a suspicion about all of them."""

import sqlite3
from typing import NamedTuple

import orjson

from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.rows import RowRef
from pipeline.model.states import TABLE, Event, State, decided

SUSPECTED = "suspected"
"""The kind of the event; its fact ``orders`` counts them."""
_SUSPECTS = ", ".join(
    f"'{state.value}'"
    for state, moves in TABLE.items()
    if Event.SUSPECTED in moves and state is not State.UNRESOLVED
)


class NamedOrder(NamedTuple):
    """An order as it stands: its id, where its row is, its number and its state."""

    id: int
    at: RowRef
    number: str
    state: State


class Decision(NamedTuple):
    """What a person says of an order: what, who, why, when (seconds since 1970, UTC), the target's id."""

    event: Event
    by: str
    why: str
    at: float
    remote_id: str | None = None


def numbered(journal: RunJournal, number: str) -> list[NamedOrder]:
    """Every order of the run with exactly this number, in source order; refused twins may share it."""
    sql = "SELECT id, tab, row, number, state FROM orders WHERE number = ? ORDER BY tab, row"
    return [
        NamedOrder(order_id, (tab, row), name, State(state))
        for order_id, tab, row, name, state in journal.read(sql, (number,))
    ]


def decide(journal: RunJournal, order: NamedOrder, decision: Decision, issue: Issue | None) -> State:
    """Record a decision and move the order by it, in one transaction; returns its new state.

    Raises :class:`ImpossibleMove` where there is nothing to decide. Issues of the target's answers are
    dropped: what they said has been decided; ``issue`` takes their place. Where the person says that the
    target does not hold the order, its earlier attempts count as not applied.
    """
    after = decided(order.state, decision.event)
    record = (
        order.id,
        decision.at,
        decision.by,
        decision.why,
        decision.event.value,
        order.state.value,
        after.value,
        decision.remote_id,
    )

    def write(db: sqlite3.Connection) -> None:
        db.execute(
            "INSERT INTO decisions (order_id, at, said_by, why, decision, before, after, remote_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            record,
        )
        db.execute(
            "UPDATE orders SET state = ?, via = 'person', remote_id = ? WHERE id = ? AND state = ?",
            (after.value, decision.remote_id, order.id, order.state.value),
        )
        db.execute("DELETE FROM issues WHERE order_id = ? AND code LIKE 'E5%'", (order.id,))
        if after is State.ABSENT:
            db.execute(
                "UPDATE attempts SET outcome = 'absent'"
                " WHERE order_id = ? AND (outcome IS NULL OR outcome = 'doubt')",
                (order.id,),
            )
        insert_issues(db, [(order.id, issue)] if issue else [])

    journal.transaction(write)
    return after


def suspect(journal: RunJournal, now: float) -> int:
    """Take every order that is to be sent for one that may have been sent already; returns how many.

    Orders that wait for the ids of records are looked up as soon as they have them.
    """
    found = journal.read(f"SELECT count(*) FROM orders WHERE state IN ({_SUSPECTS}, 'unresolved')")  # noqa: S608
    count = int(found[0][0])

    def write(db: sqlite3.Connection) -> None:
        db.execute(f"UPDATE orders SET suspect = 1 WHERE state IN ({_SUSPECTS}, 'unresolved')")  # noqa: S608
        db.execute(f"UPDATE orders SET state = 'in_doubt' WHERE state IN ({_SUSPECTS})")  # noqa: S608
        db.execute(
            "INSERT INTO events (at, kind, facts) VALUES (?, ?, ?)",
            (now, SUSPECTED, orjson.dumps({"orders": count}).decode()),
        )

    journal.transaction(write)
    return count
