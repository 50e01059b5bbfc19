"""A first test of a mapping, written from real rows: people are replaced by invented ones."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pipeline.loaders.open_table import OpenTable
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.examples.holding import SeenOrder
from pipeline.mapping.examples.writing import invented, personal_columns, plain_columns, written_test
from pipeline.model.cell import plain_text
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.planned import unpacked_rows
from pipeline.model.refusal import UsageRefused
from pipeline.model.rows import RowRef
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.mask import mask
from pipeline.reporting.masking.personal_headers import is_personal_header
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.sources import Sources, open_sources
from pipeline.runs.preparing.prepared_sources import prepared
from pipeline.runs.rehearsing.testing import ENDING, inline_sources, seen_in, seen_orders

MOST_ROWS = 12
"""Rows that an order of an example has at most."""
_Columns: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""Columns that hold people, and columns that never do, folded."""
REFUSED_CODES = 2
"""Codes by which an order of the example is refused, beside one order that is ready."""


def write_test(request: PlanRequest, output: Path | None = None, now: datetime | None = None) -> Path:
    """Write a test file beside the mapping with one order that is ready and up to two that are refused.

    Only columns that the mapping reads are kept. Raises a :class:`Refusal` where the sources cannot be read,
    where the file is there already (E494), and where the rows as text, with invented people, do not give
    what they give in their files (E493).
    """
    now = now or datetime.now(UTC)
    output = output or request.mapping.with_name(f"{request.mapping.stem}{ENDING}")
    if output.exists():
        raise UsageRefused(Issue("E494", Location(str(output))))
    sources = open_sources(request)
    chosen, refs = _chosen(sources, now)
    rows = _rows(sources, refs)
    with tempfile.TemporaryDirectory(prefix="orderlift-") as folder:
        opened = inline_sources(rows, sources.texts, Path(folder))
        orders, issues = seen_orders(opened, now)
    _demand_alike(chosen, orders, output)
    text = written_test(request.mapping.name, rows, orders, issues)
    with replacing(output) as file:
        file.write(text.encode())
    return output


def _chosen(sources: Sources, now: datetime) -> tuple[list[tuple[str, ...]], frozenset[RowRef]]:
    """What becomes of the chosen orders (the codes that refuse each), and all their rows."""
    found: dict[tuple[str, ...], list[RowRef]] = {}
    for done in prepared(sources, now, jobs=1):
        orders, _ = seen_in(done, {})
        for order, planned in zip(orders, sorted(done.orders, key=lambda one: one.at), strict=True):
            rows = unpacked_rows(planned.rows)
            if len(rows) <= MOST_ROWS and len(found) <= REFUSED_CODES:
                found.setdefault(order.refused_by, rows)
        if len(found) > REFUSED_CODES:
            break
    return list(found), frozenset(ref for rows in found.values() for ref in rows)


def _rows(sources: Sources, refs: frozenset[RowRef]) -> dict[str, str]:
    """The rows as the text of a file for each source, in the columns that the mapping reads."""
    columns = personal_columns(sources.mapping), plain_columns(sources.mapping)
    return {
        opened.table.source: _text_of(opened, sources.mapping, columns, refs)
        for opened in sources.tables
        if any(table == opened.table.index for table, _ in refs)
    }


def _text_of(opened: OpenTable, mapping: CompiledMapping, columns: _Columns, refs: frozenset[RowRef]) -> str:
    table = opened.table
    wanted = {column_index(table.header, one.column) for one in mapping.columns[table.source]}
    kept = [index for index in range(len(table.header)) if index in wanted]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=opened.spec.delimiter or ",", lineterminator="\n")
    writer.writerow([table.header[index] for index in kept])
    for batch in opened.batches():
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            if (table.index, number) in refs:
                writer.writerow([_cell(table.header[at], plain_text(row[at]), columns) for at in kept])
    return text.getvalue()


def _cell(header: str, text: str, columns: _Columns) -> str:
    """The text of a cell, invented where it tells of a person by its column or by its shape."""
    personal, plain = columns
    name = fold(header)
    looks_so = name not in plain and (is_personal_header(header) or mask(text) != text)
    return invented(text) if name in personal or looks_so else text


def _demand_alike(chosen: Sequence[tuple[str, ...]], orders: Iterable[SeenOrder], output: Path) -> None:
    """Raise E493 where the rows as text do not give what they gave."""
    left = list(chosen)
    for order in orders:
        if order.refused_by in left:
            left.remove(order.refused_by)
            continue
        told = ", ".join(order.refused_by) or "it is ready now"
        raise UsageRefused(Issue("E493", Location(str(output)), shown(order.number), facts={"reason": told}))
