"""The rule on refunds."""

from decimal import Decimal

import pytest
from typed_orders import draft, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.refunds import check


@pytest.mark.parametrize("refund", ["0.00", "9.99", "10.00"])
def test_as_much_may_be_refunded_as_was_paid(refund: str) -> None:
    """And not more."""
    assert list(check(draft(amount=Decimal("10.00"), refund_amount=Decimal(refund)), terms())) == []


def test_a_refund_of_more_than_the_amount_is_told() -> None:
    """With both amounts."""
    order = draft(amount=Decimal("10.00"), refund_amount=Decimal("10.01"))
    assert list(check(order, terms())) == [
        Finding("W341", "refund_amount", None, {"refund": "10.01", "amount": "10.00"})
    ]


def test_an_order_without_a_refund_is_right() -> None:
    """Most have none."""
    assert list(check(draft(), terms())) == []
