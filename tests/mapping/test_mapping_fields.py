"""One rule applied to one cell: what leaves, what stands in, and what is wrong."""
# ruff: noqa: DTZ001 - date cells of a workbook have no zone; Turkish words

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from mapping_texts import compiled, order_row, spoilt, with_order

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.grammar import ItemRules, OrderRules
from pipeline.model.cell import Cell, CellError
from pipeline.model.draft import FieldProblem, Problem
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME

_DATES = "date: '%d.%m.%Y'"


@pytest.mark.parametrize(
    ("line", "cell", "expected"),
    [
        pytest.param("notes: A", " as it is ", "as it is", id="text"),
        pytest.param("notes: A", 1001.0, "1001", id="text-from-number"),
        pytest.param(
            "discount_amount: {column: A, decimal: true}", "1.234,5", Decimal("1234.50"), id="money"
        ),
        pytest.param("discount_amount: A", "1.234,5", Decimal("1234.50"), id="money-unasked"),
        pytest.param(
            "discount_amount: {column: A, decimal: {locale: en_US}}",
            "1,234.5",
            Decimal("1234.50"),
            id="money-locale",
        ),
        pytest.param("shipping_tax_rate: A", "18", Decimal("18.00"), id="rate"),
        pytest.param("installment_count: A", "3", 3, id="integer"),
        pytest.param("payment_option: A", 7.0, 7, id="id"),
        pytest.param("has_gift_box: A", "Hayır", False, id="boolean"),
        pytest.param("e_archive_url: A", "https://example.com/1", "https://example.com/1", id="url"),
        pytest.param("remote_addr: A", "192.0.2.7", "192.0.2.7", id="ip"),
        pytest.param("fundstransfertransaction_set: A", "1, 2;3  4", [1, 2, 3, 4], id="ids"),
        pytest.param(
            f"invoice_date: {{column: A, {_DATES}}}",
            "01.05.2024",
            datetime(2024, 4, 30, 21, tzinfo=UTC),
            id="moment",
        ),
        pytest.param(
            f"invoice_date: {{column: A, {_DATES}, timezone: UTC}}",
            "01.05.2024",
            datetime(2024, 5, 1, tzinfo=UTC),
            id="moment-in-its-own-zone",
        ),
    ],
)
def test_each_kind_of_field_is_read_in_its_way(line: str, cell: Cell, expected: object) -> None:
    """By the field's kind, the locale and the zone; no setting is needed where nothing differs."""
    row = order_row(line, {"A": cell})
    assert row.problems == []
    assert list(row.fields.values()) == [expected]


@pytest.mark.parametrize(
    ("line", "cell", "code"),
    [
        ("notes: A", "x" * 321, "E241"),
        ("gift_box_note: A", "ş" * 161, "E241"),
        ("discount_amount: A", "-1", "E242"),
        ("payment_option: A", "0", "E242"),
        ("installment_count: A", "0", "E242"),
        ("shipping_tax_rate: A", "100,01", "E243"),
        ("payment_option: A", "9223372036854775808", "E243"),
        ("fundstransfertransaction_set: A", "1,9223372036854775808", "E243"),
        ("fundstransfertransaction_set: A", "1, 0", "E242"),
        ("fundstransfertransaction_set: A", "1,x", "E214"),
        ("e_archive_url: A", "invoice 12", "E244"),
        ("remote_addr: A", "999.0.0.1", "E245"),
        ("extra_field: {n: {column: A, integer: true}}", "9" * 20, "E243"),
        ("notes: A", CellError("#N/A"), "E201"),
        ("notes: A", date(2024, 6, 15), "E204"),
        ("notes: A", "a\x00", "E203"),
        ("bin_number: A", 1e15, "E202"),
        ("shipping_amount: {column: A, required: true}", " ", "E205"),
    ],
)
def test_what_may_not_leave_is_a_problem_at_its_cell(line: str, cell: Cell, code: str) -> None:
    """The field has no value, and the problem names field, column and what the cell shows."""
    row = order_row(line, {"OTHER": "", "A": cell})
    assert [(problem.problem.code, problem.column) for problem in row.problems] == [(code, 1)]
    assert line.startswith(row.problems[0].field.split(".")[0])
    assert not set(row.fields) - {"extra_field"}


@pytest.mark.parametrize(
    ("line", "cell", "expected"),
    [
        pytest.param(
            f"invoice_date: {{column: A, {_DATES}, empty: ['-']}}", datetime(2024, 5, 1), 30, id="date"
        ),
        pytest.param("discount_amount: {column: A, empty: ['-']}", 1.5, Decimal("1.50"), id="decimal"),
        pytest.param("discount_amount: {column: A, empty: ['-']}", 12345.0, Decimal("12345.00"), id="whole"),
        pytest.param(
            "discount_amount: {column: A, text: [remove_spaces]}", 12.25, Decimal("12.25"), id="cleaned"
        ),
        pytest.param("has_gift_box: {column: A, empty: ['-']}", True, True, id="boolean"),
        pytest.param("notes: {column: A, text: [upper], empty: ['-']}", 1001.0, "1001", id="text"),
        pytest.param("segment: {column: A, map: {'1001': vip}}", 1001.0, "vip", id="table"),
    ],
)
def test_a_cell_of_a_workbook_keeps_its_type_beside_null_words_and_clean_ups(
    line: str, cell: Cell, expected: object
) -> None:
    """A number or a date is not text in any locale: 1.5 is one and a half where a point means thousands."""
    row = order_row(line, {"A": cell})
    assert row.problems == []
    (value,) = row.fields.values()
    assert (value.day if isinstance(value, datetime) else value) == expected


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ("['-', YOK]", "-"),
        ("['-', YOK]", " yok "),
        ("['0']", 0.0),
        ("['#N/A']", CellError("#N/A")),
        ("['#N/A']", "#n/a"),
        ("['1899-12-30 00:00:00']", datetime(1899, 12, 30)),
        ("['00:00:00']", time(0)),
        ("[x]", ""),
        ("[x]", "\u00a0"),
    ],
)
def test_null_words_mean_nothing_in_any_type_of_cell(words: str, cell: Cell) -> None:
    """As a reader of the sheet sees them; then the default stands in, or the field says it is required."""
    line = f"invoice_date: {{column: A, {_DATES}, empty: {words}"
    assert order_row(f"{line}}}", {"A": cell}).fields == {}
    assert order_row(f"{line}, default: 2024-05-01}}", {"A": cell}).fields["invoice_date"].day == 30
    assert [
        problem.problem.code for problem in order_row(f"{line}, required: true}}", {"A": cell}).problems
    ] == ["E205"]


@pytest.mark.parametrize(
    ("line", "cell", "expected"),
    [
        pytest.param("{column: A, text: [digits], empty: ['0']}", "0 TL", "0", id="null-words-come-first"),
        pytest.param("{column: A, text: [digits], default: none}", "YOK", "none", id="cleaned-to-nothing"),
        pytest.param(
            "{column: A, text: [unescape_html], default: none}", "&nbsp;", "none", id="only-a-space"
        ),
        pytest.param("{column: A, text: [unescape_html]}", "&nbsp;a&nbsp;", "a", id="outer-space"),
        pytest.param("{column: A, text: [collapse_spaces, upper]}", " a  i ", "A İ", id="in-order"),
        pytest.param("{column: A, text: [digits], map: {'12': x}}", "no 12", "x", id="table-after-clean-up"),
        pytest.param("{column: A, map: {a: ''}}", "A", "", id="table-to-nothing-is-empty-text"),
    ],
)
def test_text_is_made_in_the_order_that_is_documented(line: str, cell: str, expected: str) -> None:
    """Null words, clean-ups, table, default; what is nothing at the end is empty."""
    assert order_row(f"segment: {line}", {"A": cell}).fields == {"segment": expected}


@pytest.mark.parametrize(
    ("field", "stands_in"),
    [
        ("tracking_number", None),
        ("gift_box_note", ""),
        ("discount_amount", Decimal("0.00")),
        ("has_gift_box", False),
        ("client_type", "default"),
    ],
)
def test_an_empty_cell_is_what_the_reference_client_sends(field: str, stands_in: object) -> None:
    """Where it sends something for nothing."""
    assert order_row(f"{field}: A", {"A": ""}).fields == {field: stands_in}


def test_an_empty_cell_leaves_other_fields_out() -> None:
    """And a required one has a problem."""
    assert order_row("segment: A", {"A": ""}).fields == {}
    plans = compiled(spoilt()).items
    mapper = RowMapper(plans, ("URUN", "ADET", "FIYAT", "TUTAR"))
    row = mapper(("", "1", "2", "2"), (0, 2))
    assert row.problems == [FieldProblem("product", Problem("E205"), 0, "")]


def test_unmapped_fields_are_what_the_reference_client_sends() -> None:
    """Unless the mapping wants them left out."""
    row = RowMapper(compiled(spoilt()).items, ("URUN", "ADET", "FIYAT", "TUTAR"))(
        ("1", "2", "3", "6"), (0, 2)
    )
    assert row.fields == {
        "product": 1,
        "quantity": 2,
        "unit_price": Decimal("3.00"),
        "total_price": Decimal("6.00"),
        "extra_field": {},
        "attributes": {},
        "discount_amount": Decimal("0.00"),
        "parent": None,
        "estimated_delivery_date": None,
    }
    lean = compiled(spoilt() + "options: {unmapped: omit}\n")
    assert {plan.name for plan in lean.items} == {"product", "quantity", "unit_price", "total_price"}


@pytest.mark.parametrize(("written", "sent"), [("code", "550"), ("name", "delivered")])
def test_the_mapping_says_how_statuses_are_written(written: str, sent: str) -> None:
    """From a table, a code or a name."""
    text = spoilt() + f"options: {{status_as: {written}}}\n"
    status = next(plan.read for plan in compiled(text).order if plan.name == "status")
    assert status is not None
    assert status("Teslim Edildi") == sent


def test_an_object_is_made_of_its_keys() -> None:
    """Text unless a rule types it; a key whose cell is empty is left out."""
    line = (
        "extra_field: {id: A, weight: {column: B, decimal: true}, n: {column: C, integer: true}, "
        "vip: {column: D, boolean: true}, source: {constant: legacy}, a.b: A}"
    )
    row = order_row(line, {"A": "x-1", "B": "1,5", "C": "3", "D": "e"})
    inside = {"id": "x-1", "weight": Decimal("1.50"), "n": 3, "vip": True, "source": "legacy", "a.b": "x-1"}
    assert row.fields == {"extra_field": inside}
    empty = order_row(line, {"A": "", "B": "", "C": "", "D": ""})
    assert empty.fields == {"extra_field": {"source": "legacy"}}
    assert empty.problems == []


def test_an_object_without_any_key_is_what_an_unmapped_one_would_be() -> None:
    """Never a key that holds an empty table, and never the same table twice."""
    first, second = (order_row("extra_field: {id: A}", {"A": cell}) for cell in ("", "7"))
    assert first.fields == {"extra_field": {}}
    assert second.fields == {"extra_field": {"id": "7"}}
    mapper = RowMapper(compiled(with_order("extra_field: {id: A}")).order[:0], ("A",))
    assert mapper(("",), (0, 2)).fields == {}
    rows = [order_row("extra_field: {id: A}", {"A": cell}) for cell in ("1", "", "2", "")]
    assert [row.fields["extra_field"] for row in rows] == [{"id": "1"}, {}, {"id": "2"}, {}]


def test_a_required_key_of_an_object_refuses_the_order() -> None:
    """As a required field does."""
    row = order_row("extra_field: {id: {column: A, required: true}}", {"A": ""})
    assert [(problem.field, problem.problem.code) for problem in row.problems] == [("extra_field.id", "E205")]


_WINDOW = f"delivery_range: {{start: {{column: A, {_DATES}}}, end: {{column: B, {_DATES}}}}}"


def test_a_window_has_both_its_ends() -> None:
    """And then it is a pair of moments."""
    row = order_row(_WINDOW, {"A": "01.05.2024", "B": "02.05.2024"})
    assert row.problems == []
    assert {edge: when.day for edge, when in row.fields["delivery_range"].items()} == {"start": 30, "end": 1}


def test_a_window_without_ends_is_none() -> None:
    """Two empty cells are no window."""
    row = order_row(_WINDOW, {"A": "", "B": " "})
    assert (row.fields, row.problems) == ({"delivery_range": None}, [])


@pytest.mark.parametrize(
    ("cells", "missing", "column"), [(("01.05.2024", ""), "end", 1), (("", "01.05.2024"), "start", 0)]
)
def test_half_a_window_is_told_at_the_empty_cell(cells: tuple[str, str], missing: str, column: int) -> None:
    """That is where something is to be filled in."""
    row = order_row(_WINDOW, dict(zip("AB", cells, strict=True)))
    problem = Problem("E206", {"missing": missing})
    assert row.problems == [FieldProblem(f"delivery_range.{missing}", problem, column)]


def test_an_unreadable_end_is_not_called_missing() -> None:
    """One mistake is told once."""
    row = order_row(_WINDOW, {"A": "01.05.2024", "B": "soon"})
    assert [(problem.field, problem.problem.code) for problem in row.problems] == [
        ("delivery_range.end", "E221")
    ]


_TEMPLATE = "notes: {template: '{a}-{b} ({{x}})', columns: {a: A, b: B}}"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("x", "y"), "x-y ({x})"),
        (("x", ""), "x- ({x})"),
        ((1.0, " y "), "1-y ({x})"),
        (("{b}", "%s"), "{b}-%s ({x})"),
    ],
)
def test_a_template_puts_columns_into_text(cells: tuple[Cell, Cell], expected: str) -> None:
    """Braces and percents in a cell are only text."""
    row = order_row(_TEMPLATE, dict(zip("AB", cells, strict=True)))
    assert row.fields == {"notes": expected}


def test_a_template_of_empty_cells_is_empty() -> None:
    """Its fixed text alone says nothing."""
    assert order_row(_TEMPLATE, {"A": "", "B": " "}).fields == {"notes": ""}


def test_a_template_goes_on_as_text_does() -> None:
    """Clean-ups, null words and tables apply to the whole; a date may be made of two columns."""
    line = (
        "segment: {template: '{a} {b}', columns: {a: A, b: B}, text: [upper], map: {A İ: x}, empty: [no no]}"
    )
    assert order_row(line, {"A": "a", "B": "i"}).fields == {"segment": "x"}
    assert order_row(line, {"A": "No", "B": "no"}).fields == {}
    when = "invoice_date: {template: '{a} {b}', columns: {a: A, b: B}, date: '%d.%m.%Y %H:%M'}"
    assert order_row(when, {"A": "01.05.2024", "B": "10:30"}).fields["invoice_date"].hour == 7


@pytest.mark.parametrize(
    ("cells", "code", "column", "value"),
    [
        ((CellError("#N/A"), "y"), "E201", 0, "#N/A"),
        (("x", CellError("#N/A")), "E201", 1, "#N/A"),
        (("x", "y" * 400), "E241", 0, "x " + "y" * 77 + "…"),
    ],
)
def test_a_problem_of_a_template_stands_at_the_cell_to_blame(
    cells: tuple[Cell, Cell], code: str, column: int, value: str
) -> None:
    """Or at the first cell, where only all of them together are wrong."""
    row = order_row(_TEMPLATE, dict(zip("AB", cells, strict=True)))
    assert [(found.problem.code, found.column, found.value) for found in row.problems] == [
        (code, column, value)
    ]


def test_every_field_of_the_payload_can_be_mapped() -> None:
    """The grammar knows each field of the table by its name."""
    assert set(OrderRules.model_fields) == set(ORDER_BY_NAME)
    assert set(ItemRules.model_fields) == set(ITEM_BY_NAME)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.23E+15", "E207"),
        (" 1,23E+15", "E207"),
        ("1E5", "E207"),
        (datetime(2024, 6, 15), "E204"),
        (date(2024, 1, 2), "E204"),
        (1e15, "E202"),
        (True, "E204"),
    ],
)
@pytest.mark.parametrize("rule", ["number: NO", "number: {template: 'W-{no}', columns: {no: NO}}"])
def test_an_order_number_that_a_spreadsheet_rewrote_is_refused(rule: str, cell: Cell, code: str) -> None:
    """Several orders may have become one by that, so it is not sent under such a name."""
    plans = [plan for plan in compiled(spoilt(("number: NO", rule))).order if plan.name == "number"]
    row = RowMapper(plans, ("NO",))((cell,), (0, 2))
    assert [(found.field, found.problem.code, found.column) for found in row.problems] == [
        ("number", code, 0)
    ]


def test_other_text_may_look_like_a_shortened_number() -> None:
    """A note is a note; and an order number with an E in it is a number, too."""
    row = order_row("notes: A", {"A": "1E5"})
    assert row.fields["notes"] == "1E5"
    plans = [plan for plan in compiled(spoilt()).order if plan.name == "number"]
    assert RowMapper(plans, ("NO",))(("12E45",), (0, 2)).fields == {"number": "12E45"}
