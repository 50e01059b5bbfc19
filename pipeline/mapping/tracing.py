"""Rules worked through with somebody looking on: what every step was given, and what it made of it.

The steps are the compiled ones: the same functions, wrapped, so that what is told is what happens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any

from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import PREFIX, CompiledMapping, compile_mapping
from pipeline.mapping.field_plan import OMIT, Check, FieldPlan
from pipeline.mapping.further import FurtherPlan
from pipeline.mapping.layers import Beside, layered
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.split_rows import item_cells
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.transforms.registry import Registry
from pipeline.mapping.transforms.shape import Noted
from pipeline.mapping.watch import Reader, Watch
from pipeline.model.cell import Cell
from pipeline.model.draft import Problem
from pipeline.model.location import Mark
from pipeline.model.rows import Row, Table


@dataclass(frozen=True, slots=True)
class Worked:
    """One step that was worked through.

    ``mark`` is its place in the mapping file, ``given`` what went in, ``gave`` what came out; ``problem``
    says why nothing did. ``notes`` are the codes of its warnings.
    """

    name: str
    mark: Mark | None
    given: tuple[Any, ...]
    gave: Any = OMIT
    problem: Problem | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldTrace:
    """How one payload field (``order.amount``) came by its value.

    ``columns`` are the names of the cells that it reads and ``at`` their indices in the row, ``cells`` what
    they hold. ``value`` is ``OMIT`` where the field is left out. A field that is not ``mapped`` is sent all
    the same: the reference client does, or the preset.
    """

    field: str
    mark: Mark | None
    columns: tuple[str, ...]
    at: tuple[int, ...]
    cells: tuple[Cell, ...]
    steps: tuple[Worked, ...]
    value: Any
    problems: tuple[Problem, ...] = ()
    mapped: bool = True


@dataclass(frozen=True, slots=True)
class Recorder(Watch):
    """Writes down every step of the rule at ``path`` while it is worked through."""

    log: list[tuple[Path, Worked]] = made_by(default_factory=list)
    path: Path = ()
    keeps_apart = True

    def at(self, path: Path) -> "Recorder":
        """The same log, for the rule at a path."""
        return replace(self, path=path)

    def step(self, step: Step, name: str, *below: str | int) -> Step:
        """The step, which writes down what it was given and what came of it."""
        place = (*self.path, *below)

        def worked(*given: Any) -> Any:  # noqa: ANN401
            try:
                gave = step(*given)
            except CellProblem as problem:
                self.log.append((place, Worked(name, None, given, problem=problem.problem)))
                raise
            plain, notes = (gave.value, gave.notes) if isinstance(gave, Noted) else (gave, ())
            codes = tuple(note.code for note, _ in notes)
            self.log.append((place, Worked(name, None, given, plain, notes=codes)))
            return gave

        return worked

    def remembered(self, read: Reader) -> Reader:
        """The function itself: an answer that is remembered would hide its steps."""
        return read

    @property
    def remembers(self) -> bool:
        """Nothing is remembered."""
        return False


@dataclass(frozen=True, slots=True)
class Tracer:
    """A mapping whose rules tell what they do."""

    mapping: CompiledMapping
    document: Document
    recorder: Recorder

    def order(self, header: Sequence[str], row: Row) -> list[FieldTrace]:
        """The fields of an order that its own row gives. ``row`` has as many cells as the ``header``."""
        return self._trace(self.mapping.order, PREFIX["order"], header, row)

    def items(self, table: Table, row: Row) -> list[list[FieldTrace]]:
        """The fields of each item in a row: one, or as many as share a cell of it."""
        header, lines = item_cells(self.mapping, table, row)
        return [self._trace(self.mapping.items, PREFIX["items"], header, line) for line in lines]

    def further(self, plan: FurtherPlan, header: Sequence[str], row: Row) -> list[FieldTrace]:
        """The fields of an order that one row of a further source gives."""
        return self._trace(plan.fields, PREFIX["order"], header, row)

    def picked(self, plan: FurtherPlan, rows: Sequence[Sequence[FieldTrace]]) -> Iterator[FieldTrace]:
        """What is picked of the values of several rows of a further source, ``rows`` their traces."""
        for name, pick in plan.picks.items():
            field = f"{PREFIX['order']}.{name}"
            read = [one for row in rows for one in row if one.field == field and not one.problems]
            values = [one.value for one in read if one.value is not OMIT]
            picked = pick.of(values)
            problem = picked if isinstance(picked, Problem) else None
            value = OMIT if problem is not None else picked
            mark = self._mark(field)
            step = Worked(f"pick {pick.how}", mark, tuple(values), value, problem)
            yield FieldTrace(field, mark, (), (), (), (step,), value, (problem,) if problem else ())

    def _trace(
        self, plans: Sequence[FieldPlan], prefix: str, header: Sequence[str], row: Row
    ) -> list[FieldTrace]:
        names = (one.name if one.name.startswith("archive.") else f"{prefix}.{one.name}" for one in plans)
        return [self._field(plan, name, header, row) for plan, name in zip(plans, names, strict=True)]

    def _field(self, plan: FieldPlan, field: str, header: Sequence[str], row: Row) -> FieldTrace:
        at = tuple(index for column in plan.columns if (index := column_index(header, column)) is not None)
        cells = tuple(row[index] for index in at)
        mark, mapped = self._mark(field), field in self.mapping.places
        if plan.read is None:
            return FieldTrace(field, mark, (), (), (), (), plan.value, mapped=mapped)
        value, problems, steps = self._worked(plan.read, cells)
        return FieldTrace(field, mark, plan.columns, at, cells, steps, value, problems, mapped)

    def _worked(
        self, read: Callable[..., Any], cells: tuple[Cell, ...]
    ) -> tuple[Any, tuple[Problem, ...], tuple[Worked, ...]]:
        self.recorder.log.clear()
        value: Any = OMIT
        problems: tuple[Problem, ...] = ()
        try:
            value = read(*cells)
        except CellProblem as problem:
            problems = (problem.problem, *(one.problem for one in problem.also))
        if isinstance(value, Noted):
            value, problems = value.value, tuple(note for note, _ in value.notes)
        steps = tuple(replace(one, mark=self._place(path)) for path, one in self.recorder.log)
        return value, problems, steps

    def _place(self, path: Path) -> Mark:
        known = self.document.keys.get(path)
        return known if known is not None else self.document.value_mark(path)

    def _mark(self, field: str) -> Mark | None:
        return self.mapping.places.get(field)


def tracer(text: str, file: str, checks: Mapping[str, Check], beside: Beside, registry: Registry) -> Tracer:
    """The mapping of :func:`compile_mapping`, compiled so that it tells what it does; raises as that does."""
    recorder = Recorder()
    mapping = compile_mapping(text, file, checks, beside, registry, recorder)
    return Tracer(mapping, layered(text, file, beside).document, recorder)
