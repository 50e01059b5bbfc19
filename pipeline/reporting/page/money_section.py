"""The section about money by day, of a run that sends."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

from pipeline.model.money import MoneyBook, MoneyDifference
from pipeline.model.summary import Summary
from pipeline.reporting.page.money_view import MOST_DIFFERENCES, MoneyView, money_view
from pipeline.reporting.words.money_sentence import read_back_sentence
from pipeline.reporting.words.verdict import NOTHING_SENT


def money_section(
    book: MoneyBook, summary: Summary, differences: Iterable[MoneyDifference]
) -> MoneyView | None:
    """The view of a book, with how far it was read back; ``None`` for a command that sends nothing."""
    if summary.command in NOTHING_SENT:
        return None
    first = tuple(islice(differences, MOST_DIFFERENCES))
    return money_view(book, first, read_back_sentence(summary), _moment(book.stand.last))


def _moment(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
