"""One CSV file or one sheet of a workbook, opened and ready to be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.loaders.survey import refuse_changed
from pipeline.model.issue import Issue
from pipeline.model.rows import FileFacts, RowBatch, Table

_LAST_ROWS = (65_536, 1_048_576)
"""Where the sheets of Excel 97 and of Excel today end."""


class RowSource(Protocol):
    """What a kind of file brings along: its rows in batches, each with the blank rows it left out."""

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield the rows of the table from the first one below the header on."""
        ...


@dataclass(slots=True)
class OpenTable:
    """A table with its header known. ``issues`` are warnings; reading to the end may add one.

    ``rows_read`` and ``blank_rows`` count what the last reading has yielded and left out so far.
    """

    table: Table
    facts: FileFacts
    source: RowSource = field(repr=False)
    issues: list[Issue] = field(default_factory=list)
    rows_read: int = 0
    blank_rows: int = 0

    def batches(self, size: int = 20_000) -> Iterator[RowBatch]:
        """Yield the rows in file order, up to ``size`` at once; may be called again to start over.

        Raises :class:`InputRefused` when the file turns out unreadable on the way or has changed since
        it was opened; what was yielded before must then not be used.
        """
        self.rows_read = self.blank_rows = 0
        refuse_changed(self.facts)
        for batch, blank in self.source.read(self.table, size):
            self.blank_rows += blank
            self.rows_read += len(batch.rows)
            if batch.rows:
                yield batch
        refuse_changed(self.facts)
        self._note_full_sheet()

    def _note_full_sheet(self) -> None:
        rows = self.table.header_row + self.rows_read + self.blank_rows
        full = Issue("W106", self.table.at(), facts={"rows": rows})
        if rows in _LAST_ROWS and full not in self.issues:
            self.issues.append(full)
