"""Which rows of an order are its items, and where an order column was filled: told only where needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.draft import OrderDraft
from pipeline.model.planned import packed_shape, unpacked_rows, unpacked_shape
from pipeline.model.rows import RowRef, Table

ITEMS = frozenset({"items", "lines"})
"""The sources whose rows may be items."""


@dataclass(frozen=True, slots=True)
class OrderShape:
    """The rows of an order: its own, its items' in payload order, all of them by table.

    ``filled`` tells which row filled a column that the order's own row leaves empty.
    """

    at: RowRef
    items: tuple[RowRef, ...]
    filled: Mapping[int, RowRef]
    rows: tuple[RowRef, ...]

    def row_of(self, column: int) -> RowRef:
        """The row that holds what the order says in a column of its own table."""
        return self.filled.get(column, self.at)


def shape_of(draft: OrderDraft) -> str | None:
    """What has to be kept beside an order's rows; ``None`` where they tell all.

    They do where every item has a row of its own and every row of the items' table is an item's: always with
    two files, and in one flat file unless a row carries none, or several share a cell.
    """
    if draft.rows is None:
        return None
    items = [item.ref for item in draft.items]
    return packed_shape(items, draft.filled) if items != draft.rows or draft.filled else None


def shape_from(at: RowRef, rows: str, shape: str | None, source_of: Callable[[int], str]) -> OrderShape:
    """The rows of an order, of what the journal keeps; ``source_of`` names the source of a table."""
    refs = tuple(unpacked_rows(rows))
    if shape is not None:
        items, filled = unpacked_shape(shape)
        return OrderShape(at, tuple(items), filled, refs)
    return OrderShape(at, tuple(ref for ref in refs if source_of(ref[0]) in ITEMS), {}, refs)


def sources_of(tables: Mapping[int, Table]) -> Callable[[int], str]:
    """The name of each table's source, by its index."""
    return lambda index: tables[index].source


def rows_by_table(refs: Sequence[RowRef]) -> dict[int, list[int]]:
    """Row numbers by the index of their table, ascending."""
    found: dict[int, list[int]] = {}
    for table, row in sorted(set(refs)):
        found.setdefault(table, []).append(row)
    return found
