"""A path in the target's words leads to the field of the mapping, and to its columns."""

import pytest

from pipeline.mapping.compiled import compile_mapping
from pipeline.mapping.landing import FieldFinder, Spot, value_at
from pipeline.model.location import Mark
from pipeline.model.rows import Table
from pipeline.validation.payload import field_checks

FLAT = """\
version: 1
name: flat
locale: tr_TR
timezone: Europe/Istanbul
sources:
  lines: {files: "lines*.csv", key: No, split: {column: Items, into: "{sku} x{pieces}"}}
  further:
    payments: {files: "payments*.csv", key: No, rows: many}
order:
  number: No
  status: {constant: delivered}
  date_placed: {column: When, date: "%d.%m.%Y"}
  customer: {constant: 201}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {constant: try}
  amount: {column: Paid, source: payments, pick: sum, decimal: true}
  notes: {first_of: [Note, Name]}
  extra_field:
    who: {concat: [Name, Mail], separator: " / "}
items:
  product: {column: sku, integer: true}
  quantity: {column: pieces, integer: true}
  unit_price: {column: Each, decimal: true}
  total_price: {multiply: [pieces, Each]}
"""
LINES = Table(0, "lines", "lines.csv", ("No", "When", "Note", "Name", "Mail", "Each", "Items"))
PAYMENTS = Table(1, "payments", "payments.csv", ("No", "Paid"))


@pytest.fixture(scope="module")
def finder() -> FieldFinder:
    """The fields of a mapping that has something of everything."""
    return FieldFinder(compile_mapping(FLAT, "flat.yaml", field_checks()))


@pytest.mark.parametrize(
    ("path", "field", "item", "columns"),
    [
        (("order", "date_placed"), "order.date_placed", None, [1]),
        (("order", "notes"), "order.notes", None, [2, 3]),
        (("order", "extra_field", "who"), "order.extra_field.who", None, [3, 4]),
        (("order", "extra_field"), "order.extra_field.who", None, [3, 4]),
        (("order", "date_placed", "deeper", 3), "order.date_placed", None, [1]),
        (("order_item", 1, "unit_price"), "order_item.unit_price", 1, [5]),
        (("order_item", 1, "product"), "order_item.product", 1, [6]),
        (("order_item", 0, "total_price"), "order_item.total_price", 0, [6, 5]),
        (("order", "currency"), "order.currency", None, []),
        (("order_item", 1), "order_item", 1, []),
    ],
)
def test_a_path_names_a_field_and_its_columns(
    finder: FieldFinder, path: tuple[str | int, ...], field: str, item: int | None, columns: list[int]
) -> None:
    """Inside objects, deeper than the payload, and in a cell that holds several items."""
    spot = finder.find(path, items=2)
    assert spot is not None
    assert (spot.field, spot.item) == (field, item)
    assert finder.columns(spot, LINES) == columns


def test_a_field_of_a_further_source_says_so(finder: FieldFinder) -> None:
    """Its cells stand in that source's rows."""
    spot = finder.find(("order", "amount"), items=1)
    assert spot is not None
    assert spot.source == "payments"
    assert finder.columns(spot, PAYMENTS) == [1]


def test_a_constant_is_the_mapping_s_own_word(finder: FieldFinder) -> None:
    """It has a line and no column; what is sent without a rule has neither."""
    constant, default = (finder.find(("order", name), items=1) for name in ("currency", "gift_box_note"))
    assert constant is not None
    assert constant.constant
    assert constant.mark == Mark("flat.yaml", 16, 3)
    assert default is not None
    assert not default.constant


@pytest.mark.parametrize(
    "path",
    [(), ("detail",), ("order",), ("order", "nonsense"), ("order_item", 2, "product"), ("order_item", -1)],
)
def test_an_unknown_path_names_nothing(finder: FieldFinder, path: tuple[str | int, ...]) -> None:
    """An item that the order does not have, a field that the payload does not have, no field at all."""
    assert finder.find(path, items=2) is None


def test_the_only_item_needs_no_number(finder: FieldFinder) -> None:
    """Of several it is unknown which one is meant."""
    spot = finder.find(("order_item", "product"), items=1)
    assert spot is not None
    assert spot.item == 0
    assert finder.find(("order_item", "product"), items=2) is None


def test_what_was_sent_is_found_in_the_payload() -> None:
    """By the same place; what is not there is nothing."""
    payload = {"order": {"extra_field": {"who": "A"}}, "order_item": [{"quantity": 2}, {"quantity": 3}]}
    assert value_at(payload, Spot("order.extra_field.who")) == "A"
    assert value_at(payload, Spot("order_item.quantity", 1)) == 3
    assert value_at(payload, Spot("order_item.quantity", 7)) is None
    assert value_at(payload, Spot("order_item", 1)) is None
