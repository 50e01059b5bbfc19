"""An order is placed before it is invoiced and delivered, and not in the future."""

from collections.abc import Iterator
from datetime import timedelta

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms

_A_DAY = timedelta(days=1)


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:
    """Yields E321 for an order from the future, W322 for an invoice and W323 for a delivery before it.

    A day of grace covers clocks and columns that hold a date without a time. E324 is a delivery window
    that ends before it starts.
    """
    order = draft.order.fields
    placed = order["date_placed"]
    if placed > terms.now + _A_DAY:
        yield Finding("E321", "date_placed", None, {"placed": placed.isoformat()})
    invoiced = order.get("invoice_date")
    if invoiced is not None and invoiced < placed - _A_DAY:
        facts = {"placed": placed.isoformat(), "invoiced": invoiced.isoformat()}
        yield Finding("W322", "invoice_date", None, facts)
    window = order.get("delivery_range")
    if window and len(window) == 2 and window["end"] < window["start"]:  # noqa: PLR2004 - start and end
        yield Finding("E324", "delivery_range")
    for index, item in enumerate(draft.items):
        delivered = item.fields.get("delivered_date")
        if delivered is not None and delivered < placed - _A_DAY:
            facts = {"placed": placed.isoformat(), "delivered": delivered.isoformat()}
            yield Finding("W323", "delivered_date", index, facts)
