"""What the target says is wrong, from every shape it is known to say it in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.target.complaints import complaints_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ({"amount": ["A valid number is required."], "code": "x"}, ["amount: A valid number is required."]),
        ({"amount": "Wrong."}, ["amount: Wrong."]),
        ({"non_field_errors": ["No.", "Never."], "code": "x"}, ["No.", "Never."]),
        ({"non_field_errors": "No."}, ["No."]),
        ({"detail": "Not found."}, ["Not found."]),
        ({"detail": ["Not found."]}, ["Not found."]),
        (
            {"order": {"customer": ["Gone."]}, "order_item": [{}, {"product": ["Gone.", "Away."]}]},
            ["order.customer: Gone.", "order_item[1].product: Gone.", "order_item[1].product: Away."],
        ),
        ({"order": {"non_field_errors": ["No."]}}, ["order: No."]),
        ({"order": {"code": ["Unknown."]}}, ["order.code: Unknown."]),
        ({"order_item": ["This list may not be empty."]}, ["order_item: This list may not be empty."]),
        ({"code": "x"}, []),
        ({"detail": ""}, []),
        ({"detail": None}, []),
        ({}, []),
        ([], []),
        (["No."], []),
        ("No.", []),
        (None, []),
        (7, []),
    ],
)
def test_each_shape_is_flattened(data: Any, texts: list[str]) -> None:
    """Fields by their path, general complaints without one, and nothing from what is not the API's shape."""
    assert [str(complaint) for complaint in complaints_in(data)] == texts


def test_a_flood_of_complaints_is_cut() -> None:
    """A hostile body makes neither endless lists nor deep recursion."""
    assert len(complaints_in({"a": ["x"] * 10_000})) == 200
    deep: Any = ["x"]
    for _ in range(500):
        deep = {"a": deep}
    assert complaints_in(deep) == ()


@given(JSON)
def test_no_body_breaks_the_reading(data: Any) -> None:
    """Whatever JSON comes, complaints come out, and each can be shown."""
    assert all(isinstance(str(complaint), str) for complaint in complaints_in(data))
