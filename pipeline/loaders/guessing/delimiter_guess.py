"""Which character parts the cells of a text file, where no mapping names columns to look for."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import Final

from pipeline.inspection.found import Guess
from pipeline.inspection.shapes import Shape, look_of_text
from pipeline.loaders.text.csv_layout import DELIMITERS

_RECORDS: Final = 200
_SEPARATOR: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
_CLOSE: Final = 0.85
"""A second character that does so nearly as well leaves the matter open."""
_HALF: Final = 0.5
_NUMBERS: Final = frozenset({Shape.DECIMAL, Shape.AMOUNT, Shape.PERCENT, Shape.WHOLE})


@dataclass(frozen=True, slots=True)
class DelimiterGuess:
    """The delimiter (``None``: one column), how sure that is, and what else could be meant."""

    delimiter: str | None
    guess: Guess
    other: str | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    delimiter: str
    points: float
    width: int
    even: float


def guess_delimiter(lines: Sequence[str]) -> DelimiterGuess:
    """Guess by which character the first lines of a file fall into rows of one width.

    A ``sep=`` line decides. Else each candidate parses up to 200 records with quotes as they are; that one
    wins under which most records have one width, wide ones rather than narrow ones, and no other
    candidate is left inside cells, where it is no decimal comma.
    """
    told = _SEPARATOR.fullmatch(lines[0]) if lines else None
    if told and told[1] not in '\r\n"':
        return DelimiterGuess(told[1], Guess(1.0, ("told",)))
    tried = sorted((_try(lines, one) for one in DELIMITERS), key=lambda one: -one.points)
    best, second = tried[0], tried[1]
    if best.width < 2 or (best.width == 2 and best.even <= _HALF):  # noqa: PLR2004
        return DelimiterGuess(None, Guess(0.5 if len(lines) > 1 else 0.2, ("one column",)))
    facts: dict[str, str | int] = {"columns": best.width, "percent": round(100 * best.even)}
    open_question = second.points >= _CLOSE * best.points
    confidence = best.even * (0.6 if open_question else 1.0)
    guess = Guess(round(confidence, 2), ("even",), facts)
    return DelimiterGuess(best.delimiter, guess, second.delimiter if open_question else None)


def _try(lines: Sequence[str], delimiter: str) -> _Tried:
    try:
        records = [row for row in islice(csv.reader(lines, delimiter=delimiter), _RECORDS) if any(row)]
    except csv.Error:
        return _Tried(delimiter, 0.0, 0, 0.0)
    widths = Counter(map(len, records))
    usual, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    if usual < 2 or not records:  # noqa: PLR2004
        return _Tried(delimiter, 0.0, usual, 0.0)
    even = count / len(records)
    return _Tried(delimiter, even * log2(usual + 1) * _purity(records, delimiter), usual, even)


def _purity(records: Sequence[Sequence[str]], delimiter: str) -> float:
    """The share of filled cells in which no other candidate stands where it would part cells."""
    others = [one for one in DELIMITERS if one != delimiter]
    filled = impure = 0
    for row in records:
        for cell in row:
            if not cell:
                continue
            filled += 1
            if any(one in cell for one in others):
                impure += _parts(cell, others)
    return 1 - impure / filled if filled else 0.0


def _parts(cell: str, others: Sequence[str]) -> bool:
    """Whether another delimiter in the cell looks like one: not a decimal comma, no blank after it."""
    if look_of_text(cell.strip()).shape in _NUMBERS:
        return False
    return any(re.search(rf"{re.escape(one)}(?! )", cell.rstrip()) for one in others)
