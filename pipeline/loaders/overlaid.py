"""Corrections laid over the rows of a table as they come from its file."""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by

from pipeline.corrections.cell_text import cell_of
from pipeline.loaders.characters import judge_characters
from pipeline.loaders.text.json_elements import Element
from pipeline.loaders.text.json_values import compact, flatten
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.overlay import CorrectedRows
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, RowBatch, Table

_CURED = {"E134", "E135"}
"""Faults of one cell (a bad character, a value that stands elsewhere), which writing it anew cures."""


@dataclass(slots=True)
class Overlaid:
    """Corrects batches of one table, in file order; ``done`` are the rows that were met.

    ``before`` is what the file holds in corrected cells, by row and column.
    """

    rows: CorrectedRows
    done: set[int] = made_by(default_factory=set)
    before: dict[tuple[int, int], Cell] = made_by(default_factory=dict)
    _sorted: list[int] = made_by(default_factory=list)

    def __post_init__(self) -> None:
        self._sorted = sorted(self.rows)

    def over(self, batch: RowBatch) -> RowBatch:
        """The batch with its corrected cells. A fault of a corrected cell goes, all others stay."""
        numbers = batch.numbers
        if not numbers:
            return batch
        first, last = bisect_left(self._sorted, numbers[0]), bisect_right(self._sorted, numbers[-1])
        rows, faults = list(batch.rows), dict(batch.faults)
        for number in self._sorted[first:last]:
            index = bisect_left(numbers, number)
            if numbers[index] != number:
                continue
            cells = self.rows[number]
            self.before.update(
                ((number, column), rows[index][column]) for column in cells if column < len(rows[index])
            )
            rows[index] = corrected(rows[index], cells)
            self.done.add(number)
            fault = faults.get(number)
            at = fault.at if fault is not None else None
            if fault is not None and fault.code in _CURED and at is not None and at.column in cells:
                del faults[number]
                judge_characters(batch.table, [number], [rows[index]], faults)
        return RowBatch(batch.table, numbers, rows, faults, batch.ignored)

    def demand_all(self, table: Table) -> None:
        """Raise :class:`InputRefused` (E673) where a row that was corrected is not in the file."""
        lost = sorted(set(self.rows) - self.done)
        if lost:
            reason = f"row {lost[0]} is not there any more"
            at = Location(table.file, table.sheet, lost[0])
            raise InputRefused(Issue("E673", at, facts={"reason": reason}))


def corrected(row: Row, cells: Mapping[int, str]) -> Row:
    """The row with other texts in some of its cells, each of the type of the cell that it replaces."""
    return tuple(cell_of(cells[column], cell) if column in cells else cell for column, cell in enumerate(row))


def corrected_element(element: Element, header: Sequence[str], cells: Mapping[int, str]) -> Element:
    """An element of a JSON file with other texts in some of its cells."""
    value = element.value
    if isinstance(value, list):
        value = [cells.get(place, part) for place, part in enumerate(value)]
    elif isinstance(value, dict):
        value = _with_texts(value, {header[column]: text for column, text in cells.items()})
    return element._replace(text=compact(value), value=value)


def _with_texts(value: Mapping[str, object], texts: Mapping[str, str], prefix: str = "") -> dict[str, object]:
    """An object with other texts by column name; what an object lacks is put behind the rest."""
    made: dict[str, object] = {}
    for key, part in value.items():
        name = prefix + key
        made[key] = _with_texts(part, texts, f"{name}.") if isinstance(part, dict) else texts.get(name, part)
    if not prefix:
        there = dict[str, Cell]()
        flatten(value, there)
        made |= {name: text for name, text in texts.items() if name not in there}
    return made


def only(batch: RowBatch, chosen: Container[int]) -> RowBatch:
    """The batch without the rows that are not chosen; they count as not read at all."""
    kept = [index for index, number in enumerate(batch.numbers) if number in chosen]
    return RowBatch(
        batch.table,
        [batch.numbers[index] for index in kept],
        [batch.rows[index] for index in kept],
        {number: fault for number, fault in batch.faults.items() if number in chosen},
        {number: issue for number, issue in batch.ignored.items() if number in chosen},
    )
