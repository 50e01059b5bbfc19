"""Steps in a list: what goes from one to the next, what a cell of a workbook does, what is told and where."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from mapping_texts import compiled, order_row, places_of, refused, unmarked, with_order

from pipeline.mapping.binding import RowMapper
from pipeline.model.cell import Cell, CellError


def codes(line: str, cells: dict[str, Cell]) -> list[str]:
    """The codes of one row's problems."""
    return [problem.problem.code for problem in order_row(line, cells).problems]


def test_steps_are_done_in_their_order() -> None:
    """Each takes what the one before it gives."""
    line = "notes: {column: N, steps: [{after: ':'}, digits, {pad: 6}, {prefix: T-}]}"
    assert order_row(line, {"N": "No: 47 11"}).fields == {"notes": "T-004711"}


def test_a_field_reads_text_that_steps_give_as_it_reads_a_cell() -> None:
    """By the locale of the file, with the field's own limits."""
    line = "refund_amount: {column: N, steps: [{before: ' +'}]}"
    assert order_row(line, {"N": "1.234,50 + KDV"}).fields == {"refund_amount": Decimal("1234.50")}
    assert codes(line, {"N": "1,234.50 + KDV"}) == ["E211"]


def test_what_steps_give_is_held_against_the_fields_limits() -> None:
    """Three places are no amount, whoever made them."""
    line = "refund_amount: {column: N, steps: [decimal, {times: 0.01}]}"
    assert order_row(line, {"N": "1250"}).fields == {"refund_amount": Decimal("12.50")}
    assert codes(line, {"N": "12,5"}) == ["E212"]
    rounded = "refund_amount: {column: N, steps: [decimal, {times: 0.01}, round]}"
    assert order_row(rounded, {"N": "12,5"}).fields == {"refund_amount": Decimal("0.13")}


def test_a_value_table_and_a_default_come_after_the_steps() -> None:
    """As after clean-ups."""
    line = "notes: {column: N, steps: [{before: '/'}], map: {A: x}, default: none, empty: ['-']}"
    assert order_row(line, {"N": "a / 12"}).fields == {"notes": "x"}
    assert order_row(line, {"N": " "}).fields == {"notes": "none"}
    assert order_row(line, {"N": "-"}).fields == {"notes": "none"}


def test_text_that_is_used_up_is_an_empty_cell() -> None:
    """So a default stands in, or nothing does."""
    line = "notes: {column: N, steps: [digits, {pad: 3}], default: none}"
    assert order_row(line, {"N": "abc"}).fields == {"notes": "none"}


@pytest.mark.parametrize("steps", ["[squeeze, decimal]", "[squeeze]", "[{amount: try}]", "[upper, trim]"])
def test_a_number_cell_is_a_number_whatever_the_locale(steps: str) -> None:
    """1.234 in a cell is one and a bit; as Turkish text it would be a thousand."""
    line = f"refund_amount: {{column: N, steps: {steps}}}"
    assert order_row(line, {"N": 1.23}).fields == {"refund_amount": Decimal("1.23")}
    assert order_row(line, {"N": 1234.0}).fields == {"refund_amount": Decimal("1234.00")}


@pytest.mark.parametrize(
    "steps", ["[{replace: x}, decimal]", "[{replace: x}]", "[digits]", "[{suffix: '0'}]"]
)
def test_a_number_cell_is_never_spelt_out_for_a_step_that_changes_text(steps: str) -> None:
    """Its point would mean thousands; a whole number has none."""
    line = f"refund_amount: {{column: N, steps: {steps}}}"
    assert codes(line, {"N": 1.234}) == ["E260"]
    assert not codes(line, {"N": 1234.0})


def test_a_date_cell_goes_to_the_step_that_reads_dates() -> None:
    """Past a step that tidies text up."""
    line = "invoice_date: {column: N, steps: [squeeze, {date: '%d.%m.%Y %H:%M'}]}"
    expected = {"invoice_date": datetime(2024, 3, 1, 7, 15, tzinfo=UTC)}
    assert order_row(line, {"N": datetime(2024, 3, 1, 10, 15)}).fields == expected  # noqa: DTZ001
    assert order_row(line, {"N": "01.03.2024  10:15"}).fields == expected


def test_error_cells_are_told_as_everywhere() -> None:
    """A step never sees them."""
    assert codes("notes: {column: N, steps: [trim]}", {"N": CellError("#N/A")}) == ["E201"]


def test_a_cut_is_told_at_its_cell_every_time() -> None:
    """W260 beside the value; the second row has the same cell and is told as well."""
    plans = [
        plan
        for plan in compiled(with_order("notes: {column: N, steps: [{truncate: 3}]}")).order
        if plan.name == "notes"
    ]
    mapper = RowMapper(plans, ("A", "N"))
    for number in (2, 3):
        row = mapper(("x", "abcdef"), (0, number))
        assert row.fields == {"notes": "abc"}
        assert [(one.problem.code, one.column, one.value) for one in row.problems] == [("W260", 1, "abcdef")]
        assert row.problems[0].problem.facts == {"limit": 3, "length": 6, "cut": "def"}
    assert mapper(("x", "abc"), (0, 4)).problems == []


def test_cuts_are_told_of_several_columns_and_inside_lookups_too() -> None:
    """No road around the warning."""
    row = order_row("notes: {concat: [A, B], steps: [{truncate: 3}]}", {"A": "ab", "B": "cd"})
    assert row.fields == {"notes": "ab"}
    assert [problem.problem.code for problem in row.problems] == ["W260"]
    text = with_order("notes: Z").replace(
        "customer: {column: MUSTERI, integer: true}",
        "customer: {lookup: customer, by: {email: E}, create: {channel_code: K, "
        "first_name: {column: F, steps: [{truncate: 2}]}}}",
    )
    plans = [plan for plan in compiled(text).order if plan.name == "customer"]
    mapped = RowMapper(plans, plans[0].columns)(("a@b.example", "7", "Ayşegül"), (0, 2))
    assert [(one.problem.code, one.column) for one in mapped.problems] == [("W260", 2)]
    assert ("first_name", "Ay") in mapped.fields["customer"].create


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("notes: {column: N, steps: [¦trimm]}", "E460"),
        ("notes: {column: N, steps: [{¦fone: TR}]}", "E460"),
        ("notes: {column: N, steps: [decimal, ¦upper]}", "E461"),
        ("notes: {column: N, steps: [decimal, {¦truncate: 3}]}", "E461"),
        ("refund_amount: {column: N, steps: [{¦times: 2}]}", "E461"),
        ("notes: {column: N, steps: [¦decimal]}", "E475"),
        ("refund_amount: {column: N, steps: [¦boolean]}", "E475"),
        ("has_gift_box: {column: N, steps: [trim, ¦decimal]}", "E475"),
        ("notes: {column: N, steps: [¦{trim: ~, upper: ~}]}", "E463"),
        ("notes: {column: N, steps: [¦[trim]]}", "E463"),
        ("notes: {column: N, steps: ¦[]}", "E421"),
        ("notes: {column: N, steps: [{phone: {region: TR, ¦frm: national}}]}", "E411"),
        ("notes: {column: N, steps: [¦phone]}", "E412"),
        ("notes: {column: N, steps: [{¦phone: {form: national}}]}", "E412"),
        ("notes: {column: N, steps: [trim], ¦text: [upper]}", "E462"),
        ("notes: {¦steps: [trim], constant: x}", "E462"),
        ("refund_amount: {column: N, steps: [decimal], ¦decimal: true}", "E462"),
        ("notes: {column: N, ¦separator: x}", "E462"),
        ("extra_field: {a: {column: N, steps: [decimal], ¦map: {a: b}}}", "E462"),
    ],
)
def test_a_chain_that_cannot_be_meant_is_one_mistake_at_its_place(line: str, code: str) -> None:
    """One issue and not one for every row or step."""
    text, places = unmarked(with_order(line))
    assert places_of(refused(text)) == [(code, *places[0])]


def test_a_misspelt_step_and_argument_are_guessed() -> None:
    """The closest name stands in the remedy."""
    issues = refused(with_order("notes: {column: N, steps: [squeze, {phone: {region: TR, frm: e164}}]}"))
    assert [issue.facts["hint"] for issue in issues] == ["Did you mean 'squeeze'? ", "Did you mean 'form'? "]


def test_all_mistakes_are_told_at_once() -> None:
    """Two rules, three mistakes."""
    text = with_order(
        "notes: {column: N, steps: [trimm, {truncate: x}]}\n  segment: {column: S, steps: [decimal]}"
    )
    assert [issue.code for issue in refused(text)] == ["E460", "E421", "E475"]


def test_free_objects_take_the_type_of_their_steps() -> None:
    """A value in extra_field is what its last step gives."""
    line = "extra_field: {a: {column: A, steps: [decimal]}, b: {column: B, steps: [boolean]}, c: {column: C}}"
    row = order_row(line, {"A": "1,50", "B": "evet", "C": "x"})
    assert row.fields == {"extra_field": {"a": Decimal("1.50"), "b": True, "c": "x"}}


def test_a_historic_mapping_does_not_let_steps_around_its_promises() -> None:
    """A status from steps must be closed, and is_send must be true on every row."""
    text = with_order("notes: N").replace("version: 1", "version: 1\npreset: historic")
    state = text.replace(
        "status: {column: DURUM, map: statuses}", "status: {column: DURUM, steps: [{map: statuses}]}"
    )
    plan = next(plan for plan in compiled(state).order if plan.name == "status")
    mapper = RowMapper([plan], ("DURUM",))
    assert mapper(("Teslim Edildi",), (0, 2)).fields == {"status": "550"}
    assert [one.problem.code for one in mapper(("Kargoda",), (0, 2)).problems] == ["E247"]
    for rule in (
        "{constant: true, when: {column: N, is: x}}",
        "{column: N, steps: [boolean], required: true}",
    ):
        issues = refused(text.replace("  number: NO\n", f"  number: NO\n  is_send: {rule}\n"))
        assert [issue.code for issue in issues] == ["E447"]
