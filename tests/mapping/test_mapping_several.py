"""Rules of several columns, and rules that hold for some rows only."""

from decimal import Decimal

import pytest
from mapping_texts import compiled, order_row, places_of, refused, unmarked, with_order

from pipeline.mapping.binding import RowMapper


def test_the_first_column_that_is_not_empty_counts() -> None:
    """Null words are empty too; a problem stands at the cell that was taken."""
    line = "notes: {first_of: [A, B, C], empty: ['-'], steps: [{phone: TR}]}"
    assert order_row(line, {"A": " ", "B": "-", "C": "0532 111 22 33"}).fields == {"notes": "+905321112233"}
    row = order_row(line, {"A": "", "B": "12", "C": "0532 111 22 33"})
    assert [(one.problem.code, one.column, one.value) for one in row.problems] == [("E264", 1, "12")]
    assert order_row(line, {"A": "", "B": "", "C": ""}).fields == {"notes": ""}


def test_texts_are_joined_without_those_that_are_empty() -> None:
    """No separator is left hanging."""
    line = "notes: {concat: [A, B, C], separator: ', '}"
    assert order_row(line, {"A": "Moda Cad.", "B": "", "C": "Kadıköy"}).fields == {
        "notes": "Moda Cad., Kadıköy"
    }
    assert order_row(line, {"A": "", "B": "", "C": ""}).fields == {"notes": ""}


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        ("is: [İade, Geri]", "iade", "Teslim"),
        ("is_not: Test", "x", "TEST"),
        ("contains: hediye", "1 HEDİYE paketi", "paket"),
        ("starts_with: TR-", "tr-1", "1-TR-"),
        ("ends_with: -b", "1-B", "B-1"),
        ("empty: true", " ", "x"),
        ("empty: false", "x", ""),
        ("at_least: 100", "100,00", "99,99"),
        ("at_most: 100", "100,00", "100,01"),
        ("more_than: 0.5", "0,51", "0,5"),
        ("less_than: 0", "-1", "0"),
    ],
)
def test_a_condition_decides_whether_the_rule_holds(condition: str, holds: str, fails: str) -> None:
    """For other rows the cell counts as empty, and the default stands in."""
    line = f"notes: {{column: A, when: {{column: W, {condition}}}, default: otherwise}}"
    assert order_row(line, {"A": "text", "W": holds}).fields == {"notes": "text"}
    assert order_row(line, {"A": "text", "W": fails}).fields == {"notes": "otherwise"}


def test_a_constant_may_have_a_condition_and_several_must_all_hold() -> None:
    """A word where two things are so, another where not."""
    line = "segment: {constant: big, when: [{column: A, at_least: 10}, {column: B, is: x}], default: small}"
    assert order_row(line, {"A": "10", "B": "X"}).fields == {"segment": "big"}
    assert order_row(line, {"A": "10", "B": "y"}).fields == {"segment": "small"}
    assert order_row(line, {"A": "9", "B": "x"}).fields == {"segment": "small"}


def test_a_cell_that_is_no_number_cannot_be_compared_with_one() -> None:
    """The problem stands at the cell of the condition; a blank one is no number of any size."""
    line = "notes: {column: A, when: {column: W, at_least: 10}}"
    row = order_row(line, {"A": "text", "W": "ten"})
    assert [(one.problem.code, one.column) for one in row.problems] == [("E276", 1)]
    assert order_row(line, {"A": "text", "W": ""}).fields == {"notes": ""}


def test_a_cell_of_a_rule_that_does_not_hold_is_not_read() -> None:
    """What it holds is nobody's problem."""
    line = "refund_amount: {column: A, decimal: true, when: {column: W, is: yes}}"
    assert order_row(line, {"A": "n/a", "W": "no"}).problems == []
    assert order_row(line, {"A": "5", "W": "yes"}).fields == {"refund_amount": Decimal("5.00")}


def test_numbers_of_a_workbook_are_compared_as_numbers() -> None:
    """Whatever the locale."""
    line = "notes: {column: A, when: {column: W, at_most: 2}}"
    assert order_row(line, {"A": "text", "W": 1.5}).fields == {"notes": "text"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("notes: {column: N, when: ¦{column: A}}", "E472"),
        ("notes: {column: N, when: [¦{column: A, is: x, empty: true}]}", "E472"),
        ("notes: {column: N, when: ¦[]}", "E472"),
        ("notes: {column: N, when: {column: A, is: ¦''}}", "E472"),
        ("notes: {column: N, when: {column: A, at_least: ¦ten}}", "E421"),
        ("notes: {column: N, when: {column: A, ¦equals: x}}", "E411"),
        ("notes: {first_of: ¦[A]}", "E421"),
        ("notes: ¦{first_of: [A, B], column: C}", "E418"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_told_at_its_place(line: str, code: str) -> None:
    """Before any row is read."""
    text, places = unmarked(with_order(line))
    assert places_of(refused(text)) == [(code, *places[0])]


def test_columns_of_conditions_are_wanted_like_any_other() -> None:
    """A file without one is refused before its first row."""
    mapping = compiled(with_order("notes: {first_of: [A, B], when: {column: W, empty: false}}"))
    assert {"A", "B", "W"} <= {one.column for one in mapping.columns["orders"]}


def test_an_expensive_chain_over_several_columns_runs_once_per_distinct_row() -> None:
    """Remembered like that of one column; problems are remembered too."""
    plan = next(
        plan
        for plan in compiled(with_order("notes: {concat: [A, B], steps: [{phone: TR}]}")).order
        if plan.name == "notes"
    )
    mapper = RowMapper([plan], ("A", "B"))
    rows = [mapper(("0532", "111 22 33"), (0, number)) for number in range(2, 5)]
    assert {row.fields["notes"] for row in rows} == {"+905321112233"}
    wrong = [mapper(("0532", "1"), (0, number)) for number in range(2, 5)]
    assert [[one.problem.code for one in row.problems] for row in wrong] == [["E264"]] * 3
