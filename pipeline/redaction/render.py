"""An extract as it is written into a bundle: chosen rows and columns, cells in disguise."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import TypeAlias

from pipeline.model.cell import Cell
from pipeline.model.extract import FileExtract, TableExtract
from pipeline.model.folding import fold
from pipeline.model.rows import Row, RowRef
from pipeline.redaction.cells import disguised
from pipeline.redaction.disguise import Disguise
from pipeline.redaction.lines import disguised_line
from pipeline.redaction.roles import Role

Place: TypeAlias = tuple[int, int, int]
"""Table, row and column of a cell; rows above a header count down from -1."""


@dataclass(frozen=True, slots=True)
class Masks:
    """How cells are disguised: the role of every column by table, and the words that stay.

    A table without roles has lines for cells.
    """

    roles: Mapping[int, tuple[Role, ...]]
    known: Collection[str]
    disguise: Disguise

    def role(self, tab: int, column: int) -> Role:
        """What a cell's column is; cells beyond the header are text."""
        roles = self.roles.get(tab, ())
        return roles[column] if column < len(roles) else Role.TEXT

    def cell(self, table: TableExtract, column: int, cell: Cell, *, above: bool = False) -> Cell:
        """A cell in disguise."""
        tab = table.table.index
        if tab in self.roles and not above:
            return disguised(cell, self.role(tab, column), self.known, self.disguise)
        if not isinstance(cell, str):
            return disguised(cell, Role.TEXT, self.known, self.disguise)
        names = {fold(name) for name in table.table.header} | {
            word for name in table.table.header for word in fold(name).split()
        }
        return disguised_line(cell, {*self.known, *names}, self.disguise)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are written, which columns are not, and which cells keep their value."""

    rows: frozenset[RowRef]
    dropped: Mapping[int, frozenset[int]] = made_by(default_factory=dict)
    plain: frozenset[Place] = frozenset()


def rendered(extract: FileExtract, selection: Selection, masks: Masks | None) -> FileExtract:
    """The extract with the chosen rows; without ``masks`` every cell is as it was."""
    return replace(extract, tables=tuple(_table(one, selection, masks) for one in extract.tables))


def _table(table: TableExtract, selection: Selection, masks: Masks | None) -> TableExtract:
    tab = table.table.index
    rows = {number: row for number, row in table.rows.items() if (tab, number) in selection.rows}
    above = table.above
    if masks is not None:
        rows = {number: _row(table, number, row, selection, masks) for number, row in rows.items()}
        above = tuple(
            _row(table, -1 - index, row, selection, masks, above=True) for index, row in enumerate(above)
        )
    return replace(table, above=above, rows=rows, dropped=selection.dropped.get(tab, frozenset()))


def _row(  # noqa: PLR0913 - a row, where it stands and how it is seen
    table: TableExtract, number: int, row: Row, selection: Selection, masks: Masks, *, above: bool = False
) -> Row:
    tab = table.table.index
    return tuple(
        cell if (tab, number, column) in selection.plain else masks.cell(table, column, cell, above=above)
        for column, cell in enumerate(row)
    )


def cells_of(
    extracts: Collection[FileExtract], selection: Selection
) -> Iterator[tuple[Place, TableExtract, Cell]]:
    """Every cell that the selection writes, with its place, headers aside."""
    for table in (one for extract in extracts for one in extract.tables):
        tab, dropped = table.table.index, selection.dropped.get(table.table.index, frozenset())
        numbered = [(-1 - index, row) for index, row in enumerate(table.above)]
        numbered += [(number, row) for number, row in table.rows.items() if (tab, number) in selection.rows]
        for number, row in numbered:
            for column, cell in enumerate(row):
                if column not in dropped or number < 0:
                    yield (tab, number, column), table, cell
