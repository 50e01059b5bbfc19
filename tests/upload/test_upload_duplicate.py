"""Which refusals say that the order number is taken."""

from typing import Any

import pytest

from pipeline.model.exchange import Answer
from pipeline.target.complaints import complaints_in
from pipeline.upload.duplicate import says_duplicate

TAKEN: list[Any] = [
    {"non_field_errors": ["Order with this number already exists."]},
    {"non_field_errors": "Order with this number already exists."},
    {"non_field_errors": ["The fields channel, number must make a unique set."]},
    {"detail": "Duplicate order number"},
    {"order": {"number": ["This field must be unique."]}},
    {"number": ["order with this number already exists."]},
    {"number": ["Bu alan eşsiz olmalıdır."]},
    {"number": ["Bu alan benzersiz olmalıdır."]},
    {"non_field_errors": ["channel, number hep birlikte eşsiz bir küme oluşturmalılar."]},
    {"detail": "Bu sipariş numarası zaten mevcut."},
    {"detail": "BU SİPARİŞ NO ZATEN KAYITLI"},
    {"detail": "order no exists"},
]
NOT_TAKEN: list[Any] = [
    {"order": {"customer": ['Invalid pk "7" - object does not exist.']}},
    {"order": {"number": ["Object with this number does not exist."]}},
    {"detail": "Sipariş numarası mevcut değil."},
    {"detail": "Order number not found"},
    {"number": ["This field is required."]},
    {"number": ["Ensure this field has no more than 128 characters."]},
    {"order": {"email": ["Customer with this email already exists."]}},
    {"non_field_errors": ["Stock is already reserved."]},
    {"detail": "The order cannot be accepted."},
    {},
    "Order with this number already exists.",
    None,
]


def reply(status: int, data: Any) -> Answer:
    """Give an answer with the complaints of its body."""
    return Answer(status, {}, data, complaints_in(data))


@pytest.mark.parametrize("status", [400, 406, 409])
@pytest.mark.parametrize("data", TAKEN, ids=str)
def test_a_taken_number_is_understood(data: Any, status: int) -> None:
    """In English and Turkish, on a field or on none, by path or by words."""
    assert says_duplicate(reply(status, data))


@pytest.mark.parametrize("data", NOT_TAKEN, ids=str)
def test_other_complaints_are_not_taken_for_it(data: Any) -> None:
    """Neither something else that exists already, nor something that does not exist."""
    assert not says_duplicate(reply(406, data))


@pytest.mark.parametrize("status", [200, 201, 401, 403, 404, 413, 422, 429, 500, 503])
def test_only_refusals_of_content_can_say_so(status: int) -> None:
    """The same words under another status prove nothing."""
    assert says_duplicate(reply(status, TAKEN[0])) is False
