"""What the reader of a workbook format hands out: sheets, their cells in blocks, and what else they hold.

Readers run in a process of their own (see ``child.py``). What they hand out crosses a pipe as JSON, so
everything here is plain data. Rows count from 1, columns from 0, as in :class:`Location`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from pipeline.model.cell import Cell
from pipeline.model.rows import Row

FIRST_PLACES = 20
"""So many places are named of whatever may occur a million times."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""Top left and bottom right (row from 1, column from 0) of a range of cells."""


Corrections: TypeAlias = dict[int, dict[int, Cell]]
"""Row number (from 1) → column (from 0) → what stands there, where a reader says otherwise."""

Blocks: TypeAlias = Iterator[tuple[int, list[Row]]]
"""(Number of the first row, rows), one block after the other."""


class Visibility(StrEnum):
    """Whether people see a sheet in their spreadsheet program."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "very hidden"


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it. ``cells``: it holds cells, and not a chart or macros."""

    name: str
    visibility: Visibility = Visibility.VISIBLE
    cells: bool = True


@dataclass(slots=True)
class Sighting:
    """How often something occurs, and where first: (row, column or -1 for a whole row, text)."""

    count: int = 0
    first: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, row: int, column: int = -1, text: str = "") -> None:
        """Count one more; the first ones are remembered with their place."""
        self.count += 1
        if len(self.first) < FIRST_PLACES:
            self.first.append((row, column, text))


@dataclass(slots=True)
class SheetFindings:
    """What a sheet holds besides its values.

    ``height`` and ``width`` reach from row 1 and column A to the last cell with a value. ``valued_rows``
    is the number of rows with at least one value, counted by another way than the rows are read by, or
    ``None`` where there is no such way. ``errors`` are cells such as ``#N/A``, ``uncomputed`` formulas
    without a value, ``computed`` formulas with one (and how many in which column); ``padded`` numbers
    whose format shows leading zeros (text: as shown), ``hidden_rows`` and ``hidden_columns`` what people
    do not see, ``filtered`` the range of an active filter, ``comments`` the number of notes on cells.
    ``bad_text``: some cell may hold a character that no text has.
    """

    height: int = 0
    width: int = 0
    valued_rows: int | None = None
    merged: list[Range] = field(default_factory=list)
    errors: Sighting = field(default_factory=Sighting)
    uncomputed: Sighting = field(default_factory=Sighting)
    computed: Sighting = field(default_factory=Sighting)
    computed_columns: dict[int, int] = field(default_factory=dict)
    padded: Sighting = field(default_factory=Sighting)
    hidden_rows: Sighting = field(default_factory=Sighting)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: str | None = None
    comments: int = 0
    bad_text: bool = False


@dataclass(slots=True)
class BookFindings:
    """What a workbook holds besides its sheets; nothing of it is ever run, opened or fetched."""

    epoch_1904: bool = False
    macros: bool = False
    external_links: int = 0
    connections: int = 0


class SheetReader(Protocol):
    """One sheet, parsed."""

    findings: SheetFindings

    def blocks(self, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Yield (number of the first row, rows) of up to ``size`` rows, from row 1 on, without gaps.

        Every row has ``findings.width`` cells from column A on; empty ones are ``""``, numbers ``float``,
        error values and formulas without a value :class:`CellError`. A number whose format shows leading
        zeros is the text that it shows. May be called once.
        """
        ...


class BookReader(Protocol):
    """One workbook, opened. What is wrong with it is raised as :class:`InputRefused`."""

    findings: BookFindings

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the workbook's order."""
        ...

    def load(self, sheet: str) -> SheetReader:
        """Parse a sheet whole."""
        ...

    def valued_rows(self, sheet: str) -> int | None:
        """Count the rows with a value once more, exactly; ``None`` where there is no other way to count."""
        ...
