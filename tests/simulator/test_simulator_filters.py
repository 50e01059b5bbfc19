"""What the lists of the twin do with filters they know, do not know, or are told to forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twin import client, good_body

from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """One twin; nothing here changes it."""
    with Simulator() as running:
        yield running


def get(sim: Simulator, path: str, **query: object) -> Any:
    """Get one page as JSON."""
    with client(sim) as api:
        return api.get(f"/api/v1/{path}", params={key: str(value) for key, value in query.items()}).json()


def pks(answer: Any) -> list[int]:
    """List the keys of a page."""
    return [one.get("pk", one.get("id")) for one in answer["results"]]


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("channel/5/products/", {"sku": "kot-PAN-01"}, [109]),
        ("channel/5/products/", {"sku__in": "KOT-PAN-01,kot-pan-02"}, [109]),
        ("channel/5/products/", {"sku__exact": "KOT-PAN-01"}, [109]),
        ("channel/5/products/", {"base_code": "KOT-PAN"}, [109, 110, 111, 112]),
        ("channel/5/products/", {"pk__in": "110,109"}, [110, 109]),
        ("channel/5/retail_stores/", {"erp_code": "M-001"}, [51]),
        ("channel/5/retail_stores/", {"erp_code": "M-003"}, [53, 54]),
        ("channels/", {"is_active": "True"}, [5, 6]),
        ("channels/", {"is_active": "False"}, [7]),
        ("catalogs/", {}, [1, 2]),
        ("content_types/", {"model": "order"}, [1]),
        ("content_types/", {"model": "orderitem"}, [2]),
        ("channel/5/cargos/", {"erp_code": "YK"}, [1, 2, 3, 4]),
    ],
)
def test_each_list_has_its_own_filters(
    sim: Simulator, path: str, query: dict[str, str], found: list[int]
) -> None:
    """Cargo companies have none: their code has to be compared by the client."""
    assert pks(get(sim, path, **query)) == found


def test_an_unknown_filter_gives_everything(sim: Simulator) -> None:
    """As Django answers: a misspelt filter is no filter."""
    assert get(sim, "channel/5/products/", SKU="KOT-PAN-01")["count"] == 40
    assert get(sim, "channel/5/customers/", mail="x")["count"] == 26


def test_a_strict_installation_refuses_unknown_filters() -> None:
    """400 names each of them; what steers the page is no filter."""
    with Simulator(settings=Settings(ignore_unknown_filters=False)) as sim:
        refused = get(sim, "channel/5/products/", SKU="x", sku="KOT-PAN-01")
        orders = get(sim, "channel/5/orders/", numbr="x")
        taken = get(sim, "channel/5/products/", sku="KOT-PAN-01", channel=5, page=1, limit=5, sort="id")
        mapped = get(sim, "channel/5/cities/", mapping__code__exact="5_Stambul")
    assert refused == {"SKU": ["Unknown filter."], "code": "filters_100_1"}
    assert list(orders) == ["numbr", "code"]
    assert (pks(taken), pks(mapped)) == ([109], [34])


def test_an_installation_may_forget_a_filter_it_has() -> None:
    """The filter of one list is ignored; that of another still works."""
    settings = Settings(ignored_filters=frozenset({"customers.email", "products.sku"}))
    with Simulator(settings=settings) as sim:
        everybody = get(sim, "channel/5/customers/", email="nobody@example.com")["count"]
        everything = get(sim, "channel/5/products/", sku="nothing")["count"]
        one = get(sim, "channel/5/products/", sku__exact="KOT-PAN-01")["count"]
    assert (everybody, everything, one) == (26, 40, 1)


def test_some_lists_may_be_bare_arrays() -> None:
    """The lists the settings name come whole and without paging; the others in pages."""
    settings = Settings(bare_lists=frozenset({"cargos", "payment_options", "orders"}))
    with Simulator(settings=settings) as sim:
        for number in range(12):
            sim.place(good_body(f"A-{number}"))
        cargos = get(sim, "channel/5/cargos/", limit=2)
        orders = get(sim, "channel/5/orders/")
        products = get(sim, "channel/5/products/")
    assert [one["pk"] for one in cargos] == [1, 2, 3, 4]
    assert len(orders) == 12
    assert products["count"] == 40


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("ok", [201]),
        ("lag", []),
        ("two_matches", [201, 201]),
        ("fuzzy", [201]),
        ("filter_ignored", list(range(201, 211))),
    ],
)
def test_one_lookup_of_a_customer_may_see_too_little_or_too_much(action: str, found: list[int]) -> None:
    """The deviations of the order lookup hold for every list, scripted by one of its parameters."""
    key = "/api/v1/channel/5/customers/?email=ayse.ornekci@ornek.example"
    with Simulator(faults={"other": {key: [action]}}) as sim:
        other = get(sim, "channel/5/customers/", email="mehmet.deneme@example.com")
        scripted = get(sim, "channel/5/customers/", channel=5, email="ayse.ornekci@ornek.example")
        after = get(sim, "channel/5/customers/", email="ayse.ornekci@ornek.example", channel=5)
    assert (pks(other), pks(scripted), pks(after)) == ([202], found, [201])


def test_a_careless_lookup_takes_beginnings() -> None:
    """A prefix in any case is enough for it."""
    with Simulator(faults={"other": {"/api/v1/channel/5/products/": ["fuzzy"]}}) as sim:
        assert pks(get(sim, "channel/5/products/", sku__exact="kot-pan")) == [109, 110, 111, 112]
