"""The contract of `create_orders`: what is taken, what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from twin import CREATE, client, good_body, good_item, post

from pipeline.simulator import Settings, Simulator
from pipeline.simulator.order_form import order_fields
from pipeline.simulator.refusals import DUPLICATE_MESSAGE

REQUIRED = ["This field is required."]


@pytest.fixture(scope="module")
def sim() -> Any:
    """One twin for all tests that use numbers of their own."""
    with Simulator() as running:
        yield running


def test_the_answer_is_the_order_object_only(sim: Simulator) -> None:
    """201 carries 52 documented keys and the pk: no items, amounts as text, dates in UTC, status as code."""
    answer = post(sim, "C-1", amount=100.5, shipping_amount="6.1")
    shown = answer.json()
    assert answer.status_code == 201
    assert len(shown) == 53
    assert "order_item" not in shown
    assert shown["number"] == "C-1"
    assert (shown["amount"], shown["shipping_amount"]) == ("100.50", "6.10")
    assert shown["status"] == "550"
    assert shown["date_placed"] == "2024-03-01T07:00:00.000000Z"
    assert (shown["shipping_tax_rate"], shown["extra_field"], shown["installment_free"]) == (None, {}, False)


def test_the_form_knows_the_52_documented_keys() -> None:
    """47 keys of the request and five of the answer."""
    keys = order_fields(Settings(), 5, {})
    extra = {
        "net_shipping_amount",
        "shipping_company",
        "cancel_status",
        "installment_free",
        "first_refund_strategy",
    }
    assert len(keys) == 52
    assert extra < set(keys)


def test_the_pk_can_be_left_out_of_the_answer_as_in_the_documented_sample() -> None:
    """With the switch off a client must look the order up to learn its pk."""
    with Simulator(settings=Settings(pk_in_answer=False)) as sim, client(sim) as api:
        shown = api.post(CREATE, json=good_body()).json()
        listed = api.get("/api/v1/channel/5/orders/", params={"number": "A-17"}).json()["results"][0]
    assert len(shown) == 52
    assert {**shown, "pk": listed["pk"]} == listed


@pytest.mark.parametrize("field", sorted(Settings().required_order_fields))
def test_each_required_field_is_missed(sim: Simulator, field: str) -> None:
    """A missing key is named in the nested shape, beside a server code."""
    body = good_body("C-2")
    del body["order"][field]
    with client(sim) as api:
        answer = api.post(CREATE, json=body)
    assert answer.status_code == 400
    assert answer.json() == {"order": {field: REQUIRED}, "code": "orders_100_1"}


def test_problems_of_items_stand_at_the_place_of_the_item(sim: Simulator) -> None:
    """A good item leaves an empty object; all problems of order and items come at once."""
    answer = post(
        sim, "C-3", currency="TRY", items=[good_item(), good_item(product=9), {"product": 101}, "text"]
    )
    assert answer.json() == {
        "order": {"currency": ['"TRY" is not a valid choice.']},
        "order_item": [
            {},
            {"product": ['Invalid pk "9" - object does not exist.']},
            {"quantity": REQUIRED, "unit_price": REQUIRED, "total_price": REQUIRED},
            {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]},
        ],
        "code": "orders_100_1",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer", 99999),
        ("customer", 230),  # belongs to channel 6
        ("shipping_address", 1),
        ("billing_address", 1),
        ("cargo_company", 77),
        ("payment_option", 77),
        ("channel", 6),
    ],
)
def test_a_reference_to_nothing_is_a_field_error(sim: Simulator, field: str, value: int) -> None:
    """Objects that do not exist in this channel are refused by the name of the field."""
    answer = post(sim, "C-4", items=None, **{field: value})
    assert answer.status_code == 400
    assert answer.json()["order"] == {field: [f'Invalid pk "{value}" - object does not exist.']}


@pytest.mark.parametrize("field", ["product", "price_list", "stock_list"])
def test_a_reference_of_an_item_to_nothing_is_a_field_error(sim: Simulator, field: str) -> None:
    """Items refer to products and lists of the channel."""
    answer = post(sim, "C-5", items=[good_item(**{field: 4711})])
    assert answer.json()["order_item"] == [{field: ['Invalid pk "4711" - object does not exist.']}]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "", "This field may not be blank."),
        ("number", "n" * 129, "Ensure this field has no more than 128 characters."),
        ("number", None, "This field may not be null."),
        ("number", ["A"], "Not a valid string."),
        ("notes", "n" * 321, "Ensure this field has no more than 320 characters."),
        ("gift_box_note", "n" * 161, "Ensure this field has no more than 160 characters."),
        ("shipping_option_slug", "n" * 129, "Ensure this field has no more than 128 characters."),
        ("tracking_number", "n" * 257, "Ensure this field has no more than 256 characters."),
        ("notes", "a\x00b", "Null characters are not allowed."),
        ("amount", "12,50", "A valid number is required."),
        ("amount", True, "A valid number is required."),
        ("amount", "1.005", "Ensure that there are no more than 2 decimal places."),
        ("amount", "12345678901.00", "Ensure that there are no more than 12 digits in total."),
        ("amount", "-1", "Ensure this value is greater than or equal to 0."),
        ("installment_count", 0, "Ensure this value is greater than or equal to 1."),
        ("installment_count", "two", "A valid integer is required."),
        ("status", "Delivered", '"Delivered" is not a valid choice.'),
        ("status", "551", '"551" is not a valid choice.'),
        ("is_send", "yes please", "Must be a valid boolean."),
        ("is_send", [], "Must be a valid boolean."),
        ("remote_addr", "10.0.0.256", "Enter a valid IPv4 or IPv6 address."),
        ("e_archive_url", "e-archive.example", "Enter a valid URL."),
        ("extra_field", [], 'Expected a dictionary of items but got type "list".'),
        ("fundstransfertransaction_set", {}, 'Expected a list of items but got type "dict".'),
        ("customer", "ayse", "Incorrect type. Expected pk value, received str."),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    sim: Simulator, field: str, value: object, message: str
) -> None:
    """Types, lengths, ranges and lists of choices are enforced, each in its own words."""
    answer = post(sim, "C-6", items=None, **{field: value})
    assert answer.status_code == 400
    assert answer.json()["order"] == {field: [message]}
    assert not sim.truth.numbered(5, "C-6")


@pytest.mark.parametrize(
    "written",
    ["01.03.2024", "2024-03-01", "2024-02-30T10:00:00Z", "20240301T100000Z", "2024-03-01T25:00:00Z", "", 0],
)
def test_dates_are_read_strictly(sim: Simulator, written: object) -> None:
    """Only ISO 8601 with a time is a date-time, and only days that exist."""
    answer = post(sim, "C-7", date_placed=written)
    assert answer.json()["order"]["date_placed"][0].startswith("Datetime has wrong format.")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2024-03-01T10:00:00Z", "2024-03-01T10:00:00.000000Z"),
        ("2024-03-01 10:00:00", "2024-03-01T10:00:00.000000Z"),
        ("2024-03-01T10:00", "2024-03-01T10:00:00.000000Z"),
        ("2024-03-01T10:00:00.25+0300", "2024-03-01T07:00:00.250000Z"),
    ],
)
def test_dates_are_answered_in_utc(sim: Simulator, written: str, shown: str) -> None:
    """Whatever zone was sent, the answer is UTC with microseconds."""
    assert post(sim, f"C-8 {written}", date_placed=written).json()["date_placed"] == shown


@pytest.mark.parametrize(
    ("sent", "shown"), [("canceled", "100"), ("450", "450"), (450, "450"), ("returned", "600")]
)
def test_a_status_is_taken_by_name_or_code_and_answered_as_code(
    sim: Simulator, sent: object, shown: str
) -> None:
    """Both spellings are in use; the code is what comes back."""
    assert post(sim, f"C-9 {sent!r}", status=sent).json()["status"] == shown


def test_an_installation_may_take_codes_only() -> None:
    """With the switch at "code" a name is no choice."""
    with Simulator(settings=Settings(status_accepted="code")) as sim:
        answers = post(sim, "A", status="approved"), post(sim, "B", status="400")
    assert [answer.status_code for answer in answers] == [400, 201]


def test_one_row_per_unit_is_another_model_of_items() -> None:
    """The older model wants a price and no quantity; the newer one wants the quantity."""
    unit = {"product": 101, "price": "50.00"}
    with Simulator(settings=Settings(items="unit_rows")) as sim:
        taken, refused = post(sim, "A", items=[unit, unit]), post(sim, "B", items=[{"product": 101}])
        assert sim.truth.totals()["items"] == 2
    assert taken.status_code == 201
    assert refused.json()["order_item"] == [{"price": REQUIRED}]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ({}, {"order": REQUIRED, "order_item": REQUIRED}),
        (
            {**good_body(), "order_item": []},
            {"order_item": {"non_field_errors": ["This list may not be empty."]}},
        ),
        ({**good_body(), "order_item": None}, {"order_item": ["This field may not be null."]}),
        (
            {**good_body(), "order": "text"},
            {"order": {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}},
        ),
    ],
)
def test_a_body_of_another_shape_is_refused(sim: Simulator, body: object, problem: dict[str, object]) -> None:
    """Both top-level keys are needed, each of its own kind."""
    with client(sim) as api:
        answer = api.post(CREATE, json=body)
    assert (answer.status_code, answer.json()) == (400, {**problem, "code": "orders_100_1"})


@pytest.mark.parametrize("content", [b"{", b"", b'{"order": NaN}', b"\xff"])
def test_what_is_no_json_is_a_400_with_a_detail(sim: Simulator, content: bytes) -> None:
    """The framework's own refusal of a body it cannot read."""
    with client(sim) as api:
        answer = api.post(CREATE, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_only_posts_of_json_to_known_channels_are_served(sim: Simulator) -> None:
    """404 with a detail for a channel, 404 with HTML for a path, 405 for a method, 415 for a type."""
    with client(sim) as api:
        channel = api.post("/api/v1/channel/99/create_orders/", json=good_body())
        path = api.post("/api/v1/channel/5/create_order/", json=good_body())
        no_slash = api.post("/api/v1/channel/5/create_orders", json=good_body())
        method = api.get(CREATE)
        kind = api.post(CREATE, content=b"{}", headers={"Content-Type": "text/plain"})
    assert (channel.status_code, channel.json()) == (404, {"detail": "Not found."})
    assert (path.status_code, path.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert [no_slash.status_code, method.status_code, kind.status_code] == [404, 405, 415]


def test_a_body_over_the_limit_is_refused_unread() -> None:
    """413 instead of a memory that fills up."""
    with Simulator(settings=Settings(body_limit_bytes=1_000)) as sim:
        assert post(sim, notes="n" * 300, items=[good_item(attributes={"a": "x" * 2_000})]).status_code == 413


def test_unknown_keys_are_ignored(sim: Simulator) -> None:
    """A key the form does not have changes nothing."""
    answer = post(sim, "C-10", colour="blue")
    assert (answer.status_code, "colour" in answer.json()) == (201, False)


# uniqueness


def test_a_number_exists_once_per_channel() -> None:
    """The second post of a number is a 406 and creates nothing; another channel has numbers of its own."""
    other = good_body(channel=6, customer=228, shipping_address=338, billing_address=338)
    with Simulator() as sim, client(sim) as api:
        first, second = post(sim), post(sim, amount="1.00")
        elsewhere = api.post("/api/v1/channel/6/create_orders/", json=other)
        assert (len(sim.truth.orders(5)), len(sim.truth.orders(6))) == (1, 1)
        assert sim.truth.created_twice == []
    assert [first.status_code, second.status_code, elsewhere.status_code] == [201, 406, 201]
    assert second.json() == {"non_field_errors": [DUPLICATE_MESSAGE], "code": "orders_100_2"}


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("non_field_text", '{"non_field_errors":"%s","code":"orders_100_2"}'),
        ("field", '{"order":{"number":["This field must be unique."]},"code":"orders_100_2"}'),
        ("detail", '{"detail":"%s","code":"orders_100_2"}'),
        ("string", '"%s"'),
        ("text", "%s"),
        ("html", "<html><body><h1>%s</h1></body></html>"),
        ("empty", ""),
    ],
)
def test_the_refusal_of_a_duplicate_has_many_possible_shapes(shape: Any, body: str) -> None:
    """Nobody has documented the real one, so a client must live with each."""
    with Simulator(settings=Settings(duplicate_shape=shape, duplicate_status=400)) as sim:
        post(sim)
        answer = post(sim)
    assert (answer.status_code, answer.text) == (400, body.replace("%s", DUPLICATE_MESSAGE))


@pytest.mark.parametrize(
    ("collation", "equal"),
    [
        ("exact", ["A-1"]),
        ("ignore_case", ["A-1", "a-1"]),
        ("ignore_trailing_space", ["A-1", "A-1 "]),
        ("ignore_case_and_trailing_space", ["A-1", "a-1", "A-1 ", "a-1 "]),
    ],
)
def test_the_database_decides_which_numbers_are_equal(collation: Any, equal: list[str]) -> None:
    """Case and trailing blanks may or may not tell two numbers apart."""
    with Simulator(settings=Settings(collation=collation)) as sim:
        post(sim, "A-1")
        refused = [n for n in ["A-1", "a-1", "A-1 ", "a-1 "] if post(sim, n).status_code == 406]
    assert set(refused) >= set(equal)
    assert ("a-1" in refused) == ("case" in collation)
    assert ("A-1 " in refused) == ("space" in collation)


def test_an_installation_may_not_enforce_uniqueness() -> None:
    """Without it the truth shows the order twice, with two pks."""
    with Simulator(settings=Settings(unique_numbers=False)) as sim:
        pks = {post(sim).json()["pk"] for _ in range(2)}
        assert sim.truth.creates == {"A-17": 2}
        assert sim.truth.created_twice == ["A-17"]
    assert len(pks) == 2


def test_a_refused_body_does_not_tell_whether_the_number_is_taken(sim: Simulator) -> None:
    """The form is checked before the service layer: 400 comes before 406."""
    post(sim, "C-11")
    assert post(sim, "C-11", customer=0).status_code == 400


def test_references_can_be_left_unchecked() -> None:
    """For load, pks need not exist."""
    with Simulator(settings=Settings(check_references=False)) as sim:
        assert post(sim, customer=987654, items=[good_item(product=1)]).status_code == 201


@pytest.mark.parametrize("wrong", [{"collation": "exakt"}, {"no_such_switch": 1}])
def test_a_misspelt_setting_is_refused(wrong: dict[str, object]) -> None:
    """A switch that does not exist must not be ignored."""
    with pytest.raises(ValueError, match=r"exakt|no_such_switch"):
        Settings.from_mapping(wrong)
