"""Number formats that show a whole number with leading zeros: order number 123 seen as 0000123."""

from functools import lru_cache
from typing import TypeAlias

from pipeline.model.cell import EXACT_INTEGER_LIMIT

_Piece: TypeAlias = str | None
"""Text that is shown as it stands, or ``None`` for the place of a digit."""

_LEAST_ZEROS = 2
_QUOTE = '"'
_ESCAPES = "\\!"
_FILL, _GAP = "*_"
_ZERO = 3
"""With three sections or more, the third is for zero."""
_OTHER = frozenset("#?.,%@/")
"""Signs of formats that do more than pad: thousands, decimals, percent, fractions, text."""
_COLOURS = frozenset(("black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"))


def padded_text(format_code: str, number: float) -> str | None:
    """Return the text that a zero-padding format shows for a whole number, such as ``0000123``.

    ``format_code`` is a workbook's number format (``0000000``, ``00-000``, ``"ORD"0000``). Returns ``None``
    where the format does not pad, and for numbers below zero, with decimals, or too big to be exact.
    """
    if not 0 <= number < EXACT_INTEGER_LIMIT or not float(number).is_integer():
        return None
    if "00" not in format_code and format_code.count("0") < _LEAST_ZEROS:
        return None  # most formats end here
    positive, zero = _patterns(format_code)
    pieces = positive if number else zero
    return None if pieces is None else _shown(pieces, str(int(number)))


def _shown(pieces: tuple[_Piece, ...], digits: str) -> str:
    """Put the digits in their places from the right; the first place takes all that are left."""
    places = pieces.count(None)
    digits = digits.zfill(places)
    first = len(digits) - places + 1
    queue = iter((digits[:first], *digits[first:]))
    return "".join(next(queue) if piece is None else piece for piece in pieces).strip()


@lru_cache(maxsize=1024)
def _patterns(format_code: str) -> tuple[tuple[_Piece, ...] | None, tuple[_Piece, ...] | None]:
    """Return what the format shows for a positive number and for zero; ``None`` where it does not pad."""
    sections = _sections(format_code)
    positive = _pieces(sections[0])
    return positive, _pieces(sections[2]) if len(sections) >= _ZERO else positive


def _sections(format_code: str) -> list[list[str]]:
    """Split a format at its semicolons into sections of tokens; quoted, escaped, bracketed stay whole."""
    sections: list[list[str]] = [[]]
    rest = format_code
    while rest:
        size = _token_size(rest)
        if rest[0] == ";":
            sections.append([])
        else:
            sections[-1].append(rest[:size])
        rest = rest[size:]
    return sections


def _token_size(rest: str) -> int:
    sign = rest[0]
    if sign == _QUOTE:
        return (rest.find(_QUOTE, 1) + 1) or len(rest)
    if sign == "[":
        return (rest.find("]", 1) + 1) or len(rest)
    return 2 if sign in (*_ESCAPES, _FILL, _GAP) else 1


def _pieces(tokens: list[str]) -> tuple[_Piece, ...] | None:
    """Return the pieces of one section, or ``None`` where it is anything else than padding."""
    pieces: list[_Piece] = []
    for token in tokens:
        sign = token[0]
        if sign == "0":
            pieces.append(None)
        elif sign == _QUOTE:
            pieces.append(token.strip(_QUOTE))
        elif sign in _ESCAPES:
            pieces.append(token[1:])
        elif sign == _GAP:
            pieces.append(" ")
        elif sign == "[":
            inside = _bracket(token[1:].rstrip("]"))
            if inside is None:
                return None
            pieces.append(inside)
        elif sign in _OTHER or (sign.isascii() and sign.isalpha()):
            return None
        elif sign != _FILL:
            pieces.append(token)
    return tuple(pieces) if pieces.count(None) >= _LEAST_ZEROS else None


def _bracket(inside: str) -> str | None:
    """Return what a bracket shows: a currency's sign, or nothing for languages and colours.

    Returns ``None`` for conditions, elapsed time and other scripts' digits, which are not followed.
    """
    if inside.startswith("$"):
        return inside[1:].partition("-")[0]
    name = inside.lower()
    if name in _COLOURS or (name.startswith("color") and name[5:].strip().isdecimal()):
        return ""
    return None
