"""Personal data is hidden; order numbers, amounts, dates and ids are not."""

# ruff: noqa: RUF001 - letters and signs that look alike are what is tested

import re
from dataclasses import replace

import pytest
import sample_run
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.reporting.masking.mask import mask, mask_issue, mask_personal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ann@example.org", "a•••@•••.org"),
        ("write to ann.b+c@mail.example.com.tr, please", "write to a•••@•••.tr, please"),
        ('"ayşe.yılmaz@örnek.com"', '"a•••@•••.com"'),
        ("<ann@example.org>", "<a•••@•••.org>"),
        ("ann@localhost", "a•••@•••"),
        ("a@b.example;c@d.example", "a•••@•••.example;c•••@•••.example"),
        ("ann＠example.org", "a•••@•••.org"),
    ],
)
def test_an_address_keeps_its_first_letter_and_its_top_domain(text: str, shown: str) -> None:
    """Enough to recognise one's own typing error, too little to write to somebody."""
    assert mask(text) == shown


@pytest.mark.parametrize(
    "phone",
    [
        "+90 532 123 45 67",
        "+905321234567",
        "05321234567",
        "0532 123 45 67",
        "0 (532) 123 45 67",
        "(0532) 123-45-67",
        "0532.123.45.67",
        "0532-123-4567",
        "532 123 45 67",
        "5321234567",
        "905321234567",
        "00905321234567",
        "0212 123 45 67",
        "+49 30 1234567",
        "+1 (212) 555-0167",
        "(212) 555-0167",
        "+44 20 7946 0967",
        "0532 1234567",
    ],
)
@pytest.mark.parametrize("around", ["{}", "call {} today", '"{}"', "tel:{}", "{}, or later"])
def test_a_phone_number_keeps_its_last_two_digits(phone: str, around: str) -> None:
    """A phone number is hidden however it is written and wherever it stands."""
    assert mask(around.format(phone)) == around.format("•••67")


@pytest.mark.parametrize(
    "text",
    [
        "1002231",
        "100 2231",
        "order 1002231",
        "SO-2024-000123",
        "2024-0001-0042",
        "1234567890123",
        "8690123456789",
        "row 4818",
        "M4818",
        "1,234.56",
        "1.234.567,89",
        "1 234 567,89",
        "184322.50",
        "-120.00",
        "2024-03-05",
        "2024-03-05 12:30:00",
        "2024-03-05T12:30:00Z",
        "05.03.2024 12:30",
        "05/03/2024",
        "12:30",
        "550e8400-e29b-41d4-a716-446655440000",
        "3fa13fa13fa13fa13fa13fa13fa13fa1",
        "88122",
        "SKU-881-X",
        "192.168.1.1",
        "120.00 ≠ 102.00",
        "the items add up to 102.00, the order says 120.00",
        "TR",
        "",
    ],
)
def test_numbers_dates_amounts_and_ids_stay_readable(text: str) -> None:
    """Masking hides nobody's order."""
    assert mask(text) == text


def test_a_number_that_is_known_to_be_an_order_stays() -> None:
    """What looks like a phone but is the order's own number is kept."""
    assert (
        mask("order 5321234567 is twice in the file", {"5321234567"})
        == "order 5321234567 is twice in the file"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ayşe Yılmaz", "A••• Y•••••"),
        ("0532 111", "•••• •11"),
        ("Cumhuriyet Cad. 12/4", "C••••••••• C••. •2/4"),
        ("ann@example.org", "a•••@•••.org"),
        ("", ""),
    ],
)
def test_a_personal_value_keeps_its_shape(value: str, shown: str) -> None:
    """Its length stays, so that "too short" can still be understood."""
    assert mask_personal(value) == shown


def test_the_value_of_a_personal_field_is_hidden_also_in_the_facts_that_repeat_it() -> None:
    """The wording made of value and facts shows no name."""
    issue = Issue(
        "E231",
        None,
        "Ayşe Yılmaz",
        "1",
        "order.customer.last_name",
        facts={"given": "Ayşe Yılmaz", "max": 10},
    )
    masked = mask_issue(issue)
    assert (masked.value, masked.facts) == ("A••• Y•••••", {"given": "A••• Y•••••", "max": 10})


def test_the_header_tells_what_a_value_is_where_the_field_does_not() -> None:
    """A column called by a personal name is personal."""
    issue = Issue("E203", Location("a.csv", row=2, column=1, header="Cep Telefonu"), "123 45")
    assert mask_issue(issue).value == "••• 45"


@pytest.mark.parametrize(
    "field", ["order.number", "order.amount", "order_item.price", "order.date_placed", "customer_id"]
)
def test_a_field_that_says_what_its_number_is_keeps_it(field: str) -> None:
    """An order number in the shape of a phone is an order number where the mapping says so."""
    assert mask_issue(Issue("E203", None, "5321234567", None, field)).value == "5321234567"


def test_an_issue_without_personal_data_is_not_changed() -> None:
    """The commonest issue passes as it is."""
    assert mask_issue(sample_run.status_issue()) == sample_run.status_issue()


def test_facts_named_for_people_are_hidden() -> None:
    """A fact called ``email`` or ``phone`` is personal by its name."""
    issue = replace(
        sample_run.status_issue(), facts={"email": "ann@example.org", "phone": "123", "near": "x"}
    )
    assert mask_issue(issue).facts == {"email": "a•••@•••.org", "phone": "•23", "near": "x"}


@given(st.text(max_size=200))
def test_no_text_breaks_the_mask_and_no_address_passes(text: str) -> None:
    """Whatever surrounds it, an address is hidden."""
    assert "ann.smith@example" not in mask(f"{text} ann.smith@example.org {text}")


def test_a_long_hostile_text_is_masked_in_no_time() -> None:
    """The patterns take time in proportion to the text."""
    for text in ("a" * 20_000, "1 " * 10_000, "(" * 20_000, "1.234." * 4_000, "a@" * 10_000, "1-1/" * 5_000):
        assert len(re.sub(r"\s", "", mask(text))) > 0
