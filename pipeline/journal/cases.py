"""What a journal says of single problems: which orders have them first, and all that was tried with those."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import orjson

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.planned import unpacked_rows
from pipeline.model.rows import RowRef

Ask: TypeAlias = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
_ISSUE = "i.code, i.file, i.sheet, i.row, i.col, i.header, i.value, i.number, i.field, i.facts"


class Case(NamedTuple):
    """One issue of a run; ``order`` is the journal's id of its order, ``None`` where it has none."""

    issue: Issue
    order: int | None


class CaseOrder(NamedTuple):
    """One order, all its rows, and its attempts: (number, seconds, outcome, HTTP status, reason)."""

    id: int
    at: RowRef
    number: str
    state: str
    rows: tuple[RowRef, ...]
    attempts: tuple[tuple[int, float | None, str | None, int | None, str | None], ...] = ()


class Cases:
    """Asks one journal; ``ask`` runs a query of ours."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def of_each(self, most: int) -> list[Case]:
        """The first ``most`` issues of every (code, field, column), in the order in which they were found."""
        sql = (
            f"SELECT {_ISSUE}, i.order_id FROM (SELECT *, row_number() OVER"  # noqa: S608 - our names
            " (PARTITION BY code, field, header ORDER BY id) AS place FROM issues) i"
            " WHERE i.place <= ? ORDER BY i.id"
        )
        return [_case(row) for row in self._ask(sql, (most,))]

    def of_order(self, number: str) -> list[Case]:
        """Every issue of the orders of this number."""
        sql = (
            f"SELECT {_ISSUE}, i.order_id FROM issues i"  # noqa: S608 - our names
            " WHERE i.order_id IN (SELECT id FROM orders WHERE number = ?) OR i.number = ? ORDER BY i.id"
        )
        return [_case(row) for row in self._ask(sql, (number, number))]

    def orders(self, ids: Sequence[int]) -> list[CaseOrder]:
        """These orders and all whose number may collide with theirs, in source order."""
        marks = ", ".join("?" for _ in ids)
        sql = (
            "SELECT id, tab, row, number, state, rows FROM orders WHERE collision IN"  # noqa: S608 - question marks
            f" (SELECT collision FROM orders WHERE id IN ({marks})) ORDER BY tab, row"
        )
        return [self._order(row) for row in self._ask(sql, tuple(ids))]

    def numbered(self, number: str) -> list[CaseOrder]:
        """The orders of this number."""
        sql = "SELECT id, tab, row, number, state, rows FROM orders WHERE number = ? ORDER BY tab, row"
        return [self._order(row) for row in self._ask(sql, (number,))]

    def sound(self, most: int) -> list[CaseOrder]:
        """The first orders that nothing is wrong with, as company for rows that belong to no order."""
        sql = (
            "SELECT id, tab, row, number, state, rows FROM orders o WHERE state <> 'invalid'"
            " AND NOT EXISTS (SELECT 1 FROM issues i WHERE i.order_id = o.id) ORDER BY tab, row LIMIT ?"
        )
        return [self._order(row) for row in self._ask(sql, (most,))]

    def in_state(self, states: Sequence[str], most: int) -> list[CaseOrder]:
        """The first orders of each of these states."""
        sql = "SELECT id, tab, row, number, state, rows FROM orders WHERE state = ? ORDER BY tab, row LIMIT ?"
        return [self._order(row) for state in states for row in self._ask(sql, (state, most))]

    def _order(self, row: tuple[Any, ...]) -> CaseOrder:
        order_id, tab, line, number, state, rows = row
        sql = (
            "SELECT attempt, finished - started, outcome, status, reason FROM attempts WHERE order_id = ?"
            " ORDER BY attempt"
        )
        tries = tuple((int(one[0]), *one[1:]) for one in self._ask(sql, (order_id,)))
        return CaseOrder(order_id, (tab, line), number, state, tuple(unpacked_rows(rows)), tries)


def _case(row: tuple[Any, ...]) -> Case:
    code, file, sheet, line, column, header, value, number, field, facts, order_id = row
    at = Location(file, sheet, line, column, header) if file else None
    return Case(Issue(code, at, value, number, field, facts=orjson.loads(facts)), order_id)
