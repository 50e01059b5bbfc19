"""Merged cells: only the first of a range has a value; what the others mean is for the mapping to say."""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.loaders.workbook.grid import Range
from pipeline.model.issue import Issue
from pipeline.model.location import column_letters
from pipeline.model.rows import Row, Table


class MergedCells:
    """The merged ranges of a sheet, met from top to bottom."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._coming = sorted(ranges, reverse=True)
        self._open: list[Range] = []
        self._values: dict[Range, Row] = {}

    def judge(self, table: Table, numbers: Sequence[int], faults: dict[int, Issue]) -> None:
        """Add a fault for every row with a cell that takes its value from another, unless it has one."""
        if not numbers:
            return
        present = set(numbers)
        for merged in self._meeting(numbers[0], numbers[-1]):
            (top, left), (bottom, right) = merged
            for number in range(max(top, numbers[0]), min(bottom, numbers[-1]) + 1):
                column = left if number > top else left + 1
                if number in present and number not in faults and column <= right:
                    facts = {"range": range_name(merged)}
                    faults[number] = Issue("E135", table.at(number, column), facts=facts)

    def expand(self, first: int, rows: list[Row]) -> None:
        """Give every cell of a range the range's value, in place; ``rows`` stand from ``first`` on."""
        for merged in self._meeting(first, first + len(rows) - 1):
            (top, left), (bottom, right) = merged
            right = min(right, len(rows[0]) - 1)  # a range may reach beyond the last column with a value
            if left > right:
                continue
            if top >= first:
                self._values[merged] = (rows[top - first][left],) * (right + 1 - left)
            values = self._values[merged]
            for number in range(max(top, first), min(bottom, first + len(rows) - 1) + 1):
                row = rows[number - first]
                rows[number - first] = row[:left] + values + row[right + 1 :]

    def _meeting(self, first: int, last: int) -> Iterator[Range]:
        """Yield the ranges that meet these rows; later calls must be about later rows."""
        while self._coming and self._coming[-1][0][0] <= last:
            self._open.append(self._coming.pop())
        self._open = [merged for merged in self._open if merged[1][0] >= first]
        return iter(self._open)


def range_name(merged: Range) -> str:
    """Return a range as people write it: ``A2:B9``."""
    (top, left), (bottom, right) = merged
    return f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
