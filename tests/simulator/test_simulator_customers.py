"""Creating, finding and changing customers at the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twin import CUSTOMERS, client, good_body, good_customer, post

from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

REQUIRED = ["This field is required."]


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """One twin for all tests that use e-mails of their own."""
    with Simulator() as running:
        yield running


def make(sim: Simulator, name: str, /, **changes: object) -> httpx.Response:
    """Post one customer."""
    with client(sim) as api:
        return api.post(CUSTOMERS, json=good_customer(name, **changes))


def emails(sim: Simulator, **query: str) -> list[str]:
    """List the e-mails of the customers a query finds."""
    with client(sim) as api:
        return [one["email"] for one in api.get(CUSTOMERS, params=query).json()["results"]]


def test_a_created_customer_is_found_and_can_be_ordered_for(sim: Simulator) -> None:
    """201 carries the pk; the list and the single view show the same; an order may name it."""
    made = make(sim, "bir")
    with client(sim) as api:
        listed = api.get(CUSTOMERS, params={"email": "bir@example.com"}).json()["results"]
        single = api.get(f"{CUSTOMERS}{made.json()['pk']}/").json()
    assert made.status_code == 201
    assert listed == [single] == [made.json()]
    assert post(sim, "K-1", customer=made.json()["pk"]).status_code == 201
    assert [one.key for one in sim.truth.made if one.pk == single["pk"]] == ["bir@example.com"]


@pytest.mark.parametrize("field", sorted(Settings().required_customer_fields))
def test_each_required_field_of_a_customer_is_missed(sim: Simulator, field: str) -> None:
    """E-mail, code and the active flag are required by the form, as its page says."""
    body = good_customer("eksik")
    del body[field]
    with client(sim) as api:
        answer = api.post(CUSTOMERS, json=body)
    assert (answer.status_code, answer.json()) == (400, {field: REQUIRED, "code": "customers_100_1"})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "no at sign", "Enter a valid email address."),
        ("email", "ışık@örnek", "Enter a valid email address."),
        ("email", f"{'a' * 250}@x.example", "Ensure this field has no more than 254 characters."),
        ("first_name", "n" * 256, "Ensure this field has no more than 255 characters."),
        ("phone_number", "5" * 129, "Ensure this field has no more than 128 characters."),
        ("channel_code", "c" * 65, "Ensure this field has no more than 64 characters."),
        ("channel_code", " ", "This field may not be blank."),
        ("erp_code", "c" * 65, "Ensure this field has no more than 64 characters."),
        ("gender", "Kadın", '"Kadın" is not a valid choice.'),
        (
            "date_of_birth",
            "01.02.1980",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        ("extra_field", "x", 'Expected a dictionary of items but got type "str".'),
        ("channel", 6, 'Invalid pk "6" - object does not exist.'),
    ],
)
def test_a_customer_that_does_not_fit_is_refused(
    sim: Simulator, field: str, value: object, message: str
) -> None:
    """Types, lengths and choices are enforced field by field; nothing is created."""
    answer = make(sim, "uymaz", **{field: value})
    assert (answer.status_code, answer.json()[field]) == (400, [message])
    assert sim.truth.made_of("customer")["uymaz@example.com"] == 0


def test_an_email_and_a_code_exist_once_per_channel(sim: Simulator) -> None:
    """Case does not make an e-mail another; another channel has customers of its own."""
    assert make(sim, "iki").status_code == 201
    again = make(sim, "iki", email="IKI@example.com", channel_code="other")
    code = make(sim, "iki-b", channel_code="N-iki")
    with client(sim) as api:
        body = good_customer("iki", channel=6)
        elsewhere = api.post("/api/v1/channel/6/customers/", json=body)
    assert (again.status_code, list(again.json())) == (406, ["email", "code"])
    assert (code.status_code, list(code.json())) == (406, ["channel_code", "code"])
    assert elsewhere.status_code == 201


def test_a_seeded_customer_is_a_duplicate_as_well(sim: Simulator) -> None:
    """Who creates without looking first is refused."""
    assert make(sim, "x", email="Ayse.Ornekci@ornek.example").status_code == 406


@pytest.mark.parametrize(("shape", "status"), [("non_field_errors", 400), ("text", 406), ("html", 409)])
def test_the_refusal_of_a_taken_email_has_many_shapes(shape: Any, status: int) -> None:
    """Status and shape are switches, because no page shows them."""
    settings = Settings(customer_duplicate_shape=shape, customer_duplicate_status=status)
    with Simulator(settings=settings) as sim:
        answer = make(sim, "x", email="ayse.ornekci@ornek.example")
    assert answer.status_code == status
    assert "Customer with this email and channel already exists." in answer.text


def test_an_installation_may_take_an_email_twice() -> None:
    """Then the list shows two, and whoever takes the first hit has chosen by chance."""
    with Simulator(settings=Settings(unique_customers=False)) as sim:
        codes = [make(sim, "bir").status_code for _ in range(2)]
        found = emails(sim, email="bir@example.com")
        assert sim.truth.made_of("customer") == {"bir@example.com": 2}
    assert (codes, found) == ([201, 201], ["bir@example.com"] * 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"email": "MEHMET.deneme@example.com"}, [202]),
        ({"email__startswith": "mehmet."}, [202]),
        ({"phone_number": "+905000000003"}, [204]),
        ({"channel_code": "C100"}, [201, 202, 203, 204, 205, 206, 207, 208, 209]),
        ({"erp_code": "nothing"}, []),
        ({"pk__in": "203,201,999"}, [203, 201]),
        ({"id__in": "203"}, [203]),
        ({"pk__gte": "203", "pk__lt": "205", "sort": "-id"}, [204, 203]),
        ({"email": "mehmet.deneme@example.com", "phone_number": "+900"}, []),
    ],
)
def test_customers_are_filtered_as_documented(query: dict[str, str], found: list[int]) -> None:
    """E-mail ignores case, codes are looked for inside, pks come in lists and ranges."""
    with Simulator() as sim, client(sim) as api:
        answer = api.get(CUSTOMERS, params={"limit": "100", **query}).json()
    assert [one["pk"] for one in answer["results"]] == found


def test_a_patch_changes_what_it_names_and_leaves_a_trace(sim: Simulator) -> None:
    """The truth tells which live customer was changed, from what to what."""
    with client(sim) as api:
        same = api.patch(f"{CUSTOMERS}209/", json={"channel": 5, "channel_code": "C1009"})
        trace_of_nothing = list(sim.truth.changed)
        changed = api.patch(f"{CUSTOMERS}209/", json={"first_name": "Başka", "phone_number": None})
        shown = api.get(f"{CUSTOMERS}209/").json()
        taken = api.patch(f"{CUSTOMERS}209/", json={"email": "ayse.ornekci@ornek.example"})
        elsewhere = api.patch("/api/v1/channel/6/customers/209/", json={"first_name": "X"})
        wrong = api.patch(f"{CUSTOMERS}209/", json={"email": "x"})
        codes = [one.status_code for one in (same, changed, taken, elsewhere, wrong)]
    (trace,) = sim.truth.changed
    assert codes == [200, 200, 406, 404, 400]
    assert trace_of_nothing == []
    assert (trace.pk, trace.after) == (209, {"first_name": "Başka", "phone_number": None})
    assert trace.before["first_name"] != "Başka"
    assert (shown["first_name"], shown["phone_number"], shown["channel_code"]) == ("Başka", None, "C1009")


def test_the_index_follows_a_change(sim: Simulator) -> None:
    """A customer is found by the new e-mail and no longer by the old one."""
    make(sim, "eski")
    (pk,) = [one.pk for one in sim.truth.made if one.key == "eski@example.com"]
    assert emails(sim, email="eski@example.com") == ["eski@example.com"]
    with client(sim) as api:
        api.patch(f"{CUSTOMERS}{pk}/", json={"email": "taze@example.com"})
    assert emails(sim, email="eski@example.com") == []
    assert emails(sim, email="Taze@example.com") == ["taze@example.com"]


def test_a_new_customer_may_lag_behind() -> None:
    """The e-mail is refused as taken while no lookup shows the customer yet."""
    now = [100.0]
    with Simulator(settings=Settings(lookup_lag=30.0), clock=lambda: now[0]) as sim:
        make(sim, "bir")
        unseen, again = emails(sim, email="bir@example.com"), make(sim, "bir").status_code
        now[0] = 131.0
        seen = emails(sim, email="bir@example.com")
        seeded = emails(sim, email="ayse.ornekci@ornek.example")
    assert (unseen, again, seen, len(seeded)) == ([], 406, ["bir@example.com"], 1)


def test_a_reset_forgets_created_customers() -> None:
    """The seed is all that is left; pks start anew and an order for the forgotten one is refused."""
    with Simulator() as sim:
        first = make(sim, "bir").json()["pk"]
        sim.reset()
        assert emails(sim, email="bir@example.com") == []
        assert sim.truth.made == []
        assert post(sim, customer=first).status_code == 400
        assert make(sim, "bir").json()["pk"] == first


def test_paths_of_customers_know_their_methods(sim: Simulator) -> None:
    """405 names what is allowed; unknown channels and what is no JSON are told."""
    with client(sim) as api:
        method = api.delete(CUSTOMERS)
        channel = api.post("/api/v1/channel/99/customers/", json=good_body())
        text = api.post(CUSTOMERS, content=b"{", headers={"Content-Type": "application/json"})
        kind = api.post(CUSTOMERS, content=b"{}", headers={"Content-Type": "text/plain"})
    assert (method.status_code, method.headers["allow"]) == (405, "GET, POST")
    assert [channel.status_code, text.status_code, kind.status_code] == [404, 400, 415]
