"""Rows on their way from a file to an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pipeline.model.cell import Cell
from pipeline.model.issue import Issue
from pipeline.model.location import Location

Row: TypeAlias = tuple[Cell, ...]
RowRef: TypeAlias = tuple[int, int]
"""(table index within the run, row number as the spreadsheet shows it)."""


@dataclass(frozen=True, slots=True)
class DropRule:
    """Rows that a mapping leaves out, such as totals or test orders; ``because`` is its word why.

    The test looks at the cell of ``column`` (``None``: at every cell of the row) and compares as
    :func:`~pipeline.model.folding.fold` does, with any of ``words``.
    """

    column: str | None
    test: Literal["is", "contains", "starts_with", "empty"]
    words: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """How one source of a mapping wants to be read.

    ``headers`` are the columns the mapping uses: they decide the delimiter and find the header row.
    ``encoding``, ``delimiter``, ``sheet`` and ``header_rows`` (several are joined) are the mapping's word,
    ``None`` or empty where it leaves the choice to the loader. ``locale`` (such as ``tr_TR``) narrows the
    candidate encodings. ``skip_rows`` are ranges of row numbers (first and last) that hold no data,
    ``drop`` rules for rows to leave out. An empty cell of a column in ``fill_down`` takes the value above
    it, within rows of one ``key``. ``merged`` says whether cells merged with others refuse their row or
    all take the range's value.
    """

    name: str
    files: str
    headers: frozenset[str]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_rows: tuple[int, ...] = ()
    locale: str | None = None
    key: str | None = None
    skip_rows: tuple[tuple[int, int], ...] = ()
    drop: tuple[DropRule, ...] = ()
    fill_down: tuple[str, ...] = ()
    merged: Literal["refuse", "expand"] = "refuse"


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file or one sheet of a workbook, with its header named once.

    ``index`` is the table's number within the run; provenance refers to rows by it. ``header_row`` is 0
    where rows name their cells themselves (JSON). ``expanded``: merged cells all have their range's value.
    ``corrected`` are (row, column) of cells that an overlay has corrected.
    """

    index: int
    source: str
    file: str
    header: tuple[str, ...]
    header_row: int = 1
    sheet: str | None = None
    expanded: bool = False
    corrected: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int | None = None, column: int | None = None) -> Location:
        """The location of a row, a column or a cell of this table."""
        name = self.header[column] if column is not None and column < len(self.header) else None
        corrected = bool(self.corrected) and (row, column) in self.corrected
        return Location(self.file, self.sheet, row, column, name, corrected)


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Up to some 20,000 rows of one table, in file order, blank rows left out.

    ``numbers[i]`` is the row number of ``rows[i]`` as the spreadsheet shows it; every row has as many
    cells as the header. ``faults`` names rows that could not be read as the header promises (for example
    with too many fields); such a row refuses its order. ``ignored`` names rows that were read and left out
    by a rule, with the rule; they are not among ``rows``.
    """

    table: Table
    numbers: Sequence[int]
    rows: Sequence[Row]
    faults: Mapping[int, Issue] = field(default_factory=dict)
    ignored: Mapping[int, Issue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a source file was when it was read; a plan is stale when it changes.

    ``modified`` is in nanoseconds since the epoch (UTC), ``bytes`` the size, ``sha256`` in hex. A packed
    file has a ``packing`` (``gzip`` or ``zip``), a zip archive the name of its one ``member``; ``kind``,
    ``encoding`` and ``delimiter`` are of what is inside.
    """

    path: str
    bytes: int
    modified: int
    sha256: str
    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    packing: str | None = None
    member: str | None = None
