"""Orders in one file, items in another, in whatever order their rows stand."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assembly.two_files import Joined, join, row_list
from pipeline.model.draft import FieldProblem, MappedRow, Problem

_KEYS = st.sampled_from(["1", "2", "3", "01", "a", "A"])
_ORDERS, _ITEMS = 0, 1


def _rows(table: int, keys: list[str]) -> list[tuple[str, MappedRow]]:
    return [(key, MappedRow((table, number), {}, [])) for number, key in enumerate(keys, 2)]


def _joined(orders: list[str], items: list[str]) -> Joined:
    return join(_rows(_ORDERS, orders), _rows(_ITEMS, items))


def _problems(joined: Joined) -> list[list[tuple[str, str | None]]]:
    return [[(found.problem.code, found.value) for found in draft.order.problems] for draft in joined.orders]


def test_items_find_their_order_wherever_they_stand() -> None:
    """By key, not by neighbourhood."""
    joined = _joined(["1", "2"], ["2", "1", "2", "1", "1"])
    assert [[item.ref[1] for item in draft.items] for draft in joined.orders] == [[3, 5, 6], [2, 4]]
    assert _problems(joined) == [[], []]
    assert joined.orphans == []


def test_an_order_without_items_is_a_problem_of_that_order() -> None:
    """At its key."""
    joined = _joined(["1", "2"], ["2"])
    assert joined.orders[0].order.problems == [FieldProblem("key", Problem("E302"), value="1")]
    assert _problems(joined)[1] == []


def test_an_item_without_an_order_is_an_orphan_and_nobodys_problem() -> None:
    """Zeros in front and case make another key."""
    joined = _joined(["1", "a"], ["1", "01", "a", "A", "9"])
    assert [(key, row.ref) for key, row in joined.orphans] == [("01", (1, 3)), ("A", (1, 5)), ("9", (1, 6))]
    assert _problems(joined) == [[], []]


def test_every_row_of_an_order_that_occurs_twice_is_told_of_all() -> None:
    """None is the right one, and the items stay in one place."""
    joined = _joined(["1", "2", "1", "1"], ["1", "2", "1"])
    assert [len(draft.items) for draft in joined.orders] == [2, 1, 0, 0]
    twice = Problem("E303", {"rows": "2, 4 and 5", "times": 3})
    assert [draft.order.problems for draft in joined.orders] == [
        [FieldProblem("key", twice, value="1")],
        [],
        [FieldProblem("key", twice, value="1")],
        [FieldProblem("key", twice, value="1")],
    ]


def test_a_key_is_shown_as_messages_may_carry_it() -> None:
    """On one line, and not endlessly."""
    joined = _joined(["x\n" * 100], [])
    value = joined.orders[0].order.problems[0].value
    assert value is not None
    assert value.isprintable()
    assert len(value) == 80


@settings(deadline=None, max_examples=3000)
@given(st.lists(_KEYS, max_size=8), st.lists(_KEYS, max_size=12))
def test_every_row_ends_in_exactly_one_place(orders: list[str], items: list[str]) -> None:
    """An order row is a draft, an item row an item of one draft or an orphan; nothing is lost or doubled."""
    joined = _joined(orders, items)
    assert [draft.order.ref[1] for draft in joined.orders] == list(range(2, len(orders) + 2))
    places = Counter(item.ref for draft in joined.orders for item in draft.items)
    places += Counter(row.ref for _, row in joined.orphans)
    assert places == Counter((_ITEMS, number) for number in range(2, len(items) + 2))
    assert {key for key, _ in joined.orphans} == set(items) - set(orders)
    assert all(
        found for found, draft in zip(_problems(joined), joined.orders, strict=True) if not draft.items
    )


@settings(deadline=None, max_examples=3000)
@given(st.lists(_KEYS, max_size=8), st.lists(_KEYS, max_size=12), st.data())
def test_any_order_of_rows_gives_the_same_drafts(
    orders: list[str], items: list[str], data: st.DataObject
) -> None:
    """Which items belong together and what is wrong do not depend on where rows stand."""
    order_rows = data.draw(st.permutations(_rows(_ORDERS, orders)))
    item_rows = data.draw(st.permutations(_rows(_ITEMS, items)))
    assert _content(join(order_rows, item_rows)) == _content(_joined(orders, items))


def _content(joined: Joined) -> tuple[object, ...]:
    """What was joined, without the order in which rows came."""
    items: dict[str, set[tuple[int, int]]] = {}
    codes: dict[str, set[str]] = {}
    for draft in joined.orders:
        items.setdefault(draft.key, set()).update(item.ref for item in draft.items)
        codes.setdefault(draft.key, set()).update(found.problem.code for found in draft.order.problems)
    return items, codes, {(key, row.ref) for key, row in joined.orphans}


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([2], "2"),
        ([2, 17], "2 and 17"),
        ([2, 17, 40], "2, 17 and 40"),
        (list(range(2, 12)), "2, 3, 4, 5, 6, 7, 8, 9, 10 and 11"),
        (list(range(2, 15)), "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more"),
    ],
)
def test_rows_are_listed_as_a_person_would(numbers: list[int], text: str) -> None:
    """The first ten, and how many more."""
    assert row_list([(0, number) for number in numbers]) == text
