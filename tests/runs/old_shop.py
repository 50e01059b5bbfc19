"""A small invented shop whose older orders go into the archive."""

from __future__ import annotations

from pathlib import Path

from small_shop import MAPPING as SMALL
from small_shop import Shop, number
from small_shop import sending as plain_sending

from pipeline.runs.asked.request import SendRequest
from pipeline.upload.archive_pace import Asking

ASKING = Asking(first=0.002, longest=0.01, unclear=4, failures=3, deadline=2.0)
ARCHIVE = """\
archive:
  when: {before: 2020-01-01}
  orders_per_file: 4
  user:
    customer_code: code
    email: email
    first_name: first
    last_name: last
    phone: phone
    date_joined: {column: joined, date: "%Y-%m-%d"}
    password: hash
    password_algorithm: {constant: sha256}
  addresses:
    - {line: street, country: {constant: Türkiye}, city: city, township: township}
  order:
    payment_type: payment
    shipping_address: {template: "{street}, {city}", columns: {street: street, city: city}}
    billing_address: {template: "{street}, {city}", columns: {street: street, city: city}}
  items:
    product: name
    sku: sku
"""
MAPPING = SMALL.replace("name: small-shop", "name: old-shop") + ARCHIVE
ORDER_COLUMNS = (
    "number,placed,customer,currency,total,code,email,first,last,phone,joined,hash,street,city,township,"
    "payment"
)


def order_line(place: int, *, old: bool, customer: int | None = None, **changes: str) -> str:
    """Give one line of orders.csv; ``changes`` replace cells by their column."""
    who = place if customer is None else customer
    cells = {
        "number": number(place),
        "placed": f"{2015 if old else 2024}-03-{place % 28 + 1:02d} 10:00",
        "customer": "" if old else "201",
        "currency": "try",
        "total": f"{place}.10",
        "code": f"M-{who}",
        "email": f"m{who}@example.com",
        "first": "Ayşe",
        "last": f"Deneme {who}",
        "phone": "0532 111 22 33",
        "joined": "2014-05-06",
        "hash": f"{who:064x}",
        "street": f"Örnek Sok. {who}",
        "city": "Isparta",
        "township": "Merkez",
        "payment": "credit_card",
    }
    return ",".join({**cells, **changes}[name] for name in ORDER_COLUMNS.split(","))


def open_old_shop(
    folder: Path, orders: list[str], *, mapping: str = MAPPING, items: list[str] | None = None
) -> Shop:
    """Write a shop of these lines, each order with one item of its total."""
    folder.mkdir(parents=True, exist_ok=True)
    shop = Shop(folder, len(orders))
    shop.orders.write_text("\n".join([ORDER_COLUMNS, *orders]) + "\n", encoding="utf-8")
    lines = items
    if lines is None:
        lines = []
        for line in orders:
            name, total = line.split(",")[0], line.split(",")[4]
            lines.append(f"{name},101,1,{total},{total},Tişört,SKU-{name}")
    shop.items.write_text(
        "\n".join(["number,product,quantity,price,sum,name,sku", *lines]) + "\n", encoding="utf-8"
    )
    shop.mapping.write_text(mapping, encoding="utf-8")
    return shop


def sending(token: str = "demo-token", **changes: object) -> SendRequest:
    """Send with little patience."""
    return plain_sending(token, **{"asking": ASKING, **changes})
