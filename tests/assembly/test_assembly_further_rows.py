"""Rows of a further source, joined to the orders they belong to."""

import pytest

from pipeline.assembly.further_rows import join_further
from pipeline.model.draft import MappedRow, OrderDraft


def drafts(*keys: str) -> dict[str, OrderDraft]:
    """Give an order for each key."""
    return {key: OrderDraft(key, MappedRow((0, n), {}, []), []) for n, key in enumerate(keys, 2)}


def row(number: int, **fields: object) -> MappedRow:
    """Give a row of the further table."""
    return MappedRow((2, number), dict(fields), [])


def test_every_row_ends_at_its_order_or_among_the_orphans() -> None:
    """In the order in which the rows stand, and none twice."""
    orders = drafts("A", "B")
    first, second, third, lost = row(2), row(3), row(4), row(5)
    orphans = join_further(
        orders, "payments", [("B", first), ("A", second), ("B", third), ("X", lost)], "many"
    )
    assert orphans == [("X", lost)]
    assert orders["A"].further == {"payments": [second]}
    assert orders["B"].further == {"payments": [first, third]}
    assert orders["B"].refs() == [(0, 3), (2, 2), (2, 4)]


@pytest.mark.parametrize(
    ("allowed", "rows", "codes"),
    [
        ("one", 0, ["E315"]),
        ("one", 1, []),
        ("one", 2, ["E314", "E314"]),
        ("at_most_one", 0, []),
        ("at_most_one", 1, []),
        ("at_most_one", 3, ["E314", "E314", "E314"]),
        ("many", 0, []),
        ("many", 3, []),
    ],
)
def test_too_many_or_too_few_rows_are_problems_of_the_order(
    allowed: str, rows: int, codes: list[str]
) -> None:
    """Told at every row that is one too many, and at the order where one is missing."""
    orders = drafts("A")
    given = [("A", row(number)) for number in range(2, 2 + rows)]
    join_further(orders, "payments", given, allowed)  # type: ignore[arg-type]
    draft = orders["A"]
    found = [problem.problem.code for problem in draft.order.problems]
    found += [problem.problem.code for _, problem in draft.odd_rows]
    assert found == codes
    assert {ref for ref, _ in draft.odd_rows} == (
        {ref.ref for _, ref in given} if rows > 1 and codes else set()
    )
