"""Which orders of a run bear a number or stand in a row: for whoever gives a number to another order."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.journal.reading import JournalReader
from pipeline.model.rows import RowRef
from pipeline.model.states import State


class Numbered(NamedTuple):
    """An order of a run: its row, its number, its state."""

    at: RowRef
    number: str
    state: State


class Numbers:
    """The orders of one journal by their rows and by their numbers."""

    def __init__(self, journal: JournalReader) -> None:
        self._ask = journal.ask

    def standing_at(self, ref: RowRef) -> Numbered | None:
        """The order whose order row this is; ``None`` for any other row."""
        sql = "SELECT tab, row, number, state FROM orders WHERE tab = ? AND row = ?"
        return next(self._orders(sql, ref), None)

    def bearing(self, collision: str) -> list[Numbered]:
        """The orders with this collision key, whose numbers may count as the same; in source order."""
        sql = "SELECT tab, row, number, state FROM orders WHERE collision = ? ORDER BY tab, row"
        return list(self._orders(sql, (collision,)))

    def _orders(self, sql: str, values: tuple[int | str, ...]) -> Iterator[Numbered]:
        for tab, row, number, state in self._ask(sql, values):
            yield Numbered((tab, row), number, State(state))
