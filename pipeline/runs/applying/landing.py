"""What the target complains about, and what it holds otherwise, is brought to the cells that it is about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pipeline.journal.complaints import Complained, ComplaintBook, Landed
from pipeline.journal.running import RunJournal
from pipeline.mapping.landing import FieldFinder, Spot, value_at
from pipeline.model.exchange import Complaint
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import Refusal
from pipeline.model.rows import RowRef, Table
from pipeline.reporting.masking.mask import is_personal_field
from pipeline.runs.opening.mapping_again import texts_of
from pipeline.runs.preparing.order_shape import OrderShape, shape_from, sources_of

AT_ONCE = 500
_FIELD = re.compile(r"(?P<section>order_item|order)(?:\[(?P<place>[0-9]+)\])?(?:\.(?P<name>[a-z_.]+))?")
_ROOM = 80
"""Characters of the name of a place, so that ten of them still fit a message."""


def land_complaints(journal: RunJournal, tables: Mapping[int, Table]) -> None:
    """Bring what the target said, and what it holds otherwise, to cells, where nobody has done so.

    Done when sending has ended; whatever a crash leaves behind, the next start does. The mapping cannot be
    compiled where a plug-in of it is gone: then the complaints stay at the rows of their orders.
    """
    book = ComplaintBook(journal)
    waiting, conflicts = book.waiting(AT_ONCE), book.conflicts(0, AT_ONCE)
    if not waiting and not conflicts:
        return
    try:
        mapping = texts_of(journal.header, any_tables=True).compiled()
    except Refusal:
        return
    landing = Landing(FieldFinder(mapping), tables, journal.header["run_id"])
    while waiting:
        book.land([landing.land(one) for one in waiting])
        waiting = book.waiting(AT_ONCE)
    while conflicts:
        book.land([one for one in map(landing.land_conflict, conflicts) if one is not None])
        conflicts = book.conflicts(conflicts[-1].issue, AT_ONCE)


@dataclass(frozen=True, slots=True)
class Landing:
    """Brings the complaints of one order after the other to cells of ``tables``."""

    finder: FieldFinder
    tables: Mapping[int, Table]
    run: str

    def land(self, order: Complained) -> Landed:
        """The order's issue at the first cell, and an issue for each further one.

        The message names every place, in the order of the complaints. What has no place stays at the row.
        """
        shape = shape_from(order.at, order.rows, order.shape, sources_of(self.tables))
        found = [(said, self._place(said, order, shape)) for said in order.said]
        placed = [(said, place) for said, place in found if place is not None]
        own = self.tables[order.at[0]].at(order.at[1])
        if not placed:
            return Landed(order, Issue(order.code, own, None, order.number, facts=order.facts))
        names = "; ".join(dict.fromkeys(place.told for _, place in placed))
        facts = {**order.facts, "complaints": f"{order.facts.get('complaints', '')} – {names}"}
        first = placed[0][1]
        issue = Issue(order.code, first.at or own, first.value, order.number, first.field, facts=facts)
        met = {(first.at, first.field)}
        further = []
        for said, place in placed[1:]:
            if (place.at, place.field) in met:
                continue
            met.add((place.at, place.field))
            told: dict[str, str | int] = {"complaint": f"{shown(str(said))} – {place.told}", "run": self.run}
            further.append(Issue("E680", place.at or own, place.value, order.number, place.field, facts=told))
        return Landed(order, issue, tuple(further))

    def land_conflict(self, order: Complained) -> Landed | None:
        """The order's issue at the first cell of what differs; ``None`` where no cell can be found.

        What the target was asked about names all cells; of what the ledger knows the fields are named.
        """
        shape = shape_from(order.at, order.rows, order.shape, sources_of(self.tables))
        said = [Complaint(path, "") for path in _paths(str(order.facts.get("fields", "")))]
        placed = [place for place in (self._place(one, order, shape) for one in said) if place is not None]
        if not placed:
            return None
        facts = dict(order.facts)
        if "differences" in facts:
            cells = "; ".join(dict.fromkeys(place.told for place in placed))
            facts["differences"] = f"{facts['differences']} – {cells}"
        first = placed[0]
        own = self.tables[order.at[0]].at(order.at[1])
        at = first.at or own
        return Landed(order, Issue(order.code, at, first.value, order.number, first.field, facts=facts))

    def _place(self, said: Complaint, order: Complained, shape: OrderShape) -> "Place | None":
        spot = self.finder.find(said.path, len(shape.items))
        if spot is None:
            return None
        cells = self._cells(spot, shape)
        value = self._value(spot, order, cells)
        return Place(spot.field, cells[0][1] if cells else None, value, self._told(spot, cells, value))

    def _cells(self, spot: Spot, shape: OrderShape) -> list[tuple[RowRef, Location]]:
        """The cells of a field, or its item's row where it has none."""
        if spot.item is not None:
            rows = [shape.items[spot.item]]
        elif spot.source is not None:
            rows = [ref for ref in shape.rows if self.tables[ref[0]].source == spot.source]
        else:
            rows = [shape.at]
        found = []
        for row in rows:
            table = self.tables[row[0]]
            for column in self.finder.columns(spot, table):
                ref = shape.row_of(column) if spot.item is None and spot.source is None else row
                found.append((ref, table.at(ref[1], column)))
        if not found and spot.item is not None:
            table, row_number = self.tables[rows[0][0]], rows[0][1]
            found.append((rows[0], table.at(row_number)))
        return found

    @staticmethod
    def _value(spot: Spot, order: Complained, cells: Sequence[tuple[RowRef, Location]]) -> str | None:
        """What was sent; of a record that was looked up, what it was looked up by."""
        row = cells[0][0] if cells else order.at
        reference = order.looked_up.get((spot.field, row))
        if reference is not None:
            return shown(reference.value)
        payload: Any = orjson.loads(order.body)
        value = value_at(payload, spot)
        return None if value is None or isinstance(value, dict | list) else shown(value)

    @staticmethod
    def _told(spot: Spot, cells: Sequence[tuple[RowRef, Location]], value: str | None) -> str:
        """``Kalemler!B32 (STOK_KODU, 'SKU-9')``; for what no cell holds, the line of the mapping."""
        sent = f"'{value}'" if value is not None and not is_personal_field(spot.field) else ""
        if not cells:
            what = "a constant" if spot.constant else "no column"
            where = str(spot.mark) if spot.mark else f"{spot.field}, sent so by default"
            return _listed(where, [what, sent])
        at = cells[0][1]
        others = [_short(other, at) for _, other in cells[1:4]]
        more = ["with " + ", ".join(others)] if others else []
        return _listed(_short(at, None), [shown(at.header or ""), sent, *more])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a complaint belongs: a payload field, its first cell, what was sent, and all that in words."""

    field: str
    at: Location | None
    value: str | None
    told: str


def _paths(fields: str) -> list[tuple[str | int, ...]]:
    """Field names as issues list them, ``order_item[1].quantity``, as paths; what is none is left out."""
    found: list[tuple[str | int, ...]] = []
    for name in fields.split(", "):
        told = _FIELD.fullmatch(name)
        if told is not None:
            place = [] if told["place"] is None else [int(told["place"])]
            found.append((told["section"], *place, *filter(None, (told["name"] or "").split("."))))
    return found


def _short(at: Location, beside: Location | None) -> str:
    """``Kalemler!B32``, or ``items.csv B32``; without the name of the table ``beside`` one of the same."""
    cell = at.cell or f"row {at.row}"
    if beside is not None and (at.file, at.sheet) == (beside.file, beside.sheet):
        return cell if not at.header else f"{cell} ({shown(at.header)})"
    name = at.sheet if at.sheet is not None else at.file.replace("\\", "/").rpartition("/")[2]
    name = shown(name)[-_ROOM:]
    return f"{name}!{cell}" if at.sheet is not None else f"{name} {cell}"


def _listed(place: str, beside: Sequence[str]) -> str:
    told = ", ".join(one for one in beside if one)
    return f"{place} ({told})" if told else place
