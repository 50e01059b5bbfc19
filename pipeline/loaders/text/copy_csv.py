"""Chosen rows of a CSV file as a CSV file: same encoding, delimiter, line ends, lines above the header."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO, TextIO

from pipeline.loaders.header_row import ANNOTATIONS, HeaderRow
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.csv_records import TextRow, read_records
from pipeline.loaders.text.encoding import mark_of, open_text
from pipeline.model.overlay import CorrectedRows
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Table

_BLOCK = 20_000


def copy_csv(  # noqa: PLR0913, PLR0917 - what is copied, and where to
    source: SourceFile,
    facts: FileFacts,
    table: Table,
    verdicts: Mapping[int, RowVerdict],
    out: BinaryIO,
    corrections: CorrectedRows,
) -> int:
    """Write header and chosen rows with their corrections; return how many rows."""
    encoding, delimiter = facts.encoding or "utf-8", facts.delimiter or ","
    above, header, line_end = top_of(source, encoding, delimiter, table.header_row)
    copied = 0
    out.write(mark_of(source, encoding))
    with io.TextIOWrapper(out, encoding, errors="strict", newline="") as text:
        text.writelines(above)
        writer = RowWriter(text, delimiter, line_end)
        writer.write((*header.names, *ANNOTATIONS))
        for numbers, rows in read_records(source, encoding, delimiter, table.header_row, _BLOCK):
            for number, row in zip(numbers, rows, strict=True):
                verdict = verdicts.get(number)
                if verdict is not None:
                    told = corrections.get(number, {})
                    cells = tuple(told.get(place, cell) for place, cell in enumerate(row)) if told else row
                    writer.write(_annotated(cells, header, _told(verdict, encoding)))
                    copied += 1
    return copied


class RowWriter:
    """Quotes where it must; Python 3.11 leaves a lone carriage return bare, so such rows are quoted whole."""

    def __init__(self, text: TextIO, delimiter: str, line_end: str) -> None:
        self._plain = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
        self._quoted = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)

    def write(self, row: Sequence[str]) -> None:
        """Write one row."""
        broken = any("\n" in cell or "\r" in cell for cell in row)
        (self._quoted if broken else self._plain).writerow(row)


def top_of(
    source: SourceFile, encoding: str, delimiter: str, header_row: int
) -> tuple[list[str], HeaderRow, str]:
    """Return the lines above the header, the header, and how lines end."""
    with open_text(source, encoding) as text:
        above = [text.readline() for _ in range(header_row - 1)]
        lines = csv.reader(_remembered := _Remembered(text), delimiter=delimiter, strict=True)
        header = HeaderRow(header_row, tuple(next(lines)))
    last = _remembered.line
    line_end = next((end for end in ("\r\n", "\n", "\r") if last.endswith(end)), "\n")
    return above, header, line_end


class _Remembered:
    """Lines as they pass, the last one kept."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.line = ""

    def __iter__(self) -> "_Remembered":
        return self

    def __next__(self) -> str:
        self.line = next(self._text)
        return self.line


def _annotated(row: TextRow, header: HeaderRow, verdict: TextRow) -> TextRow:
    """Return the row with its verdict under the added columns.

    A row with too few cells stays as it is, since filling it up would make it look right; one with too
    many keeps them all, and the verdict follows behind.
    """
    width = header.shown
    if len(row) < min(header.named, width):
        return row
    room = header.named if header.annotated else len(header.cells)
    if any(map(str.strip, row[room:])):
        return row + verdict
    return row[:width] + ("",) * (width - len(row)) + verdict


def _told(verdict: RowVerdict, encoding: str) -> TextRow:
    """Return the verdict's words as far as the encoding can write them."""
    words = (verdict.status, verdict.code, verdict.message)
    return tuple(word.encode(encoding, "backslashreplace").decode(encoding) for word in words)
