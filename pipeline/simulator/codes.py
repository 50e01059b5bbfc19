"""The closed lists of the target: order statuses and currencies."""

from __future__ import annotations

STATUS_NAMES: dict[str, tuple[str, ...]] = {
    "50": ("cancellation_waiting",),
    "100": ("canceled",),
    "200": ("waiting",),
    "300": ("payment_waiting",),
    "350": ("confirmation_waiting",),
    "400": ("approved",),
    "450": ("preparing",),
    "500": ("shipped",),
    "510": ("shipped_and_informed",),
    "520": ("ready_for_pickup",),
    "540": ("attempted_delivery",),
    "544": ("review_started",),
    "545": ("review_waiting",),
    "546": ("waiting_for_payment",),
    "547": ("paid",),
    "550": ("delivered",),
    "600": ("refunded", "returned"),
}
"""Numeric code (as text) to its names; orders and order items share the list."""

_PUBLISHED = """
    tr eu usd egp gbp mad pln sar ron uah czk huf rub bgn
    iqd kwd bhd omr qar aed ngn inr lei kzt jod rsd
"""
CURRENCIES: frozenset[str] = frozenset(_PUBLISHED.split()) | {"try", "eur"}
"""The published enumeration, and the two codes its own examples use although it does not list them."""


def statuses(accepted: str, shown: str) -> dict[str, str]:
    """Give accepted spelling to answered spelling of every status.

    `accepted` is "both", "code" or "name"; `shown` is "code" or "name".
    """
    table: dict[str, str] = {}
    for code, names in STATUS_NAMES.items():
        answer = code if shown == "code" else names[0]
        if accepted in {"both", "code"}:
            table[code] = answer
        if accepted in {"both", "name"}:
            table.update(dict.fromkeys(names, answer))
    return table


CODE_OF: dict[str, str] = {
    spelling: code for code, names in STATUS_NAMES.items() for spelling in (code, *names)
}
"""Every spelling of a status to its numeric code."""
