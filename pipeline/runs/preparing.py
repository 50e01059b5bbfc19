"""From files to a sealed run in the journal: check and plan."""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.journal.planning import Planning
from pipeline.loaders import OpenTable
from pipeline.mapping.binding import column_index, used_columns
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.model.rows import RowBatch, Table
from pipeline.runs.header import header_of
from pipeline.runs.opening import Sources, key_of, open_sources
from pipeline.runs.request import Places, PlanRequest
from pipeline.runs.spool import Spool, partitions_for
from pipeline.runs.workers import WorkerSettings, prepare_all
from pipeline.target.origin import OriginRefusedError, parse_target
from pipeline.validation.terms import Terms

Progress = Callable[[str, int], None]
"""Told how many (rows, orders) more are done."""


def new_run_id() -> str:
    """A new run's id: eight hex digits."""
    return secrets.token_hex(4)


def nothing_to_tell(_what: str, _more: int) -> None:
    """Progress for nobody."""


def prepare_run(
    request: PlanRequest,
    places: Places,
    command: str,
    *,
    sendable: bool,
    progress: Progress = nothing_to_tell,
) -> str:
    """Check the sources and seal a run in the journal; returns its id.

    A run that is not ``sendable`` was only checked. Raises a :class:`Refusal` where nothing can be checked
    at all; what is wrong with single orders is in the journal, and the rest is ready.
    """
    _demand_target(request, sendable=sendable)
    sources = open_sources(request)
    run_id = new_run_id()
    now = datetime.now(UTC)
    planning = Planning(places.journal(run_id))
    try:
        with _scratch(places.run_dir(run_id) / "spool") as folder:
            totals = _fill(sources, request, planning, folder, now, progress)
        header = header_of(run_id, command, request, sources, now)
        planning.seal(header, totals, sendable=sendable)
    except BaseException:
        planning.close()
        shutil.rmtree(places.run_dir(run_id), ignore_errors=True)  # unsealed: nothing was ever sent from it
        raise
    planning.close()
    return run_id


def _demand_target(request: PlanRequest, *, sendable: bool) -> None:
    if sendable and (request.target is None or request.channel is None):
        missing = [name for name in ("target", "channel") if getattr(request, name) is None]
        what = " and ".join(f"--{name}" for name in missing)
        raise UsageRefused(Issue("E705", facts={"what": what}))
    if request.target is not None:
        try:
            parse_target(request.target)
        except OriginRefusedError as refused:
            raise UsageRefused(
                Issue("E704", value=shown(request.target), facts={"reason": refused.fault})
            ) from None


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(
    sources: Sources,
    request: PlanRequest,
    planning: Planning,
    folder: Path,
    now: datetime,
    progress: Progress,
) -> dict[str, int]:
    tables = [opened.table for opened in sources.tables]
    planning.add_tables(tables)
    opening = [issue for opened in sources.tables for issue in opened.issues]
    opening += [*sources.mapping.warnings, *_unused(sources)]
    planning.add([], [(None, issue) for issue in opening])
    spool = Spool(
        folder, partitions_for([(opened.facts.kind, opened.facts.bytes) for opened in _files(sources)])
    )
    totals = {"rows_read": 0, "rows_used": 0, "rows_ignored": 0, "items_read": 0}
    for opened in sources.tables:
        before = len(opened.issues)
        totals["rows_ignored"] += _read(opened, sources.mapping, spool, planning, progress)
        totals["rows_read"] += opened.rows_read
        planning.count_rows(opened.table.index, opened.rows_read, opened.blank_rows)
        planning.add([], [(None, issue) for issue in opened.issues[before:]])
    settings = WorkerSettings(
        sources.mapping_text,
        str(request.mapping),
        tuple(tables),
        _terms(sources.mapping, now),
        request.channel,
    )
    without_items = orders = 0
    for done in prepare_all(settings, spool, request.jobs):
        planning.add(done.orders, done.issues)
        totals["rows_used"] += done.rows_used
        totals["rows_ignored"] += done.rows_ignored
        totals["items_read"] += done.items_read
        without_items += done.without_items
        orders += len(done.orders)
        progress("orders", len(done.orders))
    item_rows = sum(opened.rows_read for opened in sources.tables if opened.table.source == "items")
    if orders and item_rows and without_items == orders:
        raise InputRefused(_no_match(sources, orders, item_rows))
    _refuse_collisions(planning, sources.mapping, {table.index: table for table in tables})
    totals["orders"] = orders
    return totals


def _files(sources: Sources) -> list[OpenTable]:
    """One table of every file."""
    return list({opened.facts.path: opened for opened in sources.tables}.values())


def _read(
    opened: OpenTable, mapping: CompiledMapping, spool: Spool, planning: Planning, progress: Progress
) -> int:
    """Spool a table; returns how many of its rows were ignored because they name no order."""
    source = getattr(mapping.file.sources, opened.table.source)
    key_column = column_index(opened.table.header, source.key)
    if key_column is None:
        raise ValueError("the key column was agreed on when the table was opened")
    ignored = 0
    for batch in opened.batches():
        keyless = spool.add(batch, key_column, fill_down=source.fill_down)
        ignored += len(keyless)
        issues = [*batch.faults.values(), *_keyless(batch, keyless, key_column)]
        if issues:
            planning.add([], [(None, issue) for issue in issues])
        progress("rows", len(batch.rows))
    return ignored


def _keyless(batch: RowBatch, numbers: Sequence[int], key_column: int) -> Iterator[Issue]:
    return (Issue("E301", batch.table.at(number, key_column)) for number in numbers)


def _unused(sources: Sources) -> Iterator[Issue]:
    for opened in sources.tables:
        table, mapping = opened.table, sources.mapping
        plans = [
            *(mapping.order if table.source != "items" else ()),
            *(mapping.items if table.source != "orders" else ()),
        ]
        used = used_columns(table, plans) | {column_index(table.header, key_of(mapping, table))}
        unused = [name for index, name in enumerate(table.header) if index not in used]
        if unused:
            yield Issue(
                "W432", table.at(table.header_row), facts={"count": len(unused), "columns": ", ".join(unused)}
            )


def _terms(mapping: CompiledMapping, now: datetime) -> Terms:
    checks = mapping.file.checks
    refuse = checks.mismatch == "error"
    return Terms(checks.order_total, checks.item_total, Decimal(checks.tolerance), refuse, now)


def _no_match(sources: Sources, orders: int, items: int) -> Issue:
    """The two files never meet: an example of each key says why at a glance."""
    examples: dict[str, str] = {}
    for opened in sources.tables:
        column = column_index(opened.table.header, key_of(sources.mapping, opened.table)) or 0
        first = next(opened.batches(1), None)
        examples.setdefault(opened.table.source, shown(first.rows[0][column]) if first else "")
    facts: dict[str, Any] = {
        "orders": orders,
        "items": items,
        "order_example": examples.get("orders", ""),
        "item_example": examples.get("items", ""),
    }
    return Issue("E307", Location(sources.tables[0].table.file), facts=facts)


def _refuse_collisions(planning: Planning, mapping: CompiledMapping, tables: dict[int, Table]) -> None:
    column_names = next((plan.columns for plan in mapping.order if plan.name == "number"), ())
    for group in list(planning.collisions()):
        for order_id, (tab, row), number in group:
            others = [
                f"{shown(other)} in row {ref[1]}" for other_id, ref, other in group if other_id != order_id
            ]
            facts: dict[str, str | int] = {"other": ", ".join(others[:5])}
            column = column_index(tables[tab].header, column_names[0]) if column_names else None
            at = tables[tab].at(row, column)
            planning.refuse(order_id, Issue("E306", at, shown(number), number, "order.number", facts=facts))
