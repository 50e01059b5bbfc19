"""The records of a CSV file, in blocks, each with the line it starts on."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import changed
from pipeline.loaders.text.encoding import open_text
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

FIELD_LIMIT = 1 << 20
"""Characters in one cell; more is nearly always a quotation mark that was never closed."""

TextRow = tuple[str, ...]
Block = tuple[Sequence[int], list[TextRow]]
"""Line numbers and records; the numbers are a ``range`` where every record takes up one line."""


def read_records(
    source: SourceFile, encoding: str, delimiter: str, header_row: int, size: int
) -> Iterator[Block]:
    """Yield (line numbers, records) of up to ``size`` records, the header record left out.

    Records are as they stand: blank ones empty, ragged ones ragged. Raises :class:`InputRefused` at a
    record that cannot be told from its neighbours; memory stays flat.
    """
    skip = 1
    for numbers, rows in records_from(source, encoding, delimiter, header_row, size):
        yield numbers[skip:], rows[skip:] if skip else rows
        skip = 0


def records_from(source: SourceFile, encoding: str, delimiter: str, line: int, size: int) -> Iterator[Block]:
    """Yield the records from this line on, as :func:`read_records` does."""
    csv.field_size_limit(FIELD_LIMIT)
    with open_text(source, encoding) as text:
        for _ in range(line - 1):
            text.readline()
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        while True:
            rows: list[TextRow] = []
            before = reader.line_num
            try:
                rows.extend(map(tuple, islice(reader, size)))
            except csv.Error as error:
                # What extend() had taken in before the error is still there.
                start = line + sum(map(lines_in, rows))
                raise InputRefused(_broken(source, start, str(error))) from None
            except UnicodeDecodeError:
                raise InputRefused(changed(str(source.path))) from None  # all of it decoded a moment ago
            if not rows:
                return
            lines = reader.line_num - before
            yield range(line, line + len(rows)) if lines == len(rows) else _starts(rows, line), rows
            line += lines


def lines_in(row: TextRow) -> int:
    """Return the lines a record takes up: one, and one more for every line break inside its cells."""
    text = "".join(row) if len(row) != 1 else row[0]
    if "\n" not in text and "\r" not in text:
        return 1
    return 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)


def _starts(rows: list[TextRow], line: int) -> list[int]:
    numbers = []
    for row in rows:
        numbers.append(line)
        line += lines_in(row)
    return numbers


def _broken(source: SourceFile, line: int, reason: str) -> Issue:
    at = Location(str(source.path), row=line)
    if "field limit" in reason:
        return Issue("E132", at, facts={"limit": FIELD_LIMIT})
    return Issue("E130" if "end of data" in reason else "E131", at)
