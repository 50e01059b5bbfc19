"""As fast as a person writes it by hand for one shop: csv, orjson, aiohttp, fifty tasks; nothing is checked.

    handwritten.py prepare ORDERS ITEMS JSONL     payloads into a file, one line per order
    handwritten.py upload JSONL URL               fifty at a time
    handwritten.py run ORDERS ITEMS URL           both, without the file between

No check, no journal, no retry: what fails is counted and forgotten. It is the price of none of that.
"""

import asyncio
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import aiohttp
import orjson

TASKS = 50
STATUSES = {"Teslim Edildi": "550", "Kargoda": "500", "İptal Edildi": "100", "İade Edildi": "600"}
CURRENCIES = {"TL": "try", "TRY": "try"}


def number(text: str) -> str:
    return text.replace(".", "").replace(",", ".")


def moment(text: str) -> str:
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}T{text[11:]}:00+03:00"


def make_item(row: list[str]) -> dict[str, Any]:
    (_, line, product, status, currency, price, quantity, unit, total, tax, prices, stocks, discount) = row[
        :13
    ]
    retail, delivery = row[13:]
    return {
        "product": int(product),
        "status": STATUSES[status],
        "price_currency": CURRENCIES[currency],
        "price": number(price),
        "quantity": int(quantity),
        "unit_price": number(unit),
        "total_price": number(total),
        "tax_rate": number(tax),
        "extra_field": {"id": line},
        "price_list": int(prices),
        "stock_list": int(stocks),
        "discount_amount": number(discount),
        "retail_price": number(retail),
        "estimated_delivery_date": f"{delivery[6:]}-{delivery[3:5]}-{delivery[:2]}",
    }


def make_payload(row: list[str], items: list[list[str]]) -> bytes:
    order = {
        "number": row[1],
        "channel": 5,
        "status": STATUSES[row[2]],
        "date_placed": moment(row[3]),
        "customer": int(row[4]),
        "shipping_address": int(row[5]),
        "billing_address": int(row[6]),
        "currency": CURRENCIES[row[7]],
        "amount": number(row[8]),
        "shipping_amount": number(row[9]),
        "shipping_tax_rate": number(row[10]),
        "extra_field": {"id": row[0], "source": row[22]},
        "payment_option_slug": row[12],
        "cargo_company": int(row[13]),
        "discount_amount": number(row[11]),
        "is_send": True,
        "tracking_number": row[15],
        "carrier_shipping_code": row[16],
        "remote_addr": row[17],
        "has_gift_box": False,
        "gift_box_note": row[18],
        "client_type": "default",
        "language_code": "tr-tr",
        "notes": row[19],
        "shipping_option_slug": row[14],
        "invoice_number": row[20],
        "invoice_date": moment(row[21]) if row[21] else None,
    }
    return orjson.dumps({"order": order, "order_item": [make_item(item) for item in items]})


def prepare(orders_path: str, items_path: str) -> Iterator[bytes]:
    items: defaultdict[str, list[list[str]]] = defaultdict(list)
    with open(items_path, encoding="utf-8", newline="") as file:  # noqa: PTH123
        rows = csv.reader(file, delimiter=";")
        next(rows)
        for row in rows:
            items[row[0]].append(row)
    with open(orders_path, encoding="utf-8", newline="") as file:  # noqa: PTH123
        rows = csv.reader(file, delimiter=";")
        next(rows)
        for row in rows:
            yield make_payload(row, items[row[1]])


async def upload(bodies: Iterable[bytes], url: str) -> None:
    outcomes = {"created": 0, "failed": 0}
    queue = iter(bodies)  # one event loop: the tasks share it without a lock
    target = f"{url}/api/v1/channel/5/create_orders/"
    headers = {
        "Authorization": f"Token {os.environ['ORDERLIFT_TOKEN']}",
        "Content-Type": "application/json",
    }

    async def work(session: aiohttp.ClientSession) -> None:
        for body in queue:
            async with session.post(target, data=body) as answer:
                text = await answer.read()
                created = answer.status == 201 and orjson.loads(text)["pk"]
                outcomes["created" if created else "failed"] += 1

    connector = aiohttp.TCPConnector(limit=TASKS)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(work(session) for _ in range(TASKS)))
    print(outcomes)


def main() -> None:
    match sys.argv[1:]:
        case ["prepare", orders, items, out]:
            with open(out, "wb") as file:  # noqa: PTH123
                file.writelines(body + b"\n" for body in prepare(orders, items))
        case ["upload", jsonl, url]:
            with open(jsonl, "rb") as file:  # noqa: PTH123
                asyncio.run(upload((line.rstrip(b"\n") for line in file), url))
        case ["run", orders, items, url]:
            asyncio.run(upload(prepare(orders, items), url))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
