"""Whether a cell came back as what people typed, or as what a spreadsheet program made of it."""

import re
from decimal import Decimal

from pipeline.corrections.cell_text import LONGEST, is_cut, text_of
from pipeline.model.cell import Cell, CellError, looks_converted, number_text, plain_text

_KINDS = {"bool": "yes or no", "float": "a number", "int": "a number", "CellError": "an error"}
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)[.][0-9]+")
"""A number with decimals, and without zeros at its beginning, which a code would have."""
_DIGITS = re.compile(r"\s*0+([0-9]+)\s*")


def same(shown: str, came_back: Cell) -> bool:
    """Whether a cell says what the workbook showed, whatever type it has by now.

    A program that makes a number of ``20.50`` writes 20.5: no digit that counts is lost.
    """
    if text_of(came_back) == shown:
        return True
    return _PLAIN.fullmatch(shown) is not None and says_as_much(shown, came_back)


def says_as_much(shown: str, came_back: Cell) -> bool:
    """Whether a cell came back as the very number that its text writes, be it without leading zeros."""
    if not isinstance(came_back, float | int) or isinstance(came_back, bool):
        return False
    return _NUMBER.fullmatch(shown) is not None and Decimal(shown) == Decimal(number_text(came_back))


def retyped(shown: str, came_back: Cell) -> str | None:
    """Why a changed cell cannot be taken as typed, in words; ``None`` where it can."""
    if not isinstance(came_back, str):
        kind = _KINDS.get(type(came_back).__name__, "a date or time")
        if isinstance(came_back, CellError):
            return f"the cell holds {kind}, {plain_text(came_back)}"
        return f"the spreadsheet program made {kind} of the text"
    if looks_converted(came_back) and not looks_converted(shown):
        return "the spreadsheet program wrote a number in its own way, and may have lost digits"
    found = _DIGITS.fullmatch(shown)
    if found is not None and came_back.strip() == found[1]:
        return "the zeros at the beginning are gone, which spreadsheet programs do by themselves"
    if is_cut(shown):
        return "the workbook shows only the beginning of this text, and the rest would be lost"
    if len(came_back) > LONGEST:
        return "the text is longer than a cell can hold"
    return None
