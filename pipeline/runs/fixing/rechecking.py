"""Corrected orders checked again: of all rows that are read only theirs go through mapping and checks."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.catalogue import severity_of
from pipeline.model.issue import Issue, Severity
from pipeline.model.planned import PlannedOrder, unpacked_rows
from pipeline.model.rows import RowRef, Table
from pipeline.runs.asked.request import OverlayUse, PlanRequest
from pipeline.runs.opening.sources import open_sources, source_of
from pipeline.runs.planning.finding_decisions import rows_of
from pipeline.runs.preparing.prepared_sources import NONCE, partitions_of
from pipeline.runs.preparing.spool import Spool
from pipeline.runs.preparing.spooling import spooled, terms_of
from pipeline.runs.preparing.workers import WorkerSettings

_TWICE = "E303"


@dataclass(frozen=True, slots=True)
class RecheckedOrder:
    """An order with corrected cells, all its rows, and whether it is ready to be sent.

    ``at`` is its order row. ``twice``: another order has the same key. ``collision`` and ``content`` are as a
    journal keeps them.
    """

    number: str
    rows: tuple[RowRef, ...]
    ready: bool
    at: RowRef = (0, 0)
    twice: bool = False
    collision: str = ""
    content: bytes | None = None


@dataclass(slots=True)
class Rechecked:
    """What the checks say of corrected orders now."""

    tables: Mapping[int, Table] = made_by(default_factory=dict)
    orders: list[RecheckedOrder] = made_by(default_factory=list)
    by_row: dict[RowRef, list[Issue]] = made_by(default_factory=dict)
    """The errors of a row's order, by each of its rows; and those of rows that belong to no order."""
    mapping_sha256: str = ""
    doubtful: list[Issue] = made_by(default_factory=list)
    """What these orders may be sent with, though somebody should look at it: sums that do not hold, say."""
    naming: Mapping[int, frozenset[int]] = made_by(default_factory=dict)
    """The columns that say which order a row belongs to, by table."""

    def hold(self, held: Mapping[RowRef, Issue]) -> None:
        """Keep back the orders that have one of these rows, with the reason."""
        for place, order in enumerate(self.orders):
            issue = next((held[ref] for ref in order.rows if ref in held), None)
            if issue is None:
                continue
            self.orders[place] = replace(order, ready=False)
            for ref in order.rows:
                self.by_row.setdefault(ref, []).append(issue)

    def at_cell(self, table: int, row: int, column: int) -> Issue | None:
        """What is wrong with a cell."""
        for issue in self.by_row.get((table, row), ()):
            at, own = issue.at, self.tables[table]
            if at is not None and (at.file, at.sheet, at.row, at.column) == (
                own.file,
                own.sheet,
                row,
                column,
            ):
                return issue
        return None

    def at_order(self, ref: RowRef) -> Issue | None:
        """What is wrong with the order of a row, wherever."""
        return next(iter(self.by_row.get(ref, ())), None)

    def warnings(self, header: Mapping[str, Any], *, answered: bool) -> list[Issue]:
        """What should be looked at: sums of these orders; that the mapping is another than the run's."""
        if answered or self.mapping_sha256 in {"", header["mapping_sha256"]}:
            return self.doubtful
        return [Issue("W676", facts={"run": header["run_id"]}), *self.doubtful]


def recheck(request: PlanRequest, use: OverlayUse, affected: set[RowRef]) -> Rechecked:
    """Check the orders that have one of the ``affected`` rows, corrected, by the mapping as it is now.

    All rows are read, since an order's rows may stand anywhere. Raises as opening and reading sources do.
    """
    sources = open_sources(replace(request, overlay=use))
    tables = tuple(opened.table for opened in sources.tables)
    found = Rechecked(
        {table.index: table for table in tables},
        mapping_sha256=sources.texts.sha256[sources.texts.file],
        naming={table.index: _naming(sources.mapping, table) for table in tables},
    )
    names = {(table.file, table.sheet): table.index for table in tables}
    with tempfile.TemporaryDirectory(prefix="orderlift-") as folder:
        spool = Spool(Path(folder), partitions_of(sources))
        for opened in sources.tables:
            for _, _, issues in spooled(opened, sources.mapping, spool):
                _homeless(found, names, issues, affected)
        now = datetime.now(UTC)
        settings = WorkerSettings(
            sources.texts, tables, terms_of(sources.mapping, now), request.channel, NONCE
        )
        preparer = settings.preparer()
        for partition in spool.partitions():
            keyed = rows_of(partition.load(), dict.fromkeys(affected))
            if not keyed:
                continue
            done = preparer.prepare(keyed)
            _homeless(found, names, [issue for at, issue in done.issues if at is None], affected)
            errors: dict[RowRef, list[Issue]] = {}
            for at, issue in done.issues:
                if at is not None and severity_of(issue) is not Severity.WARNING:
                    errors.setdefault(at, []).append(issue)
                elif at is not None:
                    found.doubtful.append(issue)
            for order in done.orders:
                _keep(found, order, errors.get(order.at, []))
    return found


def _naming(mapping: CompiledMapping, table: Table) -> frozenset[int]:
    """The columns of a table that say which order a row belongs to: its key, and those of the number."""
    names = [source_of(mapping, table).key]
    if table.source in {"orders", "lines"}:
        names += next((plan.columns for plan in mapping.order if plan.name == "number"), ())
    places = (column_index(table.header, name) for name in names)
    return frozenset(place for place in places if place is not None)


def _keep(found: Rechecked, order: PlannedOrder, errors: Sequence[Issue]) -> None:
    rows = tuple(unpacked_rows(order.rows))
    twice = any(issue.code == _TWICE for issue in errors)
    ready = order.sha256 is not None
    found.orders.append(
        RecheckedOrder(order.number, rows, ready, order.at, twice, order.collision, order.content)
    )
    for ref in rows:
        found.by_row.setdefault(ref, []).extend(errors)


def _homeless(
    found: Rechecked,
    names: Mapping[tuple[str, str | None], int],
    issues: Sequence[Issue],
    affected: set[RowRef],
) -> None:
    """Rows that belong to no order, or are no rows at all, as far as they were corrected."""
    for issue in issues:
        at = issue.at
        if at is None or at.row is None or (at.file, at.sheet) not in names:
            continue
        ref = (names[at.file, at.sheet], at.row)
        if ref in affected:
            found.by_row.setdefault(ref, []).append(issue)
