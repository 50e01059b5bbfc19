"""The first conclusion: which tables are read as what, and by which key. Samples are drawn by it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.inference.facts import KeySketch, TableFacts
from pipeline.inference.joining import FlatKey, Join, best_join, flat_key, item_score

_MORE_THAN_KEYS = 1.5


@dataclass(frozen=True, slots=True)
class Outline:
    """Either ``join`` (orders and items) or ``flat`` (one kind of file)."""

    join: Join | None = None
    flat: FlatKey | None = None

    @property
    def head(self) -> tuple[int, int]:
        """Table and key column of the orders."""
        if self.join is not None:
            return self.join.orders, self.join.orders_key
        if self.flat is None:
            raise ValueError("an outline has a key")
        return self.flat.table, self.flat.key

    @property
    def lines(self) -> tuple[int, int]:
        """Table and key column of the items; those of the orders in a flat file."""
        return (self.join.items, self.join.items_key) if self.join is not None else self.head

    @property
    def fills(self) -> bool:
        """Whether rows without a key belong to the order above them."""
        return self.flat is not None and self.flat.fills

    def keys(self, tables: Sequence[TableFacts]) -> KeySketch:
        """The order numbers."""
        table, column = self.head
        return tables[table].columns[column].sketch or KeySketch()


def outline_of(tables: Sequence[TableFacts]) -> Outline | None:
    """How the tables belong together; ``None`` where no column may be an order's number."""
    join = best_join(tables) if len(tables) > 1 else None
    if (
        join is not None
        and item_score(tables[join.items]) >= item_score(tables[join.orders]) + _MORE_THAN_KEYS
    ):
        return Outline(join=join)
    flat = flat_key(tables)
    return Outline(flat=flat) if flat is not None else None
