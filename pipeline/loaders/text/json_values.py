"""Values of JSON as cells: nested objects as columns with dots, lists as their own text."""

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring

from pipeline.model.cell import EXACT_INTEGER_LIMIT, Cell

LONE_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, which JSON can write and no text can hold."""

_DIGITS = 15
"""Significant digits that a float keeps whatever they are."""
_TINY = 1e-300
"""Below this floats have fewer digits."""


class Number(str):
    """A number as the file writes it."""

    __slots__ = ()


class NoNumberError(ValueError):
    """``NaN`` or ``Infinity``, which many programs write and JSON does not know."""


class Parser:
    """Parses one value at a time. ``repeated`` is a name that stood twice in an object of the last one."""

    def __init__(self) -> None:
        self.repeated: str | None = None
        self._scan = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse,
            strict=False,  # what no text may hold is judged by row, as everywhere
        ).raw_decode

    def parse(self, text: str, start: int) -> tuple[object, int]:
        """Return the value that starts at a place, and where it ends.

        Raises ``json.JSONDecodeError``, :class:`NoNumberError`, and ``RecursionError`` for values nested
        beyond all reason.
        """
        self.repeated = None
        return self._scan(text, start)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            self.repeated = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return made


def flatten(value: Mapping[str, object], into: dict[str, Cell], prefix: str = "") -> str | None:
    """Put the cells of an object into ``into`` by column name; return a name that two of them have."""
    twice = None
    for key, part in value.items():
        name = prefix + key
        if isinstance(part, dict):
            twice = flatten(part, into, f"{name}.") or twice
        elif name in into:
            twice = name
        else:
            into[name] = part if type(part) is str else cell_of(part)
    return twice


def cell_of(value: object) -> Cell:
    """Return a value that is no object as a cell; nothing (``null``) is the empty cell."""
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, str | bool):
        return value
    return "" if value is None else compact(value)


def compact(value: object) -> str:
    """Return a value as the shortest JSON text, numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        parts = (f"{encode_basestring(key)}:{compact(part)}" for key, part in value.items())
        return f"{{{','.join(parts)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(compact, value))}]"
    return json.dumps(value)


def _number(text: Number) -> float | str:
    """Return the number, or its text where a float would not keep its digits."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) <= _DIGITS and not exponent:
        return float(text)
    digits = mantissa.lstrip("-").replace(".", "").strip("0")
    if len(digits) > _DIGITS:
        return str(text)
    size = abs(float(text))
    return float(text) if not digits or _TINY < size < EXACT_INTEGER_LIMIT else str(text)


def _refuse(name: str) -> object:
    raise NoNumberError(name)
