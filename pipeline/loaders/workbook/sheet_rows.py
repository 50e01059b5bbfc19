"""A sheet's rows as the header promises them, with a fault where they are not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

from python_calamine import CalamineSheet

from pipeline.loaders.characters import judge_characters
from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.workbook.archive import damaged, open_parts
from pipeline.loaders.workbook.second_look import Gaps, SheetSigns, find_gaps, search
from pipeline.loaders.workbook.sheets import load_sheet, sheet_width
from pipeline.model.cell import Cell
from pipeline.model.header import columns_named
from pipeline.model.issue import Issue
from pipeline.model.location import column_letters
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, RowBatch, Table

Range = tuple[tuple[int, int], tuple[int, int]]
"""Top left and bottom right (row, column) of merged cells, both from 0."""


@dataclass(slots=True)
class SheetRows:
    """Where the rows are. ``held`` is the sheet as opening left it, given up once it has been read."""

    path: Path
    sheet: str
    header: HeaderRow
    wanted: frozenset[str]
    held: CalamineSheet | None

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield (batch, number of blank rows left out)."""
        gaps, signs = look_again(self.path, self.sheet)
        cells = self.held or load_sheet(self.path, self.sheet)
        self.held = None
        merged = _hiding(cells, self.header, self.wanted)
        for first, rows in sheet_blocks(cells, gaps, size):
            skip = max(0, min(len(rows), self.header.row + 1 - first))
            if skip < len(rows):
                yield self._batch(table, first + skip, rows[skip:], signs, merged)

    def _batch(
        self, table: Table, first: int, rows: list[Row], signs: SheetSigns, merged: Sequence[Range]
    ) -> tuple[RowBatch, int]:
        numbers: Sequence[int] = range(first, first + len(rows))
        blank = {i for i, row in enumerate(rows) if row[0] in ("", None) and _is_blank(row)}
        if blank:
            numbers = [number for i, number in enumerate(numbers) if i not in blank]
            rows = [row for i, row in enumerate(rows) if i not in blank]
        if self.header.annotated:
            rows = [row[: len(table.header)] for row in rows]
        faults: dict[int, Issue] = {}
        if merged:
            _judge_merged(table, numbers, merged, faults)
        if signs.bad_text:
            judge_characters(table, numbers, rows, faults)
        return RowBatch(table, numbers, rows, faults), len(blank)


def look_again(path: Path, sheet: str) -> tuple[Gaps, SheetSigns]:
    """Return the cells that the fast reader leaves out, and what else the bytes of the sheet say."""
    with open_parts(path) as parts:
        part = parts.sheet_part(sheet)
        if part is None:
            raise InputRefused(damaged(str(path), f"the place of the sheet {sheet} is missing"))
        signs = search(parts, str(path), part)
        return find_gaps(parts, str(path), part) if signs.gaps else {}, signs


def sheet_blocks(cells: CalamineSheet, gaps: Gaps, size: int) -> Iterator[tuple[int, list[Row]]]:
    """Yield (number of the first row, rows), from row 1 and column A on, the gaps filled in."""
    margin: Row = ("",) * (cells.start or (0, 0))[1]
    width = sheet_width(cells)
    last = (cells.end or (-1, 0))[0] + 1
    empty: list[Cell] = [""] * (width - len(margin))
    beyond = repeat(empty, max(0, max(gaps, default=0) - last))
    reader: Iterator[Sequence[Cell]] = chain(cells.iter_rows(), beyond)
    first = 1
    while True:
        rows: list[Row] = [tuple(row) for row in islice(reader, size)]
        if not rows:
            return
        if margin:
            rows = [margin + row for row in rows]
        if gaps:
            for number in gaps.keys() & set(range(first, first + len(rows))):
                rows[number - first] = _filled(rows[number - first], gaps[number])
        yield first, rows
        first += len(rows)


def _filled(row: Row, gaps: Mapping[int, Cell]) -> Row:
    return tuple(gaps.get(column, cell) for column, cell in enumerate(row))


def _is_blank(row: Row) -> bool:
    return not any(not isinstance(cell, str) or cell.strip() for cell in row)


def _hiding(cells: CalamineSheet, header: HeaderRow, wanted: frozenset[str]) -> list[Range]:
    """Return the merged ranges below the header that leave cells of a wanted column without a value."""
    columns = {place for name in wanted for place in columns_named(header.names, name)}
    ranges: Sequence[Range] = cells.merged_cell_ranges or ()
    return [
        ((top, left), (bottom, right))
        for (top, left), (bottom, right) in ranges
        if bottom >= header.row and any(left <= column <= right for column in columns)
    ]


def _judge_merged(
    table: Table, numbers: Sequence[int], merged: Sequence[Range], faults: dict[int, Issue]
) -> None:
    if not numbers:
        return
    present = set(numbers)
    for (top, left), (bottom, right) in merged:
        name = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        for number in range(max(top + 1, numbers[0]), min(bottom + 1, numbers[-1]) + 1):
            column = left if number > top + 1 else left + 1
            if number in present and number not in faults and column <= right:
                faults[number] = Issue("E135", table.at(number, column), facts={"range": name})
