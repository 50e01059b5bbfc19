"""A JSON file's rows under its columns, with a fault where they are no rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.loaders.characters import judge_characters
from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.json_elements import Element, read_elements
from pipeline.loaders.text.json_values import LONE_HALF, cell_of, flatten
from pipeline.loaders.text.line_count import refuse_missing
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import Row, RowBatch, Table

_BATCH_ROWS = 2_000
_BATCH_CELLS = 200_000
_BATCH_TEXT = 1 << 24
"""So many rows, cells or characters end a batch: a row may be long, and have many columns."""


@dataclass(frozen=True, slots=True)
class JsonRows:
    """Where the rows are. ``suspect``: every cell is looked at for characters that no text has.

    ``count`` is the number of lines or elements by another count than the reading of rows.
    """

    source: SourceFile
    encoding: str
    in_lines: bool
    header: HeaderRow
    suspect: bool
    count: int

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield (batch, number of blank rows left out); raises :class:`InputRefused` for a row not read."""
        size = max(1, min(size, _BATCH_ROWS, _BATCH_CELLS // max(1, len(table.header))))
        handed = 0
        for block in self._blocks(size):
            below = [element for element in block if element.number > self.header.row]
            handed += len(block) - len(below)
            if below:
                yield self._batch(table, below)
                handed += len(below)
        refuse_missing(table.file, "lines" if self.in_lines else "rows", self.count, handed)

    def _blocks(self, size: int) -> Iterator[list[Element]]:
        block: list[Element] = []
        length = 0
        for element in read_elements(self.source, self.encoding, in_lines=self.in_lines):
            block.append(element)
            length += len(element.text)
            if len(block) >= size or length > _BATCH_TEXT:
                yield block
                block, length = [], 0
        if block:
            yield block

    def _batch(self, table: Table, block: list[Element]) -> tuple[RowBatch, int]:
        numbers: list[int] = []
        rows: list[Row] = []
        faults: dict[int, Issue] = {}
        suspect = self.suspect
        for element in block:
            row = self._row(table, element, faults)
            if element.number in faults or not all(
                isinstance(cell, str) and not cell.strip() for cell in row
            ):
                numbers.append(element.number)
                rows.append(row)
                suspect = suspect or "\\" in element.text
        if suspect:
            rows = [
                tuple(LONE_HALF.sub("\ufffd", c) if isinstance(c, str) else c for c in row) for row in rows
            ]
            judge_characters(table, numbers, rows, faults)
        return RowBatch(table, numbers, rows, faults), len(block) - len(rows)

    def _row(self, table: Table, element: Element, faults: dict[int, Issue]) -> Row:
        """Return the row of an element; what is wrong with it is put into ``faults``."""
        value, width = element.value, len(table.header)
        if not element.text:
            return ("",) * width
        if self.header.row and isinstance(value, list):
            row, wrong = self._listed(table, value)
        elif not self.header.row and isinstance(value, dict):
            cells = dict[str, Cell]()
            twice = flatten(value, cells)
            row = tuple([cells.get(name, "") for name in self.header.cells])
            twice = element.repeated or twice
            wrong = Issue("E143", facts={"name": shown(twice)}) if twice is not None else None
        else:
            row, wrong = ("",) * width, Issue("E144", value=shown(element.text))
        if wrong:
            at = table.at(element.number)
            faults[element.number] = Issue(wrong.code, at, value=wrong.value, facts=wrong.facts)
        return row

    def _listed(self, table: Table, value: list[object]) -> tuple[Row, Issue | None]:
        """Fit a list to the width of the table; a cell that is missing or left over is a fault."""
        header, width = self.header, len(table.header)
        cells = tuple(map(cell_of, value))
        promised = min(header.named, width)
        room = header.named if header.annotated else len(header.cells)
        wrong = None
        if len(cells) < promised or any(cell != "" for cell in cells[room:]):
            facts: dict[str, str | int] = {
                "got": len(cells),
                "expected": room if len(cells) > room else promised,
            }
            wrong = Issue("E133", facts=facts)
        return (cells + ("",) * (width - len(cells)))[:width], wrong
