"""What an order says, whichever run says it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from pipeline.model.lookup import LookupKind, Reference
from pipeline.upload.content import content_of, content_of_document, different_fields, named, said_by

CITY = Reference(LookupKind.CITY, "name", "Ankara", (Reference(LookupKind.COUNTRY, "code", "TR"),))
BUYER = Reference(LookupKind.CUSTOMER, "email", "a@b.example", create=(("phone_number", "+90500"),))
ORDER: dict[str, Any] = {
    "number": "A-1",
    "amount": Decimal("10.50"),
    "date_placed": datetime(2024, 3, 1, 10, 0, tzinfo=UTC),
    "customer": BUYER,
    "note": None,
}
ITEMS: list[dict[str, Any]] = [
    {"product": 101, "total_price": Decimal("4.00")},
    {"product": 102, "total_price": Decimal("6.50")},
]


def changed(name: str, value: object) -> dict[str, Any]:
    """Give the order with one field changed."""
    return {**ORDER, name: value}


def body_of(order: dict[str, Any], items: list[dict[str, Any]], nonce: str) -> bytes:
    """Give the sealed payload, with marks in the place of records."""

    def wire(value: object) -> str:
        return f"{nonce}:{value.digest}" if isinstance(value, Reference) else str(value)

    options = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
    return orjson.dumps({"order": order, "order_item": items}, default=wire, option=options)


def test_two_exports_of_the_same_order_have_the_same_content() -> None:
    """The sequence of fields or items does not count, nor the channel, or what a customer is made of."""
    same = dict(reversed(changed("channel", 5).items()))
    same["customer"] = Reference(LookupKind.CUSTOMER, "email", "a@b.example", create=None)
    assert content_of(same, ITEMS[::-1]) == content_of(ORDER, ITEMS)


@pytest.mark.parametrize(
    "order",
    [
        changed("amount", Decimal("10.51")),
        changed("date_placed", datetime(2024, 3, 1, 10, 1, tzinfo=UTC)),
        changed("customer", 201),
        changed("customer", Reference(LookupKind.CUSTOMER, "email", "b@b.example")),
        changed("customer", Reference(LookupKind.CUSTOMER, "email", "a@b.example", (CITY,))),
        changed("note", ""),
        changed("number", "a-1"),
        {name: value for name, value in ORDER.items() if name != "note"},
        changed("extra", 1),
    ],
)
def test_any_other_change_is_another_content(order: dict[str, Any]) -> None:
    """A cent, a minute, another customer, a field more or less."""
    assert content_of(order, ITEMS) != content_of(ORDER, ITEMS)


@pytest.mark.parametrize(
    "items",
    [ITEMS[:1], [*ITEMS, ITEMS[0]], [ITEMS[0], {**ITEMS[1], "product": 103}], []],
)
def test_an_item_more_less_or_other_is_another_content(items: list[dict[str, Any]]) -> None:
    """Also one that stands there twice."""
    assert content_of(ORDER, items) != content_of(ORDER, ITEMS)


def test_a_sealed_payload_says_what_its_fields_said_whatever_its_nonce() -> None:
    """The marks of two runs differ; what they stand for does not."""
    identities = {BUYER.digest: BUYER.identity}
    documents = [
        said_by(body_of(ORDER, ITEMS, nonce), nonce, identities.__getitem__) for nonce in ("aa", "bb")
    ]
    assert documents[0] == documents[1]
    assert content_of_document(documents[0]) == content_of(ORDER, ITEMS)


def test_the_fields_that_differ_are_named_as_a_mapping_names_them() -> None:
    """Those of the order, those of items, and items that are more or fewer."""
    one = {"order": {"number": "A-1", "amount": "10.50", "channel": 5}, "order_item": [{"quantity": 1}]}
    other = {"order": {"number": "A-1", "amount": "10.60", "note": "x"}, "order_item": [{"quantity": 2}]}
    assert different_fields(one, other) == ["order.amount", "order.note", "order_item.quantity"]
    assert different_fields(one, {**one, "order_item": [{"quantity": 1}] * 2})[0] == "order_item"
    assert different_fields(one, one) == []


def test_items_that_only_swapped_values_differ_as_a_whole() -> None:
    """Each field holds the same values as before, and yet the items are others."""
    one = {"order": {}, "order_item": [{"sku": 1, "q": 1}, {"sku": 2, "q": 2}]}
    other = {"order": {}, "order_item": [{"sku": 1, "q": 2}, {"sku": 2, "q": 1}]}
    assert different_fields(one, other) == ["order_item"]


def test_many_fields_are_counted_after_the_first_few() -> None:
    """A message stays short."""
    assert named([f"f{n}" for n in range(8)]) == "f0, f1, f2, f3, f4, f5 and 2 more"
    assert named(["f0"]) == "f0"
