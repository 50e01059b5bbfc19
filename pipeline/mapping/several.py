"""Rules of several cells: the first that is not empty, and rules that hold under a condition."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from pipeline.mapping.rule import When
from pipeline.mapping.steps.number import decimal, plain_decimal
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.cell import Cell, plain_text
from pipeline.model.folding import fold

REMEMBERED = 5_000
"""Distinct combinations of cells remembered per rule: memory stays flat whatever the file holds."""

Reader: TypeAlias = Callable[..., Any]
Test: TypeAlias = Callable[[Cell], bool]

WORDS = ("is_", "is_not", "contains", "starts_with", "ends_with")
NUMBERS = ("at_least", "at_most", "more_than", "less_than")
COMPARISONS = (*WORDS, "empty", *NUMBERS)

_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
}
_FINDS: dict[str, Callable[[str, str], bool]] = {
    "is_": lambda text, word: text == word,
    "is_not": lambda text, word: text == word,
    "contains": lambda text, word: word in text,
    "starts_with": lambda text, word: text.startswith(word),
    "ends_with": lambda text, word: text.endswith(word),
}


def remembered(read: Reader, most: int = REMEMBERED) -> Reader:
    """The function, its answers remembered for the last ``most`` combinations of cells, problems too."""

    @lru_cache(maxsize=most, typed=True)
    def answer(*cells: Cell) -> tuple[Any, CellProblem | None]:
        try:
            return read(*cells), None
        except CellProblem as problem:
            return None, problem

    def read_once(*cells: Cell) -> Any:  # noqa: ANN401
        value, problem = answer(*cells)
        if problem is not None:
            again = CellProblem(problem.problem.code, **problem.problem.facts)
            again.cell, again.also = problem.cell, problem.also
            raise again
        return value

    return read_once


def first_of(read: Step, empty: Step, null_words: Iterable[str]) -> Reader:
    """The function from several cells to the value of the first that is not empty."""
    nothing = {"", *map(fold, null_words)}

    def read_first(*cells: Cell) -> Any:  # noqa: ANN401
        for index, cell in enumerate(cells):
            if fold(plain_text(cell)) not in nothing:
                try:
                    return read(cell)
                except CellProblem as problem:
                    problem.cell = index
                    raise
        return empty(None)

    return read_first


def only_when(  # noqa: PLR0913, PLR0917 - the rule, what it stands under, and who looks on
    conditions: Sequence[When],
    locale: str,
    columns: tuple[str, ...],
    read: Reader,
    empty: Step,
    watch: Watch = NOBODY,
) -> tuple[tuple[str, ...], Reader]:
    """The columns and the function of a rule that holds for some rows; for others its cell is empty.

    Cells of the conditions follow those of the rule. A cell that a number is compared with and that holds
    none is E276.
    """
    tests = [
        watch.step(meets(condition, locale), f"when {condition.column}", "when", at)
        for at, condition in enumerate(conditions)
    ]
    own = len(columns)

    def holds(cells: tuple[Cell, ...]) -> bool:
        for index, test in enumerate(tests, own):
            try:
                if not test(cells[index]):
                    return False
            except CellProblem as problem:
                problem.cell = index
                raise
        return True

    inner = remembered(read) if own and watch.remembers else read
    both = (*columns, *(condition.column for condition in conditions))
    return both, lambda *cells: inner(*cells[:own]) if holds(cells) else empty(None)


def meets(condition: When, locale: str) -> Test:
    """The function that says whether a cell meets a condition."""
    name = next(name for name in COMPARISONS if getattr(condition, name) is not None)
    given: Any = getattr(condition, name)
    if name == "empty":
        return lambda cell: (not fold(plain_text(cell))) is given
    if name in _COMPARE:
        return _compared(name, given, locale)
    words = [fold(word) for word in ([given] if isinstance(given, str) else given)]
    finds, wanted = _FINDS[name], name != "is_not"

    def test(cell: Cell) -> bool:
        text = fold(plain_text(cell))
        return any(finds(text, word) for word in words) is wanted

    return test


def _compared(name: str, bound: str, locale: str) -> Test:
    compare, limit, read = _COMPARE[name], plain_decimal(bound), decimal(locale)

    def test(cell: Cell) -> bool:
        if not fold(plain_text(cell)):
            return False
        try:
            return compare(read(cell), limit)
        except CellProblem:
            raise CellProblem("E276", comparison=name, locale=locale) from None

    return test
