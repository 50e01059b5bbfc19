"""One CSV file or one sheet of a workbook, opened and ready to be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.loaders.overlaid import Overlaid, only
from pipeline.loaders.shaping import Shaper
from pipeline.loaders.survey import refuse_changed
from pipeline.loaders.workbook.grid import BookFindings, SheetFindings
from pipeline.model.issue import Issue
from pipeline.model.overlay import CorrectedRows
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, RowBatch, SourceSpec, Table

_LAST_ROWS = (65_536, 1_048_576)
"""Where the sheets of Excel 97 and of Excel today end."""


class RowSource(Protocol):
    """What a kind of file brings along: its rows in batches, each with the blank rows it left out."""

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield the rows of the table from the first one below the header on."""
        ...


@dataclass(slots=True)
class OpenTable:
    """A table with its header known, and what each row of the header holds.

    ``issues`` are warnings; reading to the end may add one.

    ``rows_read``, ``ignored_rows`` (among them) and ``blank_rows`` (not among them) count what the last
    reading has met so far. A sheet comes with its ``findings`` and those of its ``book``. ``corrections`` are
    laid over the rows before anything else is done with them; of rows that are not ``chosen``, where that is
    said, nothing is known outside.
    """

    table: Table
    facts: FileFacts
    source: RowSource = field(repr=False)
    spec: SourceSpec = field(repr=False)
    header_rows: Sequence[Sequence[str]] = field(default=(), repr=False)
    issues: list[Issue] = field(default_factory=list)
    findings: SheetFindings | None = field(default=None, repr=False)
    book: BookFindings | None = field(default=None, repr=False)
    rows_read: int = 0
    ignored_rows: int = 0
    blank_rows: int = 0
    corrections: CorrectedRows = field(default_factory=dict, repr=False)
    chosen: frozenset[int] | None = field(default=None, repr=False)
    overlaid: Overlaid | None = field(default=None, repr=False)
    """The corrections at work in the last reading."""

    def batches(self, size: int = 20_000) -> Iterator[RowBatch]:
        """Yield the rows in file order, up to ``size`` at once; may be called again to start over.

        Raises :class:`InputRefused` when the file turns out unreadable on the way or has changed since
        it was opened; what was yielded before must then not be used.
        """
        self.rows_read = self.ignored_rows = self.blank_rows = 0
        refuse_changed(self.facts)
        shaper = Shaper(self.spec, self.table, self.header_rows)
        overlaid = self.overlaid = Overlaid(self.corrections)
        for batch, blank in self._read(size):
            self.blank_rows += blank
            shaped = shaper.shape(overlaid.over(batch) if self.corrections else batch)
            if self.chosen is not None:
                shaped = only(shaped, self.chosen)
            self.rows_read += len(shaped.rows) + len(shaped.ignored)
            self.ignored_rows += len(shaped.ignored)
            if shaped.rows or shaped.ignored:
                yield shaped
        refuse_changed(self.facts)
        overlaid.demand_all(self.table)
        self._note_full_sheet()

    def rows_from(self, first: int, size: int = 2_000) -> Iterator[RowBatch]:
        """Yield the rows from a known row on, as far as the caller goes on asking.

        A kind of file that can skip what is above does so, unless rows above decide what those below say.
        Counts nothing. Raises as :meth:`batches` does.
        """
        refuse_changed(self.facts)
        skipping = getattr(self.source, "read_from", None)
        if skipping is None or self.spec.fill_down:
            yield from self.batches(size)
            return
        shaper = Shaper(self.spec, self.table, self.header_rows)
        overlaid = self.overlaid = Overlaid(self.corrections)
        for batch, _ in skipping(self.table, first, size):
            yield shaper.shape(overlaid.over(batch) if self.corrections else batch)

    def _read(self, size: int) -> Iterator[tuple[RowBatch, int]]:
        try:
            yield from self.source.read(self.table, size)
        except InputRefused:
            refuse_changed(self.facts)  # whatever is wrong then comes from that
            raise

    def _note_full_sheet(self) -> None:
        rows = self.table.header_row + self.rows_read + self.blank_rows
        full = Issue("W106", self.table.at(), facts={"rows": rows})
        if rows in _LAST_ROWS and full not in self.issues:
            self.issues.append(full)
