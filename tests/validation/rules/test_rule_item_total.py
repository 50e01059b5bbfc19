"""The rule on an item's total price."""

from decimal import Decimal

import pytest
from typed_orders import draft, item, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.item_total import check

_PLAIN, _LESS = "quantity*unit_price", "quantity*unit_price-discount"


@pytest.mark.parametrize(("arithmetic", "total"), [(_PLAIN, "30.00"), (_LESS, "25.00")])
def test_a_total_that_adds_up_is_right(arithmetic: str, total: str) -> None:
    """By the arithmetic that the mapping states, and by no other."""
    order = draft(item(3, "10.00", total, discount_amount=Decimal("5.00")))
    other = _LESS if arithmetic == _PLAIN else _PLAIN
    assert list(check(order, terms(item_total=arithmetic))) == []
    assert [found.code for found in check(order, terms(item_total=other))] == ["W311"]


def test_each_item_is_told_by_its_place_in_the_order() -> None:
    """Sound items are not."""
    order = draft(
        item(2, "5.00", "10.00"), item(2, "5.00", "9.00"), item(1, "0.00", "0.00"), item(3, "3.33", "10.00")
    )
    findings = list(check(order, terms(item_total=_PLAIN, refuse=True)))
    assert findings == [
        Finding("E311", "total_price", 1, {"expected": "10.00", "stated": "9.00", "arithmetic": _PLAIN}),
    ]
    strict = check(order, terms(item_total=_PLAIN, tolerance="0"))
    assert [found.item for found in strict] == [1, 3]


def test_an_item_without_a_discount_has_none() -> None:
    """Nothing is taken off."""
    assert list(check(draft(item(2, "5.00", "10.00")), terms(item_total=_LESS))) == []


def test_nothing_is_checked_where_the_mapping_says_none() -> None:
    """However wrong it looks."""
    assert list(check(draft(item(2, "5.00", "99.00")), terms(item_total="none", refuse=True))) == []
