"""Magento 2: what the query of ``docs/presets.md`` gives, with the columns of its tables."""

from datetime import timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from making.platforms.cases import CASES, Address, Case, Line, Paid, Person, State
from making.writing import write_csv

_ADDRESS = ("firstname", "lastname", "street", "city", "region", "postcode", "telephone", "country_id")
HEADER = (
    *("increment_id", "created_at", "status", "order_currency_code", "grand_total", "shipping_incl_tax"),
    *("discount_amount", "total_refunded", "coupon_code", "customer_email", "customer_firstname"),
    *("customer_lastname", "customer_note", "remote_ip", "payment_method"),
    *(f"shipping_{name}" for name in _ADDRESS),
    *(f"billing_{name}" for name in _ADDRESS),
    *("item_id", "sku", "name", "qty_ordered", "price_incl_tax", "row_total_incl_tax"),
    *("item_discount_amount", "tax_percent"),
)
_STATES = {
    State.DELIVERED: "complete",
    State.CANCELED: "canceled",
    State.REFUNDED: "closed",
    State.OPEN: "processing",
    State.UNKNOWN: "complete_b2b",
}
_PAYMENTS = {Paid.CARD: "iyzico", Paid.TRANSFER: "banktransfer", Paid.ON_DELIVERY: "cashondelivery"}
_NULL = "NULL"
"""What the command-line client writes for nothing."""


def write(folder: Path) -> None:
    """Write ``magento_orders.csv``."""
    rows: list[tuple[object, ...]] = [HEADER]
    for case in CASES:
        rows += [(*_order(case), *_item(case, place, line)) for place, line in enumerate(case.lines)]
    write_csv(folder / "magento_orders.csv", rows)


def _order(case: Case) -> tuple[object, ...]:
    placed = case.placed.replace(tzinfo=ZoneInfo("Europe/Istanbul"))
    person = case.person
    return (
        f"0000001{case.pk:02d}",
        placed.astimezone(timezone(timedelta(0))).strftime("%Y-%m-%d %H:%M:%S"),
        _STATES[case.state],
        "TRY",
        f"{case.total:.4f}",
        f"{case.shipping:.4f}",
        f"{-case.discount:.4f}" if case.discount else "0.0000",
        f"{case.refunded:.4f}" if case.refunded else _NULL,
        "BAHAR10" if case.discount else _NULL,
        person.email,
        person.first,
        person.last,
        case.note or _NULL,
        case.ip,
        _PAYMENTS[case.paid],
        *_address(person, person.shipping),
        *_address(person, person.billing),
    )


def _address(person: Person, address: Address) -> tuple[str, ...]:
    names = (person.first, person.last, address.line, address.city, _NULL, address.postcode)
    return (*names, person.phone, "TR")


def _item(case: Case, place: int, line: Line) -> tuple[object, ...]:
    return (
        100 * case.pk + place,
        line.sku,
        line.name,
        f"{line.quantity:.4f}",
        f"{line.price:.4f}",
        f"{line.total:.4f}",
        f"{case.discount:.4f}",
        "10.0000",
    )
