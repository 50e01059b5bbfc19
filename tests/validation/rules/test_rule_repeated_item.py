"""The rule on items that say exactly what another item of the same order says."""

from typed_orders import draft, item, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.repeated_item import check


def test_items_that_differ_anywhere_are_no_repetition() -> None:
    """Another product, another price, or another word in a free field."""
    order = draft(item(), item(unit_price="9.00"), item(product=8), item(extra_field={"id": 1}))
    assert list(check(order, terms())) == []


def test_repetition_is_told_once_for_the_order() -> None:
    """At the first item that repeats an earlier one, with the row of that one and how many more there are."""
    order = draft(item(product=1), item(product=2), item(product=1), item(product=2), item(product=1))
    assert list(check(order, terms())) == [Finding("W351", "product", 2, {"first_row": 2, "count": 3})]


def test_a_large_order_is_looked_through_in_a_moment() -> None:
    """Ten thousand items of one product, all different: no item is compared with every other."""
    order = draft(*(item(unit_price=f"{number}.00") for number in range(1, 10_001)))
    assert list(check(order, terms())) == []
