"""Decimal and whole numbers, by a declared locale and never guessed."""

import re
from decimal import Decimal
from typing import Any

from babel.core import Locale, UnknownLocaleError

from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.model.cell import Cell, is_exact
from pipeline.model.payload import MONEY_DIGITS, MONEY_PLACES

_MINUS = "-\u2212"
_SPACES = " \u00a0\u202f\u2009"
_NOISE = Decimal("1e-9")
_CENT = Decimal(1).scaleb(-MONEY_PLACES)


def is_locale(name: str) -> bool:
    """Whether the locale's number rules are known."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


def separators(locale: str) -> tuple[str, str]:
    """The locale's (decimal, group) separators, by the Unicode locale data."""
    symbols: Any = Locale.parse(locale).number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


def decimal(locale: str) -> Step:
    """A step from cell to :class:`Decimal`.

    Text must be written wholly as the locale writes numbers: groups of three or none, one sign in front,
    no currency, no exponent; else E211. A number cell of a workbook keeps its value; binary noise below
    1e-9 at the second place is rounded off, a number that lost digits is E202.
    """
    point, group = separators(locale)
    groups = f"[{_SPACES}]" if group in _SPACES else re.escape(group)
    pattern = re.compile(
        rf"[{_MINUS}]?(?:[0-9]+|[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+)(?:{re.escape(point)}[0-9]+)?"
    )
    unwanted = str.maketrans({point: ".", "\u2212": "-"} | {c: None for c in (_SPACES if group in _SPACES else group)})

    def read(cell: Cell) -> Decimal:
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return _from_number(float(cell))
        text = as_text(cell)
        if not pattern.fullmatch(text):
            raise CellProblem("E211", locale=locale, example=f"1{group}234{point}50")
        return Decimal(text.translate(unwanted))

    return read


def _from_number(number: float) -> Decimal:
    if number != number or number in (float("inf"), float("-inf")) or not is_exact(number):  # noqa: PLR0124
        raise CellProblem("E202", number=repr(number))
    exact = Decimal(repr(number))
    rounded = exact.quantize(_CENT)
    return rounded if abs(exact - rounded) <= _NOISE else exact


def money(value: Decimal) -> Decimal:
    """An amount with two places; raises E212 for more places, E213 for more than 12 digits."""
    if value.as_tuple().exponent != -MONEY_PLACES:
        rounded = value.quantize(_CENT)
        if rounded != value:
            raise CellProblem("E212", places=MONEY_PLACES)
        value = rounded
    if abs(value) >= 10 ** (MONEY_DIGITS - MONEY_PLACES):
        raise CellProblem("E213", digits=MONEY_DIGITS)
    return value


def integer(locale: str) -> Step:
    """A step from cell to ``int``: digits, or a decimal of the locale without a fraction; else E214."""
    as_decimal = decimal(locale)

    def read(cell: Cell) -> int:
        if isinstance(cell, str):
            text = cell.strip()
            if text.isdigit() and text.isascii():
                return int(text)
        try:
            value: Decimal = as_decimal(cell)
        except CellProblem as problem:
            if problem.problem.code == "E211":
                raise CellProblem("E214") from None
            raise
        if value != value.to_integral_value():
            raise CellProblem("E214")
        return int(value)

    return read


def plain_decimal(text: str) -> Decimal:
    """A constant or default as a mapping writes it: ``1234.50``; raises E211."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise CellProblem("E211", locale="the mapping", example="1234.50")
    return Decimal(text)
