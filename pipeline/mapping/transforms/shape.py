"""What a transform is: a name, what it takes and gives, its arguments, examples that are tested."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from pydantic_core import PydanticCustomError

from pipeline.mapping.rule import Part
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.model.cell import Cell
from pipeline.model.draft import Problem
from pipeline.model.payload import CURRENCIES


class Shape(Enum):
    """What goes from one step to the next."""

    TEXT = "text"
    DECIMAL = "a decimal number"
    INTEGER = "a whole number"
    BOOLEAN = "yes or no"
    DAY = "a day"
    MOMENT = "a point in time"


PYTHON: dict[Shape, type] = {
    Shape.TEXT: str,
    Shape.DECIMAL: Decimal,
    Shape.INTEGER: int,
    Shape.BOOLEAN: bool,
    Shape.DAY: date,
    Shape.MOMENT: datetime,
}
"""The type of the values of each shape; a point in time is aware, in UTC."""


def has_shape(value: object, shape: Shape) -> bool:
    """Whether a value is of a shape, and of no other."""
    if type(value) is not PYTHON[shape]:
        return False
    return not isinstance(value, datetime) or value.utcoffset() is not None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the mapping file says for all transforms.

    ``zone`` is the file's time zone, ``None`` where it has none. ``values`` are its value tables, ``tables``
    the lookup tables that were read beside it, both by name.
    """

    locale: str = "en_US"
    zone: tzinfo | None = None
    currencies: tuple[str, ...] = CURRENCIES
    first_year: int = 1990
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Arguments(Part):
    """A transform without arguments, and the base of those that have some."""


@dataclass(frozen=True, slots=True)
class Matches:
    """A check of an argument's text, with the words for what it should have been."""

    pattern: str
    wanted: str

    def __call__(self, text: str) -> str:
        """The text; raises what pydantic tells as a mistake at the argument."""
        if not re.fullmatch(self.pattern, text):
            raise PydanticCustomError("argument", "{wanted}", {"wanted": self.wanted})
        return text


class ArgumentError(Exception):
    """Raised by a maker whose arguments cannot be meant: a code of the catalogue, facts, and the argument."""

    def __init__(self, code: str, argument: str | None = None, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.argument, self.facts = code, argument, facts


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with warnings about how it came to be, each with the index of its cell among those read."""

    value: Any
    notes: tuple[tuple[Problem, int | None], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """``step`` as a mapping writes it turns ``given`` into ``gives`` (text as a person writes it).

    ``refused`` is the code of the issue where it is refused instead.
    """

    step: str
    given: Cell
    gives: str | None = None
    refused: str | None = None


Maker: TypeAlias = Callable[[Any, Setting], Step]
"""From arguments and setting to the step; raises :class:`ArgumentError`."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One named transform.

    ``arguments`` is the model of what a mapping may say to it; ``short`` the argument that a plain value
    stands for (``{truncate: 30}``). ``reads_cells``: it understands number and date cells of a workbook
    itself. ``costly``: its answers are worth remembering even where few values come again. ``tidies``: it
    only tidies up how text is written, so that a number or date cell may pass it by. ``package`` is the
    distribution that decides what it gives, where it is not this one, with its ``version`` where that is
    known. The step that ``make`` returns says that a value is refused by raising :class:`CellProblem`.
    """

    name: str
    takes: Shape
    gives: Shape
    says: str
    make: Maker
    arguments: type[Arguments] = Arguments
    short: str | None = None
    reads_cells: bool = False
    costly: bool = False
    tidies: bool = False
    examples: tuple[Example, ...] = ()
    package: str = ""
    version: str = ""


__all__ = [
    "ArgumentError",
    "Arguments",
    "CellProblem",
    "Example",
    "Maker",
    "Matches",
    "Noted",
    "Setting",
    "Shape",
    "Step",
    "Transform",
    "has_shape",
]
