"""What explain shows of an order, to the sign: texts, numbers, records, payloads, and every step."""

from datetime import date
from typing import Any

import pytest

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.lookup import LookupKind, Reference
from pipeline.reporting.shown.hiding import HIDDEN, Hiding
from pipeline.reporting.shown.traced_order import ShownPart

PHONE = "5321112233"
HIDING, OPEN = Hiding(PHONE), Hiding(PHONE, show_pii=True)
NAME, MASKED = "Ayşe Ak", "A••• A•"
PLAIN = "order.shipping_company"


@pytest.mark.parametrize(
    ("field", "header", "text", "shown"),
    [
        ("order.notes", "", NAME, MASKED),
        (PLAIN, "Alıcı", NAME, MASKED),
        (PLAIN, "Kargo", NAME, NAME),
        ("order.notes", "", PHONE, PHONE),
        (PLAIN, "Telefon", PHONE, PHONE),
        (PLAIN, "Kargo", "5329999999", "•••99"),
        (PLAIN, "Kargo", f"{PHONE}, 5329999999", f"{PHONE}, •••99"),
        ("order.customer", "Müşteri", "204", "204"),
        ("order.customer", "Müşteri", "12345678", "12345678"),
        ("order.customer", "Müşteri", "123456789", "•••••••89"),
        ("user.password", "", PHONE, "•••"),
        ("order.api_key", "", "x", "•••"),
    ],
)
def test_a_text_is_hidden_by_its_field_its_header_or_itself(
    field: str, header: str, text: str, shown: str
) -> None:
    """An id of a record stays, and so does the order's number; a secret never does."""
    assert HIDING.text(field, text, header) == shown
    assert OPEN.text(field, text, header) == (HIDDEN if shown == HIDDEN else text)
    assert HIDDEN == "•••"


def test_what_the_target_says_is_hidden_but_for_the_order_s_number() -> None:
    """As every sentence of somebody else is."""
    words = f"{PHONE}: ann@example.org, 5329999999"
    assert HIDING.words(words) == f"{PHONE}: a•••@•••.org, •••99"
    assert OPEN.words(words) == words


AT = Location("o.csv", None, 2, 3, "Alıcı")


@pytest.mark.parametrize(
    ("issue", "shown", "opened"),
    [
        (Issue("E203", AT, NAME, "1", PLAIN), MASKED, NAME),
        (Issue("E203", None, NAME, "1", "order.notes"), MASKED, NAME),
        (Issue("E203", None, NAME, "1", PLAIN), NAME, NAME),
        (Issue("E203", None, "ann@example.org"), "a•••@•••.org", "ann@example.org"),
        (Issue("E203", Location("o.csv"), "204", "1", "order.customer"), "204", "204"),
        (Issue("E203", None, "x", "1", "user.password"), HIDDEN, HIDDEN),
        (Issue("E203", None, None, "1", "user.password"), None, None),
        (Issue("E203", None, None, "1", "order.notes"), None, None),
    ],
)
def test_the_value_of_an_issue_is_hidden_as_its_field_is(
    issue: Issue, shown: str | None, opened: str | None
) -> None:
    """Nothing else of it changes."""
    for hiding, value in ((HIDING, shown), (OPEN, opened)):
        told = hiding.issue(issue)
        assert told.value == value
        assert (told.code, told.at, told.order, told.field) == (
            issue.code,
            issue.at,
            issue.order,
            issue.field,
        )


def test_facts_that_repeat_the_value_are_hidden_with_it_and_others_by_themselves() -> None:
    """Numbers stay."""
    facts: dict[str, str | int] = {"found": NAME, "near": "5329999999", "n": 3, "what": "plain"}
    issue = Issue("E203", AT, NAME, "1", PLAIN, facts=facts)
    assert HIDING.issue(issue).facts == {"found": MASKED, "near": "•••99", "n": 3, "what": "plain"}
    assert OPEN.issue(issue).facts == facts
    bare = Issue("E203", AT, None, "1", PLAIN, facts=facts)
    assert HIDING.issue(bare).facts == {**facts, "near": "•••99"}


@pytest.mark.parametrize("value", [OMIT, None, True, False, date(2024, 3, 5), 1.5, 204])
def test_what_is_no_text_and_nobody_s_stays_as_it_is(value: Any) -> None:
    """Also in a personal field."""
    for field in ("order.notes", PLAIN):
        assert HIDING.value(field, value) is value


@pytest.mark.parametrize("nothing", [OMIT, None, True])
def test_where_no_secret_is_none_is_hidden(nothing: Any) -> None:
    """Whether there is one is no secret."""
    assert HIDING.value("user.password", nothing) is nothing


@pytest.mark.parametrize(
    ("field", "header", "value", "shown"),
    [
        ("order.notes", "", 5329999999, "••••••••99"),
        (PLAIN, "Telefon", 5329999999, "••••••••99"),
        (PLAIN, "Telefon", 204, 204),
        (PLAIN, "Kargo", 5329999999, 5329999999),
        ("order.amount", "", 1234567890.5, 1234567890.5),
        ("order.notes", "", ["x", NAME, None, 3], ["x", MASKED, None, 3]),
        ("order.notes", "", (NAME,), [MASKED]),
        (PLAIN, "Alıcı", [NAME], [MASKED]),
        (PLAIN, "Alıcı", NAME, MASKED),
        ("user.password", "", 7, HIDDEN),
    ],
)
def test_a_value_is_hidden_whatever_its_type(field: str, header: str, value: Any, shown: Any) -> None:
    """A number that tells somebody becomes text; one that does not stays a number."""
    hidden = HIDING.value(field, value, header)
    assert hidden == shown
    assert type(hidden) is type(shown)
    opened = OPEN.value(field, value, header)
    assert opened == (HIDDEN if shown == HIDDEN else list(value) if isinstance(value, tuple) else value)


def test_a_record_keeps_its_names_and_loses_its_values() -> None:
    """Of a customer or an address all are somebody's; within another record its own."""
    within = Reference(LookupKind.CUSTOMER, "email", "ann@example.org")
    address = Reference(
        LookupKind.ADDRESS,
        "line",
        "Gül Sokak",
        (within,),
        (("title", NAME), ("pk", 7)),
        (("phone", "0532 111"),),
    )
    hidden = HIDING.value("order.shipping_address", address)
    assert hidden == Reference(
        LookupKind.ADDRESS,
        "line",
        "G•• S••••",
        (Reference(LookupKind.CUSTOMER, "email", "a•••@•••.org"),),
        (("title", MASKED), ("pk", 7)),
        (("phone", "•••• •11"),),
    )
    assert OPEN.value("order.shipping_address", address) == address
    customer = Reference(LookupKind.CUSTOMER, "code", NAME, (), (("title", NAME),))
    assert HIDING.reference(customer) == Reference(
        LookupKind.CUSTOMER, "code", MASKED, (), (("title", MASKED),)
    )
    product = Reference(LookupKind.PRODUCT, "sku", NAME, (), (("title", NAME), ("first_name", NAME)))
    assert HIDING.reference(product).create == (("title", NAME), ("first_name", MASKED))
    assert HIDING.reference(product).update is None


def test_a_payload_is_hidden_field_by_field() -> None:
    """By the whole path of a name; a list is as its field is."""
    document = {
        "order": {
            "customer": NAME,
            "currency": "try",
            "shipping_address": {"name": NAME, "city": NAME},
            "notes": [NAME, {"x": NAME}],
        },
        "order_item": [{"sku": NAME, "token": "x"}],
    }
    assert HIDING.document(document) == {
        "order": {
            "customer": MASKED,
            "currency": "try",
            "shipping_address": {"name": MASKED, "city": NAME},
            "notes": [MASKED, {"x": NAME}],
        },
        "order_item": [{"sku": NAME, "token": HIDDEN}],
    }


def test_every_step_of_a_field_is_hidden_by_the_personal_one_of_its_cells() -> None:
    """Cells by their own headers, steps and value by any of them; the rest of a trace stays."""
    trace = FieldTrace(
        PLAIN,
        None,
        ("a", "b", "c"),
        (0, 1, 2),
        (NAME, NAME, NAME),
        (Worked("join", None, (NAME, 3), NAME, None, ("W1",)), Worked("trim", None, (NAME,))),
        NAME,
    )
    cells = (
        Location("o.csv", None, 2, 0, None),
        Location("o.csv", None, 2, 1, "Alıcı"),
        Location("o.csv", None, 2, 2, "Kargo"),
    )
    part = ShownPart("order", cells[0], ((trace, cells),))
    shown = HIDING.part(part)
    assert (shown.name, shown.at) == ("order", cells[0])
    ((told, places),) = shown.fields
    assert places == cells
    assert told == FieldTrace(
        PLAIN,
        None,
        ("a", "b", "c"),
        (0, 1, 2),
        (NAME, MASKED, NAME),
        (Worked("join", None, (MASKED, 3), MASKED, None, ("W1",)), Worked("trim", None, (MASKED,))),
        MASKED,
    )
    plain = (cells[0], cells[2], cells[2])
    assert HIDING.part(ShownPart("order", None, ((trace, plain),))).fields == ((trace, plain),)
    assert OPEN.part(part) == part


def test_a_field_without_cells_has_none_afterwards() -> None:
    """A constant comes from the mapping."""
    trace = FieldTrace("order.notes", None, (), (), (), (), NAME)
    ((told, _),) = HIDING.part(ShownPart("order", None, ((trace, ()),))).fields
    assert (told.cells, told.value) == ((), MASKED)
