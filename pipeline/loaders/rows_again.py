"""Chosen rows of a table once more, as their file holds them: for whoever shows them to people."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import refuse_changed
from pipeline.loaders.text.csv_records import read_records
from pipeline.loaders.text.json_elements import Element, read_elements
from pipeline.loaders.text.json_values import cell_of, flatten
from pipeline.loaders.workbook.merged_cells import MergedCells
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import Cell
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, Row, Table

_BLOCK = 5_000


def rows_again(
    facts: FileFacts, table: Table, wanted: Collection[int], limits: ReadLimits
) -> Iterator[tuple[int, Row]]:
    """Yield (row number, row) of the ``wanted`` rows that there are, in file order, as wide as the header.

    Nothing is filled in or left out by rule. Raises :class:`InputRefused` when the file is not the one that
    the facts were taken from.
    """
    refuse_changed(facts)
    last, width = max(wanted, default=0), len(table.header)
    try:
        for number, row in _rows(facts, table, limits):
            if number > last:
                break
            if number in wanted:
                yield number, (*row[:width], *[""] * (width - len(row)))
    except InputRefused:
        refuse_changed(facts)  # whatever is wrong then comes from that
        raise
    refuse_changed(facts)


def sheet_rows_again(
    facts: FileFacts, wanted: Mapping[str, Collection[int]], limits: ReadLimits
) -> Iterator[tuple[str, int, Row]]:
    """Yield (sheet, row number, row) of the ``wanted`` rows of a workbook, by sheet, as the sheet holds them.

    The workbook is opened once and nothing but these rows leaves the process that parses it. Whether it is
    the one that it was is for the caller to know. Raises :class:`InputRefused`.
    """
    source = SourceFile(Path(facts.path), facts.packing, facts.member, limits)
    session = WorkbookSession(source, facts.kind, limits)
    try:
        for entry in session.sheets:
            if entry.name in wanted:
                session.load(entry)
                for number, (row,) in session.rows(entry.name, sorted(wanted[entry.name])):
                    yield entry.name, number, row
    finally:
        session.close()


def _rows(facts: FileFacts, table: Table, limits: ReadLimits) -> Iterator[tuple[int, Row]]:
    source = SourceFile(Path(facts.path), facts.packing, facts.member, limits)
    encoding = facts.encoding or "utf-8"
    if facts.kind == "csv":
        for numbers, rows in read_records(source, encoding, facts.delimiter or ",", table.header_row, _BLOCK):
            yield from zip(numbers, rows, strict=True)
    elif facts.kind in {"json", "jsonl"}:
        for element in read_elements(source, encoding, in_lines=facts.kind == "jsonl"):
            yield element.number, _cells(element, table)
    else:
        yield from _of_sheet(source, facts.kind, table, limits)


def _cells(element: Element, table: Table) -> Row:
    value = element.value
    if isinstance(value, dict):
        cells = dict[str, Cell]()
        flatten(value, cells)
        return tuple(cells.get(name, "") for name in table.header)
    return tuple(map(cell_of, value)) if isinstance(value, list) else ()


def _of_sheet(source: SourceFile, kind: str, table: Table, limits: ReadLimits) -> Iterator[tuple[int, Row]]:
    session = WorkbookSession(source, kind, limits)
    try:
        entry = next(entry for entry in session.sheets if entry.name == table.sheet)
        ranges = session.load(entry).findings.merged
        merged = MergedCells(ranges if table.expanded else ())
        for first, rows in session.rows(entry.name):
            merged.expand(first, rows)
            yield from enumerate(rows, first)
    finally:
        session.close()
