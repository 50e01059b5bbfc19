"""Secrets never show, personal data only on request, and what helps to find a mistake stays readable."""

import pytest

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.lookup import LookupKind, Reference
from pipeline.reporting.shown.hiding import HIDDEN, Hiding

HIDING = Hiding("5321112233")


@pytest.mark.parametrize(
    ("field", "header", "text"),
    [
        ("order.number", "No", "5321112233"),
        ("order.amount", "Sum", "1234567.50"),
        ("order_item.product", "SKU", "PAM-TIS-01"),
        ("order.customer", "Id", "204"),
        ("order.date_placed", "When", "2024-03-06 10:00"),
    ],
)
def test_what_helps_to_find_a_mistake_stays_readable(field: str, header: str, text: str) -> None:
    """The order's own number, amounts, articles, ids and dates."""
    assert HIDING.text(field, text, header) == text


@pytest.mark.parametrize(
    ("field", "header", "text", "gone"),
    [
        ("order.customer", "Mail", "ayse@ornek.example", "ayse@ornek"),
        ("order.shipping_address", "Street", "Gül Sokak 17", "Sokak"),
        ("order.notes", "Note", "Ayşe Yılmaz arasın", "Yılmaz"),
        ("order.extra_field.x", "Soyad", "Yılmaz", "Yılmaz"),
        ("order_item.attributes", "Any", "call +90 532 111 22 33", "532 111"),
        ("archive.user.first_name", "first", "Gülizar", "Gülizar"),
    ],
)
def test_personal_data_is_masked_unless_it_is_asked_for(
    field: str, header: str, text: str, gone: str
) -> None:
    """By the field, by the column's name, and by the pattern of e-mail addresses and phone numbers."""
    assert gone not in HIDING.text(field, text, header)
    assert Hiding("1", show_pii=True).text(field, text, header) == text


def test_a_secret_is_hidden_from_everybody() -> None:
    """Also from those who may see personal data."""
    open_to_all = Hiding("1", show_pii=True)
    assert open_to_all.text("archive.user.password", "5f4dcc3b5aa765d6") == HIDDEN
    assert open_to_all.document({"user": [{"password": "5f4dcc", "email": "a@b.example"}]}) == {
        "user": [{"password": HIDDEN, "email": "a@b.example"}]
    }


def test_a_record_is_told_by_its_kind_and_key_without_the_person() -> None:
    """A customer's mail and what would be made of it are hidden; a product's number is not."""
    customer = Reference(
        LookupKind.CUSTOMER, "email", "ayse@ornek.example", (), (("first_name", "Gülizar"), ("phone", "0532"))
    )
    hidden = HIDING.reference(customer)
    assert (hidden.kind, hidden.key) == (LookupKind.CUSTOMER, "email")
    assert "ayse@ornek" not in str(hidden)
    assert "Gülizar" not in str(hidden)
    product = Reference(LookupKind.PRODUCT, "sku", "PAM-TIS-01")
    assert HIDING.reference(product) == product


def test_an_issue_says_no_more_than_the_field_does() -> None:
    """Its value, and facts that repeat it."""
    at = Location("orders.csv", None, 2, 3, "Street")
    issue = Issue(
        "E342", at, "Gül Sokak 17", "1", "order.shipping_address", facts={"found": "Gül Sokak 17", "n": 3}
    )
    hidden = HIDING.issue(issue)
    assert "Sokak" not in str(hidden.value)
    assert hidden.facts == {"found": hidden.value, "n": 3}
