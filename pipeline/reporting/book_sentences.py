"""Bookkeeping on the target in sentences: how far it is, beside what became of the orders."""

from pipeline.model.books import BookTerms
from pipeline.model.summary import Summary
from pipeline.reporting.figures import grouped
from pipeline.reporting.verdict import NOTHING_SENT


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
        return ("Bookkeeping: once orders are sent, the target is told their remote ids or their errors.",)
    told = []
    if books.wanted:
        parts = [
            f"{grouped(books.registered + books.present)} of {grouped(books.wanted)} orders registered",
            f"{grouped(books.present)} of them before this run" if books.present else "",
            f"{grouped(books.refused)} cannot be" if books.refused else "",
            f"{grouped(books.left)} left" if books.left else "",
        ]
        told.append(f"Remote ids: {', '.join(filter(None, parts))}.")
    if books.reports_wanted:
        parts = [
            f"{grouped(books.reports_sent)} of {grouped(books.reports_wanted)} sent",
            f"{grouped(books.reports_unclear)} not confirmed" if books.reports_unclear else "",
            f"{grouped(books.reports_left)} left" if books.reports_left else "",
        ]
        told.append(f"Error reports: {', '.join(filter(None, parts))}.")
    return tuple(told)
