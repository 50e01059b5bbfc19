"""Which living customers change, and whether one still is what the plan saw."""

from typing import Any

import pytest

from pipeline.model.change import Change, Disagreement, Wish
from pipeline.references.changes import body, change_of, is_after, joined, moved

LIVE: dict[str, Any] = {
    "pk": 201,
    "phone_number": "+90 532 111 22 33",
    "last_name": None,
    "channel_code": "C1",
}


def test_orders_of_one_customer_make_one_wish() -> None:
    """What they say is put together; equal in meaning is equal."""
    alike, apart = joined(
        [
            Wish(201, 1, {"phone_number": "+90 500"}),
            Wish(202, 2, {"last_name": "B"}),
            Wish(201, 3, {"phone_number": "+90500", "last_name": "A "}),
            Wish(201, 4, {"last_name": "A"}),
        ]
    )
    assert alike == [
        Wish(201, 1, {"phone_number": "+90 500", "last_name": "A "}),
        Wish(202, 2, {"last_name": "B"}),
    ]
    assert apart == []


def test_orders_that_disagree_about_one_field_wish_nothing_for_it() -> None:
    """Nor for the customer's other fields; each value is told at one order."""
    wishes = [
        Wish(201, order, {"last_name": name, "first_name": "X"}) for order, name in enumerate("AABA", 1)
    ]
    assert joined(wishes) == ([], [Disagreement(201, "last_name", (1, 3))])


@pytest.mark.parametrize("phone", ["+90 532 111 22 33", "+905321112233", "0090 532 1112233"])
def test_what_means_the_same_is_no_change(phone: str) -> None:
    """Blanks and the way of writing the plus are nothing to change somebody for."""
    assert change_of(Wish(201, 1, {"phone_number": phone}), LIVE) is None


def test_only_what_differs_is_changed() -> None:
    """With the code and the channel that the reference client sends beside it."""
    change = change_of(Wish(201, 1, {"phone_number": "+90 532 111 22 33", "last_name": "Deneme"}), LIVE)
    assert change == Change(201, 1, {"last_name": None}, {"last_name": "Deneme"})
    assert body(change, LIVE, 5) == {"channel": 5, "channel_code": "C1", "last_name": "Deneme"}
    assert body(change, {**LIVE, "channel_code": None}, 5) == {"channel": 5, "last_name": "Deneme"}


def test_a_live_value_must_be_exactly_what_the_plan_saw() -> None:
    """Also another way of writing shows that somebody was there."""
    change = Change(201, 1, {"phone_number": "+90 532 111 22 33"}, {"phone_number": "+90 500"})
    assert moved(change, LIVE) == ()
    assert moved(change, {**LIVE, "phone_number": "+905321112233"}) == ("phone_number",)
    assert moved(change, {"pk": 201}) == ("phone_number",)
    assert not is_after(change, LIVE)
    assert is_after(change, {**LIVE, "phone_number": "+90500"})
