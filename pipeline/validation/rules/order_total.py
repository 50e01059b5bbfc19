"""The order's amount is what its items, shipping and discount make, by the arithmetic the mapping states."""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms

_NOTHING = Decimal(0)


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:
    """Yields W312 (or E312) where the amount differs by more than the tolerance."""
    if terms.order_total == "none":
        return
    order = draft.order.fields
    expected = sum((item.fields["total_price"] for item in draft.items), _NOTHING)
    if "+shipping" in terms.order_total:
        expected += order.get("shipping_amount", _NOTHING)
    if "-discount" in terms.order_total:
        expected -= order.get("discount_amount", _NOTHING)
    if abs(expected - order["amount"]) > terms.tolerance:
        stated = str(order["amount"])
        facts = {"expected": f"{expected:.2f}", "stated": stated, "arithmetic": terms.order_total}
        yield Finding(terms.code(312), "amount", None, facts)
