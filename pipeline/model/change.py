"""A change of a living customer, from the plan that lists it to what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Wish(NamedTuple):
    """What one order wants a customer to have: fields and values; ``remote_id`` is the customer's id."""

    remote_id: int
    order_id: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed: the same fields before and after. ``None`` before means that nothing was there.

    ``order_id`` is the first order that wants it.
    """

    remote_id: int
    order_id: int
    before: Mapping[str, str | None]
    after: Mapping[str, str]


class Disagreement(NamedTuple):
    """Orders that want different values for one field of one customer: one order for each of the values."""

    remote_id: int
    field: str
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """Customers whose change was listed: ``listed = changed + left + not_changed``."""

    listed: int = 0
    changed: int = 0
    not_changed: int = 0
    left: int = 0
    fields: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Every count by its name, and the fields."""
        return {
            "listed": self.listed,
            "changed": self.changed,
            "not_changed": self.not_changed,
            "left": self.left,
            "fields": list(self.fields),
        }
