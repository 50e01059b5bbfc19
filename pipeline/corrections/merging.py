"""New corrections and those that there were, made one overlay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.corrections.cell_text import text_of
from pipeline.corrections.comparing import CellChange
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue, shown
from pipeline.model.overlay import CorrectedRows, FixedOrder, SheetKey
from pipeline.model.rows import Table


@dataclass(frozen=True, slots=True)
class Merged:
    """All corrections, the changes that made a difference, and warnings about those that others made too."""

    cells: Mapping[SheetKey, CorrectedRows]
    new: Sequence[CellChange]
    warnings: Sequence[Issue]


def merged(
    before: Mapping[SheetKey, CorrectedRows],
    changes: Iterable[CellChange],
    tables: Mapping[int, tuple[Table, SheetKey]],
    sources: Mapping[tuple[int, int], Sequence[Cell]],
) -> Merged:
    """Lay changes over the corrections that there are; ``sources`` are the changed rows of the files.

    A cell that is again what the source says is corrected no more. A change that says what is said already
    makes no difference.
    """
    cells = {key: {row: dict(columns) for row, columns in rows.items()} for key, rows in before.items()}
    new: list[CellChange] = []
    warnings: list[Issue] = []
    for change in changes:
        table, key = tables[change.table]
        source = text_of(sources[change.table, change.row][change.column])
        now = cells.get(key, {}).get(change.row, {}).get(change.column, source)
        if now == change.after:
            continue
        if now != change.before:
            warnings.append(Issue("W675", table.at(change.row, change.column), shown(now)))
        new.append(change)
        if change.after == source:
            del cells[key][change.row][change.column]
            if not cells[key][change.row]:
                del cells[key][change.row]
        else:
            cells.setdefault(key, {}).setdefault(change.row, {})[change.column] = change.after
    return Merged({key: rows for key, rows in cells.items() if rows}, new, warnings)


def orders_after(before: Iterable[FixedOrder], now: Sequence[FixedOrder]) -> tuple[FixedOrder, ...]:
    """The orders that corrections touched: those checked now, and earlier ones that are not among them."""
    rows = {(key, row) for order in now for key, numbers in order.rows for row in numbers}
    kept = [
        order
        for order in before
        if not any((key, row) in rows for key, numbers in order.rows for row in numbers)
    ]
    return (*kept, *now)
