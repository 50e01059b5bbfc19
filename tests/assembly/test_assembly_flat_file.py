"""Orders and items in one flat file."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assembly.flat_file import Group, group
from pipeline.model.cell import Cell
from pipeline.model.draft import FieldProblem, Problem
from pipeline.model.rows import Row

_ORDER, _SHARED, _ITEM = 1, 2, 3
"""Columns of a row (key, order's own, shared by order and item, item's own)."""


def _grouped(*rows: tuple[Cell, ...], item_columns: tuple[int, ...] = (_SHARED, _ITEM)) -> list[Group]:
    numbered = [(str(row[0]), row, (0, number)) for number, row in enumerate(rows, 2)]
    return group(numbered, (_ORDER, _SHARED), item_columns)


def _item_rows(found: Group) -> list[int]:
    return [number for _, (_, number) in found.items]


def test_rows_of_one_key_are_one_order_wherever_they_stand() -> None:
    """In the order in which keys first appear."""
    first, second = _grouped(("b", "x", "", "i"), ("a", "y", "", "j"), ("b", "x", "", "k"))
    assert (first.key, first.ref, _item_rows(first)) == ("b", (0, 2), [2, 4])
    assert (second.key, second.ref, _item_rows(second)) == ("a", (0, 3), [3])
    assert first.rows == [(0, 2), (0, 4)]


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t"])
def test_an_order_column_may_stand_on_the_first_row_only(blank: str) -> None:
    """Empty cells below repeat nothing and contradict nothing."""
    (found,) = _grouped(("a", "x", "try", "i"), ("a", blank, blank, "j"))
    assert found.order_row == ("a", "x", "try", "i")
    assert found.problems == []
    assert _item_rows(found) == [2, 3]


@pytest.mark.parametrize(("above", "below"), [("x", "x"), (1001.0, "1001"), ("x ", "x"), (5.0, 5.0)])
def test_an_order_column_may_be_repeated(above: Cell, below: Cell) -> None:
    """In any type of cell that shows the same."""
    (found,) = _grouped(("a", above, "", "i"), ("a", below, "", "j"))
    assert found.problems == []
    assert found.order_row[_ORDER] == above


def test_an_order_column_is_filled_by_the_first_row_that_has_it() -> None:
    """Each column for itself."""
    (found,) = _grouped(("a", "", "", "i"), ("a", "", "try", "j"), ("a", "x", "", "k"))
    assert found.order_row == ("a", "x", "try", "i")
    assert found.problems == []


def test_an_order_column_that_changes_is_told_at_each_cell_that_differs() -> None:
    """With the first value and its row; the first stays."""
    (found,) = _grouped(("a", "x", "try", "i"), ("a", "y", "try", "j"), ("a", "x", "eur", "k"))
    assert found.order_row[_ORDER] == "x"
    assert found.problems == [
        ((0, 3), FieldProblem("key", Problem("E304", {"first": "x", "first_row": 2}), _ORDER, "y")),
        ((0, 4), FieldProblem("key", Problem("E304", {"first": "try", "first_row": 2}), _SHARED, "eur")),
    ]


def test_the_first_value_is_told_with_the_row_that_has_it() -> None:
    """Which need not be the order's first row."""
    (found,) = _grouped(("a", "", "", "i"), ("a", "x", "", "j"), ("a", "y", "", "k"))
    ((ref, problem),) = found.problems
    assert (ref, problem.problem.facts) == ((0, 4), {"first": "x", "first_row": 3})


def test_a_row_without_item_cells_carries_no_item() -> None:
    """Columns that the order reads too do not make an item."""
    (found,) = _grouped(("a", "x", "try", ""), ("a", "", "try", "i"), ("a", "", "", " "))
    assert _item_rows(found) == [3]
    assert found.rows == [(0, 2), (0, 3), (0, 4)]


def test_items_made_of_shared_columns_alone_are_found_by_them() -> None:
    """Where items have no column of their own."""
    (found,) = _grouped(("a", "x", "try", "z"), ("a", "x", "", "z"), item_columns=(_SHARED,))
    assert _item_rows(found) == [2]


_CELL = st.sampled_from(["", " ", "x", "y", 1.0, "1"])
_ROW = st.tuples(st.sampled_from("abc"), _CELL, _CELL, _CELL)


@settings(deadline=None)
@given(st.lists(_ROW, max_size=12))
def test_every_row_is_in_exactly_one_order(rows: list[Row]) -> None:
    """And every row with an item's cell is an item, once."""
    found = _grouped(*rows)
    places = Counter(ref for one in found for ref in one.rows)
    assert places == Counter((0, number) for number in range(2, len(rows) + 2))
    items = [ref for one in found for _, ref in one.items]
    filled = [number for number, row in enumerate(rows, 2) if str(row[_ITEM]).strip()]
    assert sorted(number for _, number in items) == filled
    assert all(one.ref == one.rows[0] for one in found)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from("ij")), max_size=10), st.data()
)
def test_any_order_of_consistent_rows_gives_the_same_orders(
    lines: list[tuple[str, bool, str]], data: st.DataObject
) -> None:
    """Whether the order's columns stand first, last or on each row."""
    rows = [(key, key.upper() if told else "", "", item) for key, told, item in lines]
    before, after = _grouped(*rows), _grouped(*data.draw(st.permutations(rows)))
    assert _content(before) == _content(after)
    assert not any(one.problems for one in [*before, *after])


def _content(groups: list[Group]) -> dict[str, tuple[Cell, Counter[Cell]]]:
    return {one.key: (one.order_row[_ORDER], Counter(row[_ITEM] for row, _ in one.items)) for one in groups}
