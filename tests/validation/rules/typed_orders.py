"""Typed drafts for the rules, and the terms that rules are asked under."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pipeline.model.draft import MappedRow, OrderDraft
from pipeline.validation.terms import Terms

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


def terms(
    order_total: str = "none", item_total: str = "none", tolerance: str = "0.01", *, refuse: bool = False
) -> Terms:
    """Terms with nothing to check unless it is named."""
    return Terms(order_total, item_total, Decimal(tolerance), refuse, NOW)


def item(
    quantity: int = 1, unit_price: str = "10.00", total_price: str = "10.00", **fields: object
) -> dict[str, Any]:
    """The fields of a sound item, and more."""
    prices = {"unit_price": Decimal(unit_price), "total_price": Decimal(total_price)}
    return {"product": 7, "quantity": quantity, **prices, **fields}


def draft(*items: dict[str, Any], **fields: object) -> OrderDraft:
    """A draft of a sound order with these items (one sound item where none is named), and more fields."""
    sound = {
        "number": "A1",
        "status": "550",
        "date_placed": datetime(2024, 5, 1, 9, tzinfo=UTC),
        "customer": 1,
        "shipping_address": 2,
        "billing_address": 3,
        "currency": "try",
        "amount": Decimal("10.00"),
    }
    rows = [MappedRow((1, number), one, []) for number, one in enumerate(items or (item(),), 2)]
    return OrderDraft("A1", MappedRow((0, 2), sound | fields, []), rows)
