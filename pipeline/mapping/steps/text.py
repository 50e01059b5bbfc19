"""Cells as text, and text clean-ups."""

import html
import re
from datetime import date, time, timedelta

from babel.core import Locale

from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.model.cell import UNCOMPUTED, Cell, CellError, is_exact, number_text

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_TURKISH_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_TURKISH_LOWER = str.maketrans({"İ": "i", "I": "ı"})


def as_text(cell: Cell) -> str:
    """The cell as text without outer white space.

    Raises :class:`CellProblem` for what was never text: an error value (E201), a formula without a value
    (E208), a date or a boolean that the spreadsheet made of it (E204), a number that lost digits (E202), a
    control character (E203).
    """
    if isinstance(cell, str):
        if not cell.isascii() or not cell.isprintable():
            bad = _FORBIDDEN.search(cell)
            if bad:
                raise CellProblem("E203", character=f"U+{ord(bad.group()):04X}", position=bad.start() + 1)
        return cell.strip()
    if isinstance(cell, CellError):
        raise CellProblem("E208") if cell == UNCOMPUTED else CellProblem("E201", error=cell.text)
    if isinstance(cell, bool):
        raise CellProblem("E204", found="a yes/no value", wanted="text")
    if isinstance(cell, date | time | timedelta):
        raise CellProblem("E204", found="a date", wanted="text")
    if not is_exact(cell):
        raise CellProblem("E202", number=repr(cell))
    return number_text(cell)


def is_text(cell: Cell) -> bool:
    """Whether the cell can be read as text."""
    try:
        as_text(cell)
    except CellProblem:
        return False
    return True


def casing(step: str, locale: str) -> Step:
    """``upper``, ``lower`` or ``title`` by the rules of the locale's language (Turkish İ and ı)."""
    turkish = Locale.parse(locale).language in {"tr", "az"}

    def upper(text: str) -> str:
        return (text.translate(_TURKISH_UPPER) if turkish else text).upper()

    def lower(text: str) -> str:
        return (text.translate(_TURKISH_LOWER) if turkish else text).lower()

    def title(text: str) -> str:
        return " ".join(upper(word[:1]) + lower(word[1:]) for word in text.split(" "))

    return {"upper": upper, "lower": lower, "title": title}[step]


def clean_up(name: str, locale: str) -> Step:
    """The clean-up called ``name`` in a mapping's ``text:`` list."""
    if name in {"upper", "lower", "title"}:
        return casing(name, locale)
    return {
        "collapse_spaces": lambda text: " ".join(text.split()),
        "remove_spaces": lambda text: "".join(text.split()),
        "digits": lambda text: "".join(c for c in text if c in "0123456789"),
        "unescape_html": html.unescape,
    }[name]
