"""The target's own files for old orders: two arrays of JSON objects."""

import json
from pathlib import Path

from making.platforms.cases import CASES, Address, Case, Line, Paid, State
from making.writing import write_text

_STATES = {
    State.DELIVERED: "550",
    State.CANCELED: "100",
    State.REFUNDED: "600",
    State.OPEN: "450",
    State.UNKNOWN: "999",
}
_PAYMENTS = {
    Paid.CARD: "credit_card",
    Paid.TRANSFER: "funds_transfer",
    Paid.ON_DELIVERY: "pay_on_delivery",
}


def write(folder: Path) -> None:
    """Write ``omnitron_old_orders.json`` and ``omnitron_old_order_items.json``."""
    known = [case for case in CASES if case.person.pk < 900]  # noqa: PLR2004 - the one who is not on the target
    _write(folder / "omnitron_old_orders.json", [_order(case) for case in known])
    items = [_item(case, line) for case in known for line in case.lines]
    _write(folder / "omnitron_old_order_items.json", items)


def _write(path: Path, records: list[dict[str, object]]) -> None:
    write_text(path, json.dumps(records, ensure_ascii=False, indent=1) + "\n")


def _number(case: Case) -> str:
    return f"ESKI-{case.pk:04d}"


def _text(address: Address) -> str:
    return f"{address.line} / {address.city}"


def _order(case: Case) -> dict[str, object]:
    card = case.paid is Paid.CARD
    return {
        "number": _number(case),
        "user": f"M{case.person.pk}",
        "user_email": case.person.email,
        "status": _STATES[case.state],
        "created_date": case.placed.strftime("%Y-%m-%d %H:%M:%S"),
        "amount": float(case.total),
        "discount_amount": float(case.discount),
        "currency": "TRY",
        "payment_type": _PAYMENTS[case.paid],
        "bank": "Örnek Bank" if card else None,
        "installment_count": 3 if card else 1,
        "tracking_number": case.tracking or None,
        "shipping_company": "yurtici" if case.tracking else None,
        "shipping_address": _text(case.person.shipping),
        "billing_address": _text(case.person.billing),
        "extra_field": {},
    }


def _item(case: Case, line: Line) -> dict[str, object]:
    return {
        "order_number": _number(case),
        "product": line.name,
        "sku": line.sku,
        "quantity": line.quantity,
        "price": float(line.price),
        "image_url": None,
        "extra_field": {},
    }
