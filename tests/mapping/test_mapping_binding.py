"""Rules bound to a header: rows in, typed fields out."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_texts import compiled, spoilt, with_order

from pipeline.mapping import binding
from pipeline.mapping.binding import RowMapper, column_index, lacking_columns, used_columns
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.cell import Cell, CellError
from pipeline.model.rows import Table

_COLUMNS = ("A", "B", "C", "D", "E")
_LINES = (
    "segment: {column: A, text: [upper], empty: ['-'], map: {'1': one, 'TRUE': yes, X: x}}\n"
    "  discount_amount: {column: B, decimal: true}\n"
    "  has_gift_box: {column: C, default: false}\n"
    "  invoice_date: {column: D, date: ['%d.%m.%Y']}\n"
    "  notes: {template: '{a}{e}', columns: {a: A, e: E}}\n"
    "  extra_field: {n: {column: A, integer: true}, t: E}"
)
_FIELDS = {"segment", "discount_amount", "has_gift_box", "invoice_date", "notes", "extra_field"}
_PLANS = [plan for plan in compiled(with_order(_LINES)).order if plan.name.partition(".")[0] in _FIELDS]
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(
        ["", " ", "1", "1.0", "TRUE", "x", "-", "1,5", "evet", "01.05.2024", "31.02.2024", "a\0"]
    ),
    st.sampled_from([1.0, 0.0, 1.5, 1e15, True, False, CellError("#N/A")]),
    st.just(datetime(2024, 5, 1)),  # noqa: DTZ001 - as a workbook has it
)
_ROWS = st.lists(st.tuples(*[_CELLS] * len(_COLUMNS)), max_size=12)


@settings(deadline=None)
@given(_ROWS)
def test_remembered_answers_are_the_answers(rows: list[tuple[Cell, ...]]) -> None:
    """A mapper that has seen other rows says what a new one says: 1.0, True and "1" are never mixed up."""
    one = RowMapper(_PLANS, _COLUMNS)
    for number, row in enumerate([*rows, *rows]):
        fresh = RowMapper(_PLANS, _COLUMNS)(row, (0, number))
        assert repr(one(row, (0, number))) == repr(fresh)  # by repr, because True == 1 == 1.0


def test_a_mapper_forgets_before_memory_grows() -> None:
    """More distinct values than are remembered are answered as well as the first."""
    plans = [plan for plan in _PLANS if plan.name == "discount_amount"]
    mapper = RowMapper(plans, ("B",))
    count = binding.REMEMBERED + 10
    first = [mapper((str(n),), (0, n)).fields["discount_amount"] for n in range(count)]
    again = [mapper((str(n),), (0, n)).fields["discount_amount"] for n in range(count)]
    assert first == again == list(range(count))


def test_rows_do_not_share_what_they_hold() -> None:
    """Changing one row's object changes no other row, nor the next run's defaults."""
    mapper = RowMapper(_PLANS, _COLUMNS)
    one = mapper(("1", "", "", "", "t"), (0, 2))
    one.fields["extra_field"]["added"] = True
    assert mapper(("1", "", "", "", "t"), (0, 3)).fields["extra_field"] == {"n": 1, "t": "t"}


@pytest.mark.parametrize(
    ("header", "name", "index"),
    [
        (("a", "A"), "A", 1),
        (("Sipariş No", "Tarih"), "SİPARİŞ NO", 0),
        ((" Sipariş\u00a0No ", "Tarih"), "Sipariş No", 0),
        (("tutar", "Tutar "), "TUTAR", None),
        (("tutar", "Tutar "), "Tutar", 1),
        (("\ufeffNO",), "NO", 0),
        (("NO",), "N0", None),
        ((), "NO", None),
    ],
)
def test_a_column_is_found_by_name_and_then_by_its_look(
    header: tuple[str, ...], name: str, index: int | None
) -> None:
    """Exactly first; a name that could be two columns is none."""
    assert column_index(header, name) == index


def test_every_missing_column_is_told_once_with_the_nearest_name() -> None:
    """The key too; the header is shown, so that one look is enough."""
    table = Table(0, "items", "items.csv", ("SIPARIS_NO", "URUN", "ADT", "FIYAT "), header_row=3)
    issues = lacking_columns(table, compiled(spoilt()).columns["items"])
    assert [(issue.code, issue.value, issue.field) for issue in issues] == [
        ("E430", "NO", "key"),
        ("E430", "ADET", "order_item.quantity"),
        ("E430", "TUTAR", "order_item.total_price"),
    ]
    assert remedy_of(issues[1]).startswith("Did you mean 'ADT'? ")
    assert remedy_of(issues[2]).startswith("Correct the name")
    assert message_of(issues[1]) == "the file has no column 'ADET'; it has: SIPARIS_NO, URUN, ADT, FIYAT "
    assert str(issues[1].at) == "items.csv, row 3"
    assert issues[1].facts["header"] == "SIPARIS_NO, URUN, ADT, FIYAT "


def test_no_column_is_missing_from_a_whole_header() -> None:
    """Whatever else stands there."""
    table = Table(0, "items", "items.csv", ("X", "TUTAR", "urun", "ADET", "FIYAT", "no"))
    mapping = compiled(spoilt())
    assert lacking_columns(table, mapping.columns["items"]) == []
    assert used_columns(table, mapping.items) == {1, 2, 3, 4}


def test_a_mapper_is_not_made_for_a_header_that_lacks_a_column() -> None:
    """That would be a bug of ours: missing columns are told before."""
    with pytest.raises(ValueError, match="lacking_columns"):
        RowMapper(_PLANS, ("A",))


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("segment", 0),
        ("discount_amount", 1),
        ("notes", 0),
        ("extra_field.t", 4),
        ("extra_field", 0),
        ("amount", None),
    ],
)
def test_a_field_knows_its_column(field: str, column: int | None) -> None:
    """The first of several; an object has that of its first key."""
    assert RowMapper(_PLANS, _COLUMNS).column_of(field) == column


def test_every_problem_of_a_row_is_told_beside_what_is_right() -> None:
    """One bad cell hides no other; they come in the order of the payload."""
    row = RowMapper(_PLANS, _COLUMNS)(("x", "1.5,0", "evet", "31.02.2024", "t"), (0, 7))
    assert row.ref == (0, 7)
    assert [
        (problem.field, problem.problem.code, problem.column, problem.value) for problem in row.problems
    ] == [
        ("extra_field.n", "E214", 0, "x"),
        ("invoice_date", "E221", 3, "31.02.2024"),
        ("discount_amount", "E211", 1, "1.5,0"),
    ]
    assert row.fields == {"segment": "x", "has_gift_box": True, "notes": "xt", "extra_field": {"t": "t"}}
