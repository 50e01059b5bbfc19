"""A journal that is not sealed yet is filled: rows are read, sorted into partitions, prepared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pipeline.journal.planning import Planning
from pipeline.loaders import OpenTable
from pipeline.mapping.binding import column_index, used_columns
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.runs.opening import Sources, key_of
from pipeline.runs.request import PlanRequest
from pipeline.runs.spool import Spool, partitions_for
from pipeline.runs.workers import WorkerSettings, prepare_all
from pipeline.validation.terms import Terms

Progress = Callable[[str, int], None]
"""Told how many more ``rows`` or ``orders`` are done."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Everything that filling one journal needs. ``now`` is aware."""

    sources: Sources
    request: PlanRequest
    planning: Planning
    now: datetime
    progress: Progress

    def fill(self, folder: Path) -> dict[str, int]:
        """Fill the journal, with ``folder`` for rows that do not fit into memory; returns control totals.

        Rows are counted where they are read, and counted again where they end: in an order, or ignored.
        Raises :class:`InputRefused` where the two files never meet.
        """
        tables = [opened.table for opened in self.sources.tables]
        self.planning.add_tables(tables)
        opening = [issue for opened in self.sources.tables for issue in opened.issues]
        self._tell([*opening, *self.sources.mapping.warnings, *self._unused()])
        files = {opened.facts.path: opened.facts for opened in self.sources.tables}
        spool = Spool(folder, partitions_for([(facts.kind, facts.bytes) for facts in files.values()]))
        totals = {"rows_read": 0, "rows_used": 0, "rows_ignored": 0, "items_read": 0, "orders": 0}
        for opened in self.sources.tables:
            totals["rows_ignored"] += self._read(opened, spool)
            totals["rows_read"] += opened.rows_read
        without_items = self._prepare(spool, totals)
        item_rows = sum(opened.rows_read for opened in self.sources.tables if opened.table.source == "items")
        if totals["orders"] and item_rows and without_items == totals["orders"]:
            raise InputRefused(self._no_match(totals["orders"], item_rows))
        self._refuse_collisions()
        return totals

    def _read(self, opened: OpenTable, spool: Spool) -> int:
        """Spool a table; returns how many of its rows were ignored because they name no order."""
        source = getattr(self.sources.mapping.file.sources, opened.table.source)
        key_column = column_index(opened.table.header, source.key)
        if key_column is None:
            raise ValueError("the key column was agreed on when the table was opened")
        ignored = 0
        told_before = len(opened.issues)
        for batch in opened.batches():
            keyless = spool.add(batch, key_column, fill_down=source.fill_down)
            ignored += len(keyless)
            without_key = [Issue("E301", batch.table.at(number, key_column)) for number in keyless]
            self._tell([*batch.faults.values(), *without_key])
            self.progress("rows", len(batch.rows))
        self.planning.count_rows(opened.table.index, opened.rows_read, opened.blank_rows)
        self._tell(opened.issues[told_before:])
        return ignored

    def _prepare(self, spool: Spool, totals: dict[str, int]) -> int:
        """Prepare what was spooled, adding to the totals; returns how many orders have no items."""
        settings = WorkerSettings(
            self.sources.mapping_text,
            str(self.request.mapping),
            tuple(opened.table for opened in self.sources.tables),
            self._terms(),
            self.request.channel,
        )
        without_items = 0
        for done in prepare_all(settings, spool, self.request.jobs):
            self.planning.add(done.orders, done.issues)
            totals["rows_used"] += done.rows_used
            totals["rows_ignored"] += done.rows_ignored
            totals["items_read"] += done.items_read
            totals["orders"] += len(done.orders)
            without_items += done.without_items
            self.progress("orders", len(done.orders))
        return without_items

    def _terms(self) -> Terms:
        checks = self.sources.mapping.file.checks
        refuse = checks.mismatch == "error"
        return Terms(checks.order_total, checks.item_total, Decimal(checks.tolerance), refuse, self.now)

    def _tell(self, issues: list[Issue]) -> None:
        if issues:
            self.planning.add([], [(None, issue) for issue in issues])

    def _unused(self) -> Iterator[Issue]:
        """A warning for each table with columns that nothing reads."""
        mapping = self.sources.mapping
        for opened in self.sources.tables:
            table = opened.table
            order_plans = mapping.order if table.source != "items" else ()
            item_plans = mapping.items if table.source != "orders" else ()
            used = used_columns(table, [*order_plans, *item_plans])
            key = column_index(table.header, key_of(mapping, table))
            names = [name for index, name in enumerate(table.header) if index != key and index not in used]
            if names:
                facts: dict[str, str | int] = {"count": len(names), "columns": ", ".join(names)}
                yield Issue("W432", table.at(table.header_row), facts=facts)

    def _no_match(self, orders: int, items: int) -> Issue:
        """The two files never meet: an example of each key says why at a glance."""
        examples: dict[str, str] = {}
        for opened in self.sources.tables:
            column = column_index(opened.table.header, key_of(self.sources.mapping, opened.table)) or 0
            first = next(opened.batches(1), None)
            examples.setdefault(opened.table.source, shown(first.rows[0][column]) if first else "")
        facts: dict[str, str | int] = {
            "orders": orders,
            "items": items,
            "order_example": examples.get("orders", ""),
            "item_example": examples.get("items", ""),
        }
        return Issue("E307", Location(self.sources.tables[0].table.file), facts=facts)

    def _refuse_collisions(self) -> None:
        tables = {opened.table.index: opened.table for opened in self.sources.tables}
        names = next((plan.columns for plan in self.sources.mapping.order if plan.name == "number"), ())
        for group in list(self.planning.collisions()):
            for order_id, (tab, row), number in group:
                others = [
                    f"{shown(other)} in row {ref[1]}"
                    for other_id, ref, other in group
                    if other_id != order_id
                ]
                column = column_index(tables[tab].header, names[0]) if names else None
                at, facts = tables[tab].at(row, column), {"other": ", ".join(others[:5])}
                issue = Issue("E306", at, shown(number), number, "order.number", facts=facts)
                self.planning.refuse(order_id, issue)
