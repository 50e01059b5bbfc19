"""What fell out on the way to the target, of rows and of money."""

from decimal import Decimal

import pytest
import sample_run
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.fates import Fate
from pipeline.model.summary import Money, OrderCounts, RowCounts
from pipeline.reporting.page.waterfall import Step, money_falls, rows_fall, unreadable_sentence
from pipeline.reporting.words.outcome import SENT

OUTCOMES = ["invalid", *(out.key for out in SENT)]


def named(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Give the steps as name and count."""
    return [(step.name, step.count) for step in steps]


def test_rows_fall_from_reading_to_the_target() -> None:
    """Each row is at one step: ignored, refused, in doubt or created."""
    fall = rows_fall(sample_run.summary(), sample_run.fates())
    assert fall is not None
    assert named(fall.steps) == [
        ("read", "631"),
        ("ignored", "2"),
        ("refused by the checks", "14"),
        ("refused by the target", "9"),
        ("failed", "4"),
        ("in conflict", "3"),
        ("in doubt", "7"),
        ("already present", "6"),
        ("created", "586"),
    ]
    assert fall.identity == "631 = 629 used + 2 ignored"


def test_money_falls_in_each_currency() -> None:
    """The steps add up to what was read, to the cent, and the sum is written out."""
    turkish, european = money_falls(sample_run.summary(), sample_run.fates())
    assert [turkish.title, european.title] == ["TRY", "EUR"]
    assert named(turkish.steps)[:2] == [("read", "184 322.50"), ("refused by the checks", "3 010.25")]
    assert named(turkish.steps)[-1] == ("created", "175 030.00")
    assert european.identity == "2 410.00 = 2 410.00 created"


def test_money_whose_parts_are_not_its_sum_is_not_drawn() -> None:
    """A picture of wrong numbers would be believed; the table beside it says what does not add up."""
    money = {"TRY": Money(Decimal("10.00"), Decimal("10.00"), Decimal("0.00"))}
    assert money_falls(sample_run.summary(money=money), [Fate("created", "TRY", 1, 1, 999)]) == ()


def test_rows_that_belong_to_several_orders_are_told_up_to_their_use() -> None:
    """A row of a further source counts for each order that it belongs to; such rows are not shared out."""
    summary = sample_run.summary(rows=RowCounts(3, 2, 1))
    fall = rows_fall(summary, [Fate("created", "TRY", 2, 4, 1)])
    assert fall is not None
    assert named(fall.steps) == [("read", "3"), ("ignored", "1"), ("used", "2")]


def test_rows_that_contradict_each_other_say_so() -> None:
    """The identity is never written with a sign that does not hold."""
    fall = rows_fall(sample_run.summary(rows=RowCounts(10, 7, 2)), ())
    assert fall is not None
    assert fall.identity == "10 ≠ 7 used + 2 ignored"


def test_before_anything_is_sent_ready_orders_have_arrived() -> None:
    """A check ends with what can be sent, and speaks of no target."""
    orders = OrderCounts(2, 1, 1, unprocessed=1)
    money = {"TRY": Money(Decimal("3.00"), Decimal("0.00"), Decimal("3.00"))}
    summary = sample_run.summary(command="check", orders=orders, money=money)
    (fall,) = money_falls(summary, [Fate("unprocessed", "TRY", 1, 1, 200), Fate("invalid", "TRY", 1, 1, 100)])
    assert named(fall.steps) == [
        ("read", "3.00"),
        ("refused by the checks", "1.00"),
        ("ready to be sent", "2.00"),
    ]


def test_amounts_that_could_not_be_read_are_counted() -> None:
    """They are in no sum, and that is said."""
    assert unreadable_sentence(sample_run.fates()) == (
        "1 order has no amount that could be read; it is in no sum."
    )
    assert not unreadable_sentence(())


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 10**9)), max_size=12))
def test_every_bar_lies_within_the_picture_and_follows_the_one_before(parts: list[tuple[str, int]]) -> None:
    """Whatever the counts are, each bar begins where those behind it end, and none leaves the picture."""
    used = sum(count for _, count in parts)
    summary = sample_run.summary(rows=RowCounts(used + 1, used, 1))
    fall = rows_fall(summary, [Fate(name, "TRY", 1, count, 1) for name, count in parts])
    assert fall is not None
    left = 100.0
    for step in fall.steps[1:]:
        assert 0 <= step.x <= step.x + step.width <= 100.001
        if step.width > 0.8:
            assert step.x + step.width == pytest.approx(left, abs=0.9)
        left = min(left, step.x) if step.width else left
