"""One rule of a mapping, compiled: which columns it reads and the function from cell to value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from pipeline.mapping.kinds import TEXTUAL, Setting, from_column, from_constant, from_shape
from pipeline.mapping.rule import DecimalFormat, Rule
from pipeline.mapping.several import first_of, only_when, remembered
from pipeline.mapping.steps.moment import zone
from pipeline.mapping.steps.number import decimal, money
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text, clean_up
from pipeline.mapping.steps.words import value_table
from pipeline.mapping.transforms.chain import Chain, Emptied
from pipeline.mapping.transforms.shape import Shape
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.cell import Cell, looks_converted, plain_text
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
    Absent.ZERO: Decimal("0.00"),
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
    names in the order in which ``read`` takes their cells. ``value`` is what is sent without a row: a
    constant, or, of a further source, what stands in where an order has no row there (a :class:`Problem`
    where something must).
    """

    name: str
    columns: tuple[str, ...] = ()
    read: Callable[..., Any] | None = None
    value: Any = OMIT


@dataclass(frozen=True, slots=True)
class RuleCompiler:
    """Compiles a rule that the review has found sound; ``check`` says what the payload allows.

    ``identifies``: the field is the order's number, which a spreadsheet must not have rewritten. ``chain``
    are the rule's ``steps:``, if it has any; ``watch`` looks on while it is worked through.
    """

    spec: FieldSpec
    kind: Kind
    rule: Rule
    setting: Setting
    tables: Mapping[str, Mapping[str, str]]
    check: Check
    identifies: bool = False
    chain: Chain | None = None
    watch: Watch = NOBODY

    def plan(self, name: str) -> FieldPlan:
        """The compiled rule; raises :class:`CellProblem` for a constant or default that does not fit."""
        rule = self.rule
        if rule.constant is not None and not rule.conditions:
            return FieldPlan(name, value=self._constant(rule.constant))
        # What is added up may be negative: the sum is what leaves.
        columns, read = (replace(self, check=anything) if rule.pick == "sum" else self).reader()
        value = OMIT if rule.source is None else self.nothing
        return FieldPlan(name, columns, _as_written(read) if self.identifies else read, value)

    @property
    def nothing(self) -> Any:  # noqa: ANN401
        """What is sent where nothing is there: a value, ``OMIT``, or the problem that this is."""
        if self.rule.pick == "count" and self.check(0) is None:
            return 0
        try:
            return self._without_a_value()(None)
        except CellProblem as problem:
            return problem.problem

    def reader(self) -> tuple[tuple[str, ...], Callable[..., Any]]:
        """The columns of the rule and the function from their cells to the value."""
        columns, read = self._always()
        if self.rule.conditions:
            otherwise, locale = self._when_empty(), self.setting.locale
            return only_when(self.rule.conditions, locale, columns, read, otherwise, self.watch)
        costly = len(columns) > 1 and self.chain is not None and self.watch.remembers
        return columns, remembered(read) if costly else read

    def _always(self) -> tuple[tuple[str, ...], Callable[..., Any]]:
        """The columns and the function, whatever other cells of the row hold."""
        rule = self.rule
        if rule.constant is not None:
            constant = self._constant(rule.constant)
            return (), lambda: constant
        if rule.pick == "count" and rule.column is not None:
            return (rule.column,), self._counted()
        if rule.template is not None:
            return tuple((rule.columns or {}).values()), self._template(rule.template)
        if rule.first_of is not None:
            chosen = self.watch.step(self._column(), "first_of", "first_of")
            return tuple(rule.first_of), first_of(chosen, self._when_empty(), rule.empty)
        if rule.concat is not None:
            return tuple(rule.concat), self._concat(" " if rule.separator is None else rule.separator)
        if rule.multiply is not None:
            return tuple(rule.multiply), self._product()
        if rule.column is None:
            raise ValueError("a rule has one source; the review asks for it")
        return (rule.column,), self._column()

    def refusal(self, text: str) -> Problem | None:
        """Why ``text``, which the mapping writes as the payload wants it, cannot be sent in this field."""
        try:
            self._constant(text)
        except CellProblem as problem:
            return problem.problem
        return None

    def _column(self) -> Step:
        if self.chain is not None:
            return self._chained(self.chain)
        empty, through_text, typed = self._when_empty(), self._through_text(), self._typed
        null_words = {fold(word) for word in self.rule.empty}
        any_as_text = self.rule.map is not None or self.kind in TEXTUAL

        # The main road: checked here and not in a step of its own, which would double its cost.
        step, check = self._read_as(from_column(self.kind, self.rule, self.setting)), self.check

        def read(cell: Cell) -> Any:  # noqa: ANN401
            if cell.__class__ is str and (not cell or cell.isspace()):
                return empty(None)
            value = step(cell)
            problem = check(value)
            if problem is not None:
                raise CellProblem(problem.code, **problem.facts)
            return value

        def read_text(cell: Cell) -> Any:  # noqa: ANN401
            if null_words and fold(plain_text(cell)) in null_words:
                return empty(None)
            if not any_as_text and not isinstance(cell, str):
                return typed(cell)  # a number or date of a workbook is not written in any locale
            value = through_text(as_text(cell)) if through_text else OMIT
            return empty(None) if value is OMIT else value

        return read_text if through_text else read

    def _chained(self, chain: Chain) -> Step:
        """Null words, the steps, then the value table or the field's own type."""
        rule, empty = self.rule, self._when_empty()
        if chain.gives is not Shape.TEXT:
            finish = self._read_as(self._checked(from_shape(chain.gives, self.kind)))
        else:
            finish = self._typed if rule.map is None else self._through_table(rule.map)
        typed = rule.map is None and self.kind not in TEXTUAL
        run = chain.compiled(finish, typed=typed, watch=self.watch)
        null_words = {fold(word) for word in rule.empty}

        def read(cell: Cell) -> Any:  # noqa: ANN401
            if cell.__class__ is str and (not cell or cell.isspace()):
                return empty(None)
            if null_words and fold(plain_text(cell)) in null_words:
                return empty(None)
            try:
                return run(cell)
            except Emptied:
                return empty(None)

        return read

    def _counted(self) -> Step:
        """One for every cell that is not empty."""
        nothing = {"", *map(fold, self.rule.empty)}
        return lambda cell: OMIT if fold(plain_text(cell)) in nothing else 1

    def _template(self, pattern: str) -> Callable[..., Any]:
        names = tuple(self.rule.columns or {})
        return self._of_texts(lambda texts: pattern.format_map(dict(zip(names, texts, strict=True))).strip())

    def _concat(self, separator: str) -> Callable[..., Any]:
        return self._of_texts(lambda texts: separator.join(text for text in texts if text))

    def _of_texts(self, together: Callable[[list[str]], str]) -> Callable[..., Any]:
        """A function of several cells, whose texts become one and go on as that of one cell would."""
        empty = self._when_empty()
        steps = self._chained(self.chain) if self.chain else self._through_text() or self._typed
        origin = "concat" if self.rule.concat is not None else "template"
        joined = self.watch.step(together, origin, origin)

        def read(*cells: Cell) -> Any:  # noqa: ANN401
            texts = [as_text(cell) for cell in cells]
            if not any(texts):
                return empty(None)
            value = steps(joined(texts))
            return empty(None) if value is OMIT else value

        return read

    def _product(self) -> Callable[..., Any]:
        """The product of several cells; empty where all of them are, a problem where only some are."""
        empty = self._when_empty()
        finish = self.watch.step(self._checked(money), "multiply", "multiply")
        rule = self.rule
        locale = rule.decimal.locale if isinstance(rule.decimal, DecimalFormat) else self.setting.locale
        factor = decimal(locale)
        null_words = {fold(word) for word in rule.empty}

        def read(*cells: Cell) -> Any:  # noqa: ANN401
            given = [fold(plain_text(cell)) not in {"", *null_words} for cell in cells]
            if not any(given):
                return empty(None)
            product = Decimal(1)
            for index, cell in enumerate(cells):
                try:
                    product *= factor(cell) if given[index] else _required(None)
                except CellProblem as problem:
                    problem.cell = index
                    raise
            return finish(product)

        return read

    def _through_text(self) -> Step | None:
        """Null words, clean-ups and value table, or ``None`` where the rule asks for none of them."""
        rule = self.rule
        if not (rule.empty or rule.text or rule.map):
            return None
        null_words = {fold(word) for word in rule.empty}
        clean_ups = [
            self.watch.step(clean_up(name, self.setting.locale), name, "text", at)
            for at, name in enumerate(rule.text)
        ]
        finish = self._typed if rule.map is None else self._through_table(rule.map)

        def steps(text: str) -> Any:  # noqa: ANN401
            if fold(text) in null_words:
                return OMIT
            for clean in clean_ups:
                text = clean(text)
            text = text.strip()
            return finish(text) if text else OMIT

        return steps

    def _through_table(self, table: str | Mapping[str, str]) -> Step:
        name, entries = (table, self.tables[table]) if isinstance(table, str) else ("", table)
        look_up = self.watch.table(name, entries, value_table(name or "map", entries))
        look_up = self.watch.step(look_up, f"map {name}".strip(), "map")
        typed = self._constant
        return lambda text: typed(look_up(text))

    def _when_empty(self) -> Step:
        """What an empty cell becomes: a step, because a required field has a problem instead.

        Where values of several rows are picked from, an empty cell is none of them.
        """
        return self._without_a_value() if self.rule.pick is None else lambda _: OMIT

    def _without_a_value(self) -> Step:
        if self.rule.default is not None:
            default = self._constant(self.rule.default)
            return self.watch.step(lambda _: default, "default", "default")
        if self.rule.required or self.spec.absent is Absent.REQUIRED:
            return self.watch.step(_required, "required", "required")
        nothing = ABSENT.get(self.spec.absent, OMIT)
        return self.watch.step(lambda _: nothing, "nothing there")

    @property
    def _typed(self) -> Step:
        return self._read_as(self._checked(from_column(self.kind, self.rule, self.setting)))

    def _read_as(self, step: Step) -> Step:
        """The step that makes the field's own type of what came so far."""
        return self.watch.step(step, f"read as {self.kind.value}")

    @property
    def _constant(self) -> Step:
        where = zone(self.rule.timezone) if self.rule.timezone else None
        setting = replace(self.setting, zone=where) if where else self.setting
        return self._read_as(self._checked(from_constant(self.kind, setting)))

    def _checked(self, step: Step) -> Step:
        check = self.check

        def read(value: Any) -> Any:  # noqa: ANN401
            result = step(value)
            problem = check(result)
            if problem is not None:
                raise CellProblem(problem.code, **problem.facts)
            return result

        return read


def _as_written(read: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with a problem for cells that a spreadsheet has rewritten or that hide a character."""

    def read_unless_converted(*cells: Cell) -> Any:  # noqa: ANN401
        for index, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            problem = CellProblem("E207") if looks_converted(cell) else _unseen(cell.strip())
            if problem is not None:
                problem.cell = index
                raise problem
        return read(*cells)

    return read_unless_converted


def _unseen(text: str) -> CellProblem | None:
    """The problem of a number with a character that nobody sees: it would be another number."""
    if text.isprintable():
        return None
    position, character = next((at, c) for at, c in enumerate(text, 1) if not c.isprintable())
    return CellProblem("E203", character=f"U+{ord(character):04X}", position=position)


def anything(_: object) -> Problem | None:
    """A check that lets everything pass."""
    return None


def _required(_: object) -> Any:  # noqa: ANN401
    raise CellProblem("E205")
