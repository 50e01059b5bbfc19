"""One rule of a mapping, compiled: which columns it reads and the function from cell to value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.mapping.grammar import Rule
from pipeline.mapping.kinds import Setting, from_column, from_constant
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text, clean_up
from pipeline.mapping.steps.words import value_table
from pipeline.model.cell import Cell
from pipeline.model.draft import Problem
from pipeline.model.folding import fold
from pipeline.model.payload import Absent, FieldSpec, Kind


class Omitted:
    """The type of :data:`OMIT`."""

    __slots__ = ()


OMIT: Final = Omitted()
"""The value of a field whose key is left out of the payload."""

ABSENT: dict[Absent, Any] = {
    Absent.OMIT: OMIT,
    Absent.NULL: None,
    Absent.BLANK: "",
    Absent.FALSE: False,
    Absent.EMPTY: {},
    Absent.DEFAULT: "default",
}

Check = Callable[[Any], Problem | None]
"""What the payload allows for one field: the problem of a value that may not leave."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A compiled rule.

    ``name`` is the payload field, dotted inside an object (``extra_field.id``). ``columns`` are header
    names in the order in which ``read`` takes their cells; a constant has no ``read`` but a ``value``.
    """

    name: str
    columns: tuple[str, ...] = ()
    read: Callable[..., Any] | None = None
    value: Any = OMIT


@dataclass(frozen=True, slots=True)
class RuleCompiler:
    """Compiles a rule that the review has found sound; ``check`` says what the payload allows."""

    spec: FieldSpec
    kind: Kind
    rule: Rule
    setting: Setting
    tables: Mapping[str, Mapping[str, str]]
    check: Check

    def plan(self, name: str) -> FieldPlan:
        """The compiled rule; raises :class:`CellProblem` for a constant or default that does not fit."""
        rule = self.rule
        if rule.constant is not None:
            return FieldPlan(name, value=self._constant(rule.constant))
        if rule.template is not None:
            return FieldPlan(name, tuple((rule.columns or {}).values()), self._template(rule.template))
        if rule.column is None:
            raise ValueError("a rule reads a column, a template or a constant; the review asks for one")
        return FieldPlan(name, (rule.column,), self._column())

    def _column(self) -> Step:
        empty, through_text, typed = self._when_empty(), self._through_text(), self._typed

        def read(cell: Cell) -> Any:  # noqa: ANN401
            if cell == "" or (isinstance(cell, str) and not cell.strip()):
                return empty(None)
            return typed(cell)

        def read_text(cell: Cell) -> Any:  # noqa: ANN401
            value = through_text(as_text(cell)) if through_text else OMIT
            return empty(None) if value is OMIT else value

        return read_text if through_text else read

    def _template(self, pattern: str) -> Callable[..., Any]:
        empty, steps = self._when_empty(), self._through_text() or self._typed
        names = tuple(self.rule.columns or {})

        def read(*cells: Cell) -> Any:  # noqa: ANN401
            texts = [as_text(cell) for cell in cells]
            if not any(texts):
                return empty(None)
            value = steps(pattern.format_map(dict(zip(names, texts, strict=True))).strip())
            return empty(None) if value is OMIT else value

        return read

    def _through_text(self) -> Step | None:
        """Null words, clean-ups and value table, or ``None`` where the rule asks for none of them."""
        rule = self.rule
        if not (rule.empty or rule.text or rule.map):
            return None
        null_words = {fold(word) for word in rule.empty}
        clean_ups = [clean_up(name, self.setting.locale) for name in rule.text]
        finish = self._typed if rule.map is None else self._through_table(rule.map)

        def steps(text: str) -> Any:  # noqa: ANN401
            for clean in clean_ups:
                text = clean(text)
            if not text or fold(text) in null_words:
                return OMIT
            return finish(text)

        return steps

    def _through_table(self, table: str | Mapping[str, str]) -> Step:
        if isinstance(table, str):
            look_up = value_table(table, self.tables[table])
        else:
            look_up = value_table("map", table)
        return lambda text: self._constant(look_up(text))

    def _when_empty(self) -> Step:
        """What an empty cell becomes: a step, because a required field has a problem instead."""
        if self.rule.default is not None:
            default = self._constant(self.rule.default)
            return lambda _: default
        if self.rule.required or self.spec.absent is Absent.REQUIRED:
            return _required
        nothing = ABSENT.get(self.spec.absent, OMIT)
        return lambda _: nothing

    @property
    def _typed(self) -> Step:
        return self._checked(from_column(self.kind, self.rule, self.setting))

    @property
    def _constant(self) -> Step:
        return self._checked(from_constant(self.kind, self.setting))

    def _checked(self, step: Step) -> Step:
        check = self.check

        def read(value: Any) -> Any:  # noqa: ANN401
            result = step(value)
            problem = check(result)
            if problem is not None:
                raise CellProblem(problem.code, **problem.facts)
            return result

        return read


def _required(_: object) -> Any:  # noqa: ANN401
    raise CellProblem("E205")
