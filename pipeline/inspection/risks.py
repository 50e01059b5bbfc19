"""What may go wrong with a column, from the looks and signs of its values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pipeline.inspection.column import ColumnProfiler
from pipeline.inspection.found import Risk
from pipeline.inspection.shapes import Look, Shape
from pipeline.inspection.signs import Sign, ungarbled
from pipeline.inspection.tally import FIRST_PLACES, Tally
from pipeline.inspection.verdict import date_formats
from pipeline.model.cell import Cell, plain_text
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import Table

_BY_SIGN: Final = {
    Sign.DIGITS_LOST: "W130",
    Sign.SCIENTIFIC: "W131",
    Sign.INVISIBLE: "W137",
    Sign.GARBLED: "W138",
    Sign.SWALLOWED: "W139",
    Sign.FAR_DATE: "W144",
    Sign.NOTHING_WORD: "W148",
    Sign.ERROR: "W149",
}
_NUMBERS: Final = frozenset({Shape.WHOLE, Shape.DECIMAL, Shape.SCIENTIFIC})
_CODES: Final = frozenset({Shape.CODE, Shape.WHOLE, Shape.TEXT, Shape.NUMBER_CELL})
_SERIAL_DIGITS: Final = "5"
"""As numbers, the days from 1927 to 2173 have five digits."""
_EXCEPTION: Final = 0.5


def column_risks(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Yield what may go wrong with the column, one risk a kind."""
    for sign, code in _BY_SIGN.items():
        tally = column.signs.get(sign)
        if tally:
            yield risk_at(code, table, column.index, tally, _sign_facts(sign, tally))
    yield from _mixed_dates(column, table)
    yield from _text_numbers(column, table)
    yield from _separators(column, table)
    yield from _dates_among_codes(column, table)
    yield from _lost_zeros(column, table)


def risk_at(
    code: str, table: Table, column: int, tally: Tally, facts: Mapping[str, str | int] | None = None
) -> Risk:
    """A risk at the first of its cells; its facts say how many there are and name the first ones."""
    places = tuple(table.at(row, column) for row, _ in tally.first)
    named = ", ".join(place.cell or "" for place in places)
    more = tally.count - len(places)
    all_facts: dict[str, str | int] = {
        "cells": f"{named} and {more} more" if more > 0 else named,
        "count": tally.count,
        **(facts or {}),
    }
    value = shown(plain_text(tally.first[0][1])) if tally.first else None
    return Risk(Issue(code, places[0] if places else None, value=value, facts=all_facts), tally.count, places)


def merged_tally(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one, the first places in order of rows."""
    chosen = list(tallies)
    first: list[tuple[int, Cell]] = sorted(
        (place for tally in chosen for place in tally.first), key=lambda place: place[0]
    )
    return Tally(sum(tally.count for tally in chosen), first[:FIRST_PLACES])


def _sign_facts(sign: Sign, tally: Tally) -> dict[str, str | int]:
    value = tally.first[0][1] if tally.first else ""
    text = value if isinstance(value, str) else plain_text(value)
    if sign is Sign.GARBLED:
        return {"meant": shown(ungarbled(text) or text)}
    if sign is Sign.INVISIBLE:
        odd = next((c for c in text if not c.isprintable() and c not in "\t\r\n"), " ")
        return {"character": f"U+{ord(odd):04X}"}
    if sign is Sign.SWALLOWED:
        return {"lines": len(text.splitlines())}
    return {}


def _tallies(column: ColumnProfiler, shapes: Iterable[Shape]) -> list[tuple[Look, Tally]]:
    wanted = set(shapes)
    return [(look, tally) for look, tally in column.looks.items() if look.shape in wanted]


def _count(tallies: Iterable[tuple[Look, Tally]]) -> int:
    return sum(tally.count for _, tally in tallies)


def _mixed_dates(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Date cells beside text dates or serial numbers, several text formats, and days that may be months."""
    texts, cells = _tallies(column, [Shape.DATE]), _tallies(column, [Shape.DATE_CELL])
    dates = _count(texts) + _count(cells)
    if dates < _EXCEPTION * column.filled:
        return
    serials = [
        (look, tally)
        for look, tally in _tallies(column, [Shape.NUMBER_CELL, Shape.WHOLE])
        if look.detail == _SERIAL_DIGITS
    ]
    groups: list[tuple[str, list[tuple[Look, Tally]]]] = [
        ("date cells", cells),
        ("numbers that may be days", serials),
    ]
    formats = date_formats(column.looks)
    groups += [(_in_letters(one), _of_format(texts, one, formats)) for one in formats]
    groups.append(("months in words", [(look, tally) for look, tally in texts if not look.detail]))
    present = [(name, found) for name, found in groups if found]
    if len(present) > 1:
        present.sort(key=lambda group: -_count(group[1]))
        rest = merged_tally(tally for _, found in present[1:] for _, tally in found)
        kinds = ", ".join(f"{name} ({_count(found)})" for name, found in present)
        yield risk_at("W132", table, column.index, rest, {"kinds": kinds})
    unclear = [(look, tally) for look, tally in texts if "|" in look.detail and look.detail in formats]
    if unclear:
        first, second = unclear[0][0].detail.split("|")[:2]
        facts: dict[str, str | int] = {"first": _in_letters(first), "second": _in_letters(second)}
        yield risk_at("W133", table, column.index, merged_tally(tally for _, tally in unclear), facts)


def _of_format(
    texts: Sequence[tuple[Look, Tally]], one: str, formats: Sequence[str]
) -> list[tuple[Look, Tally]]:
    """The tallies that count under a format: its own, and unclear ones that it decided."""
    return [
        (look, tally)
        for look, tally in texts
        if look.detail == one or (look.detail not in formats and one in look.detail.split("|"))
    ]


def _in_letters(pattern: str) -> str:
    """``%d.%m.%Y|%m.%d.%Y`` as ``DD.MM.YYYY or MM.DD.YYYY``."""
    letters = {
        "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss",
        ".%f": ".fff", "%p": "AM", "%z": "zone", "%b": "Mon", "%B": "Month",
    }  # fmt: skip
    for letter, word in letters.items():
        pattern = pattern.replace(letter, word)
    return pattern.replace("|", " or ")


def _text_numbers(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Numbers written as text among number cells, or number cells among them."""
    cells, texts = _tallies(column, [Shape.NUMBER_CELL]), _tallies(column, _NUMBERS)
    if not cells or not texts:
        return
    fewer = min((cells, texts), key=_count)
    facts: dict[str, str | int] = {"numbers": _count(cells), "texts": _count(texts)}
    yield risk_at("W134", table, column.index, merged_tally(tally for _, tally in fewer), facts)


def _separators(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Decimals with a comma beside decimals with a point, and numbers whose sign may be either."""
    by_sign = {look.detail: tally for look, tally in _tallies(column, [Shape.DECIMAL])}
    comma, point = by_sign.get(","), by_sign.get(".")
    if comma and point:
        fewer = min((comma, point), key=lambda tally: tally.count)
        facts: dict[str, str | int] = {"commas": comma.count, "points": point.count}
        yield risk_at("W135", table, column.index, fewer, facts)
    unclear = [tally for sign, tally in by_sign.items() if sign.startswith("?")]
    if unclear and bool(comma) == bool(point):
        yield risk_at("W147", table, column.index, merged_tally(unclear))


def _dates_among_codes(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Date cells, or texts such as ``15-Jun``, in a column that else holds codes."""
    found = [tally for _, tally in _tallies(column, [Shape.DATE_CELL])]
    if column.signs.get(Sign.MONTH_CODE):
        found.append(column.signs[Sign.MONTH_CODE])
    codes = _count(_tallies(column, _CODES))
    dates = merged_tally(found)
    if dates.count and codes >= _EXCEPTION * column.filled and dates.count < _EXCEPTION * column.filled:
        yield risk_at("W142", table, column.index, dates)


def _lost_zeros(column: ColumnProfiler, table: Table) -> Iterator[Risk]:
    """Codes of one length with leading zeros, beside numbers that are shorter than they are."""
    lengths = {int(look.detail) for look, _ in _tallies(column, [Shape.CODE]) if look.detail}
    if len(lengths) != 1:
        return
    (length,) = lengths
    short = [
        (look, tally)
        for look, tally in _tallies(column, [Shape.WHOLE, Shape.NUMBER_CELL])
        if look.detail.isdecimal() and int(look.detail) < length
    ]
    if short:
        yield risk_at(
            "W143", table, column.index, merged_tally(tally for _, tally in short), {"length": length}
        )
