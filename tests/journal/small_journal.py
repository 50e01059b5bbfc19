"""A small sealed journal: three orders, the second of them invalid."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.journal.planning import Planning
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.planned import Intent, Outcome, PlannedOrder, packed_rows
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef, Table
from pipeline.model.states import State

ORDERS = Table(0, "orders", "orders.csv", ("number", "total"))
ITEMS = Table(1, "items", "items.csv", ("number", "sku"))
HEADER: dict[str, Any] = {"run_id": "0badcafe", "target": "http://127.0.0.1:9", "channel": 5}


def order(row: int, number: str, *, valid: bool = True, **changes: Any) -> PlannedOrder:
    """Give one planned order standing in a row of the orders file."""
    body = b'{"order":{"number":"%s"}}' % number.encode()
    given: dict[str, Any] = {
        "at": (0, row),
        "number": number,
        "collision": number.casefold(),
        "currency": "TRY",
        "amount_minor": 1999,
        "items": 2,
        "rows": packed_rows([(0, row), (1, row * 2), (1, row * 2 + 1)]),
        "body": body if valid else None,
        "sha256": hashlib.sha256(body).digest() if valid else None,
    }
    return PlannedOrder(**{**given, **changes})


def seal(path: Path, *orders: PlannedOrder, sendable: bool = True) -> Path:
    """Write and seal a journal of these orders, or of three."""
    chosen = list(orders) or [order(2, "A-1"), order(3, "A-2", valid=False), order(4, "A-3")]
    planning = Planning(path)
    planning.add_tables([ORDERS, ITEMS])
    issues: list[tuple[RowRef | None, Issue]] = [
        (one.at, Issue("E306", Location("orders.csv", None, one.at[1]), order=one.number))
        for one in chosen
        if one.sha256 is None
    ]
    planning.add(chosen, issues)
    totals = {"orders": len(chosen), "rows_used": 0, "rows_ignored": 0, "items_read": 0}
    planning.seal(HEADER, totals, sendable=sendable)
    planning.close()
    return path


def opened(path: Path) -> RunJournal:
    """Open a sealed journal for sending, at a moment that does not matter."""
    return RunJournal(path, now=1000.0)


def intent(order_id: int, attempt: int = 1) -> Intent:
    """Give the intent of an attempt."""
    return Intent(order_id, attempt, 1000.0 + attempt)


def outcome(order_id: int, state: State, attempt: int | None = 1, **changes: Any) -> Outcome:
    """Give an outcome; its meaning follows the state unless told otherwise."""
    meanings = {State.CREATED: "applied", State.REJECTED: "refused", State.IN_DOUBT: "doubt"}
    given = {"meaning": meanings.get(state, "not_applied"), "finished": 1001.5} if attempt else {}
    return Outcome(order_id, state.value, attempt, **{**given, **changes})


def code_of(refused: pytest.ExceptionInfo[JournalRefused]) -> str:
    """Give the code of a refusal."""
    return refused.value.issues[0].code
