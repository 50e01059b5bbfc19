"""How a CSV file is laid out: its delimiter and its header."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.loaders.header_row import SEARCHED, Found, HeaderRow, best_header, header_issues, no_header
from pipeline.loaders.text.encoding import open_text
from pipeline.model.header import header_name
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

DELIMITERS = ";,\t|"
_NAMES = {";": "semicolons (;)", ",": "commas (,)", "\t": "tabs", "|": "bars (|)"}
_PEEKED = 64
"""Lines read to look for a header: a quoted header may run over several lines."""


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """Delimiter and header of one CSV file, with the warnings they gave."""

    delimiter: str
    header: HeaderRow
    issues: tuple[Issue, ...] = ()


def find_layout(path: Path, encoding: str, spec: SourceSpec) -> CsvLayout:
    """Try the delimiters on the first rows; the one that shows most of the mapping's columns is right.

    The mapping's word goes first, then a ``sep=;`` line. Raises :class:`InputRefused` when no column of
    the mapping shows under any delimiter, when two do equally well, or when a wanted column stands twice.
    """
    at = Location(str(path))
    with open_text(path, encoding) as text:
        lines = list(islice(text, max(_PEEKED, (spec.header_row or 0) + SEARCHED)))
    separator = _separator_line(lines)
    told = spec.delimiter or separator
    found: list[tuple[str, Found]] = []
    for delimiter in [told] if told else DELIMITERS:
        best = best_header(_rows(lines, delimiter, spec, skip=separator is not None), spec)
        if best:
            found.append((delimiter, best))
    if not found:
        raise InputRefused(_nothing_found(lines, told, spec, at))
    delimiter, best = max(found, key=lambda one: (one[1].points, len(one[1].header.cells)))
    header = best.header
    wide = [other for other, its in found if its.points == best.points and len(its.header.cells) > 1]
    if len(wide) > 1:
        facts: dict[str, str | int] = {"first": _named(wide[0]), "second": _named(wide[1])}
        raise InputRefused(Issue("E121", Location(at.file, row=header.row), facts=facts))
    if len(header.cells) == 1 and told is None:
        delimiter = _unused(lines, delimiter)
    refusals, warnings = header_issues(best, spec, at)
    if refusals:
        raise InputRefused(*refusals)
    return CsvLayout(delimiter, header, tuple(warnings))


def record_at(lines: list[str], line: int, delimiter: str) -> list[str] | None:
    """Return the record that starts on this line (from 1), or ``None`` where none can be read."""
    try:
        return next(csv.reader(lines[line - 1 :], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _rows(
    lines: list[str], delimiter: str, spec: SourceSpec, *, skip: bool
) -> Iterator[tuple[int, list[str]]]:
    first = 2 if skip else 1
    numbers = [spec.header_row] if spec.header_row else range(first, first + SEARCHED)
    for number in numbers:
        cells = record_at(lines, number, delimiter)
        if cells:
            yield number, cells


def _separator_line(lines: list[str]) -> str | None:
    """Return the delimiter of a first line ``sep=;``, which Excel understands and never shows."""
    match = re.fullmatch(r'"?sep=(.)"?\s*', lines[0], re.IGNORECASE | re.DOTALL) if lines else None
    return match[1] if match and match[1] not in '\r\n"' else None


def _nothing_found(lines: list[str], told: str | None, spec: SourceSpec, at: Location) -> Issue:
    if not any(map(header_name, lines)):
        return Issue("E106", at)
    tries = [
        list(_rows(lines, delimiter, spec, skip=False)) for delimiter in ([told] if told else DELIMITERS)
    ]
    rows = max(tries, key=lambda rows: max((len(cells) for _, cells in rows[:1]), default=0))
    return no_header(rows, spec, at)


def _unused(lines: list[str], delimiter: str) -> str:
    """For a table of one column: a delimiter that does not occur, so that no cell is split."""
    text = "".join(lines)
    return next((one for one in DELIMITERS if one not in text), delimiter)


def _named(delimiter: str) -> str:
    return _NAMES.get(delimiter, repr(delimiter))
