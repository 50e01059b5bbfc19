"""Fields of an order that stand in a source of their own, such as payments or shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from decimal import Decimal
from typing import Any

from pipeline.mapping.field_plan import Check, FieldPlan
from pipeline.mapping.grammar import Cardinality, FurtherSource
from pipeline.mapping.rule import PickWord
from pipeline.mapping.steps.number import money
from pipeline.mapping.steps.problem import CellProblem
from pipeline.model.draft import FieldProblem, Problem

WINDOW = "delivery_range"
"""The one field that is a window of time, with a start and an end."""


@dataclass(frozen=True, slots=True)
class Pick:
    """How the values of several rows become one.

    ``nothing`` is what is sent where no row has a value: a default, what stands in for an empty cell,
    ``OMIT``, or a :class:`Problem` where the field must be sent. ``check`` is what the payload allows.
    """

    how: PickWord
    nothing: Any
    check: Check

    def of(self, values: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return the value for the order, or a :class:`Problem`.

        ``values`` are those of the order's rows in file order, without the rows whose cell is empty.
        """
        if not values:
            return self.nothing
        if self.how in {"first", "last"}:
            return values[0 if self.how == "first" else -1]
        try:
            total = _sum(values)
        except CellProblem as problem:
            return problem.problem
        return self.check(total) or total


@dataclass(frozen=True, slots=True)
class FurtherPlan:
    """A further source and the fields of the order that it gives.

    ``fields`` read one row each; ``rows`` says how many of them an order has. Of ``many`` a field becomes
    one value by ``picks``, which goes by the plan's name (``extra_field.id``).
    """

    name: str
    source: FurtherSource
    rows: Cardinality
    fields: tuple[FieldPlan, ...] = ()
    picks: Mapping[str, Pick] = made_by(default_factory=dict)


def add_fields(fields: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add fields of a further source to those of the order, in place, each part of an object to its object.

    The names of ``more`` may be dotted (``extra_field.id``); an object that rows share is never changed.
    """
    for name, value in more.items():
        outer, _, inner = name.partition(".")
        if inner:
            fields[outer] = {**(fields.get(outer) or {}), inner: value}
        elif isinstance(value, Mapping):
            fields[outer] = {**(fields.get(outer) or {}), **value}
        else:
            fields[outer] = value


def half_a_window(fields: Mapping[str, Any]) -> FieldProblem | None:
    """Return the problem of a window of time that has one end only."""
    window = fields.get(WINDOW)
    if not isinstance(window, Mapping) or len(window) != 1:
        return None
    missing = "start" if "end" in window else "end"
    return FieldProblem(f"{WINDOW}.{missing}", Problem("E206", {"missing": missing}))


def _sum(values: Sequence[Any]) -> Any:  # noqa: ANN401
    total = sum(values[1:], values[0])
    return money(total) if isinstance(total, Decimal) else total
