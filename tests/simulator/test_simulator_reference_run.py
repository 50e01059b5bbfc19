"""The documented sequence of a working run, request by request, as the known client makes it.

That client finds or creates the customer and two addresses, matches the cargo company, finds the products by
their ids in the shop, asks whether the order exists, creates it, lists its items, commits the remote ids and
finishes the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from twin import client

from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANNEL = "/api/v1/channel/5/"
PLACE = {"country": "TR", "city": "istanbul", "township": "KADIKÖY", "district": "Caferağa Mah."}
CUSTOMER = {
    "email": "yeni.musteri@example.com",
    "first_name": "Yeni",
    "last_name": "Müşteri",
    "phone": "+905000000777",
}

ITEM: dict[str, object] = {
    "status": "400",
    "price_currency": "try",
    "price": "17.00",
    "tax_rate": "18",
    "extra_field": {},
    "tracking_number": None,
    "carrier_shipping_code": "",
    "discount_amount": "0.0",
    "retail_price": "18",
    "attributes": {},
    "attributes_kwargs": {},
    "parent": None,
    "delivered_date": None,
    "estimated_delivery_date": None,
}
ORDER: dict[str, object] = {
    "channel": 5,
    "status": "400",
    "date_placed": "2024-03-01 10:00:00",
    "currency": "try",
    "amount": "34.00",
    "shipping_amount": "0.0",
    "shipping_tax_rate": "18",
    "delivery_type": None,
    "discount_amount": "0",
    "net_shipping_amount": "0.0",
    "tracking_number": None,
    "carrier_shipping_code": "",
    "remote_addr": None,
    "has_gift_box": False,
    "gift_box_note": "",
    "client_type": "default",
    "language_code": "",
    "notes": "",
    "delivery_range": None,
    "shipping_option_slug": "",
}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """Run a twin with the older model of items, one row per unit, which that client knows."""
    settings = Settings(items="unit_rows", text_folding="turkish")
    with Simulator(settings=settings) as running:
        yield running


class KnownClient:
    """The calls of the known client, in their order, without its mistakes about answers."""

    def __init__(self, api: httpx.Client) -> None:
        self.api = api

    def only(self, path: str, **query: object) -> dict[str, Any]:
        """Give the one record a lookup has to find."""
        texts = {name: str(value) for name, value in query.items()}
        found = self.api.get(f"{CHANNEL}{path}/", params=texts).json()["results"]
        assert len(found) == 1, (path, query, found)
        record: dict[str, Any] = found[0]
        return record

    def customer(self) -> int:
        """Find the customer by e-mail, create it if there is none."""
        query = {"email": CUSTOMER["email"], "channel": "5"}
        found = self.api.get(f"{CHANNEL}customers/", params=query).json()["results"]
        if found:
            existing: int = found[0]["pk"]
            return existing
        body = {
            "email": CUSTOMER["email"],
            "first_name": CUSTOMER["first_name"],
            "last_name": CUSTOMER["last_name"],
            "phone_number": CUSTOMER["phone"],
            "is_active": True,
            "channel_code": "S-777",
            "extra_field": {},
            "channel": 5,
        }
        answer = self.api.post(f"{CHANNEL}customers/", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        pk: int = answer.json()["pk"]
        return pk

    def address(self, customer: int, line: str) -> int:
        """Resolve the places one after the other, create the address, look it up if its hash is known."""
        country = self.only("countries", code__exact=PLACE["country"], is_active=True)["id"]
        city = self.only("cities", name__iexact=PLACE["city"], country=country, is_active=True)["id"]
        where = {"country": country, "city": city}
        township = self.only("townships", name__iexact=PLACE["township"], **where, is_active=True)["pk"]
        where["township"] = township
        district = self.only("districts", name__exact=PLACE["district"], **where, is_active=True)["pk"]
        body = {
            **where,
            "district": district,
            "email": CUSTOMER["email"],
            "phone_number": CUSTOMER["phone"],
            "first_name": CUSTOMER["first_name"],
            "last_name": CUSTOMER["last_name"],
            "line": line,
            "customer": customer,
            "is_active": True,
            "extra_field": {},
        }
        answer = self.api.post(f"{CHANNEL}addresses/", json=body)
        if answer.status_code == httpx.codes.CREATED:
            pk: int = answer.json()["pk"]
            return pk
        word, _, digest = answer.json()["non_field_errors"].split()[0].partition(":")
        assert word == "hash_data"
        existing: int = self.only("addresses", hash_data=digest)["pk"]
        return existing

    def cargo_company(self, erp_code: str) -> int:
        """List all pages and compare the code."""
        pages = self.api.get(f"{CHANNEL}cargos/", params={"page": "1", "limit": "100"}).json()["results"]
        (pk,) = [one["pk"] for one in pages if one["erp_code"] == erp_code]
        return int(pk)

    def products(self, *remote_ids: str) -> list[int]:
        """Find products by their ids in the shop."""
        query = {
            "channel": "5",
            "content_type_name": "product",
            "remote_id__in": ",".join(sorted(set(remote_ids))),
            "sort": "id",
        }
        found = self.api.get(f"{CHANNEL}integration_actions/", params=query).json()["results"]
        known = {one["remote_id"]: one["object_id"] for one in found}
        return [known[remote_id] for remote_id in remote_ids]

    def create(self, number: str, lists: dict[str, int], rows: list[int], **pks: int) -> dict[str, Any]:
        """Post the order: decimals as text, one row per unit, none of quantity and its prices."""
        order = {**ORDER, "number": number, "extra_field": {"id": f"R-{number}"}, **pks}
        items = [
            {**ITEM, **lists, "product": product, "extra_field": {"id": f"L-{place}"}}
            for place, product in enumerate(rows)
        ]
        body = {"order": order, "order_item": items}
        answer = self.api.post(f"{CHANNEL}create_orders/", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def commit(self, order: dict[str, Any], *, finish: bool) -> None:
        """List the items of the order, commit the remote ids of all of them, finish the batch."""
        items = self.api.get(
            f"{CHANNEL}order_items/", params={"order": str(order["pk"]), "sort": "id"}
        ).json()["results"]
        batch = self.api.post(f"{CHANNEL}batch_requests/", json={"channel": 5}).json()
        tied = [("order", order), *(("orderitem", item) for item in items)]
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
        for status in ("commit", "done") if finish else ("commit",):
            body = {"channel": 5, "status": status, "content_type": "order", "objects": objects}
            answer = self.api.patch(f"{CHANNEL}batch_requests/{batch['pk']}/", json=body)
            assert answer.status_code == httpx.codes.OK, answer.text

    def run(self, number: str, *, finish: bool = True) -> dict[str, Any]:
        """Do the whole sequence for one order; an order that is there is taken for created."""
        customer = self.customer()
        shipping = self.address(customer, "Örnek Mah. 1")
        billing = self.address(customer, "Örnek Mah. 1")
        cargo = self.cargo_company("YK")
        rows = self.products("70101", "70102")
        catalog = self.api.get("/api/v1/catalogs/1/").json()
        query = {"number": number, "channel_id": "5"}
        found = self.api.get(f"{CHANNEL}orders/", params=query).json()["results"]
        if found:
            order: dict[str, Any] = found[0]
            return order
        lists = {"price_list": catalog["price_list"], "stock_list": catalog["stock_list"]}
        pks = {"customer": customer, "shipping_address": shipping, "billing_address": billing}
        created = self.create(number, lists, rows, **pks, cargo_company=cargo)
        self.commit(created, finish=finish)
        return created


def test_the_known_sequence_creates_one_order_with_all_it_refers_to(sim: Simulator) -> None:
    """Customer, one address for two roles, order, two units, remote ids: nothing is missing or doubled."""
    with client(sim) as api:
        order = KnownClient(api).run("S-1")
        tied = api.get(f"{CHANNEL}integration_actions/", params={"content_type_name": "order"}).json()[
            "results"
        ]
        lines = api.get(f"{CHANNEL}integration_actions/", params={"content_type_name": "orderitem"}).json()
    assert sim.truth.creates == {"S-1": 1}
    assert (order["shipping_address"], order["status"]) == (order["billing_address"], "400")
    assert [(one["object_id"], one["remote_id"]) for one in tied] == [(order["pk"], "R-S-1")]
    assert [one["remote_id"] for one in lines["results"]] == ["L-0", "L-1"]
    assert sim.truth.made_of("customer") == {CUSTOMER["email"]: 1}
    assert list(sim.truth.made_of("address").values()) == [1]


def test_each_request_of_the_sequence_is_counted(sim: Simulator) -> None:
    """The first order takes 22 requests, a known one 17 to find out that it is there."""
    with client(sim) as api:
        KnownClient(api).run("S-1")
        first = sim.truth.requests
        KnownClient(api).run("S-1")
        second = sim.truth.requests - first
    of_addresses = {
        "GET channel/{id}/countries/": 2,
        "GET channel/{id}/cities/": 2,
        "GET channel/{id}/townships/": 2,
        "GET channel/{id}/districts/": 2,
        "POST channel/{id}/addresses/": 2,
    }
    of_lookups = {
        "GET channel/{id}/customers/": 1,
        "GET channel/{id}/cargos/": 1,
        "GET channel/{id}/integration_actions/": 1,
        "GET catalogs/{pk}/": 1,
        "GET channel/{id}/orders/": 1,
    }
    assert first == {
        **of_addresses,
        **of_lookups,
        "GET channel/{id}/addresses/": 1,
        "POST channel/{id}/customers/": 1,
        "POST channel/{id}/create_orders/": 1,
        "GET channel/{id}/order_items/": 1,
        "POST channel/{id}/batch_requests/": 1,
        "PATCH channel/{id}/batch_requests/{pk}/": 2,
    }
    assert second == {**of_addresses, **of_lookups, "GET channel/{id}/addresses/": 2}
    assert (first.total(), second.total()) == (22, 17)


def test_history_sent_that_way_enters_fulfilment_and_reserves_stock(sim: Simulator) -> None:
    """The sequence never marks an order as sent: what is harmless for a new order is not for an old one."""
    with client(sim) as api:
        KnownClient(api).run("S-1")
    assert sim.truth.side_effects.counts == {"fulfilment": 1, "reserved_units": 2, "mails": 1}


def test_the_known_payload_is_refused_where_quantities_are_asked_for() -> None:
    """The newer model wants what that client does not send."""
    with Simulator(settings=Settings(text_folding="turkish")) as sim, client(sim) as api:
        with pytest.raises(AssertionError, match="quantity"):
            KnownClient(api).run("S-1")
        assert sim.truth.orders() == []
        assert len(sim.truth.made) == 2


def test_the_second_commit_waits_for_the_first(sim: Simulator) -> None:
    """A client that leaves its batch in commit blocks its next order's remote ids."""
    with client(sim) as api:
        KnownClient(api).run("S-1", finish=False)
        with pytest.raises(AssertionError, match="batch_request_status_100_3"):
            KnownClient(api).run("S-2")
    assert sim.truth.creates == {"S-1": 1, "S-2": 1}


def test_places_are_not_found_by_a_database_that_does_not_fold_turkish() -> None:
    """By default `istanbul` is not İstanbul, and the known client gives the order up."""
    with Simulator(settings=Settings(items="unit_rows")) as sim, client(sim) as api:
        with pytest.raises(AssertionError, match="cities"):
            KnownClient(api).run("S-1")
        assert sim.truth.orders() == []
