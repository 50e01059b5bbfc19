"""The rule on an order's amount."""

from decimal import Decimal

import pytest
from typed_orders import draft, item, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.order_total import check

_ITEMS = (item(total_price="60.00"), item(total_price="40.00"))


@pytest.mark.parametrize(
    ("arithmetic", "amount"),
    [
        ("items", "100.00"),
        ("items+shipping", "130.00"),
        ("items-discount", "95.00"),
        ("items+shipping-discount", "125.00"),
    ],
)
def test_an_amount_that_adds_up_is_right(arithmetic: str, amount: str) -> None:
    """By the arithmetic that the mapping states, and by no other."""
    parts = {"shipping_amount": Decimal("30.00"), "discount_amount": Decimal("5.00")}
    order = draft(*_ITEMS, amount=Decimal(amount), **parts)
    assert list(check(order, terms(arithmetic))) == []
    others = {"items", "items+shipping", "items-discount", "items+shipping-discount"} - {arithmetic}
    assert all([found.code for found in check(order, terms(other))] == ["W312"] for other in others)


def test_what_an_order_does_not_have_adds_nothing() -> None:
    """No shipping, no discount."""
    order = draft(*_ITEMS, amount=Decimal("100.00"))
    assert list(check(order, terms("items+shipping-discount"))) == []


@pytest.mark.parametrize(
    ("amount", "wrong"), [("99.99", False), ("100.01", False), ("99.98", True), ("100.02", True)]
)
def test_a_difference_within_the_tolerance_is_not_told(amount: str, *, wrong: bool) -> None:
    """In units of the currency, on both sides."""
    order = draft(*_ITEMS, amount=Decimal(amount))
    assert bool(list(check(order, terms("items", tolerance="0.01")))) is wrong


def test_a_mismatch_names_both_sums() -> None:
    """And refuses only where the mapping says so."""
    order = draft(*_ITEMS, amount=Decimal("90.00"))
    facts = {"expected": "100.00", "stated": "90.00", "arithmetic": "items"}
    assert list(check(order, terms("items"))) == [Finding("W312", "amount", None, facts)]
    assert list(check(order, terms("items", refuse=True))) == [Finding("E312", "amount", None, facts)]


def test_nothing_is_checked_unless_the_mapping_states_an_arithmetic() -> None:
    """The target documents none."""
    assert list(check(draft(*_ITEMS, amount=Decimal("1.00")), terms("none", refuse=True))) == []
