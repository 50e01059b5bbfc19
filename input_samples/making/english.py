"""Two English files without a single mistake."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from making import drawing
from making.shop import CUSTOMERS, PRODUCTS
from making.writing import write_csv

ORDERS = 36
_ISTANBUL = timezone(timedelta(hours=3))
_ORDER_HEADER = (
    *(
        "Order Number",
        "Order Date",
        "Status",
        "Customer ID",
        "Shipping Address ID",
        "Billing Address ID",
        "Currency",
    ),
    *(
        "Total",
        "Shipping",
        "Discount",
        "Payment Method",
        "Carrier",
        "Tracking Number",
        "IP Address",
        "Gift Wrap",
    ),
    *("Gift Message", "Customer Note", "Store"),
)
_ITEM_HEADER = ("Order Number", "Line", "Product ID", "SKU", "Quantity", "Unit Price", "Line Total", "VAT %")
_NOTES = ("", "", "", "Leave with the neighbour, please", 'He said "ring twice"', "Thank you ☺")


def write(folder: Path) -> None:
    """Write ``orders_en.csv`` and ``order_items_en.csv``."""
    orders: list[tuple[object, ...]] = [_ORDER_HEADER]
    items: list[tuple[object, ...]] = [_ITEM_HEADER]
    for index in range(ORDERS):
        number = f"WEB-{2001 + index}"
        goods = Decimal(0)
        for line, product in enumerate(drawing.several(PRODUCTS, 1 + index % 3, "english", index), 1):
            quantity = 1 + drawing.number(3, "english quantity", index, line)
            goods += quantity * product.price
            total = _money(quantity * product.price)
            items.append((number, line, product.pk, product.sku, quantity, _money(product.price), total, 10))
        orders.append((number, *_order(index, goods)))
    write_csv(folder / "orders_en.csv", orders)
    write_csv(folder / "order_items_en.csv", items)


def _order(index: int, goods: Decimal) -> tuple[object, ...]:
    customer = drawing.one_of(CUSTOMERS, "english customer", index)
    placed = datetime(2023, 2, 1, 8, 30, tzinfo=_ISTANBUL) + timedelta(days=13 * index, minutes=97 * index)
    gift = index % 9 == 0
    return (
        placed.strftime("%Y-%m-%dT%H:%M:%S+03:00"),
        drawing.one_of(
            ("Delivered", "Delivered", "Delivered", "Cancelled", "Refunded"), "english status", index
        ),
        customer.pk,
        customer.addresses[0],
        customer.addresses[-1],
        "TRY",
        _money(goods + Decimal("49.90") - Decimal("10.00")),
        "49.90",
        "10.00",
        drawing.one_of(("Card", "Card", "Bank transfer"), "english payment", index),
        drawing.one_of(("Yurtici", "UPS"), "english carrier", index),
        f"TR{900_000 + drawing.number(99_999, 'english tracking', index)}",
        f"192.0.2.{10 + index}",
        "yes" if gift else "no",
        "Many happy returns!" if gift else "",
        _NOTES[index % len(_NOTES)],
        drawing.one_of(("web", "app"), "english store", index),
    )


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
