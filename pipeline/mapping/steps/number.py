"""Decimal and whole numbers, by a declared locale and never guessed."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.core import Locale, UnknownLocaleError

from pipeline.mapping.steps import currency_words
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.model.cell import Cell, is_exact
from pipeline.model.payload import MONEY_DIGITS, MONEY_PLACES

_MINUS = "-\u2212"
_ALIKE = (" \u00a0\u202f\u2009", "'\u2019")
"""Group separators that look the same on paper: whatever a keyboard or a spreadsheet wrote is meant."""

_LIKE_A_NUMBER = re.compile(r"[0-9]+(?:[^0-9][0-9]{3})*(?:[.,][0-9]+)?")
_LARGEST = 2**63 - 1
_ALWAYS_FITS = 18
_NOISE = Decimal("1e-9")
_CENT = Decimal(1).scaleb(-MONEY_PLACES)
_NOTHING = Decimal(0).scaleb(-MONEY_PLACES)  # without the minus sign that -0.00 and 0 × -1 would keep
_LIMIT = Decimal(10) ** (MONEY_DIGITS - MONEY_PLACES)


def is_locale(name: str) -> bool:
    """Whether the locale's number rules are known."""
    try:
        separators(name)
    except (UnknownLocaleError, ValueError, TypeError, LookupError, OSError):  # the last: blanks in names
        return False
    return True


def separators(locale: str) -> tuple[str, str]:
    """The locale's (decimal, group) separators, by the Unicode locale data."""
    symbols: Any = Locale.parse(locale).number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


def decimal(locale: str, finish: Callable[[Decimal], Decimal] = Decimal) -> Step:
    """A step from cell to :class:`Decimal`, ``finish`` applied to it.

    Text must be written wholly as the locale writes numbers: groups of three or none, one sign in front,
    no currency, no exponent; else E211. A number cell of a workbook keeps its value; binary noise below
    1e-9 at the second place is rounded off, a number that lost digits is E202.
    """
    point, group = separators(locale)
    alike = next((signs for signs in _ALIKE if group in signs), group)
    whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:[{re.escape(alike)}][0-9]{{3}})+)"
    matches = re.compile(rf"[{_MINUS}]?{whole}(?:{re.escape(point)}[0-9]+)?").fullmatch
    table = str.maketrans({**dict.fromkeys(alike), point: ".", "\u2212": "-"})
    alone = alike == group

    def read(cell: Cell) -> Decimal:
        if isinstance(cell, str) and matches(cell):
            if alone and cell.isascii():  # five times as fast as a table, and the usual case
                return finish(Decimal(cell.replace(group, "").replace(point, ".")))
            return finish(Decimal(cell.translate(table)))
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return finish(_from_number(float(cell)))
        text = as_text(cell)
        if not matches(text):
            facts = {"locale": locale, "example": f"1{group}234{point}50", "hint": _hint(text, matches)}
            raise CellProblem("E211", **facts)
        return finish(Decimal(text.translate(table)))

    return read


def _hint(text: str, matches: Callable[[str], object]) -> str:
    """How an amount is read whose currency stands in the cell; nothing where it is something else."""
    found = currency_words.beside(text)
    if found is None or not _LIKE_A_NUMBER.fullmatch(found[0]):
        return ""
    how = f"amount: {found[1]}" if matches(found[0]) else f"amount: {{currency: {found[1]}, locale: …}}"
    return f"Let the mapping read the amount with its currency: steps: [{{{how}}}]. "


def _from_number(number: float) -> Decimal:
    if number != number or number in (float("inf"), float("-inf")) or not is_exact(number):  # noqa: PLR0124
        raise CellProblem("E202", number=repr(number))
    exact = Decimal(f"{number:.15g}")  # what lies behind the digits that a workbook shows is binary noise
    rounded = exact.quantize(_CENT)
    return rounded if abs(exact - rounded) <= _NOISE else exact


def money(value: Decimal) -> Decimal:
    """An amount with two places; raises E212 for more places, E213 for more than 12 digits."""
    if not -_LIMIT < value < _LIMIT:
        raise CellProblem("E213", digits=MONEY_DIGITS)
    if not value:
        return _NOTHING
    if value.same_quantum(_CENT):
        return value
    rounded = value.quantize(_CENT)
    if rounded != value:
        raise CellProblem("E212", places=MONEY_PLACES)
    return rounded


def integer(locale: str) -> Step:
    """A step from cell to ``int``: digits, or a decimal of the locale without a fraction; else E214.

    More than 64 bits, which is what JSON readers and databases hold, is E243.
    """
    as_decimal = decimal(locale)

    def read(cell: Cell) -> int:
        if isinstance(cell, str) and len(cell) <= _ALWAYS_FITS and cell.isdigit() and cell.isascii():
            return int(cell)
        try:
            value: Decimal = as_decimal(cell)
        except CellProblem as problem:
            if problem.problem.code == "E211":
                raise CellProblem("E214") from None
            raise
        return whole(value)

    return read


def whole(value: Decimal) -> int:
    """The number without its point; raises E214 where there is a fraction, E243 beyond 64 bits."""
    if value.copy_abs() > _LARGEST:
        raise CellProblem("E243", maximum=str(_LARGEST))
    if value != value.to_integral_value():
        raise CellProblem("E214")
    return int(value)


def plain_decimal(text: str) -> Decimal:
    """A constant or default as a mapping writes it: ``1234.50``; raises E211."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise CellProblem("E211", locale="the mapping", example="1234.50")
    return Decimal(text)
