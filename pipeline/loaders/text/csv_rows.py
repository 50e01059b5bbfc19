"""A CSV file's rows as the header promises them, with a fault where they are not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.characters import judge_characters
from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.text.csv_records import TextRow, read_records
from pipeline.model.issue import Issue
from pipeline.model.rows import Row, RowBatch, Table

_DOS_END = "\x1a"
"""DOS programs close a file with this character; a line of its own is no row."""


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Where the rows are. ``suspect``: some bad character stands in the file, so every cell is looked at."""

    path: Path
    encoding: str
    delimiter: str
    header: HeaderRow
    suspect: bool

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield (batch, number of blank rows left out)."""
        for numbers, rows in read_records(self.path, self.encoding, self.delimiter, self.header.row, size):
            yield self._batch(table, numbers, rows)

    def _batch(self, table: Table, numbers: Sequence[int], rows: list[TextRow]) -> tuple[RowBatch, int]:
        blank = {i for i, row in enumerate(rows) if not (row and row[0].strip()) and _is_blank(row)}
        if self.suspect and rows and rows[-1] == (_DOS_END,):
            blank.add(len(rows) - 1)
        if blank:
            numbers = [number for i, number in enumerate(numbers) if i not in blank]
            rows = [row for i, row in enumerate(rows) if i not in blank]
        faults: dict[int, Issue] = {}
        if set(map(len, rows)) - {len(self.header.cells)} or self.header.annotated:
            rows = [
                self._fitted(table, number, row, faults) for number, row in zip(numbers, rows, strict=True)
            ]
        if self.suspect:
            judge_characters(table, numbers, rows, faults)
        cells: list[Row] = [*rows]
        return RowBatch(table, numbers, cells, faults), len(blank)

    def _fitted(self, table: Table, number: int, row: TextRow, faults: dict[int, Issue]) -> TextRow:
        """Fit the row to the width of the table; a cell that is missing or left over is a fault."""
        header, width = self.header, len(table.header)
        promised = min(header.named, width)
        room = header.named if header.annotated else len(header.cells)
        if len(row) < promised or any(map(str.strip, row[room:])):
            facts: dict[str, str | int] = {"got": len(row), "expected": room if len(row) > room else promised}
            faults[number] = Issue("E133", table.at(number), facts=facts)
        return row[:width] if len(row) >= width else row + ("",) * (width - len(row))


def _is_blank(row: TextRow) -> bool:
    return not any(map(str.strip, row))
