"""From a workbook to open tables: one for each chosen sheet."""

from collections.abc import Sequence

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.loaders.workbook.sheet_rows import SheetPlace, SheetRows
from pipeline.loaders.workbook.sheet_warnings import book_warnings, sheet_warnings
from pipeline.loaders.workbook.sheets import open_sheets
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import FileFacts, SourceSpec, Table

HELD_CELLS = 8_000_000
"""Cells that stay in memory between opening and reading; workbooks beyond that are parsed twice."""


def open_workbook(
    spec: SourceSpec, source: SourceFile, facts: FileFacts, first_index: int, limits: ReadLimits
) -> list[OpenTable]:
    """Open the sheets of a workbook that the mapping means, numbered from ``first_index``.

    Raises :class:`InputRefused` with everything that is wrong with them.
    """
    session = WorkbookSession(source, facts.kind, limits)
    tables = []
    for index, sheet in enumerate(open_sheets(facts.path, session, spec), first_index):
        head, header = sheet.head, sheet.found.header
        place = SheetPlace(source, facts.kind, head.entry, limits)
        rows = SheetRows(place, head.findings, header, spec.headers, spec.merged == "expand", session)
        name = head.entry.name
        table = Table(index, spec.name, facts.path, header.names, header.row, name, rows.expand)
        issues = [*sheet.issues, *sheet_warnings(facts.path, head, header, spec.headers)]
        header_rows = header.rows or (header.cells,)
        opened = OpenTable(table, facts, rows, spec, header_rows, issues, head.findings, session.book)
        tables.append(opened)
    tables[0].issues[:0] = book_warnings(facts.path, session.book)
    return tables


def hold_few(tables: Sequence[OpenTable]) -> None:
    """Let go of parsed workbooks beyond what memory should hold."""
    cells = 0
    for table in tables:
        source = table.source
        if isinstance(source, SheetRows) and source.held is not None:
            cells += source.findings.height * source.findings.width
            if cells > HELD_CELLS:
                source.held = None
