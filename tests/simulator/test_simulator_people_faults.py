"""Faults of creating customers and addresses, faults by path, and the log that tells requests apart."""

from __future__ import annotations

import time

import httpx
import pytest
from twin import ADDRESSES, CREATE, CUSTOMERS, client, good_address, good_body, good_customer

from pipeline.simulator import Settings, Simulator, address_hash

EMAIL = "yeni@example.com"
LINE = "Örnek Mah. 99. Sokak No: 1"


def attempts(api: httpx.Client, path: str, body: object, times: int) -> list[int | str]:
    """Post the same body some times: statuses, or what happened to the connection."""
    seen: list[int | str] = []
    for _ in range(times):
        try:
            seen.append(api.post(path, json=body).status_code)
        except httpx.TransportError as error:
            seen.append(type(error).__name__)
    return seen


@pytest.mark.parametrize(
    ("script", "seen", "made"),
    [
        (["reset"], ["ReadError", 201], 1),
        (["commit_then_reset"], ["ReadError", 406], 1),
        (["commit_then_close"], ["RemoteProtocolError", 406], 1),
        (["commit_then_500"], [500, 406], 1),
        (["502_html"], [502, 201], 1),
        (["401", "429:1"], [401, 429], 0),
        (["no_commit_ok"], [201, 201], 1),
        (["commit_twice"], [201, 406], 2),
    ],
)
def test_a_customer_may_exist_although_its_answer_was_lost(
    script: list[str], seen: list[int | str], made: int
) -> None:
    """Scripts go by e-mail and attempt, as those of orders do by number."""
    with Simulator(faults={"customer": {EMAIL: script}}) as sim, client(sim) as api:
        assert attempts(api, CUSTOMERS, good_customer(), 2) == seen
        assert attempts(api, CUSTOMERS, good_customer("other"), 1) == [201]
        assert sim.truth.made_of("customer")[EMAIL] == made
        log = sim.truth.about(EMAIL)
    assert [(entry.attempt, entry.number) for entry in log] == [(1, None), (2, None)]
    assert [entry.action for entry in log][: len(script)] == script
    assert log[0].committed == bool(made and "no_commit" not in script[0] and seen[1] == 406)


@pytest.mark.parametrize("by_line", [True, False])
def test_an_address_may_exist_although_its_answer_was_lost(*, by_line: bool) -> None:
    """Scripts go by the hash, or by the line as it is sent."""
    body = good_address(LINE)
    digest = address_hash(body)
    faults = {"address": {LINE if by_line else digest: ["commit_then_reset", "commit_then_504_html"]}}
    with Simulator(faults=faults) as sim, client(sim) as api:
        assert attempts(api, ADDRESSES, body, 3) == ["ReadError", 504, 406]
        assert sim.truth.made_of("address") == {digest: 1}
        assert [entry.committed for entry in sim.truth.about(digest)] == [True, False, False]


def test_a_customer_may_appear_after_its_request_was_given_up() -> None:
    """No answer, and some time later the customer is there."""
    with Simulator(faults={"customer": {EMAIL: ["late_commit:0.1"]}}) as sim:
        with client(sim) as api, pytest.raises(httpx.ReadTimeout):
            api.post(CUSTOMERS, json=good_customer(), timeout=0.05)
        assert sim.truth.made == []
        time.sleep(0.2)
        assert sim.truth.made_of("customer") == {EMAIL: 1}


@pytest.mark.parametrize(
    ("action", "sign"),
    [
        ("other_number", f'"email":"{EMAIL}-OTHER"'),
        ("no_number", '"channel_code":"N-yeni"'),
        ("html_body", "<!doctype html>"),
        ("cut_json", '"email":"yeni@'),
        ("array_body", '[{"pk":'),
    ],
)
def test_the_answer_about_a_customer_may_be_of_no_use(action: str, sign: str) -> None:
    """The customer is created, the status is right, the body is not."""
    with Simulator(faults={"customer": {"*": [action]}}) as sim, client(sim) as api:
        answer = api.post(CUSTOMERS, json=good_customer())
        assert sim.truth.made_of("customer") == {EMAIL: 1}
    assert answer.status_code == 201
    assert sign in answer.text
    assert action != "no_number" or EMAIL not in answer.text


def test_rates_hold_for_customers_and_addresses() -> None:
    """Drawn from the seed, the subject and the attempt, as for orders."""
    faults = {"customer": {"500": 0.5}, "address": {"commit_then_500": 1.0}, "seed": 3}
    seen: list[list[int]] = []
    for _ in range(2):
        with Simulator(faults=faults) as sim, client(sim) as api:
            seen.append([api.post(CUSTOMERS, json=good_customer(f"c{n}")).status_code for n in range(30)])
            assert api.post(ADDRESSES, json=good_address()).status_code == 500
            assert len(sim.truth.made_of("address")) == 1
    assert seen[0] == seen[1]
    assert 5 < seen[0].count(500) < 25


@pytest.mark.parametrize(
    "path",
    [
        "channel/5/products/",
        "channel/5/customers/",
        "channel/5/customers/201/",
        "channel/5/addresses/",
        "channel/5/countries/",
        "channel/5/cities/",
        "channel/5/townships/",
        "channel/5/districts/",
        "channel/5/cargos/",
        "channel/5/retail_stores/",
        "channel/5/integration_actions/",
        "channel/5/batch_requests/",
        "channel/5/error_reports/",
        "channel/5/order_items/",
        "payment_options/",
        "content_types/",
        "channels/",
        "catalogs/1/",
    ],
)
def test_every_lookup_fails_by_its_path(path: str) -> None:
    """The name of the path, of the method and the path, or of the path and one parameter."""
    full = f"/api/v1/{path}"
    faults = {"other": {full: ["500"], f"GET {full}": ["ok", "401"], f"{full}?sku=B": ["502_html"]}}
    with Simulator(faults=faults) as sim, client(sim) as api:
        codes = [api.get(full, params=query).status_code for query in ({"sku": "B", "a": "1"}, {}, {})]
    assert codes == [502, 401, 200]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", CREATE),
        ("POST", CUSTOMERS),
        ("POST", ADDRESSES),
        ("POST", "/api/v1/auth/login/"),
        ("GET", "/api/v1/channel/5/orders/"),
    ],
)
def test_method_and_path_name_every_request(method: str, path: str) -> None:
    """Also those that have a kind of their own; the same path under another method is not touched."""
    faults = {"other": {f"{method} {path}": ["ok", "502_html"], f"PUT {path}": ["500", "repeat"]}}
    with Simulator(faults=faults) as sim, client(sim) as api:
        codes = [api.request(method, path, json={}).status_code for _ in range(3)]
        other = api.request("DELETE", path).status_code
    assert codes[1] == 502
    assert codes[0] == codes[2] != 502
    assert other == 405


def test_a_patch_and_a_batch_may_lose_their_answers() -> None:
    """What was processed stays processed."""
    faults = {
        "other": {
            f"PATCH {CUSTOMERS}201/": ["commit_then_500", "no_commit_ok"],
            "POST /api/v1/channel/5/batch_requests/": ["commit_then_500", "500", "no_commit_ok"],
        }
    }
    with Simulator(faults=faults) as sim, client(sim) as api:
        first = api.patch(f"{CUSTOMERS}201/", json={"first_name": "Bir"})
        second = api.patch(f"{CUSTOMERS}201/", json={"first_name": "İki"})
        batches = [api.post("/api/v1/channel/5/batch_requests/", json={"channel": 5}) for _ in range(4)]
        assert [one.after for one in sim.truth.changed] == [{"first_name": "Bir"}]
        assert len(sim.records("batch_requests")) == 2
    assert [first.status_code, second.status_code] == [500, 200]
    assert [one.status_code for one in batches] == [500, 500, 201, 201]


def test_requests_are_counted_by_kind() -> None:
    """Method and pattern of the path, whatever its numbers; what is not served counts as nothing's."""
    with Simulator() as sim, client(sim) as api:
        for number in ("A", "B"):
            api.post(CREATE, json=good_body(number))
            api.get("/api/v1/channel/5/orders/", params={"number": number})
        api.get("/api/v1/channel/6/orders/")
        for pk in (201, 202, 999):
            api.get(f"{CUSTOMERS}{pk}/")
        api.post(CUSTOMERS, json={})
        api.get("/api/v1/channel/5/nothing/")
        told = api.get("/_simulator/requests/").json()
        assert sim.truth.log[-1].status == 404
        assert (
            told
            == sim.truth.requests
            == {
                "POST channel/{id}/create_orders/": 2,
                "GET channel/{id}/orders/": 3,
                "GET channel/{id}/customers/{pk}/": 3,
                "POST channel/{id}/customers/": 1,
                "": 1,
            }
        )


def test_what_was_made_can_be_asked_for_over_http() -> None:
    """Customers and addresses as lines of JSON, all or of one kind."""
    with Simulator() as sim, client(sim) as api:
        api.post(CUSTOMERS, json=good_customer())
        api.post(ADDRESSES, json=good_address())
        everything = api.get("/_simulator/made/").text.splitlines()
        addresses = api.get("/_simulator/made/?kind=address").text.splitlines()
        migrated = api.get("/_simulator/migrated/").json()
    assert (len(everything), len(addresses), migrated) == (2, 1, {})
    assert LINE in addresses[0]


def test_a_token_that_ends_in_the_middle_stops_every_endpoint() -> None:
    """Lookup, creation and batch alike, until somebody logs in again."""
    with Simulator(settings=Settings(expire_token_after_requests=2)) as sim, client(sim) as api:
        codes = [
            api.get(CUSTOMERS).status_code,
            api.post(CUSTOMERS, json=good_customer()).status_code,
            api.post(ADDRESSES, json=good_address()).status_code,
            api.post("/api/v1/channel/5/batch_requests/", json={"channel": 5}).status_code,
        ]
        key = api.post("/api/i1/auth/login/", json={"username": "demo", "password": "demo"}).json()["key"]
        again = api.post(ADDRESSES, json=good_address(), headers={"Authorization": f"Token {key}"})
    assert codes == [200, 201, 401, 401]
    assert again.status_code == 201
