"""Chosen rows of a run's source files again, as the run read them: only of files that are still the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path
from typing import Any, Literal

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.loaders.overlaid import corrected
from pipeline.loaders.rows_again import sheet_rows_again
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.cell import Cell
from pipeline.model.overlay import CorrectedRows
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, Row, RowRef, SourceSpec, Table
from pipeline.runs.opening.header import read_limits_of
from pipeline.runs.opening.sources import sha256_of

BATCH = 2_000
_WORKBOOKS = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods"})

Why = Literal["gone", "changed", "unread", "corrections"]
"""Why a file cannot show its cells: not where it was, another by now, not to be read, corrections lost."""


@dataclass(frozen=True, slots=True)
class RowsAgain:
    """Rows by table and number, and the files whose rows cannot be had, each with the reason.

    ``before`` is what a file holds in cells that were corrected beside it, by row and column.
    """

    rows: Mapping[RowRef, Row] = made_by(default_factory=dict)
    lost: Mapping[str, Why] = made_by(default_factory=dict)
    before: Mapping[tuple[RowRef, int], Cell] = made_by(default_factory=dict)


def rows_again(
    header: Mapping[str, Any],
    tables: Mapping[int, Table],
    mapping: CompiledMapping,
    wanted: Sequence[RowRef],
    corrections: Mapping[int, CorrectedRows],
) -> RowsAgain:
    """Read the wanted rows of the files that still have the digest that was sealed, with ``corrections``.

    A file is read as far as its last wanted row; a text file from the first one on, unless rows above decide
    what it says. A file of which no row is wanted is not touched.
    """
    facts = {one["path"]: FileFacts(**one) for one in header["inputs"]}
    by_file: dict[str, dict[int, set[int]]] = {}
    for index, row in wanted:
        by_file.setdefault(tables[index].file, {}).setdefault(index, set()).add(row)
    specs = {spec.name: spec for spec in mapping.sources}
    reading = _Reading(tables, specs, read_limits_of(header), corrections)
    lost: dict[str, Why] = {}
    for file, of_tables in by_file.items():
        try:
            if not reading.read(facts[file], of_tables):
                lost[file] = "changed"
        except FileNotFoundError:
            lost[file] = "gone"
        except (InputRefused, OSError):
            lost[file] = "unread"
    return RowsAgain(reading.rows, lost, reading.before)


@dataclass(slots=True)
class _Reading:
    """Rows as they are collected from one file after the other."""

    tables: Mapping[int, Table]
    specs: Mapping[str, SourceSpec]
    limits: ReadLimits
    corrections: Mapping[int, CorrectedRows]
    rows: dict[RowRef, Row] = made_by(default_factory=dict)
    before: dict[tuple[RowRef, int], Cell] = made_by(default_factory=dict)

    def read(self, known: FileFacts, wanted: Mapping[int, set[int]]) -> bool:
        """Read the wanted rows, by table, of one file; whether it is the one that it was."""
        path = Path(known.path)
        if path.stat().st_size != known.bytes:
            return False
        if self._is_plain(known, wanted):
            if sha256_of(path) != known.sha256:
                return False
            self.rows.update(self._of_workbook(known, wanted))
            return True
        for source in dict.fromkeys(self.tables[index].source for index in wanted):
            for opened in open_tables(self.specs[source], [path], first_index=0, limits=self.limits):
                if opened.facts.sha256 != known.sha256:
                    return False
                self.rows.update(self._chosen(opened, source, wanted))
        return True

    def _is_plain(self, facts: FileFacts, wanted: Mapping[int, set[int]]) -> bool:
        """Whether every row of a workbook's sheets says all that it says, whatever stands above it."""
        return facts.kind in _WORKBOOKS and not any(
            table.expanded or table.sheet is None or self.specs[table.source].fill_down
            for table in map(self.tables.__getitem__, wanted)
        )

    def _of_workbook(self, facts: FileFacts, wanted: Mapping[int, set[int]]) -> Iterator[tuple[RowRef, Row]]:
        """The wanted rows without a look at any other; several tables may stand on one sheet."""
        by_sheet: dict[str, set[int]] = {}
        for index, numbers in wanted.items():
            by_sheet.setdefault(str(self.tables[index].sheet), set()).update(numbers)
        for sheet, number, cells in sheet_rows_again(facts, by_sheet, self.limits):
            for index, numbers in wanted.items():
                if self.tables[index].sheet != sheet or number not in numbers:
                    continue
                width = len(self.tables[index].header)
                row = (*cells[:width], *[""] * (width - len(cells)))
                fixed = self.corrections.get(index, {}).get(number, {})
                held = {((index, number), column): row[column] for column in fixed if column < width}
                self.before.update(held)
                yield (index, number), corrected(row, fixed) if fixed else row

    def _chosen(
        self, opened: OpenTable, source: str, wanted: Mapping[int, set[int]]
    ) -> Iterator[tuple[RowRef, Row]]:
        """The wanted rows of an open table, which is told by its sheet."""
        index = next(
            (
                one
                for one in wanted
                if (self.tables[one].source, self.tables[one].sheet) == (source, opened.table.sheet)
                and self.tables[one].header == opened.table.header
            ),
            None,
        )
        if index is None:
            return
        numbers, last = wanted[index], max(wanted[index])
        opened.corrections = self.corrections.get(index, {})
        for batch in opened.rows_from(min(numbers), BATCH):
            for number, row in zip(batch.numbers, batch.rows, strict=True):
                if number in numbers:
                    yield (index, number), row
            if batch.numbers and batch.numbers[-1] >= last:
                break
        held = opened.overlaid.before if opened.overlaid is not None else {}
        of_rows = {((index, row), column): cell for (row, column), cell in held.items() if row in numbers}
        self.before.update(of_rows)
