"""A journal that is not sealed yet is filled: rows are read, sorted into partitions, prepared."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime
from pathlib import Path

from pipeline.journal.planning import Planning
from pipeline.loaders.open_table import OpenTable
from pipeline.mapping.binding import column_index
from pipeline.mapping.coverage import Part
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.records import TableRecord
from pipeline.model.refusal import InputRefused
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.sources import Sources, source_of
from pipeline.runs.preparing.archive_customers import settle_customers
from pipeline.runs.preparing.spool import Spool, partitions_for
from pipeline.runs.preparing.spooling import spooled, terms_of
from pipeline.runs.preparing.workers import WorkerSettings, prepare_all

Progress = Callable[[str, int], None]
"""Told how many more ``rows`` or ``orders`` are done."""


def nothing_to_tell(_what: str, _more: int) -> None:
    """Progress for nobody."""


class UnaccountedRowsError(Exception):
    """Rows of a table ended neither in an order nor among the ignored ones: a bug of ours."""

    def __init__(self, at: Location, read: int, used: int, ignored: int) -> None:
        super().__init__(f"{at}: {read} rows read, but {used} used and {ignored} ignored")


@dataclass(frozen=True, slots=True)
class Filling:
    """Everything that filling one journal needs. ``now`` is aware; ``nonce`` marks records without ids."""

    sources: Sources
    request: PlanRequest
    planning: Planning
    now: datetime
    progress: Progress
    nonce: str = ""
    counted: bool = False
    """Whether what is used of the mapping is counted, into ``used``."""
    used: set[Part] = made_by(default_factory=set)

    def spool(self, folder: Path) -> Spool:
        """Where rows are sorted, with ``folder`` for those that do not fit into memory."""
        files = {opened.facts.path: opened.facts for opened in self.sources.tables}
        return Spool(folder, partitions_for(list(files.values())))

    def fill(self, spool: Spool) -> dict[str, int]:
        """Fill the journal by way of the spool, which holds every row afterwards; returns control totals.

        Rows are counted where they are read, and counted again where they end: in an order, or ignored.
        Raises :class:`InputRefused` where the two files never meet.
        """
        tables = [opened.table for opened in self.sources.tables]
        self.planning.add_tables(tables)
        opening = [issue for opened in self.sources.tables for issue in opened.issues]
        self._tell([*opening, *self.sources.mapping.warnings, *self._unused()])
        totals = {"items_read": 0, "orders": 0}
        used: Counter[int] = Counter()
        ignored: Counter[int] = Counter()
        for opened in self.sources.tables:
            ignored[opened.table.index] = self._read(opened, spool)
        without_items = self._prepare(spool, totals, used, ignored)
        self._account(used, ignored)
        rows_read = sum(opened.rows_read for opened in self.sources.tables)
        totals |= {"rows_read": rows_read, "rows_used": used.total(), "rows_ignored": ignored.total()}
        item_rows = sum(opened.rows_read for opened in self.sources.tables if opened.table.source == "items")
        if totals["orders"] and item_rows and without_items == totals["orders"]:
            raise InputRefused(self._no_match(totals["orders"], item_rows))
        self._refuse_collisions()
        tables_by_index = {table.index: table for table in tables}
        settle_customers(self.planning, self.sources.mapping, tables_by_index, self.now, totals["orders"])
        return totals

    def _read(self, opened: OpenTable, spool: Spool) -> int:
        """Spool a table; returns how many of its rows are ignored: left out by rule, or naming no order."""
        ignored = 0
        told_before = len(opened.issues)
        for batch, keyless, issues in spooled(opened, self.sources.mapping, spool):
            ignored += len(keyless) + len(batch.ignored)
            self._tell(issues)
            self.progress("rows", len(batch.rows) + len(batch.ignored))
        self._tell(opened.issues[told_before:])
        return ignored

    def _account(self, used: Counter[int], ignored: Counter[int]) -> None:
        """Every row that was read has ended in an order or among the ignored ones, file by file."""
        for opened in self.sources.tables:
            index = opened.table.index
            if opened.rows_read != used[index] + ignored[index]:
                raise UnaccountedRowsError(opened.table.at(), opened.rows_read, used[index], ignored[index])
            counts = TableRecord(
                opened.table, opened.rows_read, used[index], ignored[index], opened.blank_rows
            )
            self.planning.count_rows(counts)

    def _prepare(
        self, spool: Spool, totals: dict[str, int], used: Counter[int], ignored: Counter[int]
    ) -> int:
        """Prepare what was spooled, adding to the totals; returns how many orders have no items."""
        without_items = 0
        for done in prepare_all(self.settings(), spool, self.request.jobs):
            self.planning.add_references(done.references)
            self.planning.add(done.orders, done.issues)
            self.used.update(done.used)
            used.update(done.rows_used)
            ignored.update(done.rows_ignored)
            totals["items_read"] += done.items_read
            totals["orders"] += len(done.orders)
            without_items += done.without_items
            self.progress("orders", len(done.orders))
        return without_items

    def settings(self) -> WorkerSettings:
        """What preparing a partition takes."""
        return WorkerSettings(
            self.sources.texts,
            tuple(opened.table for opened in self.sources.tables),
            terms_of(self.sources.mapping, self.now),
            self.request.channel,
            self.nonce,
            self.counted,
        )

    def _tell(self, issues: list[Issue]) -> None:
        if issues:
            self.planning.add([], [(None, issue) for issue in issues])

    def _unused(self) -> Iterator[Issue]:
        """A warning for each table with columns that nothing reads."""
        mapping = self.sources.mapping
        for opened in self.sources.tables:
            table = opened.table
            used = {column_index(table.header, one.column) for one in mapping.columns[table.source]}
            names = [name for index, name in enumerate(table.header) if index not in used]
            if names:
                facts: dict[str, str | int] = {"count": len(names), "columns": ", ".join(names)}
                yield Issue("W432", table.at(table.header_row or None), facts=facts)

    def _no_match(self, orders: int, items: int) -> Issue:
        """The two files never meet: an example of each key says why at a glance."""
        examples: dict[str, str] = {}
        for opened in self.sources.tables:
            key = source_of(self.sources.mapping, opened.table).key
            column = column_index(opened.table.header, key) or 0
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
