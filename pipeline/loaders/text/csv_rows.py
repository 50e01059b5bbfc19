"""A CSV file's rows as the header promises them, with a fault where they are not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.loaders.characters import judge_characters
from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.csv_records import TextRow, lines_in, records_from
from pipeline.loaders.text.line_count import refuse_missing
from pipeline.loaders.text.quote_swallow import swallowed_rows
from pipeline.model.issue import Issue
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, RowBatch, Table

_BLOCK = 2_000
"""Rows at once that stay in the processor's cache: ten times as many take half as long again."""
_DOS_END = "\x1a"
"""DOS programs close a file with this character; a line of its own is no row."""


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Where the rows are. ``suspect``: some bad character stands in the file, so every cell is looked at.

    ``lines`` is how many lines the file has by another count; reading to the end proves that every one of
    them was read.
    """

    source: SourceFile
    encoding: str
    delimiter: str
    header: HeaderRow
    suspect: bool
    lines: int

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield (batch, number of blank rows left out); raises :class:`InputRefused` for a line not read."""
        size = min(size, _BLOCK)
        lines, is_header = self.header.row - 1, True
        for numbers, rows in records_from(self.source, self.encoding, self.delimiter, self.header.row, size):
            if is_header:
                lines += lines_in(rows[0])
                numbers, rows, is_header = numbers[1:], rows[1:], False  # noqa: PLW2901
            lines += len(rows) if isinstance(numbers, range) else self._lines(table, numbers, rows)
            yield self._batch(table, numbers, rows)
        refuse_missing(table.file, "lines", self.lines, lines)

    def read_from(self, table: Table, first: int, size: int) -> Iterator[tuple[RowBatch, int]]:
        """As :meth:`read`, from the row that begins on the line ``first``; what is above is not parsed.

        For rows whose numbers are known, of a file that has not changed since: whether every line is read is
        not counted.
        """
        for numbers, rows in records_from(
            self.source, self.encoding, self.delimiter, first, min(size, _BLOCK)
        ):
            yield self._batch(table, numbers, rows)

    def _lines(self, table: Table, numbers: Sequence[int], rows: list[TextRow]) -> int:
        """Count the lines of rows some of which hold line breaks, and refuse rows inside a cell."""
        total = 0
        for number, row in zip(numbers, rows, strict=True):
            lines = lines_in(row)
            total += lines
            inside = swallowed_rows(row, self.delimiter) if lines > 1 else 0
            if inside:
                raise InputRefused(Issue("E146", table.at(number), facts={"count": inside}))
        return total

    def _batch(self, table: Table, numbers: Sequence[int], rows: list[TextRow]) -> tuple[RowBatch, int]:
        blank = {i for i, row in enumerate(rows) if not (row and row[0].strip()) and _is_blank(row)}
        if self.suspect:
            blank |= {i for i, row in enumerate(rows) if row == (_DOS_END,)}
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
