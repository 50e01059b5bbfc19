"""What is said beside the outcome of orders: customers, history held back, books."""

from dataclasses import replace
from io import StringIO

import pytest

from pipeline.model.books import BookCounts, BookTerms
from pipeline.model.change import Change, ChangeCounts
from pipeline.model.summary import OrderCounts, Summary, broken_sums
from pipeline.reporting.terminal.console import Screen, print_summary
from pipeline.reporting.words.book_sentences import book_sentences, requests_afterwards
from pipeline.reporting.words.customer_changes import change_line, changes_sentence
from pipeline.reporting.words.held_back import held_back_sentence

RUN = Summary("7f3a", "apply", 0, orders=OrderCounts(read=200, ready=200, created=200))


@pytest.mark.parametrize(
    ("books", "told"),
    [
        (BookCounts(wanted=200, registered=200), ["Remote ids: 200 of 200 orders registered."]),
        (
            BookCounts(wanted=200, registered=190, present=5, refused=2, left=3),
            ["Remote ids: 195 of 200 orders registered, 5 of them before this run, 2 cannot be, 3 left."],
        ),
        (
            BookCounts(reports_wanted=4, reports_sent=2, reports_unclear=1, reports_left=1),
            ["Error reports: 2 of 4 sent, 1 not confirmed, 1 left."],
        ),
        (BookCounts(), []),
        (None, []),
    ],
)
def test_books_are_told_in_a_sentence_each(books: BookCounts | None, told: list[str]) -> None:
    """Nothing is said of what nobody asked for."""
    assert list(book_sentences(replace(RUN, bookkeeping=books))) == told


def test_a_plan_says_that_something_follows_the_orders() -> None:
    """In the future, and with its price in requests."""
    planned = replace(RUN, command="plan", bookkeeping=BookCounts(), changes=ChangeCounts(listed=3))
    assert book_sentences(planned)[0].startswith("Bookkeeping: once orders are sent")
    assert requests_afterwards(planned, BookTerms()) == 6
    assert requests_afterwards(planned, BookTerms(batch=True)) == 6 + 200 + 8 + 6


@pytest.mark.parametrize(
    "books",
    [
        BookCounts(wanted=2, registered=1),
        BookCounts(reports_wanted=1),
        BookCounts(wanted=1, registered=2, left=-1),
    ],
)
def test_books_that_do_not_balance_are_told(books: BookCounts) -> None:
    """A report is not called done whose sums do not hold."""
    assert len(broken_sums(replace(RUN, bookkeeping=books))) == 1


def test_every_sentence_stands_on_the_console_once() -> None:
    """Together, behind the money and before the run's own line."""
    counts = ChangeCounts(listed=2, changed=1, left=1, fields=("phone_number",))
    summary = replace(
        RUN, bookkeeping=BookCounts(wanted=1, left=1), changes=counts, held_back={"packed": 1200}
    )
    out = StringIO()
    print_summary(Screen(out, "never", width=200), summary)
    for sentence in (held_back_sentence(summary), changes_sentence(summary), *book_sentences(summary)):
        assert sentence
        assert out.getvalue().count(sentence) == 1
    assert "1,200 orders" in held_back_sentence(summary) or "1 200 orders" in held_back_sentence(summary)


def test_a_value_that_was_not_there_is_told_as_nothing() -> None:
    """And no letter of a name too many."""
    line = change_line(Change(7, 1, {"last_name": None}, {"last_name": "Yılmaz"}))
    assert line == "customer 7: last_name (nothing) → Y•••••"
