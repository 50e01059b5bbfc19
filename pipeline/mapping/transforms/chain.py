"""Steps composed: what a mapping's ``steps:`` list says, checked as a whole, and the function it becomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from pydantic import ValidationError

from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.several import remembered
from pipeline.mapping.steps.number import integer, plain_decimal
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.lookups import table_of
from pipeline.mapping.transforms.shape import ArgumentError, Noted, Setting, Shape, Transform
from pipeline.mapping.wanted import wanted
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.cell import Cell, is_exact
from pipeline.model.draft import Problem  # noqa: TC001 - as everywhere
from pipeline.model.issue import Issue, shown

MOST_STEPS = 20
REMEMBERED = 50_000
"""Distinct values of a costly step that are remembered: some ten megabytes where every value is another."""
_WIDENS = {(Shape.INTEGER, Shape.DECIMAL)}


class Emptied(Exception):  # noqa: N818 - no error: the text is gone, and so is the value
    """Raised by a chain whose text has become empty."""


@dataclass(frozen=True, slots=True)
class BoundStep:
    """One step of a chain, its arguments understood."""

    transform: Transform
    step: Step
    table: tuple[str, Mapping[str, str]] | None = None
    """The value table that it goes through: its name under ``values`` (or ``""``) and its entries."""

    def watched(self, watch: Watch, index: int) -> Step:
        """The step as the watch wants it; ``index`` is its place among the steps."""
        step = self.step if self.table is None else watch.table(*self.table, self.step)
        return watch.step(step, self.transform.name, "steps", index)


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps of one rule, whose shapes fit."""

    steps: tuple[BoundStep, ...]

    @property
    def gives(self) -> Shape:
        """What comes out at the end."""
        return self.steps[-1].transform.gives

    def compiled(self, finish: Step, *, typed: bool, watch: Watch = NOBODY) -> Step:
        """The function from a cell to what ``finish`` makes of the chain's value.

        ``typed``: where the chain ends with text, the field reads a number, a date or yes or no from it, and
        takes such cells of a workbook as they are. Raises :class:`Emptied` where the text is used up, and
        :class:`CellProblem`; gives a :class:`Noted` where a step has a warning.
        """
        steps = [one.watched(watch, at) for at, one in enumerate(self.steps)]
        run_all = _run(steps, [one.transform for one in self.steps], finish)
        index = next((at for at, one in enumerate(self.steps) if one.transform.reads_cells), None)
        if index is None and typed:
            index = len(self.steps)
        if index is None:
            return lambda cell: run_all(as_text(cell))
        rest = self.steps[index:]
        natively = _run(steps[index:], [one.transform for one in rest], finish)
        before = [one.transform for one in self.steps[:index]]
        changing = next((one.name for one in before if not one.tidies), None)

        def read(cell: Cell) -> Any:  # noqa: ANN401
            if isinstance(cell, str):
                return run_all(as_text(cell))
            if changing is None:
                return natively(cell)
            if isinstance(cell, float) and is_exact(cell) and not cell.is_integer():
                raise CellProblem("E260", step=changing)  # its text has a point, in whatever locale
            return run_all(as_text(cell))

        return read


def _run(steps: Sequence[Step], transforms: Sequence[Transform], finish: Step) -> Step:
    """All steps one after the other; text that is used up ends them."""
    texts = [one.gives is Shape.TEXT for one in transforms]
    pairs = tuple(zip(steps, texts, strict=True))
    if len(pairs) == 1 and not texts[0]:
        only = steps[0]
        return lambda value: finish(only(value))

    def run(value: Any) -> Any:  # noqa: ANN401
        notes: tuple[tuple[Problem, int | None], ...] = ()
        for step, is_text in pairs:
            value = step(value)
            if value.__class__ is Noted:
                notes += value.notes
                value = value.value
            if is_text and not value:
                raise Emptied
        return Noted(finish(value), notes) if notes else finish(value)

    return run


@dataclass(slots=True)
class ChainReader:
    """Reads ``steps:`` lists; every mistake goes into ``issues``, once for each place."""

    registry: Mapping[str, Transform]
    setting: Setting
    document: Document
    issues: list[Issue] = made_by(default_factory=list)

    def read(self, steps: Sequence[Any], path: Path) -> Chain | None:
        """The chain at a path; ``None`` where anything is wrong with it, which is in ``issues`` then."""
        before = len(self.issues)
        if not 1 <= len(steps) <= MOST_STEPS:
            facts = {"wanted": f"1 to {MOST_STEPS} steps"}
            self.issues.append(Issue("E421", mark=self.document.value_mark(path), facts=facts))
            return None
        bound = [self._bound(step, (*path, index)) for index, step in enumerate(steps)]
        known = [one for one in bound if one is not None]
        if len(known) == len(bound):
            self._review_shapes(known, path)
        return Chain(tuple(known)) if len(self.issues) == before else None

    def _review_shapes(self, steps: Sequence[BoundStep], path: Path) -> None:
        shape = Shape.TEXT
        for index, one in enumerate(steps):
            transform = one.transform
            if shape is not transform.takes and (shape, transform.takes) not in _WIDENS:
                before = f"{steps[index - 1].transform.name} gives" if index else "a cell is"
                facts = {"step": transform.name, "takes": transform.takes.value, "before": before}
                mark = self._mark(path, index, transform.name)
                self.issues.append(Issue("E461", mark=mark, facts={**facts, "gives": shape.value}))
                return
            shape = transform.gives

    def _mark(self, path: Path, index: int, name: str) -> Any:  # noqa: ANN401
        return (
            self.document.key_mark((*path, index, name))
            if ((*path, index, name) in self.document.keys)
            else self.document.value_mark((*path, index))
        )

    def _bound(self, step: Any, path: Path) -> BoundStep | None:  # noqa: ANN401
        name, given = _named(step)
        if name is None:
            self.issues.append(Issue("E463", mark=self.document.value_mark(path)))
            return None
        transform = self.registry.get(name)
        place = (*path, name) if isinstance(step, dict) else path
        if transform is None:
            near = nearest(name, self.registry)
            mark = self.document.keys.get(place) or self.document.value_mark(path)
            facts = {"hint": f"Did you mean {near!r}? " if near else ""}
            self.issues.append(Issue("E460", mark=mark, value=shown(name), facts=facts))
            return None
        return self._made(transform, given, place)

    def _made(self, transform: Transform, given: Any, place: Path) -> BoundStep | None:  # noqa: ANN401
        wrapped = _wrapped(transform, given)
        try:
            arguments = transform.arguments.model_validate(wrapped)
        except ValidationError as error:
            self._tell(error, transform, place)
            return None
        try:
            step = transform.make(arguments, self.setting)
            found = remembered(step, REMEMBERED) if transform.costly else step
            return BoundStep(transform, found, table_of(arguments, self.setting))
        except ArgumentError as error:
            facts = dict(error.facts)
            value = facts.pop("value", None)
            inner = (*place, error.argument) if error.argument is not None else place
            mark = self.document.value_mark(inner if inner in self.document.values else place)
            facts.setdefault("hint", "")
            facts["step"] = transform.name
            shown_value = str(value) if value is not None else None
            self.issues.append(Issue(error.code, mark=mark, value=shown_value, facts=facts))
        return None

    def _tell(self, error: ValidationError, transform: Transform, place: Path) -> None:
        """Say what is wrong with the arguments: one issue for each place."""
        seen = set()
        names = [field.alias or name for name, field in transform.arguments.model_fields.items()]
        details = error.errors(include_url=False)
        unknown = [str(one["loc"][-1]) for one in details if one["type"] == "extra_forbidden"]
        meant = {nearest(name, names) for name in unknown}
        for detail in details:
            if detail["type"] == "missing" and detail["loc"][-1] in meant:
                continue  # it is there, and misspelt
            loc = tuple(part for part in detail["loc"] if not isinstance(part, str) or part.isidentifier())
            inside: Path = place
            for part in loc:
                if (*inside, part) in self.document.values:
                    inside = (*inside, part)
            if detail["type"] == "extra_forbidden":
                name = str(detail["loc"][-1])
                near = nearest(name, names)
                mark = self.document.key_mark((*place, name))
                facts = {"hint": f"Did you mean {near!r}? " if near else ""}
                issue = Issue("E411", mark=mark, value=shown(name), facts=facts)
            elif detail["type"] == "missing":
                issue = Issue("E412", mark=self.document.key_mark(place), value=shown(detail["loc"][-1]))
                if place not in self.document.keys:
                    mark = self.document.value_mark(place)
                    issue = Issue("E412", mark=mark, value=shown(detail["loc"][-1]))
            else:
                value = shown(detail["input"]) if isinstance(detail.get("input"), str) else None
                facts = {"wanted": wanted(detail)}
                issue = Issue("E421", mark=self.document.value_mark(inside), value=value, facts=facts)
            if (issue.code, issue.mark) not in seen:
                seen.add((issue.code, issue.mark))
                self.issues.append(issue)


def _named(step: Any) -> tuple[str | None, Any]:  # noqa: ANN401 - whatever stands in the file
    """The name of a step and what is said to it; no name where it is not one step."""
    if isinstance(step, str) and step:
        return step, None
    if isinstance(step, dict) and len(step) == 1:
        name, given = next(iter(step.items()))
        return str(name), given
    return None, None


def _wrapped(transform: Transform, given: Any) -> Any:  # noqa: ANN401
    """The arguments as a table: a plain value is the argument that it is short for."""
    if given is None:
        return {}
    if transform.short is not None and not isinstance(given, dict):
        return {transform.short: given}
    return given


def only_step(written: Any, transform: Transform, setting: Setting) -> Callable[[Cell], Any]:  # noqa: ANN401
    """The function of one step alone, as a mapping writes it, from a cell to its value.

    Raises :class:`ValueError` where it does not make sense. Text that is used up gives ``""``.
    """
    document = Document("example", [])
    reader = ChainReader({transform.name: transform}, setting, document)
    name, given = _named(written)
    if name != transform.name:
        raise ValueError(f"an example of {transform.name} is written as {name}")
    bound = reader._made(transform, given, ())  # noqa: SLF001 - our own
    if bound is None:
        raise ValueError(f"{transform.name}: {[issue.code for issue in reader.issues]}")
    if transform.takes is not Shape.TEXT:
        return lambda cell: bound.step(_typed(cell, transform.takes))
    read = Chain((bound,)).compiled(lambda value: value, typed=False)

    def run(cell: Cell) -> Any:  # noqa: ANN401
        try:
            return read(cell)
        except Emptied:
            return ""

    return run


def _typed(cell: Cell, shape: Shape) -> Any:  # noqa: ANN401
    """What an example of a step that takes numbers starts from."""
    return integer("en_US")(cell) if shape is Shape.INTEGER else plain_decimal(str(cell))
