"""OpenCart: what the query of ``docs/presets.md`` gives, exported by phpMyAdmin."""

from pathlib import Path

from making.platforms.cases import CASES, Address, Case, Line, Paid, Person, State
from making.writing import write_csv

_ADDRESS = ("firstname", "lastname", "address_1", "address_2", "city", "zone", "postcode", "country")
HEADER = (
    *("order_id", "date_added", "order_status_id", "currency_code", "total", "shipping", "discount"),
    *("payment_code", "email", "firstname", "lastname", "telephone", "comment", "ip", "tracking"),
    *(f"shipping_{name}" for name in _ADDRESS),
    *(f"payment_{name}" for name in _ADDRESS),
    *("order_product_id", "sku", "model", "name", "quantity", "price_incl_tax", "total_incl_tax"),
)
_STATES = {State.DELIVERED: 5, State.CANCELED: 7, State.REFUNDED: 11, State.OPEN: 2, State.UNKNOWN: 42}
_PAYMENTS = {Paid.CARD: "iyzico", Paid.TRANSFER: "bank_transfer", Paid.ON_DELIVERY: "cod"}


def write(folder: Path) -> None:
    """Write ``opencart_orders.csv``."""
    rows: list[tuple[object, ...]] = [HEADER]
    for case in CASES:
        order = _order(case)
        rows += [(*order, *_item(case, place, line)) for place, line in enumerate(case.lines)]
    write_csv(folder / "opencart_orders.csv", rows)


def _order(case: Case) -> tuple[object, ...]:
    person = case.person
    return (
        case.pk,
        case.placed.strftime("%Y-%m-%d %H:%M:%S"),
        _STATES[case.state],
        "TRY",
        f"{case.total:.4f}",
        f"{case.shipping:.4f}" if case.shipping else "NULL",
        f"{case.discount:.4f}" if case.discount else "NULL",
        _PAYMENTS[case.paid],
        person.email,
        person.first,
        person.last,
        person.phone,
        case.note.replace("; ", " &amp; "),
        case.ip,
        case.tracking,
        *_address(person, person.shipping),
        *_address(person, person.billing),
    )


def _address(person: Person, address: Address) -> tuple[str, ...]:
    names = (person.first, person.last, address.line, "", "Merkez", address.city, address.postcode)
    return (*names, "Turkey")


def _item(case: Case, place: int, line: Line) -> tuple[object, ...]:
    price, total = f"{line.price:.8f}", f"{line.total:.8f}"
    model = line.sku.partition("-")[0]
    return (100 * case.pk + place, line.sku, model, line.name, line.quantity, price, total)
