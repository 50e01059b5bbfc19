"""Rows of a further source, such as payments or shipments, joined to the orders they belong to."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pipeline.model.draft import FieldProblem, MappedRow, OrderDraft, Problem


def join_further(
    orders: Mapping[str, OrderDraft],
    name: str,
    rows: Iterable[tuple[str, MappedRow]],
    allowed: Literal["one", "at_most_one", "many"],
) -> list[tuple[str, MappedRow]]:
    """Give every row to its order, as ``draft.further[name]``, in the order in which they stand.

    Where an order has more rows than are allowed, every one of them is a problem (E314) at its place; an
    order without one where ``one`` is demanded has the problem E315. Returns the rows that belong to no
    order.
    """
    orphans: list[tuple[str, MappedRow]] = []
    found: dict[str, list[MappedRow]] = {}
    for key, row in rows:
        if key in orders:
            found.setdefault(key, []).append(row)
        else:
            orphans.append((key, row))
    for key, draft in orders.items():
        mine = draft.further[name] = found.get(key, [])
        if allowed != "many" and len(mine) > 1:
            facts: dict[str, str | int] = {"source": name, "count": len(mine)}
            problem = FieldProblem("key", Problem("E314", facts), value=key)
            draft.odd_rows += [(row.ref, problem) for row in mine]
        elif allowed == "one" and not mine:
            draft.order.problems.append(FieldProblem("key", Problem("E315", {"source": name}), value=key))
    return orphans
