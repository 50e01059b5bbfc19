"""Compiled rules bound to the header of one table: a function from row to typed fields."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pipeline.mapping.field_plan import OMIT, FieldPlan, Omitted
from pipeline.mapping.sources import WantedColumn
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.text import is_text
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.shape import Noted
from pipeline.model.cell import Cell, plain_text
from pipeline.model.draft import FieldProblem, MappedRow, Problem
from pipeline.model.folding import fold, tidy
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import Row, RowRef, Table

REMEMBERED = 5_000
"""Distinct values remembered per field before it starts anew: memory stays flat whatever the file holds."""
REPEATS = 0.5
"""Share of new values above which remembering costs more than it saves."""
_WINDOW = "delivery_range"


def column_index(header: Sequence[str], name: str) -> int | None:
    """Where a column stands: by its exact name first, else by the name as a person would read it."""
    if name in header:
        return header.index(name)
    for key in (tidy, fold):
        places = [index for index, title in enumerate(header) if key(title) == key(name)]
        if len(places) == 1:
            return places[0]
    return None


def lacking_columns(table: Table, wanted: Iterable[WantedColumn]) -> list[Issue]:
    """An issue for every column that is wanted and that the table does not have, once for each."""
    issues: dict[str, Issue] = {}
    for one in wanted:
        column = one.column
        if column_index(table.header, column) is None and column not in issues:
            near = nearest(column, table.header)
            hint = f"Did you mean {near!r}? " if near else ""
            facts = {"column": column, "hint": hint, "header": shown(", ".join(table.header))}
            at = table.at(table.header_row or None)
            issues[column] = Issue("E430", at, column, field=one.field, mark=one.mark, facts=facts)
    return list(issues.values())


def used_columns(table: Table, plans: Iterable[FieldPlan]) -> frozenset[int]:
    """The indices of the columns that the rules read."""
    found = (column_index(table.header, column) for plan in plans for column in plan.columns)
    return frozenset(index for index in found if index is not None)


_PROBLEMS = frozenset({Problem, Omitted, Noted})


class RowMapper:
    """Maps rows of one table to payload fields.

    Calling it never raises for what a cell holds: problems are listed beside the fields that are right, and
    so are warnings about fields that are.
    Answers are remembered per distinct text, so that dates, decimals and tables cost once per value.
    With ``flat`` what belongs into an object keeps its dotted name (``extra_field.id``).
    """

    def __init__(self, plans: Iterable[FieldPlan], header: Sequence[str], *, flat: bool = False) -> None:
        self._constants: dict[str, Any] = {}
        self._readers: list[tuple[str, int, _Answers]] = []
        self._last: dict[Callable[..., Any], list[Any]] = {}
        self._rows = [0]
        self._templates: list[tuple[str, tuple[int, ...], Callable[..., Any]]] = []
        self._nested: dict[str, list[tuple[str, str]]] = {}
        for plan in plans:
            outer, dot, inner = plan.name.partition(".")
            if dot and not flat:
                self._nested.setdefault(outer, []).append((plan.name, inner))
            self._add(plan, header)
        self._names = tuple(name for name, _, _ in self._readers)

    def _add(self, plan: FieldPlan, header: Sequence[str]) -> None:
        if plan.read is None:
            if plan.value is not OMIT:
                self._constants[plan.name] = plan.value
            return
        indices = [column_index(header, column) for column in plan.columns]
        columns = tuple(index for index in indices if index is not None)
        if len(columns) != len(indices):
            raise ValueError(f"{plan.name} reads a column that is not there; look for lacking_columns first")
        if len(columns) == 1:
            last = self._last.setdefault(plan.read, [None, None])
            self._readers.append((plan.name, columns[0], _Answers(plan.read, self._rows, last)))
        else:
            self._templates.append((plan.name, columns, plan.read))

    def __call__(self, row: Row, ref: RowRef) -> MappedRow:
        """The row's fields and problems. ``row`` has as many cells as the header."""
        fields = self._constants.copy()
        problems: list[FieldProblem] = []
        self._rows[0] += 1
        # One pass without a branch per cell: most rows have no problem at all.
        values = [answers[row[column]] for _, column, answers in self._readers]
        if _PROBLEMS.isdisjoint(map(type, values)):
            fields.update(zip(self._names, values, strict=True))
        else:
            self._sort_out(values, row, fields, problems)
        for name, columns, read in self._templates:
            try:
                value = read(*[row[column] for column in columns])
            except CellProblem as problem:
                problems += _at_cells(name, columns, row, problem)
                continue
            if value.__class__ is Noted:
                problems += _notes_at_cells(name, columns, row, value)
                value = value.value
            if value is not OMIT:
                fields[name] = value
        if self._nested:
            self._nest(fields, problems)
        return MappedRow(ref, fields, problems)

    def _sort_out(
        self, values: list[Any], row: Row, fields: dict[str, Any], problems: list[FieldProblem]
    ) -> None:
        for (name, column, _), value in zip(self._readers, values, strict=True):
            if value.__class__ is Problem:
                problems.append(FieldProblem(name, value, column, shown(plain_text(row[column]))))
            elif value.__class__ is Noted:
                fields[name] = value.value
                problems += _notes_at_cells(name, (column,), row, value)
            elif value is not OMIT:
                fields[name] = value

    def column_of(self, field: str) -> int | None:
        """The column that a field is read from, the first where it is made of several."""
        found = {name: columns[0] for name, columns, _ in self._templates}
        found |= {name: column for name, column, _ in self._readers}
        parts = (name for name, _ in self._nested.get(field, ()))
        return next((found[name] for name in (field, *parts) if name in found), None)

    def _nest(self, fields: dict[str, Any], problems: list[FieldProblem]) -> None:
        """Move ``extra_field.id`` into ``extra_field``; a window of time needs both its ends."""
        for outer, parts in self._nested.items():
            inside = {inner: fields.pop(flat) for flat, inner in parts if flat in fields}
            if inside:
                fields[outer] = inside
            if outer == _WINDOW and len(inside) == 1:
                missing = "start" if "end" in inside else "end"
                self._half_a_window(f"{_WINDOW}.{missing}", missing, problems)

    def _half_a_window(self, edge: str, missing: str, problems: list[FieldProblem]) -> None:
        if all(problem.field != edge for problem in problems):  # else the cell is not empty but wrong
            problems.append(FieldProblem(edge, Problem("E206", {"missing": missing}), self.column_of(edge)))


def _at_cells(name: str, columns: tuple[int, ...], row: Row, problem: CellProblem) -> Iterator[FieldProblem]:
    """The problems of a value that is made of several cells, each at the cell that is to blame."""
    for one in (problem, *problem.also):
        at = one.cell
        if at is None:  # none alone is to blame, unless it is no text
            at = next((index for index, place in enumerate(columns) if not is_text(row[place])), None)
        text = " ".join(plain_text(row[place]) for place in (columns if at is None else [columns[at]]))
        yield FieldProblem(name, one.problem, columns[at or 0], shown(text))


def _notes_at_cells(name: str, columns: tuple[int, ...], row: Row, noted: Noted) -> Iterator[FieldProblem]:
    """The warnings that came with a value, each at its cell."""
    for problem, at in noted.notes:
        text = " ".join(plain_text(row[place]) for place in (columns if at is None else [columns[at]]))
        yield FieldProblem(name, problem, columns[at or 0], shown(text))


class _Answers(dict[Cell, Any]):
    """One field's answers by cell text, made when first asked for. Problems are answers too.

    Only text is remembered: a workbook's ``1.0`` and ``True`` would be one key. Where values hardly repeat,
    such as order numbers, only ``last`` is, the latest pair of cell and value; fields that read alike share
    it. ``rows`` counts the rows that have been asked about.
    """

    __slots__ = ("_last", "_read", "_remembers", "_rows", "_since")

    def __init__(self, read: Callable[[Any], Any], rows: list[int], last: list[Any]) -> None:
        super().__init__()
        self._read = read
        self._rows = rows
        self._since = 0
        self._remembers = True
        self._last = last

    def __missing__(self, cell: Cell) -> Any:  # noqa: ANN401
        last = self._last
        if cell == last[0]:
            return last[1]
        try:
            value = self._read(cell)
        except CellProblem as problem:
            value = problem.problem
        if isinstance(cell, str):
            last[:] = cell, value
            if self._remembers:
                self[cell] = value
                if len(self) >= REMEMBERED:
                    self._start_anew()
        return value

    def _start_anew(self) -> None:
        self._remembers = REPEATS * (self._rows[0] - self._since) > REMEMBERED
        self._since = self._rows[0]
        self.clear()
