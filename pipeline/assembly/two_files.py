"""Orders in one file, order items in another."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.model.draft import FieldProblem, MappedRow, OrderDraft, Problem
from pipeline.model.issue import shown
from pipeline.model.rows import RowRef


@dataclass(slots=True)
class Joined:
    """Every row in exactly one place: part of an order, or an orphan."""

    orders: list[OrderDraft] = field(default_factory=list)
    orphans: list[tuple[str, MappedRow]] = field(default_factory=list)


def join(
    orders: Iterable[tuple[str, MappedRow]], items: Iterable[tuple[str, MappedRow]], key_field: str = "key"
) -> Joined:
    """Join mapped rows by key, in the order in which the order rows stand.

    An order without items gets the problem E302, each order row of a key that occurs twice E303 (its
    items go to the first of them, so that every row stays in one place). An item whose key no order has
    is an orphan.
    """
    joined = Joined()
    by_key: dict[str, list[OrderDraft]] = {}
    for key, row in orders:
        draft = OrderDraft(key, row, [])
        by_key.setdefault(key, []).append(draft)
        joined.orders.append(draft)
    for key, row in items:
        drafts = by_key.get(key)
        if drafts:
            drafts[0].items.append(row)
        else:
            joined.orphans.append((key, row))
    for key, drafts in by_key.items():
        if len(drafts) > 1:
            _refuse_duplicates(key, drafts, key_field)
        elif not drafts[0].items:
            drafts[0].order.problems.append(FieldProblem(key_field, Problem("E302"), value=shown(key)))
    return joined


def _refuse_duplicates(key: str, drafts: list[OrderDraft], key_field: str) -> None:
    rows = row_list([draft.order.ref for draft in drafts])
    for draft in drafts:
        problem = Problem("E303", {"rows": rows, "times": len(drafts)})
        draft.order.problems.append(FieldProblem(key_field, problem, value=shown(key)))


def row_list(refs: list[RowRef], most: int = 10) -> str:
    """Row numbers for a message: ``2, 17 and 40``, shortened after ``most``."""
    numbers = [str(row) for _, row in refs[:most]]
    if len(refs) > most:
        return f"{', '.join(numbers)} and {len(refs) - most} more"
    return " and ".join([", ".join(numbers[:-1]), numbers[-1]]) if len(numbers) > 1 else "".join(numbers)
