"""Compiled rules bound to the header of one table: a function from row to typed fields."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pipeline.mapping.field_plan import OMIT, FieldPlan
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.words import nearest
from pipeline.model.cell import Cell, plain_text
from pipeline.model.draft import FieldProblem, MappedRow, Problem
from pipeline.model.folding import fold, tidy
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import Row, RowRef, Table

REMEMBERED = 20_000
"""Distinct values remembered per field before it starts anew: memory stays flat whatever the file holds."""

_UNSEEN = object()
_Reader = tuple[str, int, Callable[[str], Any], Callable[[Any], Any]]


def column_index(header: Sequence[str], name: str) -> int | None:
    """Where a column stands: by its exact name first, else by the name as a person would read it."""
    if name in header:
        return header.index(name)
    for key in (tidy, fold):
        places = [index for index, title in enumerate(header) if key(title) == key(name)]
        if len(places) == 1:
            return places[0]
    return None


def missing_columns(table: Table, plans: Iterable[FieldPlan], prefix: str, key: str) -> list[Issue]:
    """An issue for every column that the rules or the key name and the table does not have."""
    wanted = [(f"{prefix}.{plan.name}", column) for plan in plans for column in plan.columns]
    issues: dict[str, Issue] = {}
    for field, column in [("key", key), *wanted]:
        if column_index(table.header, column) is None and column not in issues:
            near = nearest(column, table.header)
            hint = f"Did you mean {near!r}? " if near else ""
            facts = {"column": column, "hint": hint, "header": shown(", ".join(table.header))}
            issues[column] = Issue("E430", at=table.at(table.header_row), value=column, field=field, facts=facts)
    return list(issues.values())


def used_columns(table: Table, plans: Iterable[FieldPlan]) -> frozenset[int]:
    """The indices of the columns that the rules read."""
    found = (column_index(table.header, column) for plan in plans for column in plan.columns)
    return frozenset(index for index in found if index is not None)


class RowMapper:
    """Maps rows of one table to payload fields.

    Calling it never raises for what a cell holds: problems are listed beside the fields that are right.
    Answers are remembered per distinct text, so that dates, decimals and tables cost once per value.
    """

    def __init__(self, plans: Iterable[FieldPlan], header: Sequence[str]) -> None:
        self._constants: dict[str, Any] = {}
        self._readers: list[_Reader] = []
        self._templates: list[tuple[str, tuple[int, ...], Callable[..., Any]]] = []
        nested: set[str] = set()
        for plan in plans:
            if "." in plan.name:
                nested.add(plan.name)
            self._add(plan, header)
        self._nested = tuple((name, *name.split(".", 1)) for name in sorted(nested))

    def _add(self, plan: FieldPlan, header: Sequence[str]) -> None:
        if plan.read is None:
            if plan.value is not OMIT:
                self._constants[plan.name] = plan.value
            return
        indices = [column_index(header, column) for column in plan.columns]
        columns = tuple(index for index in indices if index is not None)
        if len(columns) != len(indices):
            raise ValueError(f"{plan.name} reads a column that the header lacks; look for missing_columns first")
        if len(columns) == 1:
            remembered: dict[str, Any] = {}
            ask = _remembering(plan.read, remembered)
            self._readers.append((plan.name, columns[0], remembered.get, ask))  # type: ignore[arg-type]
        else:
            self._templates.append((plan.name, columns, plan.read))

    def __call__(self, row: Row, ref: RowRef) -> MappedRow:
        """The row's fields and problems. ``row`` has as many cells as the header."""
        fields = self._constants.copy()
        problems: list[FieldProblem] = []
        for name, column, recall, ask in self._readers:
            cell = row[column]
            value = recall(cell, _UNSEEN) if cell.__class__ is str else _UNSEEN  # type: ignore[call-arg, arg-type]
            if value is _UNSEEN:
                value = ask(cell)
            if value.__class__ is Problem:
                problems.append(FieldProblem(name, value, column, shown(plain_text(cell))))
            elif value is not OMIT:
                fields[name] = value
        for name, columns, read in self._templates:
            self._read_template(name, columns, read, row, fields, problems)
        if self._nested:
            self._nest(fields, problems)
        return MappedRow(ref, fields, problems)

    def column_of(self, field: str) -> int | None:
        """The column that a field is read from, the first where it is made of several."""
        columns = {name: column for name, column, _, _ in self._readers}
        return columns.get(field, next((found[0] for name, found, _ in self._templates if name == field), None))

    @staticmethod
    def _read_template(
        name: str,
        columns: tuple[int, ...],
        read: Callable[..., Any],
        row: Row,
        fields: dict[str, Any],
        problems: list[FieldProblem],
    ) -> None:
        cells = [row[column] for column in columns]
        try:
            value = read(*cells)
        except CellProblem as problem:
            text = " ".join(plain_text(cell) for cell in cells)
            problems.append(FieldProblem(name, problem.problem, columns[0], shown(text)))
            return
        if value is not OMIT:
            fields[name] = value

    def _nest(self, fields: dict[str, Any], problems: list[FieldProblem]) -> None:
        """Move ``extra_field.id`` into ``extra_field``; a window of time needs both its ends."""
        for flat, outer, inner in self._nested:
            if flat in fields:
                inside = fields.setdefault(outer, {})
                inside[inner] = fields.pop(flat)
        window = fields.get("delivery_range")
        if isinstance(window, dict) and len(window) == 1:
            missing = "start" if "end" in window else "end"
            problems.append(FieldProblem("delivery_range", Problem("E206", {"missing": missing})))


def _remembering(read: Callable[[Any], Any], remembered: dict[str, Any]) -> Callable[[Cell], Any]:
    def ask(cell: Cell) -> Any:  # noqa: ANN401
        try:
            value = read(cell)
        except CellProblem as problem:
            value = problem.problem
        if isinstance(cell, str):
            if len(remembered) >= REMEMBERED:
                remembered.clear()
            remembered[cell] = value
        return value

    return ask
