"""What a verb gives back to a program or a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.journal.reading import JournalReader
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.issue import Issue
from pipeline.model.records import OrderRecord
from pipeline.model.summary import Summary
from pipeline.reporting.outcome import outcome_of
from pipeline.runs.sending import Ending

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Result:
    """One finished verb: its summary, and the run's journal to ask further.

    ``ending`` says why sending stopped early; its ``code`` is ``None`` where it did not.
    """

    summary: Summary
    journal: Path
    ending: Ending = made_by(default_factory=Ending)

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.summary.run_id

    @property
    def state_dir(self) -> Path:
        """The folder under which the run's journal lies."""
        return self.journal.parent.parent.parent

    @property
    def exit_code(self) -> int:
        """The code a command line would end with; 0 means that nothing is left to do."""
        return self.summary.exit_code

    @property
    def ok(self) -> bool:
        """Whether nothing is left to do."""
        return self.summary.exit_code == 0

    def issues(self) -> Iterator[Issue]:
        """Every issue of the run, as data."""
        with closing(JournalReader(self.journal)) as journal:
            yield from journal.issues()

    def orders(self) -> Iterator[OrderRecord]:
        """Every order read, with its outcome, in source order."""
        with closing(JournalReader(self.journal)) as journal:
            yield from journal.orders()

    def to_frame(self) -> pd.DataFrame:
        """The orders as a data frame, one row each; all text, because order numbers are not numbers.

        Columns: number, file, sheet, row, outcome, code, message, remote_id, currency, amount, items, attempts.
        """
        import pandas as pd  # noqa: PLC0415 - costs most of a second, and only notebooks want it

        rows = [
            {
                "number": record.number,
                "file": record.at.file,
                "sheet": record.at.sheet,
                "row": record.at.row,
                "outcome": outcome_of(record.state).name,
                "code": record.code,
                "message": record.message,
                "remote_id": record.remote_id,
                "currency": record.currency,
                "amount": record.amount,
                "items": record.items,
                "attempts": record.attempts,
            }
            for record in self.orders()
        ]
        return pd.DataFrame(rows, dtype=object)

    def issues_frame(self) -> pd.DataFrame:
        """The issues as a data frame: code, file, sheet, cell, header, value, order, field, message, remedy."""
        import pandas as pd  # noqa: PLC0415 - as above

        rows = [
            {
                "code": issue.code,
                "file": issue.at.file if issue.at else None,
                "sheet": issue.at.sheet if issue.at else None,
                "cell": issue.at.cell if issue.at else None,
                "header": issue.at.header if issue.at else None,
                "value": issue.value,
                "order": issue.order,
                "field": issue.field,
                "message": message_of(issue),
                "remedy": remedy_of(issue),
            }
            for issue in self.issues()
        ]
        return pd.DataFrame(rows, dtype=object)
