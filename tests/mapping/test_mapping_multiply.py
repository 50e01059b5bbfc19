"""A field that is the product of several columns."""

from decimal import Decimal

import pytest
from mapping_texts import order_row, places_of, refused, with_order

from pipeline.model.cell import Cell, CellError
from pipeline.model.draft import FieldProblem

LINE = "refund_amount: {multiply: [Quantity, Price], empty: [-]}"


@pytest.mark.parametrize(
    ("quantity", "price", "product"),
    [
        ("3", "19,99", Decimal("59.97")),
        (3.0, 19.99, Decimal("59.97")),
        ("0", "19,99", Decimal("0.00")),
        ("1.000", "1,5", Decimal("1500.00")),
    ],
)
def test_the_product_comes_out_in_whole_cents(quantity: Cell, price: Cell, product: Decimal) -> None:
    """Text by the locale and number cells as they are, multiplied as decimals."""
    row = order_row(LINE, {"Quantity": quantity, "Price": price})
    assert row.problems == []
    assert row.fields["refund_amount"] == product
    assert str(row.fields["refund_amount"]) == str(product)


@pytest.mark.parametrize("empty", ["", "-", "  "])
def test_nothing_times_nothing_is_nothing(empty: str) -> None:
    """Where all cells are empty the field is left out, as for one empty cell."""
    row = order_row(LINE, {"Quantity": empty, "Price": empty})
    assert row.problems == []
    assert "refund_amount" not in row.fields


@pytest.mark.parametrize(
    ("quantity", "price", "code", "blamed"),
    [
        ("3", "", "E205", "Price"),
        ("", "3", "E205", "Quantity"),
        ("3", "x", "E211", "Price"),
        (CellError("#N/A"), "3", "E201", "Quantity"),
        ("3", "0,333", "E212", "Quantity"),
        ("-3", "1", "E242", "Quantity"),
    ],
)
def test_a_factor_that_is_wrong_is_blamed_at_its_cell(
    quantity: Cell, price: Cell, code: str, blamed: str
) -> None:
    """A product that itself may not leave is told at the first factor."""
    cells: dict[str, Cell] = {"Quantity": quantity, "Price": price}
    (problem,) = order_row(LINE, cells).problems
    assert isinstance(problem, FieldProblem)
    assert problem.problem.code == code
    assert problem.column == list(cells).index(blamed)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("notes: {multiply: [Quantity, Price]}", "E422"),
        ("refund_amount: {multiply: [Quantity]}", "E421"),
        ("refund_amount: {multiply: [Quantity, Price], column: Price}", "E418"),
        ("refund_amount: {multiply: [Quantity, Price], map: {a: 1}}", "E422"),
    ],
)
def test_a_product_is_an_amount_of_two_columns_or_more(line: str, code: str) -> None:
    """Everything else is a mistake of the mapping, told with its place."""
    assert [found for found, _, _ in places_of(refused(with_order(line)))] == [code]
