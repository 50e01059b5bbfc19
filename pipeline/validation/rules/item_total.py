"""An item's total price is what its quantity and unit price make."""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms

_NOTHING = Decimal(0)


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:
    """Yields W311 (or E311) for each item whose total differs by more than the tolerance."""
    if terms.item_total == "none":
        return
    less_discount = terms.item_total.endswith("-discount")
    for index, item in enumerate(draft.items):
        fields = item.fields
        expected = fields["quantity"] * fields["unit_price"]
        if less_discount:
            expected -= fields.get("discount_amount", _NOTHING)
        if abs(expected - fields["total_price"]) > terms.tolerance:
            stated = str(fields["total_price"])
            facts = {"expected": f"{expected:.2f}", "stated": stated, "arithmetic": terms.item_total}
            yield Finding(terms.code(311), "total_price", index, facts)
