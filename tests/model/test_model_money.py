"""Money by day, status and currency: where each order is told, what is added up, and when it balances."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.model.money import (
    OUTCOME_OF,
    OUTCOMES,
    STANDING,
    Amounts,
    MoneyBook,
    MoneyCell,
    MoneyLine,
    ReadBackStand,
    lines_of,
    summed,
)
from pipeline.model.money_sums import broken_money
from pipeline.model.states import State
from pipeline.model.summary import Money, OrderCounts, Summary

LINE = MoneyLine(
    "2024-03-01",
    "delivered",
    "TRY",
    invalid=Amounts(1, 100, 1),
    created=Amounts(2, 2000, 2),
    already_present=Amounts(3, 30000, 3),
    refused=Amounts(4, 400000, 4),
    in_doubt=Amounts(5, 5000000, 5),
    unprocessed=Amounts(6, 60000000, 6),
    archived=Amounts(1, 7, 1),
    read_back=Amounts(7, 40000, 0),
)
"""Amounts that show in the digits of a sum which of them are in it."""


def test_every_state_of_an_order_is_told_as_one_outcome() -> None:
    """In the words of the journal."""
    assert dict(OUTCOME_OF) == {
        "invalid": "invalid",
        "created": "created",
        "already_present": "already_present",
        "rejected": "refused",
        "failed": "refused",
        "in_doubt": "in_doubt",
        "in_flight": "in_doubt",
        "conflict": "in_doubt",
        "unresolved": "unprocessed",
        "planned": "unprocessed",
        "held": "unprocessed",
        "waiting": "unprocessed",
        "absent": "unprocessed",
    }
    assert set(OUTCOME_OF) == {state.value for state in State}
    assert set(OUTCOME_OF.values()) == set(OUTCOMES)
    assert {"created", "already_present"} == STANDING


def test_the_source_is_every_outcome_once() -> None:
    """And what stands on the target is what was created or found there, less the archive."""
    assert LINE.source == Amounts(21, 65432100, 21)
    assert LINE.standing == Amounts(4, 31993, 4)
    assert LINE.difference == Amounts(3, 8007, -4)


def test_amounts_are_added_and_taken_away_one_by_one() -> None:
    """Orders, hundredths, and orders without an amount."""
    assert Amounts(5, 700, 3).plus(Amounts(2, 30, 1)) == Amounts(7, 730, 4)
    assert Amounts(5, 700, 3).minus(Amounts(2, 30, 1)) == Amounts(3, 670, 2)
    assert Amounts() == (0, 0, 0)
    assert MoneyCell() == ("", "")


def test_lines_are_added_up_under_what_was_asked_for() -> None:
    """No amount of any outcome is lost, and none is counted twice."""
    other = replace(LINE, day="2024-03-02")
    (total,) = summed((LINE, other), lambda line: ("", "", line.currency))
    assert total == MoneyLine(
        "",
        "",
        "TRY",
        *(getattr(LINE, name).plus(getattr(LINE, name)) for name in (*OUTCOMES, "archived", "read_back")),
    )
    assert MoneyBook((LINE, other)).by_currency() == {"TRY": total}
    assert summed((LINE,), lambda line: (line.day, line.status, line.currency)) == [LINE]


def test_lines_come_by_day_and_those_without_one_last() -> None:
    """Within a day by status and currency."""
    keys = [
        ("", "a", "TRY"),
        ("2024-03-02", "a", "EUR"),
        ("2024-03-01", "b", "EUR"),
        ("2024-03-01", "a", "TRY"),
    ]
    found = lines_of({key: {"created": Amounts(1, 1)} for key in keys})
    assert [(line.day, line.status) for line in found] == [
        ("2024-03-01", "a"),
        ("2024-03-01", "b"),
        ("2024-03-02", "a"),
        ("", "a"),
    ]
    assert {line.created for line in found} == {Amounts(1, 1)}
    assert lines_of({("d", "s", "c"): {}}) == [MoneyLine("d", "s", "c")]


def test_a_book_that_nobody_filled_is_empty() -> None:
    """In universal time, and read by nobody."""
    assert MoneyBook() == MoneyBook((), "UTC", ReadBackStand())
    assert ReadBackStand() == ReadBackStand(
        begun=False, wanted=0, read=0, differing=0, archived=0, first=None, last=None, stopped=""
    )


@pytest.mark.parametrize(
    ("stand", "complete", "balances"),
    [
        (ReadBackStand(begun=False), False, False),
        (ReadBackStand(begun=True), True, True),
        (ReadBackStand(begun=True, wanted=2, read=2), True, True),
        (ReadBackStand(begun=True, wanted=2, read=1), False, False),
        (ReadBackStand(begun=True, wanted=2, read=2, differing=1), True, False),
        (ReadBackStand(begun=True, wanted=2, read=1, differing=1), False, False),
        (ReadBackStand(begun=False, wanted=2, read=2), False, False),
    ],
)
def test_a_run_balances_when_all_was_read_and_nothing_differs(
    stand: ReadBackStand, *, complete: bool, balances: bool
) -> None:
    """Not before, and not because nobody looked."""
    assert (stand.complete, stand.balances) == (complete, balances)
    assert stand.as_json() == {
        "orders": stand.wanted,
        "read": stand.read,
        "differing": stand.differing,
        "balances": balances,
    }


SUMMARY = Summary(
    "",
    "run",
    0,
    orders=OrderCounts(
        invalid=1,
        created=2,
        already_present=3,
        rejected=3,
        failed=1,
        in_doubt=2,
        conflict=3,
        unprocessed=6,
    ),
)
READ, CREATED = "654321.00", "320.00"


def of(read: str = READ, created: str = CREATED, currency: str = "TRY") -> Summary:
    """Give a summary that agrees with the line, but for what is given."""
    return replace(SUMMARY, money={currency: Money(read=Decimal(read), created=Decimal(created))})


def test_two_ways_to_count_the_same_orders_agree() -> None:
    """Then nothing is said."""
    assert broken_money(MoneyBook((LINE,)), of()) == []


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("invalid", 1),
        ("created", 2),
        ("already_present", 3),
        ("refused", 4),
        ("in_doubt", 5),
        ("unprocessed", 6),
    ],
)
def test_an_order_more_or_less_is_said_with_both_numbers(name: str, number: int) -> None:
    """Of each outcome."""
    line = replace(LINE, **{name: getattr(LINE, name)._replace(orders=number + 1)})
    assert broken_money(MoneyBook((line,)), of()) == [
        f"orders.{name}: {number} ≠ {number + 1} by day, status and currency"
    ]


@pytest.mark.parametrize(
    ("summary", "broken"),
    [
        (of(read="654321.01"), ["money.TRY.read: 654321.01 ≠ 654321.00 by day"]),
        (of(created="319.99"), ["money.TRY.created: 319.99 ≠ 320.00 by day"]),
        (
            of(currency="EUR"),
            [
                "money.EUR.read: 654321.00 ≠ 0.00 by day",
                "money.EUR.created: 320.00 ≠ 0.00 by day",
                "money.TRY.read: 0.00 ≠ 654321.00 by day",
                "money.TRY.created: 0.00 ≠ 320.00 by day",
            ],
        ),
    ],
)
def test_a_cent_more_or_less_is_said_with_both_sums(summary: Summary, broken: list[str]) -> None:
    """Of each currency that either of them has."""
    assert broken_money(MoneyBook((LINE,)), summary) == broken
