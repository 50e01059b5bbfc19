"""Item lines of a table: its rows, or, where several items share a cell, the lines that the cell holds."""

from collections.abc import Iterable

from pipeline.mapping.binding import RowMapper, column_index, used_columns
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.field_plan import FieldPlan
from pipeline.mapping.grammar import LinesSource, Split
from pipeline.mapping.split import Splitter, pattern_of
from pipeline.mapping.steps.problem import CellProblem
from pipeline.model.cell import plain_text
from pipeline.model.draft import FieldProblem, MappedRow
from pipeline.model.folding import fold
from pipeline.model.issue import shown
from pipeline.model.rows import Row, RowRef, Table


class SplitMapper(RowMapper):
    """Maps the item lines in one cell of a row. What it says of a line, it says at that cell.

    A line reads the columns of its row and, under the names of the pattern, its own parts; a column of the
    file that bears such a name is hidden by it.
    """

    def __init__(self, plans: Iterable[FieldPlan], header: tuple[str, ...], split: Split) -> None:
        names = pattern_of(split.into).names
        super().__init__(plans, (*_hidden(header, names), *names))
        self._width = len(header)
        self._splitter = Splitter(split, column_index(header, split.column) or 0)

    def lines(self, row: Row, ref: RowRef) -> tuple[list[MappedRow], FieldProblem | None]:
        """The lines of a row; or none, and why the cell is not understood."""
        column = self._splitter.column
        try:
            parts = self._splitter.lines(row[column])
        except CellProblem as problem:
            return [], FieldProblem("row", problem.problem, column, shown(plain_text(row[column])))
        return [self._line((*row, *texts), ref) for texts in parts], None

    def _line(self, row: Row, ref: RowRef) -> MappedRow:
        mapped = self(row, ref)
        for index, one in enumerate(mapped.problems):
            column = self._of_file(one.column)
            mapped.problems[index] = FieldProblem(one.field, one.problem, column, one.value)
        return mapped

    def column_of(self, field: str) -> int | None:
        """The column of the file that a field is read from."""
        return self._of_file(super().column_of(field))

    def _of_file(self, column: int | None) -> int | None:
        return self._splitter.column if column is not None and column >= self._width else column


def item_mapper(mapping: CompiledMapping, table: Table) -> RowMapper:
    """What maps the items of a table."""
    split = _split(mapping, table)
    if split is None:
        return RowMapper(mapping.items, table.header)
    return SplitMapper(mapping.items, table.header, split)


def item_columns(mapping: CompiledMapping, table: Table) -> frozenset[int]:
    """The columns of a table that feed items."""
    split = _split(mapping, table)
    if split is None:
        return used_columns(table, mapping.items)
    hidden = _hidden(table.header, pattern_of(split.into).names)
    found = (column_index(hidden, column) for plan in mapping.items for column in plan.columns)
    own = column_index(table.header, split.column)
    return frozenset(index for index in (*found, own) if index is not None)


def item_cells(mapping: CompiledMapping, table: Table, row: Row) -> tuple[tuple[str, ...], list[Row]]:
    """What the rules of items read of a row: the names of the cells, and the cells of every item in it.

    None where the cell that holds the items is not understood.
    """
    split = _split(mapping, table)
    if split is None:
        return table.header, [row]
    names = pattern_of(split.into).names
    splitter = Splitter(split, column_index(table.header, split.column) or 0)
    try:
        lines = splitter.lines(row[splitter.column])
    except CellProblem:
        lines = []
    return (*_hidden(table.header, names), *names), [(*row, *texts) for texts in lines]


def item_lines(
    mapper: RowMapper, rows: Iterable[tuple[Row, RowRef]]
) -> tuple[list[MappedRow], list[tuple[RowRef, FieldProblem]]]:
    """The item lines of an order's rows, and the cells that could not be parted."""
    items: list[MappedRow] = []
    odd: list[tuple[RowRef, FieldProblem]] = []
    for row, ref in rows:
        if isinstance(mapper, SplitMapper):
            lines, problem = mapper.lines(row, ref)
            items += lines
            odd += [(ref, problem)] if problem is not None else []
        else:
            items.append(mapper(row, ref))
    return items, odd


def _split(mapping: CompiledMapping, table: Table) -> Split | None:
    lines = mapping.file.sources.lines
    return lines.split if table.source == "lines" and isinstance(lines, LinesSource) else None


def _hidden(header: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The header without the columns whose names the pattern takes."""
    taken = {fold(name) for name in names}
    return tuple("" if fold(title) in taken else title for title in header)
