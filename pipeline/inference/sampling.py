"""Whole orders drawn from a file of any length: those whose key has a small hash, with all their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.inference.facts import KeySketch, key_hash, key_text
from pipeline.model.cell import Cell
from pipeline.model.rows import Row, RowBatch

MOST_ORDERS: Final = 1_500
_MOST_ROWS: Final = 200
_FULL: Final = 1 << 32


def drawn_below(keys: KeySketch) -> int:
    """The hash below which a key is drawn, so that about :data:`MOST_ORDERS` are, or all."""
    distinct = max(keys.distinct, 1)
    return _FULL if distinct <= MOST_ORDERS else _FULL * MOST_ORDERS // distinct


class Drawer:
    """Keeps the rows of the drawn keys of one table.

    ``fills``: a row without a key belongs to the order above it. Of an order with very many rows the first
    are kept, and ``cut`` names it: sums over it would be wrong.
    """

    def __init__(self, key: int, below: int, *, fills: bool = False) -> None:
        self._key, self._below, self._fills = key, below, fills
        self._last = ""
        self.rows: dict[str, list[Row]] = {}
        self.cut: set[str] = set()

    def feed(self, batch: RowBatch) -> None:
        """Take in one batch."""
        rows, below, place = self.rows, self._below, self._key
        for row in batch.rows:
            key = key_text(row[place])
            if not key:
                if not self._fills:
                    continue
                key = self._last
            self._last = key
            if key_hash(key) < below:
                kept = rows.setdefault(key, [])
                if len(kept) < _MOST_ROWS:
                    kept.append(row)
                else:
                    self.cut.add(key)


@dataclass(frozen=True, slots=True)
class DrawnOrder:
    """One order: the rows that its own columns are read from, and its lines. The same rows in a flat file."""

    key: str
    head: Sequence[Row]
    lines: Sequence[Row]

    def first(self, column: int) -> Cell:
        """The first value of an order's column that is not empty, ``""`` for none."""
        return next((row[column] for row in self.head if row[column] != ""), "")


def drawn_orders(heads: Drawer, lines: Drawer | None = None) -> tuple[DrawnOrder, ...]:
    """The drawn orders with their lines, those that are whole, in the order of the file."""
    below = lines or heads
    cut = heads.cut | below.cut
    return tuple(
        DrawnOrder(key, rows, below.rows[key])
        for key, rows in heads.rows.items()
        if key in below.rows and key not in cut
    )


def constant_share(orders: Sequence[DrawnOrder], column: int) -> tuple[float, int]:
    """Of the orders with several lines: the share in which a column has one value, and their number."""
    several = [order for order in orders if len(order.lines) > 1]
    if not several:
        return 1.0, 0
    same = sum(len({key_text(row[column]) for row in order.lines} - {""}) <= 1 for order in several)
    return same / len(several), len(several)


def first_row_only(orders: Sequence[DrawnOrder], column: int) -> bool:
    """Whether a column is filled on the first row of an order alone, where it is filled."""
    several = [order for order in orders if len(order.lines) > 1 and key_text(order.lines[0][column])]
    return bool(several) and not any(key_text(row[column]) for order in several for row in order.lines[1:])
