"""Chosen rows of a workbook's sheets in memory, and back into a workbook."""

from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.pen import Pen, new_book
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import CellError
from pipeline.model.extract import FileExtract, TableExtract
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import FileFacts, Row, Table


def sheet_tables(
    source: SourceFile,
    facts: FileFacts,
    wanted: Sequence[tuple[Table, Container[int]]],
    limits: ReadLimits,
) -> tuple[TableExtract, ...]:
    """The chosen rows of each sheet, its header, and the rows above it."""
    session = WorkbookSession(source, facts.kind, limits)
    try:
        return tuple(_table(session, table, rows) for table, rows in wanted)
    finally:
        session.close()


def _table(session: WorkbookSession, table: Table, wanted: Container[int]) -> TableExtract:
    entry = next(entry for entry in session.sheets if entry.name == table.sheet)
    merged = tuple(session.load(entry).findings.merged)
    above: list[Row] = []
    header: Row = ()
    rows: dict[int, Row] = {}
    for first, block in session.rows(entry.name):
        for number, row in enumerate(block, first):
            if number < table.header_row:
                above.append(row)
            elif number == table.header_row:
                header = row
            elif number in wanted:
                rows[number] = row
    touched = tuple(one for one in merged if _touches(one[0][0], one[1][0], table.header_row, rows))
    return TableExtract(table, tuple(above), header, rows, merged=touched)


def _touches(top: int, bottom: int, header_row: int, rows: Mapping[int, Row]) -> bool:
    return top <= header_row or any(number in rows for number in range(top, bottom + 1))


def write_sheets(extract: FileExtract, out: Path) -> None:
    """Write every sheet of the extract, rows below each other; what was merged is merged again."""
    with new_book(out) as book:
        book.without_time()
        for table in extract.tables:
            _write(table, book.sheet(table.table.sheet))


def _write(table: TableExtract, pen: Pen) -> None:
    top = len(table.above)
    for line, row in enumerate((*table.above, table.header)):
        pen.write(line, _kept(table, row))
    lines = {number: top + 1 + place for place, number in enumerate(table.rows)}
    for number, row in table.rows.items():
        cut = [
            (left, right)
            for (first, left), (last, right) in table.merged
            if first < number <= last and first not in table.rows and first > top + 1
        ]
        pen.write(lines[number], _kept(table, _without(row, cut)))
    if not table.dropped:
        pen.merge(table.merged, {**{at + 1: at for at in range(top + 1)}, **lines})


def _kept(table: TableExtract, row: Row) -> Row:
    return tuple(cell for at, cell in enumerate(row) if at not in table.dropped) if table.dropped else row


def _without(row: Row, cut: Sequence[tuple[int, int]]) -> Row:
    """The row with an error where its value stands in a row that is not here, as in copied rows."""
    for left, right in cut:
        row = tuple(CellError("#N/A") if left <= at <= right else cell for at, cell in enumerate(row))
    return row
