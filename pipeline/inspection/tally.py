"""How often something occurs in a column, and where first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.model.cell import Cell

FIRST_PLACES = 5


@dataclass(slots=True)
class Tally:
    """A count, and the first places: (row number, value)."""

    count: int = 0
    first: list[tuple[int, Cell]] = field(default_factory=list)

    def add(self, values: Iterable[Cell], count: int, numbers: Sequence[int], cells: Sequence[Cell]) -> None:
        """Count ``count`` cells of a batch: those that hold one of ``values``."""
        self.count += count
        if len(self.first) >= FIRST_PLACES:
            return
        wanted = set(values)
        for number, cell in zip(numbers, cells, strict=True):
            if cell in wanted:
                self.first.append((number, cell))
                if len(self.first) >= FIRST_PLACES:
                    return
