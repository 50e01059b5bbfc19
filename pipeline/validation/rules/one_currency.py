"""The items of an order are priced in the order's currency."""

from collections.abc import Iterator

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked alike
    """Yields W331 for each item in another currency."""
    currency = draft.order.fields["currency"]
    for index, item in enumerate(draft.items):
        other = item.fields.get("price_currency", currency)
        if other != currency:
            yield Finding("W331", "price_currency", index, {"item": other, "currency": currency})
