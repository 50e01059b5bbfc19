"""Orders and items in one flat file: a row an item, the order's columns on the first row or on each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.model.cell import Cell, plain_text
from pipeline.model.draft import FieldProblem, Problem
from pipeline.model.issue import shown
from pipeline.model.rows import Row, RowRef


@dataclass(slots=True)
class Group:
    """The rows of one order, all of them named in ``rows``.

    ``order_row`` holds the order's columns, each from the first row that fills it; ``items`` are the rows
    that carry an item. ``filled`` tells which row filled an order column that ``ref`` leaves empty;
    ``problems`` names order columns whose value changes between rows, with the row.
    """

    key: str
    order_row: Row
    ref: RowRef
    rows: list[RowRef]
    items: list[tuple[Row, RowRef]] = field(default_factory=list)
    filled: dict[int, RowRef] = field(default_factory=dict)
    problems: list[tuple[RowRef, FieldProblem]] = field(default_factory=list)


def group(
    rows: Iterable[tuple[str, Row, RowRef]], order_columns: Sequence[int], item_columns: Sequence[int]
) -> list[Group]:
    """Group rows by key, in the order in which keys first appear.

    ``order_columns`` and ``item_columns`` are the columns that feed order and item fields. A follow-up
    row may leave an order column empty or repeat its value; another value is E304 at that cell. A row
    whose item columns are all empty carries no item.
    """
    groups: dict[str, Group] = {}
    only_item = [column for column in item_columns if column not in set(order_columns)]
    for key, row, ref in rows:
        known = groups.get(key)
        if known is None:
            known = groups[key] = Group(key, row, ref, [ref])
        else:
            known.rows.append(ref)
            _merge(known, row, ref, order_columns)
        if any(not _is_blank(row[column]) for column in (only_item or item_columns)):
            known.items.append((row, ref))
    return list(groups.values())


def _merge(known: Group, row: Row, ref: RowRef, order_columns: Sequence[int]) -> None:
    for column in order_columns:
        cell = row[column]
        if _is_blank(cell):
            continue
        first = known.order_row[column]
        if _is_blank(first):
            cells = list(known.order_row)
            cells[column] = cell
            known.order_row = tuple(cells)
            known.filled[column] = ref
        elif cell != first and plain_text(cell).strip() != plain_text(first).strip():
            _, first_row = known.filled.get(column, known.ref)
            facts: dict[str, str | int] = {"first": shown(plain_text(first)), "first_row": first_row}
            problem = FieldProblem("key", Problem("E304", facts), column, shown(plain_text(cell)))
            known.problems.append((ref, problem))


def _is_blank(cell: Cell) -> bool:
    return cell == "" or (isinstance(cell, str) and cell.isspace())
