"""The records of a CSV file below its header, in blocks, each with the line it starts on."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pipeline.loaders.survey import changed
from pipeline.loaders.text.encoding import open_text
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

FIELD_LIMIT = 1 << 20
"""Characters in one cell; more is nearly always a quotation mark that was never closed."""

TextRow = tuple[str, ...]


def read_records(
    path: Path, encoding: str, delimiter: str, header_row: int, size: int
) -> Iterator[tuple[Sequence[int], list[TextRow]]]:
    """Yield (line numbers, records) of up to ``size`` records, the header record left out.

    Records are as they stand: blank ones empty, ragged ones ragged. Raises :class:`InputRefused` at a
    record that cannot be told from its neighbours; memory stays flat.
    """
    csv.field_size_limit(FIELD_LIMIT)
    with open_text(path, encoding) as text:
        for _ in range(header_row - 1):
            text.readline()
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        line, skip = header_row, 1
        while True:
            rows: list[TextRow] = []
            before = reader.line_num
            try:
                rows.extend(map(tuple, islice(reader, size)))
            except csv.Error as error:
                # What extend() had taken in before the error is still there.
                start = line + sum(map(_lines_in, rows))
                raise InputRefused(_broken(path, start, str(error))) from None
            except UnicodeDecodeError:
                raise InputRefused(changed(str(path))) from None  # the whole file decoded a moment ago
            if not rows:
                return
            lines = reader.line_num - before
            numbers: Sequence[int] = (
                range(line, line + len(rows)) if lines == len(rows) else _starts(rows, line)
            )
            line += lines
            yield numbers[skip:], rows[skip:] if skip else rows
            skip = 0


def _starts(rows: list[TextRow], line: int) -> list[int]:
    numbers = []
    for row in rows:
        numbers.append(line)
        line += _lines_in(row)
    return numbers


def _lines_in(row: TextRow) -> int:
    """Return the lines a record takes up: one, and one more for every line break inside its cells."""
    text = "".join(row) if len(row) != 1 else row[0]
    if "\n" not in text and "\r" not in text:
        return 1
    return 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)


def _broken(path: Path, line: int, reason: str) -> Issue:
    at = Location(str(path), row=line)
    if "field limit" in reason:
        return Issue("E132", at, facts={"limit": FIELD_LIMIT})
    return Issue("E130" if "end of data" in reason else "E131", at)
