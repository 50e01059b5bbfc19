"""Looking things up at the twin: orders, their items, and what orders refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twin import LOOKUP, client, good_body, good_item, post

from pipeline.simulator import Settings, Simulator, default_seed

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """Run a twin with 25 orders, numbered A-1 to A-25."""
    with Simulator() as running:
        for number in range(1, 26):
            running.place(good_body(f"A-{number}", items=[good_item(), good_item(product=102)]))
        yield running


def get(sim: Simulator, path: str, **query: object) -> Any:
    """Get one page as JSON."""
    with client(sim) as api:
        return api.get(f"/api/v1/{path}", params={key: str(value) for key, value in query.items()}).json()


def numbers(answer: dict[str, Any]) -> list[str]:
    """Tell the order numbers of a page."""
    return [order["number"] for order in answer["results"]]


def test_an_order_is_found_by_its_exact_number(sim: Simulator) -> None:
    """A-1 is not A-10, and a number that does not exist is an empty page."""
    found = get(sim, "channel/5/orders/", number="A-1", channel_id=5)
    assert (found["count"], numbers(found)) == (1, ["A-1"])
    assert get(sim, "channel/5/orders/", number="a-1") == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }
    assert get(sim, "channel/6/orders/", number="A-1")["count"] == 0


def test_lists_come_in_pages_of_ten(sim: Simulator) -> None:
    """Following `next` meets every order once, in a steady order."""
    seen: list[str] = []
    sizes: list[int] = []
    with client(sim) as api:
        following: str | None = LOOKUP
        while following:
            answer = api.get(following).json()
            sizes.append(len(answer["results"]))
            seen += numbers(answer)
            following = answer["next"]
        assert answer["previous"].endswith("page=2")
    assert sizes == [10, 10, 5]
    assert seen == [f"A-{number}" for number in range(1, 26)]


def test_the_size_of_a_page_has_a_limit(sim: Simulator) -> None:
    """`limit` is obeyed up to the largest page; a page beyond the end does not exist."""
    assert len(get(sim, "channel/5/orders/", limit=20)["results"]) == 20
    assert len(get(sim, "channel/5/orders/", limit=1000)["results"]) == 25
    assert get(sim, "channel/5/orders/", page=4) == {"detail": "Invalid page."}
    assert get(sim, "channel/5/orders/", page="x") == {"detail": "Invalid page."}


def test_several_numbers_are_found_at_once_and_backwards(sim: Simulator) -> None:
    """`number__in` takes a comma list, `sort=-id` turns it round."""
    found = get(sim, "channel/5/orders/", number__in="A-3,A-2,nothing", sort="-id")
    assert numbers(found) == ["A-2", "A-3"]


@pytest.mark.parametrize(
    ("way", "count"), [("exact", 1), ("ignore_case", 1), ("prefix", 11), ("ignored", 25)]
)
def test_a_lookup_may_find_more_than_was_asked(way: Any, count: int) -> None:
    """An installation may compare loosely or ignore the filter: the client has to look again."""
    with Simulator(settings=Settings(lookup_filter=way)) as sim:
        for number in range(1, 26):
            sim.place(good_body(f"A-{number}"))
        found = get(sim, "channel/5/orders/", number="A-1")
        other_case = get(sim, "channel/5/orders/", number="a-1")["count"]
    assert found["count"] == count
    assert other_case == (0 if way == "exact" else count)


def test_a_lookup_may_lag_behind() -> None:
    """An order is there, refuses its number, and is not yet seen."""
    now = [100.0]
    settings = Settings(lookup_lag=30.0)
    with Simulator(settings=settings, clock=lambda: now[0]) as sim:
        post(sim)
        unseen = get(sim, "channel/5/orders/", number="A-17")["count"]
        again = post(sim).status_code
        now[0] = 131.0
        seen = get(sim, "channel/5/orders/", number="A-17")["count"]
    assert (unseen, again, seen) == (0, 406, 1)


def test_one_order_is_shown_by_its_pk(sim: Simulator) -> None:
    """The single view shows what the list shows; an unknown pk is a 404 with a detail."""
    listed = get(sim, "channel/5/orders/", number="A-7")["results"][0]
    assert get(sim, f"orders/{listed['pk']}/") == listed
    assert get(sim, "orders/999999/") == {"detail": "Not found."}


def test_the_items_of_an_order_are_listed(sim: Simulator) -> None:
    """Each item has a pk of its own and knows its order; unsent values have their defaults."""
    pk = get(sim, "channel/5/orders/", number="A-7")["results"][0]["pk"]
    items = get(sim, "channel/5/order_items/", order=pk, sort="id")["results"]
    assert [(item["order"], item["product"], item["quantity"]) for item in items] == [
        (pk, 101, 2),
        (pk, 102, 2),
    ]
    assert (items[0]["status"], items[0]["price_currency"], items[0]["unit_price"]) == ("550", "try", "50.00")
    assert items[0]["pk"] < items[1]["pk"]
    assert get(sim, "channel/5/order_items/")["count"] == 50
    assert get(sim, "channel/5/order_items/", order=999999)["count"] == 0
    assert get(sim, "channel/5/order_items/", order="x")["code"] == "invalid"


@pytest.mark.parametrize(
    ("path", "query", "pks"),
    [
        ("channel/5/products/", {"sku": "PAM-TIŞ-01"}, None),
        ("channel/5/products/", {"sku": "KOT-PAN-01"}, [109]),
        ("channel/5/products/", {"sku": "kot-pan-01"}, [109]),
        ("channel/5/products/", {"sku__exact": "kot-pan-01"}, []),
        ("channel/5/products/", {"sku__in": "KOT-PAN-01,KOT-PAN-02"}, [109, 110]),
        ("channel/5/products/", {"pk": 109}, [109]),
        ("channel/6/products/", {"pk": 140}, []),
        ("channel/5/products/", {"pk": 140}, [140]),
        ("channel/5/customers/", {"email": "Mehmet.Deneme@example.com", "channel": 5}, [202]),
        ("channel/5/customers/", {"phone_number": "+905000000003"}, [204]),
        ("channel/6/customers/", {"email": "mehmet.deneme@example.com"}, []),
        ("channel/5/price_lists/", {}, [11]),
        ("channel/6/stock_lists/", {}, [22]),
        ("channel/5/cargos/", {}, [1, 2, 3, 4]),
        ("payment_options/", {"sort": "-id"}, [4, 3, 2, 1]),
    ],
)
def test_what_orders_refer_to_can_be_found(
    sim: Simulator, path: str, query: dict[str, object], pks: list[int] | None
) -> None:
    """Each list has the filters of the API and shows one channel's records only."""
    found = [record["pk"] for record in get(sim, path, **query)["results"]]
    assert found == (pks or [])


def test_an_address_is_found_by_its_hash(sim: Simulator) -> None:
    """The hash of an address leads to that address alone."""
    address = default_seed().visible("addresses", 5)[3]
    found = get(sim, "channel/5/addresses/", hash_data=address["hash_data"])["results"]
    assert found == [address]


def test_channels_and_catalogs_are_shown_one_by_one(sim: Simulator) -> None:
    """A channel names its catalog, the catalog its price and stock list."""
    channel = get(sim, "channels/5/")
    catalog = get(sim, f"catalogs/{channel['catalog']}/")
    assert channel["is_active"] is True
    assert (catalog["price_list"], catalog["stock_list"]) == (11, 21)
    assert get(sim, "channels/99/") == {"detail": "Not found."}


@pytest.mark.parametrize(
    "kind", ["orders", "order_items", "products", "customers", "addresses", "cargos", "price_lists"]
)
def test_an_unknown_channel_has_no_lists(sim: Simulator, kind: str) -> None:
    """404 with a detail, not an empty page."""
    assert get(sim, f"channel/99/{kind}/") == {"detail": "Not found."}


def test_the_seed_refers_only_to_itself() -> None:
    """Pks are unique, addresses belong to customers, catalogs name lists that exist, hashes are unique."""
    seed = default_seed()
    assert {kind: len(seed.all(kind)) for kind in ("products", "customers", "addresses")} == {
        "products": 40,
        "customers": 30,
        "addresses": 40,
    }
    for kind in ("products", "customers", "addresses", "cargo_companies", "payment_options"):
        pks = [record["pk"] for record in seed.all(kind)]
        assert len(pks) == len(set(pks))
    customers = {record["pk"]: record for record in seed.all("customers")}
    assert all(customers[one["customer"]]["channels"] == one["channels"] for one in seed.all("addresses"))
    assert len({one["hash_data"] for one in seed.all("addresses")}) == 40
    assert all(one["email"].endswith(("@example.com", "@ornek.example")) for one in seed.all("customers"))
    lists = {one["pk"] for one in (*seed.all("price_lists"), *seed.all("stock_lists"))}
    assert {one[key] for one in seed.all("catalogs") for key in ("price_list", "stock_list")} == lists
