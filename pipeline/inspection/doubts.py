"""Guesses that are worth a warning, because they may be wrong."""

from typing import Final

from pipeline.inspection.found import Guess
from pipeline.model.issue import Issue
from pipeline.model.location import Location

_DOUBTFUL: Final = 0.6
"""A guess that is less sure than this is doubtful."""
_NAMES: Final = {";": "semicolons (;)", ",": "commas (,)", "\t": "tabs", "|": "bars (|)"}


def header_doubt(guess: Guess | None, row: int, file: str, sheet: str | None) -> list[Issue]:
    """Return the warning for a header that nothing makes certain; none where the guess is sure."""
    if guess is None or guess.confidence >= _DOUBTFUL:
        return []
    return [Issue("W145", Location(file, sheet, row), facts={"row": row})]


def delimiter_doubt(delimiter: str | None, other: str | None, file: str) -> list[Issue]:
    """Return the warning for a delimiter beside which an ``other`` would do nearly as well."""
    if delimiter is None or other is None:
        return []
    facts: dict[str, str | int] = {"delimiter": _named(delimiter), "other": _named(other)}
    return [Issue("W146", Location(file), facts=facts)]


def _named(delimiter: str) -> str:
    return _NAMES.get(delimiter, repr(delimiter))
