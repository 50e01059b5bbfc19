"""A Shopify order export: one row an item, the order's columns on the first row of each order only."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from making import drawing
from making.shop import CUSTOMERS, PRODUCTS, Customer, Product
from making.writing import write_csv

ORDERS = 28
_ISTANBUL = timezone(timedelta(hours=3))
_ADDRESS = (
    "Name",
    "Street",
    "Address1",
    "Address2",
    "Company",
    "City",
    "Zip",
    "Province",
    "Country",
    "Phone",
)
HEADER = (
    *(
        "Name",
        "Email",
        "Financial Status",
        "Paid at",
        "Fulfillment Status",
        "Fulfilled at",
        "Accepts Marketing",
    ),
    *(
        "Currency",
        "Subtotal",
        "Shipping",
        "Taxes",
        "Total",
        "Discount Code",
        "Discount Amount",
        "Shipping Method",
    ),
    *("Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price"),
    *("Lineitem sku", "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status"),
    *(f"Billing {part}" for part in _ADDRESS),
    *(f"Shipping {part}" for part in _ADDRESS),
    *(
        "Notes",
        "Note Attributes",
        "Cancelled at",
        "Payment Method",
        "Payment Reference",
        "Refunded Amount",
        "Vendor",
    ),
    *("Id", "Tags", "Risk Level", "Source", "Lineitem discount"),
    *(f"Tax {number} {part}" for number in range(1, 6) for part in ("Name", "Value")),
    *("Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name", "Payment ID"),
    *("Payment Terms Name", "Next Payment Due At", "Payment References"),
)
"""Shopify's own columns, and one that was added: Shopify does not tell what a line costs in all."""


def write(folder: Path) -> None:
    """Write ``shopify_orders_export.csv``."""
    rows: list[tuple[str, ...]] = [HEADER]
    for index in range(ORDERS):
        products = drawing.several(PRODUCTS, 1 + (index % 4 > 1) + (index % 7 == 0), "shopify", index)
        lines = [
            (product, 1 + drawing.number(3, "shopify quantity", index, product.pk)) for product in products
        ]
        rows += _order(index, lines)
    write_csv(folder / "shopify_orders_export.csv", rows)


def _order(index: int, lines: list[tuple[Product, int]]) -> list[tuple[str, ...]]:
    customer = drawing.one_of(CUSTOMERS, "shopify customer", index)
    placed = datetime(2024, 1, 4, 10, 15, tzinfo=_ISTANBUL) + timedelta(days=9 * index, minutes=131 * index)
    goods = sum((quantity * product.price for product, quantity in lines), Decimal(0))
    first = {**_money_and_states(index, goods, placed), **_people(customer, placed)}
    first["Id"] = str(5_120_000_000_000 + 32_768 * index)
    rows = []
    for place, (product, quantity) in enumerate(lines):
        row = {**(first if place == 0 else {}), **_line(product, quantity)}
        row |= {"Name": f"#{1001 + index}", "Email": customer.email, "Created at": _stamp(placed)}
        rows.append(tuple(row.get(name, "") for name in HEADER))
    return rows


def _money_and_states(index: int, goods: Decimal, placed: datetime) -> dict[str, str]:
    financial, fulfillment = drawing.one_of(
        (*[("paid", "fulfilled")] * 6, ("refunded", "fulfilled"), ("voided", "unfulfilled")),
        "shopify state",
        index,
    )
    discount = Decimal("25.00") if index % 5 == 0 else Decimal("0.00")
    total = goods + Decimal("39.90") - discount
    paid = financial != "voided"
    return {
        "Financial Status": financial,
        "Paid at": _stamp(placed + timedelta(minutes=1)) if paid else "",
        "Fulfillment Status": fulfillment,
        "Fulfilled at": _stamp(placed + timedelta(days=2)) if paid else "",
        "Cancelled at": "" if paid else _stamp(placed + timedelta(hours=5)),
        "Currency": "TRY",
        "Subtotal": f"{goods - discount:.2f}",
        "Shipping": "39.90",
        "Taxes": f"{total / 11:.2f}",
        "Tax 1 Name": "KDV 10%",
        "Tax 1 Value": f"{total / 11:.2f}",
        "Total": f"{total:.2f}",
        "Discount Code": "HOSGELDIN" if discount else "",
        "Discount Amount": f"{discount:.2f}",
        "Refunded Amount": f"{total if financial == 'refunded' else Decimal(0):.2f}",
        "Outstanding Balance": "0.00",
        "Payment Method": drawing.one_of(("iyzico", "iyzico", "Bank Deposit"), "shopify payment", index),
        "Source": "web",
        "Risk Level": "Low",
        "Notes": "Please gift wrap 🎁" if index % 8 == 3 else "",  # noqa: PLR2004
    }


def _people(customer: Customer, placed: datetime) -> dict[str, str]:
    name = f"{customer.first} {customer.last}"
    parts = {
        "Name": name,
        "Street": "Örnek Sokak 1",
        "Address1": "Örnek Sokak 1",
        "City": "İstanbul",
        "Zip": "'34100",
    }
    parts |= {"Province": "TR-34", "Country": "TR"}
    people = {f"{side} {part}": text for side in ("Billing", "Shipping") for part, text in parts.items()}
    return people | {
        "Accepts Marketing": "yes" if placed.day % 2 else "no",
        "Shipping Method": "Yurtiçi Kargo",
    }


def _line(product: Product, quantity: int) -> dict[str, str]:
    return {
        "Lineitem quantity": str(quantity),
        "Lineitem name": product.name,
        "Lineitem price": f"{product.price:.2f}",
        "Lineitem compare at price": f"{product.price:.2f}",
        "Lineitem sku": product.sku,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "fulfilled",
        "Lineitem discount": "0.00",
        "Vendor": "Örnek Giyim",
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S +0300")
