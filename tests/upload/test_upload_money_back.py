"""What the target shows of an order against what was sent, and where money is told."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.model.money import MoneyCell
from pipeline.model.states import State
from pipeline.upload.money_back import by_list, judged, minor_of
from pipeline.upload.money_cell import cell_of, day_of, status_of

ISTANBUL = ZoneInfo("Europe/Istanbul")
CELL = MoneyCell("2024-03-02", "delivered")
SENT = {
    "order": {
        "number": "A-1",
        "amount": "1234.50",
        "currency": "try",
        "status": "delivered",
        "date_placed": "2024-03-01T22:30:00Z",
    },
    "order_item": [],
}


def shown(**changes: Any) -> dict[str, Any]:
    """Give the order as the target shows it, in words of its own."""
    same = {"pk": 7, "number": "A-1", "amount": 1234.5, "currency": "TRY", "status": "550"}
    return {**same, "date_placed": "2024-03-02T01:30:00+03:00", **changes}


def test_the_same_order_in_other_words_balances() -> None:
    """An amount as a number, a status as its code, a moment in another zone."""
    found = judged(State.CREATED, SENT, CELL, [shown()], ISTANBUL)
    assert (found.held, found.minor, found.currency) == (1, 123450, "TRY")
    assert (found.cell, found.verdict, found.remote_id) == (CELL, None, "7")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "1234.51"}, "amount: sent 1234.50, found 1234.51"),
        ({"amount": "1234.501"}, "amount: sent 1234.50, found 1234.501"),
        ({"amount": None}, "amount: sent 1234.50, found nothing"),
        ({"currency": "eur"}, "currency: sent try, found eur"),
        ({"status": "canceled"}, "status: sent delivered, found canceled"),
        ({"date_placed": "2024-03-02T01:31:00+03:00"}, "date_placed: sent 2024-03-01T22:30:00Z, found 2024-"),
    ],
)
def test_what_differs_is_said(change: dict[str, Any], words: str) -> None:
    """A cent, a currency, a status, a minute."""
    found = judged(State.CREATED, SENT, CELL, [shown(**change)], ISTANBUL)
    assert found.verdict == "differs"
    assert found.differs.startswith(words)


def test_an_amount_that_is_not_shown_is_vouched_for_by_nobody() -> None:
    """Other fields may be left out."""
    silent = {"pk": 7, "number": "A-1"}
    found = judged(State.CREATED, SENT, CELL, [silent], ISTANBUL)
    assert (found.verdict, found.differs, found.minor) == ("differs", "amount: sent 1234.50, not shown", None)
    assert judged(State.CREATED, SENT, CELL, [{**silent, "amount": "1234.5"}], ISTANBUL).verdict is None


def test_a_moment_without_a_zone_is_not_compared() -> None:
    """Nobody knows which one it is; the day is as the order says."""
    found = judged(State.CREATED, SENT, CELL, [shown(date_placed="2024-03-01 22:30:00")], ISTANBUL)
    assert (found.verdict, found.cell) == (None, CELL)


@pytest.mark.parametrize("state", [State.REJECTED, State.FAILED, State.IN_DOUBT])
def test_of_an_order_that_is_not_created_only_itself_counts(state: State) -> None:
    """A number may belong to somebody else; the same order twice is two."""
    other = shown(pk=8, amount="5.00")
    assert judged(state, SENT, CELL, [], ISTANBUL).verdict is None
    assert judged(state, SENT, CELL, [other], ISTANBUL).held == 0
    assert judged(state, SENT, CELL, [other], ISTANBUL).verdict is None
    found = judged(state, SENT, CELL, [other, shown(), shown(pk=9)], ISTANBUL)
    assert (found.held, found.minor, found.verdict) == (2, 246900, "unexpected")


def test_nothing_and_too_much() -> None:
    """An order that should stand there and does not, and one that does so twice."""
    assert judged(State.CREATED, SENT, CELL, [], ISTANBUL).verdict == "missing"
    twice = judged(State.ALREADY_PRESENT, SENT, CELL, [shown(), shown(pk=8)], ISTANBUL)
    assert (twice.verdict, twice.held, twice.minor) == ("several", 2, 246900)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("0.10", 10),
        (0.1, 10),
        (100, 10000),
        ("-3.50", -350),
        ("1e3", 100000),
        ("0.001", None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_amounts_are_whole_hundredths_or_nothing(amount: object, minor: int | None) -> None:
    """Never rounded."""
    assert minor_of(amount) == minor


def test_the_list_is_read_where_it_takes_fewer_requests() -> None:
    """A list that does not say how long it is could be any length."""
    assert by_list(1000, 100_000, 100) is False
    assert by_list(1001, 100_000, 100) is True
    assert by_list(1000, None, 100) is False
    assert by_list(1000, 0, 0) is False


def test_a_day_is_one_of_the_mappings_zone() -> None:
    """Half past ten in the evening in London is the next day in Istanbul."""
    placed = datetime(2024, 3, 1, 22, 30, tzinfo=UTC)
    assert cell_of({"date_placed": placed, "status": "550"}, ISTANBUL) == CELL
    assert cell_of({"date_placed": placed, "status": "delivered"}, UTC) == ("2024-03-01", "delivered")
    assert cell_of({}, ISTANBUL) == MoneyCell("", "")
    assert day_of("2024-03-01T22:30:00", ISTANBUL) == ""
    assert day_of(datetime.max.replace(tzinfo=UTC), ISTANBUL) == ""


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("550", "delivered"),
        (550, "delivered"),
        ("Cancelled", "canceled"),
        ("425", "425"),
        (None, ""),
        ({}, ""),
    ],
)
def test_a_status_has_one_name(status: object, name: str) -> None:
    """By code, by name or by another spelling; one that is not known stands for itself."""
    assert status_of(status) == name
