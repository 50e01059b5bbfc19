"""One order through every transform: from its cells to its payload, with what is wrong in its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.assembly.flat_file import group
from pipeline.mapping.binding import column_index, used_columns
from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.split_rows import item_columns
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.tracing import FieldTrace, Tracer
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import UsageRefused
from pipeline.model.rows import Row, RowRef, Table
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart, shown_field
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.sources import Sources, open_sources, source_of
from pipeline.runs.preparing.partition import PartitionPreparer
from pipeline.runs.preparing.spool import Keyed, Spool
from pipeline.runs.preparing.spooling import spooled, terms_of

NEAR = 50_000
"""Keys among which one is looked for that was meant."""


def show_order(request: PlanRequest, key: str, now: datetime | None = None) -> list[ShownOrder]:
    """Work one order through with somebody looking on. ``key`` is what its rows bear in the key column.

    Usually one; several where the files hold the key several times, which refuses them all. Reads all files
    in flat memory. Raises a :class:`Refusal` where they cannot be read, and where no row has the key (E490).
    """
    sources = open_sources(request)
    keyed = _rows_of(key.strip(), sources, request.mapping)
    tables = {opened.table.index: opened.table for opened in sources.tables}
    terms = terms_of(sources.mapping, now or datetime.now(UTC))
    done = PartitionPreparer(sources.mapping, tables.values(), terms, request.channel).prepare(keyed)
    tracing = OrderTracing(sources.texts.traced(), tables, keyed)
    parts = tracing.orders()
    bodies = {order.at: order.body for order in done.orders}
    further = tracing.further()
    shown_orders = []
    for at, own in parts.items():
        issues = [issue for ref, issue in done.issues if ref in (at, None)]
        body = bodies.get(at)
        payload = orjson.loads(_with_names(body, done.references)) if body is not None else None
        shown_orders.append(ShownOrder(key, (*own, *further), tuple(issues), payload))
    return shown_orders or [ShownOrder(key, tuple(further), tuple(issue for _, issue in done.issues), None)]


def _with_names(body: bytes, references: dict[str, Any]) -> bytes:
    """The payload with what a record is looked up by in the place of its mark."""
    for digest, reference in references.items():
        name = orjson.dumps(shown_field(reference))
        body = body.replace(b'":' + digest.encode() + b'"', name)
    return body


def _rows_of(key: str, sources: Sources, mapping: Path) -> list[Keyed]:
    spool = Spool(Path(), 1)
    met: dict[str, None] = {}
    for opened in sources.tables:
        for _ in spooled(opened, sources.mapping, spool):
            if len(met) < NEAR:
                met.update(dict.fromkeys(spool.keys()))
            spool.keep_only(key)
    keyed = [held for partition in spool.partitions() for held in partition.load() if held.rows]
    if not keyed:
        near = nearest(key, met) or next(iter(met), "")
        facts = {"hint": f"Did you mean {shown(near)!r}? " if near else "", "mapping": str(mapping)}
        raise UsageRefused(Issue("E490", Location(sources.tables[0].table.file), shown(key), facts=facts))
    return keyed


@dataclass(slots=True)
class OrderTracing:
    """The rows of one order, traced."""

    tracer: Tracer
    tables: dict[int, Table]
    keyed: Sequence[Keyed]
    rows: dict[RowRef, Row] = made_by(default_factory=dict)

    def __post_init__(self) -> None:
        for held in self.keyed:
            numbered = zip(held.numbers, held.rows, strict=True)
            self.rows.update(((held.table, number), tuple(row)) for number, row in numbered)
        self.rows = dict(sorted(self.rows.items()))

    def orders(self) -> dict[RowRef, list[ShownPart]]:
        """The parts of each order that the rows hold, the order's own first, by its row."""
        found: dict[RowRef, list[ShownPart]] = {}
        items: list[ShownPart] = []
        flat: dict[int, list[tuple[str, Row, RowRef]]] = {}
        for ref, row in self.rows.items():
            table = self.tables[ref[0]]
            if table.source == "lines":
                flat.setdefault(ref[0], []).append(("", row, ref))
            elif table.source == "orders":
                found[ref] = [self._part("order", self.tracer.order(table.header, row), ref)]
            elif table.source == "items":
                items += self._items(row, ref)
        if found:
            next(iter(found.values())).extend(items)
        for index, rows in flat.items():
            found.update(self._flat(self.tables[index], rows))
        return found

    def _flat(
        self, table: Table, rows: list[tuple[str, Row, RowRef]]
    ) -> Iterator[tuple[RowRef, list[ShownPart]]]:
        mapping = self.tracer.mapping
        key = column_index(table.header, source_of(mapping, table).key)
        order_columns = used_columns(table, mapping.order) - {key}
        for one in group(rows, sorted(order_columns), sorted(item_columns(mapping, table))):
            traces = self.tracer.order(table.header, one.order_row)
            own = self._part("order", traces, one.ref, one.filled)
            yield one.ref, [own, *(part for row, ref in one.items for part in self._items(row, ref))]

    def _items(self, row: Row, ref: RowRef) -> list[ShownPart]:
        return [self._part("order_item", line, ref) for line in self.tracer.items(self.tables[ref[0]], row)]

    def further(self) -> list[ShownPart]:
        """What the rows of further sources give the order, and what is picked of several."""
        parts: list[ShownPart] = []
        for plan in self.tracer.mapping.further:
            refs = [ref for ref in self.rows if self.tables[ref[0]].source == plan.name]
            traced = [self.tracer.further(plan, self.tables[ref[0]].header, self.rows[ref]) for ref in refs]
            parts += [self._part(plan.name, one, ref) for one, ref in zip(traced, refs, strict=True)]
            picked = list(self.tracer.picked(plan, traced))
            parts += [ShownPart(plan.name, None, tuple((one, ()) for one in picked))] if picked else []
        return parts

    def _part(
        self, name: str, traces: Sequence[FieldTrace], ref: RowRef, filled: dict[int, RowRef] | None = None
    ) -> ShownPart:
        table = self.tables[ref[0]]
        inside = {one.field.rpartition(".")[0] for one in traces if one.mapped and one.value is not OMIT}
        wanted = sorted(
            (one for one in traces if one.mapped or one.field not in inside), key=lambda one: not one.mapped
        )
        fields = tuple((one, tuple(self._cell(at, ref, filled) for at in one.at)) for one in wanted)
        return ShownPart(name, table.at(ref[1]), fields)

    def _cell(self, at: int, ref: RowRef, filled: dict[int, RowRef] | None) -> Location:
        table, row = self.tables[ref[0]], (filled or {}).get(at, ref)
        if at < len(table.header):
            return table.at(row[1], at)
        lines = self.tracer.mapping.file.sources.lines  # a part of the cell that holds several items
        split = getattr(lines, "split", None)
        column = column_index(table.header, split.column) if split is not None else None
        return table.at(row[1], column)
