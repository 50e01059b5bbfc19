"""Fields of an order from further sources: payments, shipments, invoices."""

from decimal import Decimal
from typing import Any

import pytest
from mapping_texts import compiled, places_of, refused, spoilt, unmarked

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.further import add_fields
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.draft import Problem

_PAYMENTS = "payments: {files: 'pay*.csv', key: SIPARIS, rows: many}"
_INVOICES = "invoices: {files: 'inv*.csv', key: NO, skip_rows: 2}"


def _with(*lines: str, further: str = f"{_PAYMENTS}\n    {_INVOICES}") -> str:
    """The sound mapping with further sources and more fields of the order."""
    fields = "".join(f"  {line}\n" for line in lines)
    return spoilt(("sources:\n", f"sources:\n  further:\n    {further}\n"), ("order:\n", f"order:\n{fields}"))


def _mapping(*lines: str) -> CompiledMapping:
    return compiled(_with(*lines))


def test_further_sources_are_read_after_those_of_orders_and_items() -> None:
    """With the columns of the rules that name them; even one that no rule names."""
    mapping = _mapping("invoice_number: {column: FATURA, source: invoices}")
    assert {spec.name: set(spec.headers) for spec in mapping.sources[2:]} == {
        "payments": {"SIPARIS"},
        "invoices": {"NO", "FATURA"},
    }
    assert mapping.sources[3].skip_rows == ((2, 2),)
    assert [(plan.name, plan.rows, len(plan.fields)) for plan in mapping.further] == [
        ("payments", "many", 0),
        ("invoices", "at_most_one", 1),
    ]
    assert "invoice_number" not in {plan.name for plan in mapping.order}
    assert [wanted.field for wanted in mapping.columns["invoices"]] == ["key", "order.invoice_number"]
    assert str(mapping.places["order.invoice_number"]) == "acme.yaml:12:3"


def test_a_flat_file_may_have_further_sources_too() -> None:
    """They come after the lines."""
    text = _with().replace("items: {files", "lines: {files").replace("  orders: {", "  #")
    assert [spec.name for spec in compiled(text).sources] == ["lines", "payments", "invoices"]


def test_a_field_of_a_further_source_knows_what_stands_in_where_there_is_no_row() -> None:
    """A default, what an empty cell becomes, or the problem of a field that is needed."""
    mapping = _mapping(
        "invoice_number: {column: F, source: invoices, default: none}",
        "discount_amount: {column: D, source: invoices}",
        "notes: {column: N, source: invoices, required: true}",
        "tracking_number: {column: T, source: invoices}",
    )
    values = {plan.name: plan.value for plan in mapping.further[1].fields}
    assert (values["invoice_number"], values["notes"]) == ("none", Problem("E205"))
    empty = RowMapper(mapping.further[1].fields, ("F", "D", "N", "T"))(("", "", "x", ""), (0, 2))
    assert {**dict.fromkeys(("discount_amount", "tracking_number"), OMIT), **empty.fields} == {
        "invoice_number": "none",
        "notes": "x",
        "discount_amount": values["discount_amount"],
        "tracking_number": values["tracking_number"],
    }


_ROWS: list[tuple[str, ...]] = [("10,00", "b1"), ("", "-"), ("-2,50", "b2"), ("0,10", "b1")]


def _picked(line: str, rows: list[tuple[str, ...]] = _ROWS) -> Any:
    """What becomes of four rows of payments."""
    (plan, _) = _mapping(line).further
    (field,) = plan.fields
    mapper = RowMapper(plan.fields, ("TUTAR", "BANKA"), flat=True)
    mapped = [mapper(row, (2, number)) for number, row in enumerate(rows, 2)]
    assert all(not row.problems for row in mapped)
    return plan.picks[field.name].of([row.fields[field.name] for row in mapped if field.name in row.fields])


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("refund_amount: {column: TUTAR, source: payments, pick: sum}", Decimal("7.60")),
        ("refund_amount: {column: TUTAR, source: payments, pick: last}", Decimal("0.10")),
        ("segment: {column: BANKA, source: payments, pick: first, text: [upper]}", "B1"),
        ("installment_count: {column: BANKA, source: payments, pick: count}", 4),
        ("installment_count: {column: BANKA, source: payments, pick: count, empty: ['-']}", 3),
        ("extra_field: {bank: {column: BANKA, source: payments, pick: last}}", "b1"),
    ],
)
def test_one_value_is_picked_from_many(line: str, value: object) -> None:
    """Empty cells are none of them; what is added up may be negative."""
    if "refund_amount: {column: TUTAR, source: payments, pick: last}" in line:
        assert _picked(line, [row for row in _ROWS if not row[0].startswith("-")]) == value
    else:
        assert _picked(line) == value


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("refund_amount: {column: TUTAR, source: payments, pick: sum, default: 5}", Decimal(5)),
        ("segment: {column: BANKA, source: payments, pick: first, required: true}", Problem("E205")),
        ("extra_field: {n: {column: BANKA, source: payments, integer: true, pick: count}}", 0),
        ("extra_field: {n: {column: BANKA, source: payments, pick: last}}", OMIT),
        ("installment_count: {column: BANKA, source: payments, pick: count}", OMIT),
    ],
)
def test_where_no_row_has_a_value_something_stands_in(line: str, value: object) -> None:
    """The default comes once for the order, not for every row; a field that takes no zero is left out."""
    assert _picked(line, []) == value
    assert _picked(line, [("", ""), (" ", "")]) == value


def test_a_sum_must_be_allowed_as_any_value_must() -> None:
    """The limits are those of the field, and are asked of the sum."""
    line = "refund_amount: {column: TUTAR, source: payments, pick: sum}"
    assert _picked(line, [("9999999999,00", ""), ("9999999999,00", "")]).code == "E213"
    assert _picked(line, [("1,00", ""), ("-2,00", "")]).code == "E242"


@pytest.mark.parametrize(
    ("marked", "code", "told"),
    [
        pytest.param(_with(further="¦Pay: {files: p, key: NO}"), "E435", "'Pay'", id="capital"),
        pytest.param(_with(further="¦2nd: {files: p, key: NO}"), "E435", "'2nd'", id="digit-first"),
        pytest.param(_with(further="¦items: {files: p, key: NO}"), "E435", "'items'", id="taken"),
        pytest.param(
            _with("notes: {column: N, source: ¦payment}"), "E436", "no further source 'payment'", id="unknown"
        ),
        pytest.param(
            _with("is_send: {constant: true, ¦source: invoices}"), "E437", "a constant", id="constant"
        ),
        pytest.param(_with("notes: ¦{column: N, source: payments}"), "E438", "in payments", id="no-pick"),
        pytest.param(
            _with("notes: {column: N, source: invoices, ¦pick: first}"), "E439", "many rows", id="pick-of-one"
        ),
        pytest.param(_with("notes: {column: N, ¦pick: last}"), "E439", "many rows", id="pick-without-source"),
        pytest.param(
            _with("notes: {column: N, source: payments, ¦pick: sum}"), "E439", "kind text", id="sum-of-text"
        ),
        pytest.param(
            _with("cargo_company: {column: N, source: payments, ¦pick: sum}"),
            "E439",
            "kind id",
            id="sum-of-ids",
        ),
        pytest.param(
            _with("refund_amount: {column: N, source: payments, ¦pick: count}"),
            "E439",
            "kind money",
            id="count",
        ),
        pytest.param(
            _with("installment_count: {column: N, source: payments, ¦pick: count, default: 1}"),
            "E439",
            "default: has no place",
            id="count-with-default",
        ),
        pytest.param(
            _with("notes: {column: N, source: payments, pick: ¦middle}"), "E421", "'first', 'last'", id="word"
        ),
        pytest.param(
            _with(
                "¦delivery_range: {start: {column: A, date: '%d.%m.%Y', source: invoices}, "
                "end: {column: B, date: '%d.%m.%Y'}}"
            ),
            "E437",
            "same source",
            id="half-a-window",
        ),
        pytest.param(
            _with().replace("number: NO", "number: {column: NO, ¦source: invoices}"),
            "E437",
            "own rows",
            id="number",
        ),
        pytest.param(
            _with().replace("product: {", "product: {¦source: invoices, "), "E437", "own row only", id="item"
        ),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_place(marked: str, code: str, told: str) -> None:
    """Each with what to do about it."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [(code, *place)]
    assert told in message_of(issues[0])
    assert "<" not in message_of(issues[0]) + remedy_of(issues[0])


def test_an_object_takes_its_parts_from_several_sources() -> None:
    """Each part is read where its rule says."""
    mapping = _mapping(
        "extra_field: {id: NO, bill: {column: F, source: invoices}, n: {column: B, integer: true, "
        "source: payments, pick: count}}"
    )
    assert [plan.name for plan in mapping.order if plan.name.startswith("extra_field.")] == ["extra_field.id"]
    assert [[plan.name for plan in further.fields] for further in mapping.further] == [
        ["extra_field.n"],
        ["extra_field.bill"],
    ]
    assert mapping.further[0].picks["extra_field.n"].of([1, 1]) == 2


def test_what_a_further_source_gives_joins_what_the_order_has() -> None:
    """Parts of an object come together; an object that other orders hold too stays as it is."""
    shared: dict[str, Any] = {}
    fields: dict[str, Any] = {"extra_field": shared, "notes": "n", "attributes": {"a": 1}}
    add_fields(fields, {"extra_field.bank": "b1", "attributes": {"b": 2}, "notes": "m", "segment": None})
    assert fields == {
        "extra_field": {"bank": "b1"},
        "attributes": {"a": 1, "b": 2},
        "notes": "m",
        "segment": None,
    }
    assert shared == {}
