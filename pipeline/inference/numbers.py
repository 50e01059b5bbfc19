"""Cells as exact numbers, by the decimal separator of their column and never by their own look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from pipeline.inference.facts import ColumnFacts, TableFacts
from pipeline.inspection.shapes import Shape
from pipeline.model.cell import Cell

_MARKS: Final = frozenset(".,")
_NEARLY_ALL: Final = 0.95
_KEPT: Final = set("0123456789-")


def number_of(cell: Cell, separator: str) -> Decimal | None:
    """The number in a cell, ``None`` where there is none. An empty cell is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float | int):
        return Decimal(f"{cell:.15g}")
    if not isinstance(cell, str) or not cell:
        return None
    text = cell.strip().replace("\u2212", "-")
    plain = "".join("." if one == separator else one for one in text if one in _KEPT or one == separator)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True)
class Separators:
    """The decimal separator of every column, and how each is known.

    ``proven`` are columns (by index) whose own values leave no doubt, or next to none, ``contrary`` those
    whose values contradict each other; a column with a few exceptions is in both. ``usual`` is that of most
    proven columns, ``None`` where nothing is proven; ``needed`` says whether any column has a value that
    reads differently with another one.
    """

    proven: Mapping[int, str]
    contrary: frozenset[int]
    usual: str | None
    needed: bool

    def of(self, column: int, otherwise: str) -> str:
        """The separator to read a column by."""
        return self.proven.get(column) or self.usual or otherwise


def separators_of(table: TableFacts) -> Separators:
    """What the columns of a table say about how their numbers are written."""
    proven: dict[int, str] = {}
    contrary: set[int] = set()
    unclear = False
    for facts in table.columns:
        if facts.profile.shape is not Shape.DECIMAL:
            continue
        marks = {mark: count for mark, count in facts.profile.separators.items() if mark in _MARKS}
        best = max(marks, key=lambda mark: marks[mark], default=None)
        if best is not None and marks[best] >= _NEARLY_ALL * sum(marks.values()):
            proven[facts.index] = best
        if len(marks) > 1:
            contrary.add(facts.index)
        elif marks:
            continue
        else:
            unclear = True
    return Separators(proven, frozenset(contrary), _most(list(proven.values())), bool(unclear or proven))


def _most(marks: Sequence[str]) -> str | None:
    return max(sorted(set(marks)), key=marks.count) if marks else None


def unclear_columns(table: TableFacts) -> list[ColumnFacts]:
    """Columns in which every separator may as well part thousands."""
    return [
        facts
        for facts in table.columns
        if facts.profile.shape is Shape.DECIMAL
        and facts.profile.separators
        and all(mark.startswith("?") for mark in facts.profile.separators)
    ]
