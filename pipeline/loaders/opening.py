"""From paths to open tables."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.loaders.assign import unreadable
from pipeline.loaders.content import Kind, kind_of, misnamed
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.survey import CHUNK, ENDLESS, Survey, survey
from pipeline.loaders.text.csv_layout import find_layout
from pipeline.loaders.text.csv_records import read_records
from pipeline.loaders.text.csv_rows import CsvRows
from pipeline.loaders.text.encoding import decide_encoding, line_at
from pipeline.loaders.workbook.sheet_rows import SheetRows
from pipeline.loaders.workbook.sheets import open_sheets, sheet_width
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, SourceSpec, Table

_HELD_CELLS = 8_000_000
"""Cells that stay in memory between opening and reading; sheets beyond that are parsed twice."""


def open_tables(spec: SourceSpec, paths: Sequence[Path], *, first_index: int) -> list[OpenTable]:
    """Open every file of a source: one table for a CSV file, one for each chosen sheet of a workbook.

    Tables are numbered from ``first_index`` in the order of ``paths``. Raises :class:`InputRefused` with
    the problems of all files. Only the header has been looked at then; :meth:`OpenTable.batches` may
    still refuse.
    """
    tables: list[OpenTable] = []
    issues: list[Issue] = []
    for path in paths:
        try:
            tables += _open(spec, path, first_index + len(tables))
        except InputRefused as refusal:
            issues += refusal.issues
        except OSError as error:
            issues.append(unreadable(path, error))
    if issues:
        raise InputRefused(*issues)
    _hold_few(tables)
    return tables


def _open(spec: SourceSpec, path: Path, index: int) -> list[OpenTable]:
    found = survey(path)
    kind = kind_of(path, found)
    if isinstance(kind, Issue):
        raise InputRefused(kind)
    wrong_name = misnamed(path, kind)
    warnings = [wrong_name] if wrong_name else []
    if kind is Kind.CSV:
        return [_open_csv(spec, path, found, index, warnings)]
    return _open_workbook(spec, path, _facts(path, found, kind), index, warnings)


def _open_csv(spec: SourceSpec, path: Path, found: Survey, index: int, warnings: list[Issue]) -> OpenTable:
    file = str(path)
    if found.endless:
        raise InputRefused(Issue("E132", Location(file), facts={"limit": CHUNK * ENDLESS}))
    encoding = decide_encoding(path, found, spec.encoding, spec.locale)
    layout = find_layout(path, encoding.name, spec)
    header = layout.header
    records = read_records(path, encoding.name, layout.delimiter, header.row, 100)
    if not any(cell.strip() for _, rows in records for row in rows for cell in row):
        raise InputRefused(Issue("E107", Location(file)))
    if found.garbled is not None and encoding.name == "utf-8":
        row = line_at(path, found.garbled, encoding.name)
        warnings.append(Issue("W105", Location(file, row=row)))
    table = Table(index, spec.name, file, header.names, header.row)
    suspect = found.controls > 0 or found.replacement or encoding.name.startswith("utf-16")
    rows_source = CsvRows(path, encoding.name, layout.delimiter, header, suspect)
    facts = _facts(path, found, Kind.CSV, encoding.name, layout.delimiter)
    return OpenTable(table, facts, rows_source, [*warnings, *encoding.issues, *layout.issues])


def _open_workbook(
    spec: SourceSpec, path: Path, facts: FileFacts, index: int, warnings: list[Issue]
) -> list[OpenTable]:
    tables = []
    for number, sheet in enumerate(open_sheets(path, spec), index):
        header = sheet.found.header
        table = Table(number, spec.name, str(path), header.names, header.row, sheet.name)
        source = SheetRows(path, sheet.name, header, spec.headers, sheet.cells)
        tables.append(OpenTable(table, facts, source, [*warnings, *sheet.issues]))
        warnings = []
    return tables


def _facts(
    path: Path, found: Survey, kind: Kind, encoding: str | None = None, delimiter: str | None = None
) -> FileFacts:
    return FileFacts(str(path), found.size, found.modified, found.sha256, kind.value, encoding, delimiter)


def _hold_few(tables: Sequence[OpenTable]) -> None:
    """Let go of parsed sheets beyond what memory should hold."""
    cells = 0
    for table in tables:
        source = table.source
        if isinstance(source, SheetRows) and source.held is not None:
            cells += source.held.height * sheet_width(source.held)
            if cells > _HELD_CELLS:
                source.held = None
