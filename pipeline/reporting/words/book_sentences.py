"""Bookkeeping on the target in sentences: how far it is, beside what became of the orders."""

from pipeline.model.books import BookTerms
from pipeline.model.language import _
from pipeline.model.summary import Summary
from pipeline.reporting.words.figures import grouped
from pipeline.reporting.words.verdict import NOTHING_SENT


def requests_afterwards(summary: Summary, terms: BookTerms) -> int:
    """About how many requests follow the orders: two for each change, a good one for an order registered."""
    changes = 2 * summary.changes.listed if summary.changes is not None else 0
    orders, items = summary.orders.ready, summary.items.read
    if not terms.batch:
        return changes
    return changes + orders + 2 * -(-orders // 50) + 3 * -(-(orders + items) // 100)


def book_sentences(summary: Summary) -> tuple[str, ...]:
    """``Remote ids: 198 of 200 orders registered, 2 refused.``; none where a mapping asks for nothing."""
    books = summary.bookkeeping
    if books is None:
        return ()
    if summary.command in NOTHING_SENT:
        return (_("Bookkeeping: once orders are sent, the target is told their remote ids or their errors."),)
    told = []
    if books.wanted:
        parts = (
            _("{number} of {all} orders registered").format(
                number=grouped(books.registered + books.present), all=grouped(books.wanted)
            ),
            _part(_("{number} of them before this run"), books.present),
            _part(_("{number} cannot be"), books.refused),
            _part(_("{number} left"), books.left),
        )
        told.append(_("Remote ids: {parts}.").format(parts=", ".join(filter(None, parts))))
    if books.reports_wanted:
        parts = (
            _("{number} of {all} sent").format(
                number=grouped(books.reports_sent), all=grouped(books.reports_wanted)
            ),
            _part(_("{number} not confirmed"), books.reports_unclear),
            _part(_("{number} left"), books.reports_left),
            "",
        )
        told.append(_("Error reports: {parts}.").format(parts=", ".join(filter(None, parts))))
    return tuple(told)


def _part(words: str, number: int) -> str:
    """One part of a sentence; none where there is nothing to count."""
    return words.format(number=grouped(number)) if number else ""
