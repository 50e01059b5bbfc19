"""An order between its rows and its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from pipeline.model.rows import RowRef


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one cell cannot become what its field wants: a code of the catalogue and its facts."""

    code: str
    facts: Mapping[str, str | int] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A problem at one field of a row. ``column`` is the cell's column, ``None`` where there is no cell."""

    field: str
    problem: Problem
    column: int | None = None
    value: str | None = None


@dataclass(slots=True)
class MappedRow:
    """A row turned into payload fields: typed values by field name, and what went wrong on the way."""

    ref: RowRef
    fields: dict[str, Any]
    problems: list[FieldProblem]


@dataclass(slots=True)
class OrderDraft:
    """One order joined to its items, typed but not yet allowed to leave.

    ``odd_rows`` are problems at rows of the order that are neither its order row nor an item; ``rows`` are
    all its rows of the files that hold orders and items, where there are more than the order row and the
    items. ``further`` are its rows of further sources, by the source's name. ``filled`` tells which row
    filled a column that the order row leaves empty.
    """

    key: str
    order: MappedRow
    items: list[MappedRow]
    odd_rows: list[tuple[RowRef, FieldProblem]] = made_by(default_factory=list)
    rows: list[RowRef] | None = None
    further: dict[str, list[MappedRow]] = made_by(default_factory=dict)
    filled: Mapping[int, RowRef] = made_by(default_factory=dict)

    def refs(self) -> list[RowRef]:
        """Every row of the order, each once."""
        own = self.rows or [self.order.ref, *(item.ref for item in self.items)]
        return [*own, *(row.ref for rows in self.further.values() for row in rows)] if self.further else own


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule across fields found. ``item`` is the index of the item concerned, if any."""

    code: str
    field: str
    item: int | None = None
    facts: Mapping[str, str | int] = made_by(default_factory=dict)
