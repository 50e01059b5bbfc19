"""Chosen rows of a workbook's sheets as a workbook: same sheet names, cells of the same types."""

from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pipeline.loaders.header_row import ANNOTATIONS, HeaderRow
from pipeline.loaders.overlaid import corrected
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.grid import Range
from pipeline.loaders.workbook.merged_cells import MergedCells
from pipeline.loaders.workbook.pen import Pen, new_book
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import CellError, plain_text
from pipeline.model.overlay import CorrectedRows
from pipeline.model.reading import ReadLimits
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Row, Table

_USUAL = ReadLimits()


def copy_sheets(
    facts: FileFacts,
    chosen: Sequence[tuple[Table, Mapping[int, RowVerdict]]],
    out: Path,
    limits: ReadLimits = _USUAL,
    corrections: Mapping[int, CorrectedRows] = MappingProxyType({}),
) -> int:
    """Write header and chosen rows of each sheet, with corrections, as XLSX; return how many rows."""
    copied = 0
    source = SourceFile(Path(facts.path), facts.packing, facts.member)
    session = WorkbookSession(source, facts.kind, limits)
    with new_book(out) as book:
        for table, verdicts in chosen:
            told = corrections.get(table.index, {})
            copied += _copy_sheet(session, table, verdicts, told, book.sheet(table.sheet))
    session.close()
    return copied


def _copy_sheet(
    session: WorkbookSession,
    table: Table,
    verdicts: Mapping[int, RowVerdict],
    corrections: CorrectedRows,
    pen: Pen,
) -> int:
    entry = next(entry for entry in session.sheets if entry.name == table.sheet)
    merged = session.load(entry).findings.merged
    # A heading over several columns stands above each of them in the copy.
    expanded = MergedCells(one for one in merged if table.expanded or one[1][0] <= table.header_row)
    cut = {} if table.expanded else _cut_off(merged, verdicts)
    lines: dict[int, int] = {}
    width = len(table.header)
    for first, rows in session.rows(entry.name):
        expanded.expand(first, rows)
        for number, row in enumerate(rows, first):
            if number < table.header_row:
                pen.write(number - 1, row)
            elif number == table.header_row:
                width = HeaderRow(number, tuple(map(plain_text, row))).shown
                pen.write(number - 1, (*row[:width], *ANNOTATIONS))
            elif number in verdicts:
                verdict = verdicts[number]
                if number in corrections:
                    row = corrected(row, corrections[number])  # noqa: PLW2901
                told = (verdict.status, verdict.code, verdict.message)
                lines[number] = table.header_row + len(lines)
                pen.write(lines[number], (*_without(row[:width], cut.get(number, ())), *told))
    if not table.expanded:
        pen.merge(merged, lines)
    return len(lines)


def _cut_off(merged: Sequence[Range], verdicts: Container[int]) -> dict[int, list[tuple[int, int]]]:
    """Row number → the columns that it shares with a row above which is not copied."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        for number in range(top + 1, bottom + 1) if top not in verdicts else ():
            if number in verdicts:
                found.setdefault(number, []).append((left, right))
    return found


def _without(row: Row, columns: Iterable[tuple[int, int]]) -> Row:
    """Return the row with an error where its value is not copied; an empty cell would be an answer."""
    for left, right in columns:
        row = tuple(CellError("#N/A") if left <= at <= right else cell for at, cell in enumerate(row))
    return row
