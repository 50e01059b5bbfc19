"""The money by day: the file that has all of it, and the section of the page that has room for some."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import sample_run

from pipeline.model.location import Location
from pipeline.model.money import Amounts, MoneyBook, MoneyCell, MoneyDifference, MoneyLine, ReadBackStand
from pipeline.model.money_sums import broken_money
from pipeline.model.summary import OrderCounts, Summary
from pipeline.reporting.files.money_csv import COLUMNS, money, write_money_csv, write_money_differences
from pipeline.reporting.page.money_section import money_section
from pipeline.reporting.page.money_view import MoneyView, money_view
from pipeline.reporting.page.report_html import MOST_BYTES, render_report
from pipeline.reporting.words.money_sentence import read_back_sentence

READ = ReadBackStand(begun=True, wanted=2, read=2, last=1_700_000_000.0)
LINES = (
    MoneyLine(
        "2024-03-01",
        "delivered",
        "TRY",
        created=Amounts(2, 20001),
        invalid=Amounts(1, 0, 1),
        read_back=Amounts(2, 20002),
    ),
    MoneyLine("", "=cmd()", "EUR", refused=Amounts(1, -150)),
)


def rows(path: Path) -> list[dict[str, str]]:
    """Give the lines of a file by column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def view_of(lines: Sequence[MoneyLine], stand: ReadBackStand = READ) -> MoneyView:
    """Give the section of some lines."""
    view = money_view(MoneyBook(tuple(lines), "Europe/Istanbul", stand), (), "said")
    assert view is not None
    return view


def days(count: int, first: date = date(2024, 1, 1), **amounts: Amounts) -> list[MoneyLine]:
    """Give one line a day."""
    given = amounts or {"created": Amounts(1, 100)}
    return [
        MoneyLine((first + timedelta(days=place)).isoformat(), "delivered", "TRY", **given)
        for place in range(count)
    ]


def test_the_file_has_a_line_for_everything_with_its_cents(tmp_path: Path) -> None:
    """Signs and unknown days included; a status that a spreadsheet would run carries an apostrophe."""
    write_money_csv(tmp_path / "money.csv", MoneyBook(LINES, "UTC", READ))
    first, second = rows(tmp_path / "money.csv")
    assert list(first) == list(COLUMNS)
    assert (first["source_count"], first["source_sum"], first["without_amount"]) == ("3", "200.01", "1")
    assert (first["read_back_sum"], first["difference_sum"], first["difference_count"]) == (
        "200.02",
        "0.01",
        "0",
    )
    assert (second["day"], second["status"], second["refused_sum"]) == ("unknown", "'=cmd()", "-1.50")
    assert (money(-5), money(0), money(None)) == ("-0.05", "0.00", "")


def test_what_nobody_knows_is_left_empty(tmp_path: Path) -> None:
    """Not read back, and read back in part: no difference is claimed."""
    write_money_csv(tmp_path / "none.csv", MoneyBook(LINES, "UTC"))
    partly = replace(READ, read=1)
    write_money_csv(tmp_path / "part.csv", MoneyBook(LINES, "UTC", partly))
    none, part = rows(tmp_path / "none.csv")[0], rows(tmp_path / "part.csv")[0]
    assert (none["read_back_sum"], none["difference_sum"]) == ("", "")
    assert (part["read_back_sum"], part["difference_sum"]) == ("200.02", "")
    assert {row.difference for row in view_of(LINES, partly).statuses} == {""}


def test_an_order_that_differs_is_written_with_both_amounts(tmp_path: Path) -> None:
    """Nothing found leaves the amount empty."""
    at = Location("orders.csv", None, 7)
    one = MoneyDifference(
        "E686", "A-1", at, MoneyCell("2024-03-01", ""), "TRY", 1999, 0, None, None, "not found"
    )
    write_money_differences(tmp_path / "d.csv", [one])
    (row,) = rows(tmp_path / "d.csv")
    assert (row["number"], row["row"], row["status"]) == ("A-1", "7", "unknown")
    assert (row["sent"], row["orders_found"], row["found"]) == ("19.99", "0", "")


def test_many_days_become_months_and_very_many_years() -> None:
    """At most 62 days stand one by one."""
    assert (view_of(days(62)).by, len(view_of(days(62)).currencies[0].rows)) == ("day", 62)
    months = view_of(days(63))
    assert (months.by, [row.name for row in months.currencies[0].rows]) == (
        "month",
        ["2024-01", "2024-02", "2024-03"],
    )
    years = view_of(days(4000, date(2010, 1, 1)))
    assert years.by == "year"
    assert sum(int(row.orders) for row in years.currencies[0].rows) == 4000


def test_the_bars_are_as_high_as_the_sums_and_within_the_picture() -> None:
    """Source, created and read back side by side; nothing and less than nothing have no bar."""
    lines = [
        *days(1, created=Amounts(1, 1000), refused=Amounts(1, 1000), read_back=Amounts(1, 500)),
        *days(1, date(2024, 1, 2), refused=Amounts(1, -1000)),
    ]
    (currency,) = view_of(lines).currencies
    heights = {bar.key: bar.height for bar in currency.bars}
    assert heights == {"source": 160.0, "created": 80.0, "read_back": 40.0}
    assert all(bar.x >= 0 and bar.x + bar.width <= 50 and bar.y + bar.height == 180 for bar in currency.bars)
    assert [(label.text, label.anchor) for label in currency.labels] == [
        ("2024-01-01", "start"),
        ("2024-01-02", "end"),
    ]


def test_the_page_has_the_section_with_a_picture_a_table_and_the_orders() -> None:
    """It fits a page of a million orders, and names its time zone."""
    stand = replace(READ, differing=51)
    at = Location("orders.csv", None, 7)
    one = MoneyDifference(
        "E685", "<b>A</b>", at, MoneyCell(), "TRY", 1, 1, 2, "9", "amount: sent 0.01, found 0.02"
    )
    many = [
        MoneyLine(line.day, status, currency, created=Amounts(9, 12345678), read_back=Amounts(9, 12345678))
        for line in days(3600, date(2010, 1, 1))
        for status in ("delivered", "canceled")
        for currency in ("TRY", "EUR", "USD", "GBP")
    ]
    view = money_view(MoneyBook(tuple(many), "Europe/Istanbul", stand), [one] * 51, "said", "then")
    text = render_report(replace(sample_run.page(), money_days=view), sample_run.CATALOGUE)
    assert len(text.encode()) < MOST_BYTES
    assert text.count('role="img" aria-label="TRY per month') == 1
    assert text.count("&lt;b&gt;A&lt;/b&gt;") == 50
    for words in ("Europe/Istanbul", "and 1 more; all of them in", "1 currency more is in", "money.csv"):
        assert words in text
    assert "Money reconciled" not in render_report(sample_run.page(), sample_run.CATALOGUE)


def test_a_check_has_no_section_and_a_run_says_when_it_was_read() -> None:
    """What was never sent cannot be read back."""
    book = MoneyBook(LINES, "UTC", READ)
    assert money_section(book, Summary("", "check", 0), ()) is None
    section = money_section(book, Summary("", "run", 0, read_back=READ), ())
    assert section is not None
    assert section.read_at == "2023-11-14 22:13 UTC"


def test_the_sentence_claims_nothing_that_nobody_knows() -> None:
    """Nothing on the target, not read, in part, different, and every cent."""
    run = Summary("7f3a", "run", 0, orders=OrderCounts(created=2), read_back=ReadBackStand())
    assert read_back_sentence(replace(run, orders=OrderCounts())) == ""
    assert "orderlift report 7f3a --reconcile" in read_back_sentence(run)
    assert read_back_sentence(replace(run, command="demo")) == ""  # its target ended with it

    def said(**changes: int) -> str:
        return read_back_sentence(replace(run, read_back=replace(READ, **changes)))  # type: ignore[arg-type]

    assert said(read=1) == "Read back from the target: 1 of 2 orders so far."
    assert said(differing=1) == "Read back from the target: 2 orders; 1 order differs."
    assert said() == "Read back from the target: 2 orders, and every cent balances."


def test_lines_that_disagree_with_the_totals_are_broken_sums() -> None:
    """A cent and an order, each written out."""
    summary = Summary("", "run", 0, orders=OrderCounts(read=4, created=2, invalid=1, rejected=2))
    broken = broken_money(MoneyBook(LINES, "UTC"), summary)
    assert broken[0] == "orders.refused: 2 ≠ 1 by day, status and currency"
    assert "money.TRY.read: 0.00 ≠ 200.01 by day" in broken
