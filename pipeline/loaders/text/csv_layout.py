"""How a CSV file is laid out: its delimiter and its header."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.loaders.header_row import SEARCHED, Found, HeaderRow, best_header, header_issues, no_header
from pipeline.loaders.source_file import SourceFile
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


def find_layout(source: SourceFile, encoding: str, spec: SourceSpec) -> CsvLayout:
    """Try the delimiters on the first rows; the one that shows most of the mapping's columns is right.

    The mapping's word goes first, then a ``sep=;`` line. Raises :class:`InputRefused` when no column of
    the mapping shows under any delimiter, when two do equally well, or when a wanted column stands twice.
    """
    at = Location(str(source.path))
    with open_text(source, encoding) as text:
        lines = list(islice(text, max(_PEEKED, max(spec.header_rows, default=0) + SEARCHED)))
    separator = _separator_line(lines)
    told = spec.delimiter or separator
    found: list[tuple[str, Found]] = []
    for delimiter in [told] if told else DELIMITERS:
        rows, following = _rows(lines, delimiter, spec, skip=separator is not None)
        best = best_header(rows, spec, following=following)
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


def records_at(
    lines: list[str], line: int, delimiter: str, count: int = 1
) -> Iterator[tuple[int, list[str], int]]:
    """Yield up to ``count`` records from a line on: its line (from 1), its cells, the line after it.

    Ends early where no record can be read.
    """
    reader = csv.reader(lines[line - 1 :], delimiter=delimiter, strict=True)
    start = line
    try:
        for cells in islice(reader, count):
            after = line + reader.line_num
            yield start, cells, after
            start = after
    except csv.Error:
        return


def _rows(
    lines: list[str], delimiter: str, spec: SourceSpec, *, skip: bool
) -> tuple[list[tuple[int, list[str]]], dict[int, int]]:
    """Return the rows that may be the header or part of it, and which row follows on each.

    A row that the mapping names is told by its line, and those below it are the next records. Without the
    mapping's word any line may begin the header, even one that looks quoted because of a title above it.
    """
    if spec.header_rows:
        told = records_at(lines, spec.header_rows[0], delimiter, len(spec.header_rows))
        return [(number, cells) for number, cells, _ in told if cells], {}
    first = 2 if skip else 1
    found = [
        record for number in range(first, first + SEARCHED) for record in records_at(lines, number, delimiter)
    ]
    rows = [(number, cells) for number, cells, _ in found if cells]
    return rows, {number: after for number, _, after in found}


def _separator_line(lines: list[str]) -> str | None:
    """Return the delimiter of a first line ``sep=;``, which Excel understands and never shows."""
    match = re.fullmatch(r'"?sep=(.)"?\s*', lines[0], re.IGNORECASE | re.DOTALL) if lines else None
    return match[1] if match and match[1] not in '\r\n"' else None


def _nothing_found(lines: list[str], told: str | None, spec: SourceSpec, at: Location) -> Issue:
    if not any(map(header_name, lines)):
        return Issue("E106", at)
    tries = [_rows(lines, delimiter, spec, skip=False)[0] for delimiter in ([told] if told else DELIMITERS)]
    rows = max(tries, key=lambda rows: max((len(cells) for _, cells in rows[:1]), default=0))
    return no_header(rows, spec, at)


def _unused(lines: list[str], delimiter: str) -> str:
    """For a table of one column: a delimiter that does not occur, so that no cell is split."""
    text = "".join(lines)
    return next((one for one in DELIMITERS if one not in text), delimiter)


def _named(delimiter: str) -> str:
    return _NAMES.get(delimiter, repr(delimiter))
