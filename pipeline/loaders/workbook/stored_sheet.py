"""A sheet held in memory as far as its cells go, for formats that are read here and not by a library."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.loaders.workbook.expansion import refuse_expanded
from pipeline.loaders.workbook.grid import SheetFindings
from pipeline.model.cell import Cell
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import Row


class StoredSheet:
    """Rows by number (from 1), each from column A to its last value; what is not there is empty."""

    def __init__(self, rows: Mapping[int, list[Cell]], findings: SheetFindings) -> None:
        self.findings = findings
        self._rows = rows
        findings.height = max(rows, default=0)
        findings.width = max(map(len, rows.values()), default=0)
        findings.hidden_columns = sorted(
            column for column in set(findings.hidden_columns) if column < findings.width
        )

    def refuse_expanded(self, at: Location, packed: int, limits: ReadLimits) -> None:
        """Raise :class:`InputRefused` when the sheet, laid out whole, goes beyond the limits."""
        refuse_expanded(at, self.findings.height * self.findings.width, packed, limits)

    def blocks(self, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Yield (number of the first row, rows), as :class:`SheetReader` promises."""
        width = self.findings.width
        empty: Row = ("",) * width
        find = self._rows.get
        for first in range(1, self.findings.height + 1, size):
            block: list[Row] = []
            for number in range(first, min(first + size, self.findings.height + 1)):
                cells = find(number)
                block.append((*cells, *empty[len(cells) :]) if cells else empty)
            yield first, block


def has_value(cells: Sequence[Cell]) -> bool:
    """Whether a row has a value; text of spaces only is none."""
    return any(not isinstance(cell, str) or cell.strip() for cell in cells)
