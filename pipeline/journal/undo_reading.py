"""What an undo says of its lines, for summaries and reports: a page at a time, in the order of the list."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import orjson

from pipeline.journal.undo_planning import paged
from pipeline.journal.undoing import REQUESTS
from pipeline.model.folding import fold
from pipeline.model.undo import (
    Group,
    UndoCount,
    UndoLife,
    UndoLook,
    UndoReason,
    UndoReasons,
    UndoRecord,
    UndoState,
    UndoTry,
)

Read = Callable[..., list[tuple[Any, ...]]]
EXAMPLES = 3
_LINE = (
    "SELECT id, kind, number, file, sheet, row, remote_id, status, currency, amount_minor, sorted, state,"
    " code, facts, attempts, (SELECT max(at) FROM undo_looks l WHERE l.line_id = u.id),"
    " (SELECT max(coalesce(finished, started)) FROM undo_attempts a WHERE a.line_id = u.id) FROM undo u"
)
_WORST_FIRST = (
    UndoState.UNCLEAR,
    UndoState.CANCELLING,
    UndoState.IN_DOUBT,
    UndoState.FAILED,
    UndoState.REFUSED,
    UndoState.LEFT_ALONE,
    UndoState.KEPT,
    UndoState.ASKED,
)
"""Orders that somebody has to see to, or may have to."""
_REASON = "coalesce(json_extract(facts, '$.reason'), '')"


def undo_records(read: Read) -> Iterator[UndoRecord]:
    """Every line of an undo."""
    return map(_record, paged(read, f"{_LINE} WHERE id > ? ORDER BY id LIMIT ?"))


def first_reversible(read: Read, most: int) -> list[UndoRecord]:
    """The first orders that can be cancelled."""
    sql = f"{_LINE} WHERE sorted = ? ORDER BY id LIMIT ?"
    return [_record(row) for row in read(sql, (Group.REVERSIBLE.value, most))]


def for_a_person(read: Read, most: int) -> tuple[list[UndoRecord], int]:
    """The first orders that nothing here finishes, the gravest before all others, and how many there are."""
    where = f"kind = 'order' AND state IN ({', '.join('?' for _ in _WORST_FIRST)})"
    states = tuple(state.value for state in _WORST_FIRST)
    rank = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(states))
    sql = f"{_LINE} WHERE {where} ORDER BY CASE state {rank} END, sorted = 'irreversible', id LIMIT ?"
    count = read(f"SELECT count(*) FROM undo WHERE {where}", states)[0][0]  # noqa: S608 - question marks
    return [_record(row) for row in read(sql, (*states, most))], int(count)


def undo_counts(read: Read) -> list[UndoCount]:
    """All lines, counted; for a summary."""
    sql = (
        "SELECT kind, sorted, state, currency, count(*), coalesce(sum(amount_minor), 0), code FROM undo"
        " GROUP BY kind, sorted, state, currency, code"
    )
    return [UndoCount._make(row) for row in read(sql)]


def undo_states(read: Read) -> dict[str, int]:
    """Orders that were to be cancelled, by state."""
    sql = "SELECT state, count(*) FROM undo WHERE sorted = ? GROUP BY state"
    return dict(read(sql, (Group.REVERSIBLE.value,)))


def undo_requests(read: Read) -> int:
    """How many requests were sent by processes that could say so when they ended."""
    rows = read("SELECT facts FROM events WHERE kind = ?", (REQUESTS,))
    return sum(int(orjson.loads(facts)["requests"]) for (facts,) in rows)


def undo_reasons(read: Read, most: int) -> UndoReasons:
    """Why lines are not taken back, the commonest ``most`` reasons."""
    sql = (
        f"SELECT code, {_REASON}, count(*), min(id) FROM undo WHERE code IS NOT NULL"  # noqa: S608 - ours
        " GROUP BY 1, 2 ORDER BY 3 DESC, 4 LIMIT ?"
    )
    kinds = f"SELECT count(*) FROM (SELECT DISTINCT code, {_REASON} FROM undo WHERE code IS NOT NULL)"  # noqa: S608
    found = tuple(_reason(read, *row) for row in read(sql, (most,)))
    return UndoReasons(found, int(read(kinds)[0][0]))


def _reason(read: Read, code: str, reason: str, count: int, first: int) -> UndoReason:
    names = (
        "SELECT coalesce(nullif(number, ''), remote_id, '') FROM undo"  # noqa: S608 - our names
        f" WHERE code = ? AND {_REASON} = ? ORDER BY id LIMIT ?"
    )
    facts = orjson.loads(read("SELECT facts FROM undo WHERE id = ?", (first,))[0][0])
    return UndoReason(code, facts, count, tuple(name for (name,) in read(names, (code, reason, EXAMPLES))))


def undo_lives(read: Read, number: str) -> list[UndoLife]:
    """The orders of this number with all that was seen and done of them, usually one.

    Where none has exactly it, those that differ in case.
    """
    sql = f"{_LINE} WHERE kind = 'order' AND collision = ? ORDER BY id"
    found = [(row[0], _record(row)) for row in read(sql, (fold(number),))]
    exact = [one for one in found if one[1].number == number]
    return [_life(read, line, record) for line, record in exact or found]


def _life(read: Read, line: int, record: UndoRecord) -> UndoLife:
    looks = read("SELECT at, attempt, seen FROM undo_looks WHERE line_id = ? ORDER BY id", (line,))
    tries = read(
        "SELECT attempt, started, finished, outcome, status, reason FROM undo_attempts"
        " WHERE line_id = ? ORDER BY attempt",
        (line,),
    )
    moves = read("SELECT before, after FROM undo_moves WHERE line_id = ? ORDER BY id", (line,))
    return UndoLife(
        record,
        tuple(UndoLook._make(row) for row in looks),
        tuple(UndoTry._make(row) for row in tries),
        (moves[0][0] if moves else record.state.value, *(after for _, after in moves)),
    )


def _record(row: tuple[Any, ...]) -> UndoRecord:
    _, *told, minor, group, state, code, facts, attempts, looked, tried = row
    amount = None if minor is None else f"{Decimal(minor).scaleb(-2):.2f}"
    when = max((at for at in (looked, tried) if at is not None), default=None)
    return UndoRecord._make(
        (*told, amount, Group(group), UndoState(state), code, orjson.loads(facts), attempts, when)
    )
