"""The sequence of requests that the platform's public client is documented to make for each order.

    reference_sequence.py run ORDERS ITEMS URL

Customer, two addresses with their places, carrier, products, existence, create, items, remote ids: one after
the other and for every order anew, as that client keeps no record between orders. An order is sent by the
fields that today's form asks for.
"""

import asyncio
import csv
import os
import sys
from collections import defaultdict
from typing import Any

import aiohttp

Row = dict[str, str]


class Client:
    """The documented calls, one at a time."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def call(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
        """Make one request; returns status and what the answer says."""
        async with self._session.request(
            method, f"/api/v1/channel/5/{path}/", params=query, json=body
        ) as answer:
            return answer.status, await answer.json()

    async def only(self, path: str, **query: str) -> dict[str, Any]:
        """The one record that a lookup has to find."""
        _, page = await self.call("GET", path, **query)
        (record,) = page["results"]
        return dict(record)

    async def customer(self, row: Row) -> int:
        """Find by e-mail, or create."""
        _, page = await self.call("GET", "customers", email=row["EPOSTA"], channel="5")
        if page["results"]:
            return int(page["results"][0]["pk"])
        body = {
            "email": row["EPOSTA"],
            "first_name": row["AD"],
            "last_name": row["SOYAD"],
            "phone_number": row["TELEFON"],
            "is_active": True,
            "channel_code": row["MUSTERI_NO"],
            "extra_field": {},
            "channel": 5,
        }
        _, created = await self.call("POST", "customers", body)
        return int(created["pk"])

    async def address(self, row: Row, customer: int, prefix: str) -> int:
        """Find the places one in the other, create; a duplicate is looked up by the hash that it is told."""
        active = {"is_active": "True"}
        where = {"country": str((await self.only("countries", code__exact="TR", **active))["id"])}
        city = await self.only("cities", name__iexact=row[f"{prefix}IL"], **where, **active)
        where["city"] = str(city["id"])
        township = await self.only("townships", name__iexact=row[f"{prefix}ILCE"], **where, **active)
        where["township"] = str(township["pk"])
        district = await self.only("districts", name__exact=row[f"{prefix}MAHALLE"], **where, **active)
        body = {
            **{name: int(pk) for name, pk in where.items()},
            "district": district["pk"],
            "email": row["EPOSTA"],
            "phone_number": row["TELEFON"],
            "first_name": row["AD"],
            "last_name": row["SOYAD"],
            "line": row[f"{prefix}ADRES"],
            "customer": customer,
            "is_active": True,
            "extra_field": {},
        }
        status, answer = await self.call("POST", "addresses", body)
        if status == 201:
            return int(answer["pk"])
        digest = answer["non_field_errors"].split()[0].removeprefix("hash_data:")
        return int((await self.only("addresses", hash_data=digest))["pk"])

    async def cargo_company(self, code: str) -> int:
        """List all and compare the code."""
        _, page = await self.call("GET", "cargos", page="1", limit="100")
        (found,) = [one for one in page["results"] if one["erp_code"] == code]
        return int(found["pk"])

    async def products(self, items: list[Row]) -> list[int]:
        """Find by the ids that they have in the shop: all of an order at once."""
        asked = ",".join(sorted({item["URUN_ID"] for item in items}))
        query = {"channel": "5", "content_type_name": "product", "remote_id__in": asked, "sort": "id"}
        _, page = await self.call("GET", "integration_actions", **query)
        known = {one["remote_id"]: int(one["object_id"]) for one in page["results"]}
        return [known[item["URUN_ID"]] for item in items]

    async def commit(self, order: dict[str, Any]) -> None:
        """Tie the order and its items to their ids in the shop."""
        _, page = await self.call("GET", "order_items", order=str(order["pk"]), sort="id")
        _, batch = await self.call("POST", "batch_requests", {"channel": 5})
        tied = [("order", order), *(("orderitem", item) for item in page["results"])]
        objects = [
            {
                "pk": one["pk"],
                "remote_id": one["extra_field"]["id"],
                "version_date": order["modified_date"],
                "content_type": kind,
                "failed_reason_type": None,
            }
            for kind, one in tied
        ]
        for step in ("commit", "done"):
            body = {"channel": 5, "status": step, "content_type": "order", "objects": objects}
            await self.call("PATCH", f"batch_requests/{batch['pk']}", body)

    async def order(self, row: Row, items: list[Row]) -> bool:
        """Make the whole sequence for one order; returns whether it stands on the target."""
        customer = await self.customer(row)
        shipping = await self.address(row, customer, "")
        billing = await self.address(row, customer, "FATURA_")
        carrier = await self.cargo_company(row["KARGO"])
        products = await self.products(items)
        number, day = row["SIPARIS_NO"], row["TARIH"]
        _, page = await self.call("GET", "orders", number=number, channel_id="5")
        if page["results"]:
            return True
        order = {
            "number": number,
            "channel": 5,
            "status": "550",
            "date_placed": f"{day[6:10]}-{day[3:5]}-{day[:2]}T{day[11:]}:00+03:00",
            "customer": customer,
            "shipping_address": shipping,
            "billing_address": billing,
            "currency": "try",
            "amount": row["TOPLAM"],
            "cargo_company": carrier,
            "is_send": True,
            "extra_field": {"id": number},
        }
        rows = [
            {
                "product": product,
                "status": "550",
                "quantity": 1,
                "unit_price": item["FIYAT"],
                "total_price": item["FIYAT"],
                "extra_field": {"id": f"{number}-{place}"},
            }
            for place, (product, item) in enumerate(zip(products, items, strict=True))
        ]
        status, created = await self.call("POST", "create_orders", {"order": order, "order_item": rows})
        if status != 201:
            return False
        await self.commit(created)
        return True


def table(path: str) -> list[Row]:
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123
        return list(csv.DictReader(file, delimiter=";"))


async def run(orders_path: str, items_path: str, url: str) -> int:
    items: defaultdict[str, list[Row]] = defaultdict(list)
    for row in table(items_path):
        items[row["SIPARIS_NO"]].append(row)
    headers = {"Authorization": f"Token {os.environ['ORDERLIFT_TOKEN']}"}
    failed = 0
    async with aiohttp.ClientSession(base_url=url, headers=headers) as session:
        client = Client(session)
        for row in table(orders_path):
            failed += not await client.order(row, items[row["SIPARIS_NO"]])
    return failed


def main() -> None:
    match sys.argv[1:]:
        case ["run", orders, items, url]:
            sys.exit(1 if asyncio.run(run(orders, items, url)) else 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
