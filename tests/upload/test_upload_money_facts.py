"""What reading an order back says of it, whole: whose it is, how many, its sum, its place, and the words."""

from datetime import UTC
from typing import Any

import pytest

from pipeline.model.money import MoneyCell
from pipeline.model.states import State
from pipeline.upload.money_back import Judgement, by_list, differences, identity_of, judged, perhaps_ours

CELL = MoneyCell("2024-03-01", "delivered")
ORDER: dict[str, Any] = {
    "number": "A-1",
    "amount": "10.00",
    "currency": "try",
    "status": "550",
    "date_placed": "2024-03-01T10:00:00Z",
}
SENT = {"order": ORDER, "order_item": []}


def shown(**changes: Any) -> dict[str, Any]:
    """Give the order as the target shows it."""
    return {"pk": 7, **ORDER, **changes}


def test_nothing_found_is_nothing_or_missing() -> None:
    """By what the run knows of the order: in either case none is held, and there is no sum."""
    assert judged(State.REJECTED, SENT, CELL, [], UTC) == Judgement(0)
    missing = judged(State.CREATED, SENT, CELL, [], UTC)
    assert missing == Judgement(0, verdict="missing", differs="not found on the target")
    assert (missing.minor, missing.cell, missing.currency, missing.remote_id) == (None, None, None, None)


def test_one_several_and_unexpected_ones_are_told_whole() -> None:
    """The first one's id, the sum of all, and the words."""
    one, other = shown(), shown(pk=8, amount="2.50")
    assert judged(State.CREATED, SENT, CELL, [one], UTC) == Judgement(1, "7", 1000, "TRY", CELL)
    assert judged(State.CREATED, SENT, CELL, [one, other], UTC) == Judgement(
        2, "7", 1250, "TRY", CELL, "several", "2 found on the target"
    )
    assert judged(State.IN_DOUBT, SENT, CELL, [other, one], UTC) == Judgement(
        1, "7", 1000, "TRY", CELL, "unexpected", "1 found on the target, in_doubt in the run"
    )
    unreadable = shown(pk=8, amount="a lot")
    assert judged(State.CREATED, SENT, None, [one, unreadable], UTC) == Judgement(
        2, "7", None, "TRY", None, "several", "2 found on the target"
    )


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        ({"status": "canceled"}, MoneyCell("2024-03-01", "canceled")),
        ({"status": None}, CELL),
        ({"date_placed": "2024-03-02T10:00:00Z"}, MoneyCell("2024-03-02", "delivered")),
        ({"date_placed": "soon"}, CELL),
    ],
)
def test_money_is_told_where_the_target_has_it(change: dict[str, Any], cell: MoneyCell) -> None:
    """What it does not say is as the order says."""
    assert judged(State.CREATED, SENT, CELL, [shown(**change)], UTC).cell == cell


@pytest.mark.parametrize("currency", [None, 949, ["TRY"]])
def test_a_currency_that_is_no_text_is_none(currency: object) -> None:
    """And differs from what was sent."""
    found = judged(State.CREATED, SENT, CELL, [shown(currency=currency)], UTC)
    assert (found.currency, found.verdict) == (None, "differs")


@pytest.mark.parametrize(
    ("sent", "change", "words"),
    [
        ({}, {"status": "100"}, ["status: sent delivered, found canceled"]),
        ({}, {"status": None}, ["status: sent delivered, found nothing"]),
        ({}, {"currency": "eur"}, ["currency: sent try, found eur"]),
        ({}, {"currency": "100"}, ["currency: sent try, found 100"]),
        ({}, {"date_placed": "soon"}, []),
        ({}, {"date_placed": "2024-03-01 10:00:01"}, []),
        ({"date_placed": "2024-03-01T10:00:00"}, {"date_placed": "2024-03-01T11:00:00Z"}, []),
        ({"date_placed": "soon"}, {"date_placed": "2024-03-01T11:00:00Z"}, []),
        (
            {},
            {"amount": "10.01", "status": "100"},
            ["amount: sent 10.00, found 10.01", "status: sent delivered, found canceled"],
        ),
        ({}, {"notes": "x", "number": "other"}, []),
    ],
)
def test_only_what_is_told_of_money_differs_each_in_words(
    sent: dict[str, Any], change: dict[str, Any], words: list[str]
) -> None:
    """Statuses by name; a moment only where both sides name a zone."""
    assert differences({**SENT, "order": {**ORDER, **sent}}, shown(**change)) == words


def test_an_amount_that_is_not_shown_comes_first() -> None:
    """And what was not sent is not asked for."""
    silent = {"pk": 7, "status": "100"}
    assert differences(SENT, silent) == [
        "amount: sent 10.00, not shown",
        "status: sent delivered, found canceled",
    ]
    assert differences({"order": {"number": "A-1"}, "order_item": []}, silent) == []


@pytest.mark.parametrize(
    ("found", "identity"),
    [
        ({"pk": 7, "id": 8}, "7"),
        ({"id": 8}, "8"),
        ({"pk": "x-7"}, "x-7"),
        ({"pk": 0}, "0"),
        ({"pk": True}, None),
        ({"pk": None}, None),
        ({}, None),
    ],
)
def test_an_order_is_known_by_its_key(found: dict[str, Any], identity: str | None) -> None:
    """As text; a truth value is none."""
    assert identity_of(found) == identity


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (State.CREATED, ["7", "8"]),
        (State.ALREADY_PRESENT, ["7", "8"]),
        (State.REJECTED, ["8"]),
        (State.IN_DOUBT, ["8"]),
    ],
)
def test_what_other_runs_made_is_left_out_unless_this_run_holds_the_order(
    state: State, left: list[str]
) -> None:
    """Of an order that it created itself a second one is one too many."""
    found = perhaps_ours(state, [shown(), shown(pk=8)], {"7", "9"})
    assert [identity_of(one) for one in found] == left


def test_pages_of_one_order_are_pages() -> None:
    """The list is read where it takes fewer requests, whatever the size of its pages."""
    assert by_list(6, 5, 1) is True
    assert by_list(5, 5, 1) is False
    assert by_list(2, 101, 100) is False
    assert by_list(3, 101, 100) is True
