"""Creating and finding addresses at the twin; two that say the same share a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from twin import ADDRESSES, client, good_address, post

from pipeline.simulator import Settings, Simulator, address_hash, default_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """One twin for all tests that use lines of their own."""
    with Simulator() as running:
        yield running


def make(sim: Simulator, line: str, /, **changes: object) -> httpx.Response:
    """Post one address."""
    with client(sim) as api:
        return api.post(ADDRESSES, json=good_address(line, **changes))


def test_a_created_address_is_found_by_its_hash_and_can_be_shipped_to(sim: Simulator) -> None:
    """The answer names the hash, the hash leads to exactly this address, an order may name its pk."""
    made = make(sim, "A 1").json()
    with client(sim) as api:
        found = api.get(ADDRESSES, params={"hash_data": made["hash_data"]}).json()["results"]
        of_customer = api.get(ADDRESSES, params={"customer": "201", "limit": "100"}).json()["results"]
        single = api.get(f"{ADDRESSES}{made['pk']}/").json()
    assert found == [single] == [made]
    assert made in of_customer
    assert made["hash_data"] == address_hash(good_address("A 1"))
    assert post(sim, "A-1", shipping_address=made["pk"]).status_code == 201


@pytest.mark.parametrize("field", sorted(Settings().required_address_fields))
def test_each_required_field_of_an_address_is_missed(sim: Simulator, field: str) -> None:
    """What clients send in practice is required by default; the page itself only names the phone number."""
    body = good_address("A 2")
    del body[field]
    with client(sim) as api:
        answer = api.post(ADDRESSES, json=body)
    assert answer.status_code == 400
    assert answer.json()[field] == ["This field is required."]


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("first_name", 255),
        ("last_name", 255),
        ("phone_number", 128),
        ("line", 255),
        ("title", 128),
        ("postcode", 64),
        ("notes", 512),
        ("company_name", 255),
        ("tax_office", 64),
        ("tax_no", 20),
        ("identity_number", 64),
    ],
)
def test_texts_of_an_address_have_limits(sim: Simulator, field: str, most: int) -> None:
    """One character more than the limit is refused, the limit itself is taken."""
    refused = make(sim, f"A 3 {field}", **{field: "x" * (most + 1)})
    assert refused.json()[field] == [f"Ensure this field has no more than {most} characters."]
    assert make(sim, f"A 3 {field}", **{field: "x" * most}).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer": 230}, "customer"),
        ({"country": 77}, "country"),
        ({"country": 4, "city": 34}, "country"),
        ({"country": 2}, "city"),
        ({"city": 133, "township": None, "district": None}, "city"),
        ({"township": 1001}, "township"),
        ({"district": 5005}, "district"),
        ({"township": None}, "district"),
        ({"retail_store": 9}, "retail_store"),
        ({"address_type": "shop"}, "address_type"),
    ],
)
def test_places_have_to_exist_be_open_and_lie_in_each_other(
    sim: Simulator, changes: dict[str, object], field: str
) -> None:
    """A district of another township, a closed country, a customer of another channel are field errors."""
    answer = make(sim, "A 4", **changes)
    assert answer.status_code == 400
    assert field in answer.json()


def test_places_need_not_fit_if_the_switch_is_off() -> None:
    """An installation may take any pks that exist."""
    with Simulator(settings=Settings(check_place_parents=False)) as sim:
        assert make(sim, "A", country=2).status_code == 201
        assert make(sim, "A", country=77).status_code == 400


def test_the_same_address_again_answers_its_hash_first(sim: Simulator) -> None:
    """`non_field_errors` is a text whose first word is `hash_data:<hash>`; nothing is created."""
    first = make(sim, "A  5")
    again = make(sim, " a 5", title="Other title", notes="Other notes", email="other@example.com")
    word, digest = again.json()["non_field_errors"].split()[0].split(":")
    assert (first.status_code, again.status_code) == (201, 406)
    assert (word, digest) == ("hash_data", first.json()["hash_data"])
    assert sim.truth.made_of("address")[digest] == 1


@pytest.mark.parametrize("changes", [{"customer": 202}, {"first_name": "Fatma"}, {"district": 5002}])
def test_another_owner_name_or_place_is_another_address(sim: Simulator, changes: dict[str, object]) -> None:
    """What tells parcels and invoices apart tells addresses apart."""
    make(sim, "A 6")
    assert make(sim, "A 6", **changes).status_code == 201


def test_a_seeded_address_is_found_under_its_own_hash() -> None:
    """The refusal names the hash the address is listed under."""
    seeded = default_seed().visible("addresses", 5)[0]
    with Simulator() as sim, client(sim) as api:
        answer = api.post(ADDRESSES, json={**seeded, "hash_data": "read-only"})
        digest = answer.json()["non_field_errors"].split()[0].removeprefix("hash_data:")
        found = api.get(ADDRESSES, params={"hash_data": digest}).json()["results"]
    assert answer.status_code == 406
    assert [one["pk"] for one in found] == [seeded["pk"]]


@pytest.mark.parametrize("shape", ["non_field_errors", "field", "detail", "string"])
def test_the_hash_may_come_in_other_shapes(shape: str) -> None:
    """Only one shape is known from a client; the others name the hash, too."""
    settings = Settings.from_mapping({"address_duplicate_shape": shape, "address_duplicate_status": 400})
    with Simulator(settings=settings) as sim:
        digest = make(sim, "A").json()["hash_data"]
        again = make(sim, "A")
    assert again.status_code == 400
    assert f"hash_data:{digest}" in again.text


def test_the_switch_lets_equal_addresses_exist() -> None:
    """Then one hash leads to two addresses."""
    with Simulator(settings=Settings(unique_addresses=False)) as sim, client(sim) as api:
        first, second = (make(sim, "A").json() for _ in range(2))
        digest = first["hash_data"]
        assert second["hash_data"] == digest
        assert api.get(ADDRESSES, params={"hash_data": digest}).json()["count"] == 2
