"""The script people write first: pandas to read, a loop over groups, pydantic to check, requests to send.

naive.py prepare ORDERS ITEMS JSONL     payloads into a file, one line per order
naive.py upload JSONL URL               one POST after another
naive.py run ORDERS ITEMS URL           both, without the file between
"""

import json
import os
import sys
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd
import requests
from pydantic import BaseModel, Field, ValidationError

ISTANBUL = ZoneInfo("Europe/Istanbul")
STATUSES = {"Teslim Edildi": "550", "Kargoda": "500", "İptal Edildi": "100", "İade Edildi": "600"}
CURRENCIES = {"TL": "try", "TRY": "try"}

Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Pk = Annotated[int, Field(gt=0)]
Status = Literal["50", "100", "200", "300", "350", "400", "450", "500", "510", "520", "540", "550", "600"]
Currency = Literal["try", "usd", "eur", "gbp"]
Text = Annotated[str, Field(max_length=128)]


class OrderItem(BaseModel):
    """One line of an order."""

    product: Pk
    status: Status
    price_currency: Currency
    price: Money
    quantity: Annotated[int, Field(ge=1)]
    unit_price: Money
    total_price: Money
    tax_rate: Percent
    extra_field: dict[str, str]
    price_list: Pk
    stock_list: Pk
    discount_amount: Money
    retail_price: Money
    estimated_delivery_date: date | None


class Order(BaseModel):
    """An order without its lines."""

    number: Annotated[str, Field(min_length=1, max_length=128)]
    channel: Pk
    status: Status
    date_placed: datetime
    customer: Pk
    shipping_address: Pk
    billing_address: Pk
    currency: Currency
    amount: Money
    shipping_amount: Money
    shipping_tax_rate: Percent
    extra_field: dict[str, str]
    payment_option_slug: Text
    cargo_company: Pk
    discount_amount: Money
    is_send: bool
    tracking_number: Annotated[str, Field(max_length=256)]
    carrier_shipping_code: Annotated[str, Field(max_length=256)]
    remote_addr: IPv4Address
    has_gift_box: bool
    gift_box_note: Annotated[str, Field(max_length=160)]
    client_type: Literal["default"]
    language_code: Text
    notes: Annotated[str, Field(max_length=320)]
    shipping_option_slug: Text
    invoice_number: Text
    invoice_date: datetime | None


class Payload(BaseModel):
    """What one request says."""

    order: Order
    order_item: Annotated[list[OrderItem], Field(min_length=1)]


def number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=ISTANBUL)


def day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007  a day has no zone


def make_item(row: dict[Hashable, str]) -> dict[str, Any]:
    return {
        "product": row["URUN_ID"],
        "status": STATUSES[row["DURUM"]],
        "price_currency": CURRENCIES[row["PARA_BIRIMI"]],
        "price": number(row["FIYAT"]),
        "quantity": row["ADET"],
        "unit_price": number(row["BIRIM_FIYAT"]),
        "total_price": number(row["TUTAR"]),
        "tax_rate": number(row["KDV_ORANI"]),
        "extra_field": {"id": row["SATIR_NO"]},
        "price_list": row["FIYAT_LISTESI"],
        "stock_list": row["STOK_LISTESI"],
        "discount_amount": number(row["INDIRIM"]),
        "retail_price": number(row["LISTE_FIYATI"]),
        "estimated_delivery_date": day(row["TESLIM_TARIHI"]),
    }


def make_payload(row: dict[Hashable, str], items: list[dict[Hashable, str]]) -> Payload:
    order = {
        "number": row["SIPARIS_NO"],
        "channel": 5,
        "status": STATUSES[row["DURUM"]],
        "date_placed": moment(row["TARIH"]),
        "customer": row["MUSTERI_ID"],
        "shipping_address": row["TESLIMAT_ADRES_ID"],
        "billing_address": row["FATURA_ADRES_ID"],
        "currency": CURRENCIES[row["PARA_BIRIMI"]],
        "amount": number(row["TOPLAM"]),
        "shipping_amount": number(row["KARGO_TUTARI"]),
        "shipping_tax_rate": number(row["KARGO_KDV"]),
        "extra_field": {"id": row["KAYIT_ID"], "source": row["KAYNAK"]},
        "payment_option_slug": row["ODEME_TIPI"],
        "cargo_company": row["KARGO_FIRMA_ID"],
        "discount_amount": number(row["INDIRIM"]),
        "is_send": True,
        "tracking_number": row["KARGO_TAKIP_NO"],
        "carrier_shipping_code": row["KARGO_KODU"],
        "remote_addr": row["IP_ADRESI"],
        "has_gift_box": False,
        "gift_box_note": row["HEDIYE_NOTU"],
        "client_type": "default",
        "language_code": "tr-tr",
        "notes": row["MUSTERI_NOTU"],
        "shipping_option_slug": row["KARGO_SECENEGI"],
        "invoice_number": row["FATURA_NO"],
        "invoice_date": moment(row["FATURA_TARIHI"]) if row["FATURA_TARIHI"] else None,
    }
    return Payload.model_validate({"order": order, "order_item": [make_item(item) for item in items]})


def prepare(orders_path: str, items_path: str) -> Iterator[str]:
    orders = pd.read_csv(orders_path, sep=";", dtype=str, keep_default_na=False)
    items = pd.read_csv(items_path, sep=";", dtype=str, keep_default_na=False)
    grouped = dict(list(items.groupby("SIPARIS_NO")))
    for row in orders.to_dict("records"):
        try:
            payload = make_payload(row, grouped[row["SIPARIS_NO"]].to_dict("records"))
        except (ValidationError, ValueError, KeyError, ArithmeticError) as error:
            print(f"order {row['SIPARIS_NO']}: {error}", file=sys.stderr)
            continue
        yield json.dumps(payload.model_dump(), default=str)


def upload(bodies: Iterable[str], url: str) -> None:
    created = failed = 0
    with requests.Session() as session:
        session.headers["Authorization"] = f"Token {os.environ['ORDERLIFT_TOKEN']}"
        session.headers["Content-Type"] = "application/json"
        for body in bodies:
            answer = session.post(f"{url}/api/v1/channel/5/create_orders/", data=body.encode(), timeout=30)
            if answer.status_code == 201 and answer.json()["pk"]:
                created += 1
            else:
                failed += 1
                print(answer.status_code, answer.text[:200], file=sys.stderr)
    print(f"created {created}, failed {failed}")


def main() -> None:
    match sys.argv[1:]:
        case ["prepare", orders, items, out]:
            with open(out, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.writelines(body + "\n" for body in prepare(orders, items))
        case ["upload", jsonl, url]:
            with open(jsonl, encoding="utf-8") as file:  # noqa: PTH123
                upload((line.rstrip("\n") for line in file), url)
        case ["run", orders, items, url]:
            upload(prepare(orders, items), url)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
