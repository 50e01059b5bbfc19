"""What may leave: the limits of each field, and the payload as a whole."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.draft import Problem
from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, Absent, FieldSpec, Kind
from pipeline.validation.payload import LARGEST, CreateOrder, field_checks

_CHECKS = field_checks()
_SPECS = {f"order.{spec.name}": spec for spec in ORDER_FIELDS} | {
    f"order_item.{s.name}": s for s in ITEM_FIELDS
}
_NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _of_kind(kind: Kind) -> list[str]:
    return [field for field, spec in _SPECS.items() if spec.kind is kind]


def _code(field: str, value: object) -> str | None:
    problem = _CHECKS[field](value)
    return problem.code if problem else None


def test_every_field_has_a_check() -> None:
    """No value leaves unasked."""
    assert {name for name in _CHECKS if not name.startswith("archive.")} == set(_SPECS)


@pytest.mark.parametrize(
    ("field", "length"),
    [
        ("order.number", 128),
        ("order.notes", 320),
        ("order.gift_box_note", 160),
        ("order.tracking_number", 256),
        ("order.carrier_shipping_code", 256),
        ("order.shipping_option_slug", 128),
        ("order.bin_number", 8),
        ("order_item.tracking_number", 256),
        ("order_item.carrier_shipping_code", 256),
    ],
)
def test_text_may_be_as_long_as_the_reference_client_sends_it(field: str, length: int) -> None:
    """Counted in characters, not in bytes; one more is refused with both numbers."""
    assert _CHECKS[field]("ş" * length) is None
    assert _CHECKS[field]("ş" * (length + 1)) == Problem("E241", {"limit": length, "length": length + 1})


def test_text_without_a_documented_length_has_none() -> None:
    """What nobody limits is not limited here."""
    assert _code("order.segment", "x" * 100_000) is None


@pytest.mark.parametrize("field", _of_kind(Kind.MONEY))
def test_money_has_two_places_twelve_digits_and_no_sign(field: str) -> None:
    """Refunds have fields of their own."""
    taken = ["0.00", "0.01", "9999999999.99", "12", "12.5"]
    assert [_code(field, Decimal(text)) for text in taken] == [None] * len(taken)
    assert _CHECKS[field](Decimal("-0.01")) == Problem("E242", {"minimum": "0"})
    refused = [
        Decimal("0.001"),
        Decimal("10000000000.00"),
        Decimal("NaN"),
        Decimal("Infinity"),
        1.5,
        "1.00",
        1,
        True,
    ]
    assert {_code(field, value) for value in refused} == {"E246"}


@pytest.mark.parametrize("field", _of_kind(Kind.RATE))
def test_a_rate_is_a_percentage(field: str) -> None:
    """From nothing to everything."""
    assert [_code(field, Decimal(text)) for text in ("0.00", "18.00", "100.00")] == [None] * 3
    assert _CHECKS[field](Decimal("-0.01")) == Problem("E242", {"minimum": "0"})
    assert _CHECKS[field](Decimal("100.01")) == Problem("E243", {"maximum": "100"})
    assert _code(field, Decimal("1.001")) == "E246"


@pytest.mark.parametrize("field", _of_kind(Kind.ID))
def test_an_id_is_a_whole_number_from_one(field: str) -> None:
    """That fits 64 bits."""
    assert [_code(field, value) for value in (1, 2**31, LARGEST)] == [None] * 3
    assert _CHECKS[field](0) == Problem("E242", {"minimum": "1"})
    assert _CHECKS[field](LARGEST + 1) == Problem("E243", {"maximum": str(LARGEST)})
    assert {_code(field, value) for value in (1.0, "1", True)} == {"E246"}


@pytest.mark.parametrize("field", ["order.installment_count", "order_item.quantity"])
def test_a_count_is_at_least_one(field: str) -> None:
    """Nothing is not sold, and not paid in no installments."""
    assert [_code(field, value) for value in (1, LARGEST)] == [None] * 2
    assert [_code(field, value) for value in (0, -1)] == ["E242"] * 2
    assert _code(field, LARGEST + 1) == "E243"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("order.number", "", "E246"),
        ("order.notes", "", None),
        ("order.status", "", "E246"),
        ("order.currency", "", "E246"),
        ("order.is_send", True, None),
        ("order.is_send", 1, "E246"),
        ("order.is_send", "true", "E246"),
        ("order.e_archive_url", "https://example.com/a?b=ş", None),
        ("order.e_archive_url", "example.com", "E244"),
        ("order.e_archive_url", "javascript:alert(1)", "E244"),
        ("order.e_archive_url", "file:///etc/passwd", "E244"),
        ("order.e_archive_url", "https://", "E244"),
        ("order.e_archive_url", "", "E244"),
        ("order_item.defined_tracking_url", "https://", "E244"),
        ("order.remote_addr", "192.0.2.7", None),
        ("order.remote_addr", "2001:db8::1", None),
        ("order.remote_addr", "192.0.2.007", "E245"),
        ("order.remote_addr", "192.0.2.7:80", "E245"),
        ("order.remote_addr", "", "E245"),
        ("order.date_placed", _NOON, None),
        ("order.date_placed", _NOON.replace(tzinfo=None), "E246"),
        ("order_item.estimated_delivery_date", date(2024, 5, 1), None),
        ("order.fundstransfertransaction_set", [1, 2], None),
        ("order.fundstransfertransaction_set", [1, 0], "E242"),
        ("order.delivery_range", {"start": _NOON, "end": _NOON}, None),
        ("order.delivery_range", {"start": _NOON}, "E246"),
        ("order.delivery_range", {"start": _NOON, "end": _NOON, "more": 1}, "E246"),
        ("order.extra_field", {"id": "1", "deep": [{"a": None}]}, None),
        ("order.extra_field", {}, None),
        ("order.extra_field", "id", "E246"),
    ],
)
def test_each_kind_of_field_has_its_limits(field: str, value: object, code: str | None) -> None:
    """The problem of the first thing that is wrong, with words in the catalogue."""
    assert _code(field, value) == code
    assert code is None or code in CATALOGUE


def _payload() -> dict[str, Any]:
    order = {
        "number": "A1",
        "status": "550",
        "currency": "try",
        "date_placed": _NOON,
        "amount": Decimal("10.00"),
    }
    people = {"customer": 1, "shipping_address": 2, "billing_address": 3}
    item = {"product": 7, "quantity": 1, "unit_price": Decimal("10.00"), "total_price": Decimal("10.00")}
    return {"order": order | people, "order_item": [item]}


def _may_leave(payload: dict[str, Any]) -> bool:
    try:
        CreateOrder.model_validate(payload)
    except ValidationError:
        return False
    return True


def test_a_payload_of_the_required_fields_may_leave() -> None:
    """Everything else may be left out."""
    order = CreateOrder.model_validate(_payload())
    assert order.order.number == "A1"  # type: ignore[attr-defined]


@pytest.mark.parametrize("field", sorted(_SPECS))
def test_only_a_required_field_cannot_be_left_out(field: str) -> None:
    """Nor be empty, where every other may be null."""
    section, name = field.split(".")
    for change in ({}, {name: None}):
        payload = _payload()
        fields = payload["order"] if section == "order" else payload["order_item"][0]
        fields.pop(name, None)
        fields.update(change)
        assert _may_leave(payload) is (_SPECS[field].absent is not Absent.REQUIRED)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload.update(more=1),
        lambda payload: payload["order"].update(more=1),
        lambda payload: payload["order_item"][0].update(more=1),
        lambda payload: payload["order_item"].clear(),
        lambda payload: payload.pop("order_item"),
        lambda payload: payload.pop("order"),
        lambda payload: payload.update(order_item={}),
    ],
)
def test_anything_unknown_or_missing_as_a_whole_is_refused(spoil: Any) -> None:
    """A payload has an order and at least one item, and nothing that is not in the table."""
    payload = _payload()
    spoil(payload)
    with pytest.raises(ValidationError):
        CreateOrder.model_validate(payload)


def test_what_is_refused_is_not_shown() -> None:
    """An exception of the model holds no customer data."""
    payload = _payload()
    payload["order"]["notes"] = "call Ayse 0532" * 40
    with pytest.raises(ValidationError) as raised:
        CreateOrder.model_validate(payload)
    assert "Ayse" not in str(raised.value)


_MONEY = st.decimals("-1", "10000000000", places=2) | st.decimals(allow_nan=True, allow_infinity=True)
_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(max_size=330),
    Kind.STATUS: st.text(max_size=3),
    Kind.CURRENCY: st.text(max_size=3),
    Kind.INTEGER: st.integers(-1, 3) | st.integers(2**62, 2**64),
    Kind.ID: st.integers(-1, 3) | st.integers(2**62, 2**64),
    Kind.MONEY: _MONEY,
    Kind.RATE: _MONEY,
    Kind.BOOLEAN: st.booleans(),
    Kind.MOMENT: st.datetimes(timezones=st.just(UTC) | st.none()),
    Kind.DAY: st.dates(),
    Kind.URL: st.sampled_from(["https://example.com/1", "x", "http://[", "ftp://example.com", ""]),
    Kind.IP: st.ip_addresses().map(str) | st.text(max_size=5),
    Kind.OBJECT: st.dictionaries(
        st.text(max_size=3), st.none() | st.booleans() | st.text(max_size=3), max_size=2
    ),
    Kind.RANGE: st.fixed_dictionaries(
        {"start": st.just(_NOON)}, optional={"end": st.just(_NOON + timedelta(days=1)), "x": st.just(1)}
    ),
    Kind.IDS: st.lists(st.integers(-1, 9), max_size=3),
}


def _passing(data: st.DataObject, section: str, specs: tuple[FieldSpec, ...]) -> dict[str, Any]:
    """Values of the fields' kinds, those kept that the field's check lets through."""
    chosen = data.draw(st.lists(st.sampled_from(specs), max_size=12, unique_by=lambda spec: spec.name))
    drawn = {spec.name: data.draw(_VALUES[spec.kind]) for spec in chosen}
    return {name: value for name, value in drawn.items() if _CHECKS[f"{section}.{name}"](value) is None}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_passes_the_checks_of_its_fields_passes_as_a_whole(data: st.DataObject) -> None:
    """The short way and the model never disagree."""
    payload = _payload()
    payload["order"] |= _passing(data, "order", ORDER_FIELDS)
    payload["order_item"][0] |= _passing(data, "order_item", ITEM_FIELDS)
    assert CreateOrder.model_validate(payload)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(_SPECS)), st.data())
def test_whatever_fails_the_check_of_its_field_fails_as_a_whole(field: str, data: st.DataObject) -> None:
    """And the other way round."""
    section, name = field.split(".")
    value = data.draw(_VALUES[_SPECS[field].kind])
    payload = _payload()
    target = payload["order"] if section == "order" else payload["order_item"][0]
    target[name] = value
    assert _may_leave(payload) is (_CHECKS[field](value) is None)
