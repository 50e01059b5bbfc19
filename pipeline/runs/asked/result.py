"""What a verb gives back to a program or a notebook."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.journal.reading import JournalReader
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.records import OrderRecord
from pipeline.model.refusal import JournalRefused
from pipeline.model.summary import Summary
from pipeline.reporting.files.issues_jsonl import as_it_is
from pipeline.reporting.files.orders_csv import COLUMNS as ORDER_COLUMNS
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.words.outcome import outcome_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.runs.asked.resolved import Resolved

ISSUE_COLUMNS = ("code", "file", "sheet", "cell", "header", "value", "order", "field", "message", "remedy")


@dataclass(frozen=True, slots=True)
class Result:
    """One finished verb: its summary, and the run's journal to ask further.

    ``ending`` says why sending stopped early; its ``code`` is ``None`` where it did not. ``resolved`` is what
    a plan found out on the target, where it was asked.
    """

    summary: Summary
    journal: Path
    ending: Ending = made_by(default_factory=Ending)
    resolved: "Resolved | None" = None

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

    def to_frame(self, *, show_pii: bool = False) -> "pd.DataFrame":
        """The orders as a data frame, one row each, with the columns ``ORDER_COLUMNS``.

        Numbers and amounts are text as sent: an order number is no number. What is unknown is ``None``.
        ``message`` is masked where it quotes personal data, unless ``show_pii``.
        """
        import pandas as pd  # noqa: PLC0415 - costs most of a second, and only notebooks want it

        with closing(JournalReader(self.journal)) as journal:
            records = list(journal.orders(seen=as_it_is if show_pii else mask_issue))
        rows = (
            (
                record.number,
                record.at.file,
                record.at.sheet,
                record.at.row,
                outcome_of(record.state).key,
                record.code,
                record.message,
                record.remote_id,
                record.currency,
                record.amount,
                record.items,
                record.attempts,
            )
            for record in records
        )
        return pd.DataFrame(list(rows), columns=list(ORDER_COLUMNS), dtype=object)

    def issues_frame(self, *, show_pii: bool = False) -> "pd.DataFrame":
        """The issues as a data frame, one row each, with the columns ``ISSUE_COLUMNS``.

        ``value`` and ``message`` are masked where they are personal, unless ``show_pii``: the place leads to
        the value, and :meth:`issues` has it as data.
        """
        import pandas as pd  # noqa: PLC0415 - as above

        seen = map(as_it_is if show_pii else mask_issue, self.issues())
        rows = ((issue.code, *_place(issue.at), *_words(issue)) for issue in seen)
        return pd.DataFrame(list(rows), columns=list(ISSUE_COLUMNS), dtype=object)


class ReportsNotWritten(JournalRefused):
    """The work is done and in the journal, and its reports could not be written: ``result`` tells of it."""

    def __init__(self, result: Result, *issues: Issue) -> None:
        super().__init__(*issues)
        self.result = result


def _place(at: Location | None) -> tuple[str | None, ...]:
    return (at.file, at.sheet, at.cell, at.header) if at else (None, None, None, None)


def _words(issue: Issue) -> tuple[str | None, ...]:
    return (issue.value, issue.order, issue.field, message_of(issue), remedy_of(issue))
