"""What is masked and what is not, at the edges: numbers, fields, headers, facts and records in words."""

import pytest

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.reporting.masking.mask import is_personal_field, mask, mask_issue, mask_value
from pipeline.reporting.masking.personal_headers import is_personal_header

PHONE = "5321234567"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("030 1234567", "•••67"),
        ("(212) 5550167", "•••67"),
        ("+12345678", "•••78"),
        ("123 456 789", "•••89"),
        ("532 123 4567", "•••67"),
        ("123 4567 8901 2345", "•••45"),
        ("0 5321234567", "•••67"),
        ("0532 1234567890", "•••90"),
        ("ann.smith@localhost", "a•••@•••"),
        ("ann.smith＠localhost", "a•••@•••"),  # noqa: RUF001 - what is tested
    ],
)
def test_what_tells_somebody_is_masked(text: str, shown: str) -> None:
    """A phone number by its sign, its brackets or its groups; an address down to its last domain."""
    assert mask(text) == shown
    assert mask(f"x {text} y") == f"x {shown} y"


@pytest.mark.parametrize(
    "text",
    [
        "+1234567",
        "12 345 678",
        "123 4567 8901 2345 6",
        "532 1234567",
        "532 12345 678",
        "1234 567 890",
        "2024 123 456",
        "0532 12345678901",
    ],
)
def test_what_is_too_short_too_long_or_grouped_otherwise_stays(text: str) -> None:
    """Order numbers are no telephone numbers."""
    assert mask(text) == text


@pytest.mark.parametrize(
    ("field", "personal"),
    [
        ("order.customer", True),
        ("order.billing_address", True),
        ("order.notes", True),
        ("archive.user.first_name", True),
        ("order.amount", False),
        ("order.customer_type", False),
        ("", False),
    ],
)
def test_a_field_is_personal_by_what_it_holds_or_whom_it_names(field: str, *, personal: bool) -> None:
    """Told by its name."""
    assert is_personal_field(field) is personal


@pytest.mark.parametrize(
    ("text", "field", "header", "shown"),
    [
        ("Ayşe Yılmaz", "order.customer.first_name", "", "A••• Y•••••"),
        ("Ayşe Yılmaz", "order.shipping_company", "Alıcı", "A••• Y•••••"),
        ("Ayşe Yılmaz", "order.shipping_company", "Kargo", "Ayşe Yılmaz"),
        (PHONE, "order.number", "Telefon", PHONE),
        (PHONE, "order.shipping_company", "Kargo", "•••67"),
        ("+90 532 123 45 67", "order.amount", "Tutar", "•••67"),
        ("ann@example.org", "order.amount", "Tutar", "a•••@•••.org"),
        (
            "address by line 'Gül Sokak 17', name \"Ev\", address 'Bağ 5', status 'Ev ok'",
            "order.shipping",
            "",
            "address by line 'G•• S•••• 17', name \"E•\", address 'B•• 5', status 'Ev ok'",
        ),
    ],
)
def test_a_value_is_masked_by_its_field_its_header_or_itself(
    text: str, field: str, header: str, shown: str
) -> None:
    """A field that says what its number is keeps it, but for what is a telephone number anywhere."""
    assert mask_value(text, field, header) == shown


@pytest.mark.parametrize(
    ("issue", "value"),
    [
        (Issue("E203", None, "ann@example.org"), "a•••@•••.org"),
        (Issue("E203", None, PHONE), "•••67"),
        (Issue("E203", None, PHONE, PHONE), PHONE),
        (Issue("E203", None, PHONE, "other", "order.shipping_company"), "•••67"),
        (Issue("E203", Location("a.csv", header="Cep Telefonu"), "Cep Telefonu"), "Cep Telefonu"),
        (Issue("E203", Location("a.csv", header="Cep Telefonu"), "Cep Ev"), "C•• E•"),
        (Issue("E403", Location("a.csv", header="Cep Telefonu"), "Cep Ev"), "Cep Ev"),
        (Issue("E203", Location("a.csv", header="Cep Telefonu"), "Ayşe", None, "order.number"), "Ayşe"),
        (Issue("E203", Location("a.csv"), "Ayşe Ak", None, "order.customer.first_name"), "A••• A•"),
    ],
)
def test_the_value_of_an_issue_is_masked_by_all_that_is_known_of_it(issue: Issue, value: str) -> None:
    """Its order's number stays, and so does a header that is itself the mistake."""
    assert mask_issue(issue).value == value


def test_facts_are_masked_by_their_names_and_numbers_stay() -> None:
    """One that repeats the value is masked as the value is; the order's number stays wherever it stands."""
    issue = Issue(
        "E203",
        None,
        "Ayşe",
        PHONE,
        "order.customer.first_name",
        facts={
            "given": "Ayşe",
            "near": f"{PHONE} and 5329999999",
            "first_name": "Can",
            "max": 10,
            "amount": PHONE,
        },
    )
    assert mask_issue(issue).facts == {
        "given": "A•••",
        "near": f"{PHONE} and •••99",
        "first_name": "C••",
        "max": 10,
        "amount": PHONE,
    }
    bare = Issue("E203", None, None, None, None, facts={"near": PHONE, "phone": "0532"})
    assert (mask_issue(bare).value, mask_issue(bare).facts) == (None, {"near": "•••67", "phone": "••32"})


@pytest.mark.parametrize(
    ("header", "personal"),
    [
        ("Customer Name", True),
        ("Customer City Name", False),
        ("Fatura Ülke Adı", False),
        ("Customer Store Phone", True),
    ],
)
def test_a_thing_beside_a_person_makes_a_name_the_thing_s(header: str, *, personal: bool) -> None:
    """A telephone stays somebody's, whosever it is."""
    assert is_personal_header(header) is personal
