"""From a path in the target's words, such as ``order_item[1].product``, to the cells it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import PREFIX, CompiledMapping
from pipeline.mapping.field_plan import FieldPlan
from pipeline.mapping.split_rows import item_mapper
from pipeline.model.location import Mark
from pipeline.model.rows import Table

ORDER, ITEM = PREFIX["order"], PREFIX["items"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A payload field that a path names.

    ``field`` is dotted (``order.amount``), ``item`` the place of its item in the payload. ``source`` is the
    further source that gives it, where one does. ``columns`` are the names of the columns that its rule
    reads, none for a constant; ``mark`` is where the rule stands, ``None`` for what is sent without one.
    """

    field: str
    item: int | None = None
    source: str | None = None
    columns: tuple[str, ...] = ()
    mark: Mark | None = None

    @property
    def constant(self) -> bool:
        """Whether the mapping says the value itself."""
        return not self.columns and self.mark is not None


@dataclass(frozen=True, slots=True)
class FieldFinder:
    """Finds the payload fields of one mapping."""

    mapping: CompiledMapping

    def find(self, path: Sequence[str | int], items: int) -> Spot | None:
        """The field that a path names, of an order with so many ``items``; ``None`` for an unknown path.

        A path may name an item and none of its fields; it may go deeper than the payload does, or stop
        short of a field that is an object: its first part is meant then.
        """
        if not path or path[0] not in (ORDER, ITEM):
            return None
        inside: list[str | int] = list(path[1:])
        item: int | None = None
        if path[0] == ITEM:
            item = _place(inside, items)
            if item is None:
                return None
        names = [part for part in inside if isinstance(part, str)]
        if not names:
            return Spot(ITEM, item) if item is not None else None
        return self._field(str(path[0]), names, item)

    def _field(self, section: str, names: Sequence[str], item: int | None) -> Spot | None:
        plans = self._plans(section)
        for length in range(len(names), 0, -1):
            name = ".".join(names[:length])
            known = self._known(section, name, plans)
            if known is not None:
                plan, source = plans[known]
                field = f"{section}.{known}"
                return Spot(field, item, source, plan.columns, self.mapping.places.get(field))
        return None

    def _known(self, section: str, name: str, plans: Mapping[str, object]) -> str | None:
        """The rule of a field, or the first of those inside of it where it is an object."""
        if f"{section}.{name}" in self.mapping.places and name in plans:
            return name
        inside = next((one for one in plans if one.startswith(f"{name}.")), None)
        return inside or (name if name in plans else None)

    def _plans(self, section: str) -> dict[str, tuple[FieldPlan, str | None]]:
        if section == ITEM:
            return {plan.name: (plan, None) for plan in self.mapping.items}
        own: dict[str, tuple[FieldPlan, str | None]] = {
            plan.name: (plan, None) for plan in self.mapping.order
        }
        for further in self.mapping.further:
            own |= {plan.name: (plan, further.name) for plan in further.fields}
        return own

    def columns(self, spot: Spot, table: Table) -> list[int]:
        """The columns of a table in which a field's cells stand; of several items in one, that cell's."""
        if spot.item is not None and table.source == "lines":
            first = item_mapper(self.mapping, table).column_of(spot.field.partition(".")[2])
            others = [column_index(table.header, name) for name in spot.columns]
            found = [first, *others]
        else:
            found = [column_index(table.header, name) for name in spot.columns]
        return list(dict.fromkeys(column for column in found if column is not None))


def _place(inside: list[str | int], items: int) -> int | None:
    """Take the place of an item from the beginning of a path; an order's only item needs none."""
    if inside and isinstance(inside[0], int):
        place = inside.pop(0)
        return place if isinstance(place, int) and 0 <= place < items else None
    return 0 if items == 1 else None


def value_at(payload: Mapping[str, object], spot: Spot) -> object:
    """What was sent for a field; ``None`` where the payload does not hold it."""
    section, *names = spot.field.split(".")
    found: object = payload.get(section)
    if spot.item is not None:
        found = found[spot.item] if isinstance(found, list) and spot.item < len(found) else None
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if names else None
