"""A table, fed in batches: its columns, and the risks that rows show rather than cells."""

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.inspection.column import EXACT, ColumnProfiler
from pipeline.inspection.found import ColumnProfile, Risk
from pipeline.inspection.risks import column_risks, merged_tally, risk_at
from pipeline.inspection.signs import Sign
from pipeline.inspection.tally import FIRST_PLACES
from pipeline.model.header import header_key, header_name
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location, column_letters
from pipeline.model.rows import RowBatch, Table

_REMEMBERED: Final = 1_000_000
"""Distinct values that all columns of a table may remember together."""
_LEAST: Final = 1_000


class TableProfiler:
    """What has been seen of one table so far. ``delimiter`` is that of a CSV file."""

    def __init__(self, table: Table, delimiter: str | None = None) -> None:
        self._table = table
        width = max(len(table.header), 1)
        exact = min(EXACT, max(_LEAST, _REMEMBERED // width))
        splits = (delimiter, width) if delimiter else None
        self._columns = [
            ColumnProfiler(index, name, exact=exact, splits=splits) for index, name in enumerate(table.header)
        ]
        self._told = IssueTally()

    def feed(self, batch: RowBatch) -> None:
        """Take in one batch, with what it says of its rows."""
        self._told.add(batch.faults.values())
        self._told.add(batch.ignored.values())
        for column, cells in zip(self._columns, zip(*batch.rows, strict=True), strict=False):
            column.feed(batch.numbers, cells)

    def columns(self) -> tuple[ColumnProfile, ...]:
        """Return the profile of every column."""
        return tuple(column.profile() for column in self._columns)

    def risks(self) -> tuple[Risk, ...]:
        """Return what may go wrong: with the header, with rows, with columns from left to right."""
        found = [*self._unnamed(), *self._twice(), *self._totals(), *self._told.risks()]
        for column in self._columns:
            found += column_risks(column, self._table)
        return tuple(found)

    def _unnamed(self) -> Iterator[Risk]:
        """Columns with values and without a name."""
        table = self._table
        for column in self._columns:
            if column.filled and not header_name(column.name):
                facts: dict[str, str | int] = {
                    "column": column_letters(column.index),
                    "count": column.filled,
                }
                at = Location(table.file, table.sheet, table.header_row, column.index)
                yield Risk(Issue("W140", at, facts=facts), column.filled, (at,))

    def _twice(self) -> Iterator[Risk]:
        """Columns of one name."""
        places: dict[str, list[int]] = {}
        for column in self._columns:
            if header_name(column.name):
                places.setdefault(header_key(column.name), []).append(column.index)
        for same in places.values():
            if len(same) > 1:
                letters = ", ".join(map(column_letters, same))
                name = shown(self._columns[same[0]].name)
                at = tuple(self._table.at(self._table.header_row, index) for index in same[:FIRST_PLACES])
                yield Risk(Issue("W141", at[1], facts={"columns": letters, "name": name}), len(same), at)

    def _totals(self) -> Iterator[Risk]:
        """Rows with a word for a total in some cell; named once, in the leftmost such column."""
        tallies = [column.signs[Sign.TOTAL] for column in self._columns if Sign.TOTAL in column.signs]
        if tallies:
            index = next(column.index for column in self._columns if Sign.TOTAL in column.signs)
            yield risk_at("W136", self._table, index, merged_tally(tallies))


class IssueTally:
    """Issues that reading brought along, by code and column: counted, the first ones kept."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, int | None], list[Issue]] = {}
        self._counts: dict[tuple[str, int | None], int] = {}

    def add(self, issues: Iterable[Issue]) -> None:
        """Count some more."""
        for issue in issues:
            key = (issue.code, issue.at.column if issue.at else None)
            self._counts[key] = self._counts.get(key, 0) + 1
            kept = self._first.setdefault(key, [])
            if len(kept) < FIRST_PLACES:
                kept.append(issue)

    def risks(self) -> list[Risk]:
        """Return one risk a code and column."""
        return [
            Risk(kept[0], self._counts[key], tuple(issue.at for issue in kept if issue.at))
            for key, kept in self._first.items()
        ]
