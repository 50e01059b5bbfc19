"""PrestaShop: what the query of ``docs/presets.md`` gives in its SQL Manager."""

from pathlib import Path

from making.platforms.cases import CASES, Address, Case, Line, Paid, Person, State
from making.writing import write_csv

_ADDRESS = ("firstname", "lastname", "address1", "address2", "city", "postcode", "phone", "country")
HEADER = (
    *("id_order", "reference", "date_add", "current_state", "module", "currency", "total_paid_tax_incl"),
    *("total_shipping_tax_incl", "carrier_tax_rate", "total_discounts_tax_incl", "gift", "gift_message"),
    *("tracking_number", "email", "firstname", "lastname"),
    *(f"delivery_{name}" for name in _ADDRESS),
    *(f"invoice_{name}" for name in _ADDRESS),
    *("id_order_detail", "product_reference", "product_name", "product_quantity", "unit_price_tax_incl"),
    "total_price_tax_incl",
)
_STATES = {State.DELIVERED: 5, State.CANCELED: 6, State.REFUNDED: 7, State.OPEN: 3, State.UNKNOWN: 42}
_MODULES = {Paid.CARD: "iyzipay", Paid.TRANSFER: "ps_wirepayment", Paid.ON_DELIVERY: "ps_cashondelivery"}
_REFERENCES = ("KHWLILZLL", "UOYEVOLI", "FFATNOMMJ", "XKBKNABJK", "OHSATSERP", "QWERTYUIO")


def write(folder: Path) -> None:
    """Write ``prestashop_orders.csv``."""
    rows: list[tuple[object, ...]] = [HEADER]
    for case, reference in zip(CASES, _REFERENCES, strict=True):
        order = _order(case, reference)
        rows += [(*order, *_item(case, place, line)) for place, line in enumerate(case.lines)]
    write_csv(folder / "prestashop_orders.csv", rows, delimiter=";")


def _order(case: Case, reference: str) -> tuple[object, ...]:
    person = case.person
    return (
        case.pk,
        reference,
        case.placed.strftime("%Y-%m-%d %H:%M:%S"),
        _STATES[case.state],
        _MODULES[case.paid],
        "TRY",
        f"{case.total:.6f}",
        f"{case.shipping:.6f}",
        "10.000",
        f"{case.discount:.6f}",
        1 if case.note else 0,
        case.note,
        case.tracking,
        person.email,
        person.first,
        person.last,
        *_address(person, person.shipping),
        *_address(person, person.billing),
    )


def _address(person: Person, address: Address) -> tuple[str, ...]:
    names = (person.first, person.last, address.line, "", address.city, address.postcode)
    return (*names, person.phone, "TR")


def _item(case: Case, place: int, line: Line) -> tuple[object, ...]:
    price, total = f"{line.price:.6f}", f"{line.total:.6f}"
    return (100 * case.pk + place, line.sku, line.name, line.quantity, price, total)
