"""No more is refunded than was paid."""

from collections.abc import Iterator

from pipeline.model.draft import Finding, OrderDraft
from pipeline.validation.terms import Terms


def check(draft: OrderDraft, terms: Terms) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked alike
    """Yields W341 where the refund is larger than the order's amount."""
    order = draft.order.fields
    refund = order.get("refund_amount")
    if refund is not None and refund > order["amount"]:
        yield Finding("W341", "refund_amount", None, {"refund": str(refund), "amount": str(order["amount"])})
