"""What one cell of a spreadsheet may hold, exactly as the file holds it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value in a cell, such as ``#N/A``: present, but not a value and not empty."""

    text: str


UNCOMPUTED = CellError("formula without a value")
"""A formula that no program has computed yet; files written by libraries have them."""

Cell: TypeAlias = str | float | bool | datetime | date | time | timedelta | CellError
"""Empty is ``""``. Text stays text (``"00123"``, ``"NA"``); numbers of a workbook are ``float``."""

EXACT_INTEGER_LIMIT = 10**15
"""A workbook stores numbers with 15 significant digits; whole numbers from here on have lost theirs."""


def is_exact(number: float) -> bool:
    """Whether a number cell can still hold the digits that somebody typed into it."""
    return abs(number) < EXACT_INTEGER_LIMIT


_CONVERTED = re.compile(r"\s*[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}\s*|\s*[0-9]+\.0\s*")


def looks_converted(text: str) -> bool:
    """Whether a program may have made a number of a code: ``1.23E+15``, ``1,23E+15``, ``20099.0``."""
    return ("E" in text or "e" in text or ".0" in text) and _CONVERTED.fullmatch(text) is not None


def plain_text(cell: Cell) -> str:
    """The cell as the text a reader of the spreadsheet would write down.

    Whole numbers lose their ``.0``; other numbers are written with the 15 significant digits that a
    workbook shows, never in scientific notation.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return number_text(float(cell))
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def number_text(number: float) -> str:
    """A number cell as plain decimal text, e.g. ``1001`` for ``1001.0`` and ``0.3`` for float noise."""
    if number.is_integer() and is_exact(number):
        return str(int(number))
    text = f"{number:.15g}"
    return f"{Decimal(text):f}" if isfinite(number) else text
