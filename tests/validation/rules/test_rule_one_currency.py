"""The rule on the currencies of an order."""

from typed_orders import draft, item, terms

from pipeline.model.draft import Finding
from pipeline.validation.rules.one_currency import check


def test_items_in_the_orders_currency_are_right() -> None:
    """As are items that name none."""
    assert list(check(draft(item(price_currency="try"), item(), currency="try"), terms())) == []


def test_an_item_in_another_currency_is_told() -> None:
    """Each, with both currencies."""
    order = draft(item(), item(price_currency="eur"), item(price_currency="usd"), currency="try")
    assert list(check(order, terms())) == [
        Finding("W331", "price_currency", 1, {"item": "eur", "currency": "try"}),
        Finding("W331", "price_currency", 2, {"item": "usd", "currency": "try"}),
    ]
