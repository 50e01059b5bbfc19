"""Writes rows into an XLSX file, each cell as what it is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter

from pipeline.loaders.workbook.grid import Range
from pipeline.model.cell import CellError
from pipeline.model.rows import Row

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,  # no sheet can hold them; as errors they are refused again
}
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DAY = timedelta(days=1)
_LEAP_1900 = datetime(1900, 3, 1)  # noqa: DTZ001 - sheets know no zone
"""Sheets count a 29 February 1900 that never was: from here on every day's number is one higher."""
_STRING_LIMIT = 1 << 24
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


class _Sheet(Protocol):
    """What is used of a sheet being written."""

    xls_strmax: int
    merge: list[list[int]]

    def write_string(self, row: int, column: int, text: str, style: object = None) -> int: ...
    def write_rich_string(self, row: int, column: int, *parts: object) -> int: ...
    def write_number(self, row: int, column: int, number: float, style: object = None) -> int: ...
    def write_boolean(self, row: int, column: int, value: bool) -> int: ...
    def write_formula(self, row: int, column: int, formula: str, style: object, value: str) -> int: ...
    def ignore_errors(self, ranges: dict[str, str]) -> int: ...


class _Exact(float):
    """A number that is written with all the digits it has; 16, the writer's own choice, may lose one."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return repr(float(self)).upper()


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook being written."""

    book: Any
    styles: Mapping[str, object]

    def without_time(self) -> None:
        """Let the same cells make the same file, whenever it is written."""
        self.book.set_properties({"created": _LONG_AGO})

    def sheet(self, name: str | None) -> "Pen":
        """A new sheet; rows are written to one sheet after the other."""
        sheet = self.book.add_worksheet(name)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return Pen(sheet, self.styles)


@contextmanager
def new_book(out: Path) -> Iterator[Book]:
    """Open a workbook for writing; it is whole when the block has ended."""
    with xlsxwriter.Workbook(str(out), {**_OPTIONS, "tmpdir": str(out.parent)}) as book:
        styles = {
            "text": book.add_format({"num_format": "@"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "hh:mm:ss"}),
            "span": book.add_format({"num_format": "[h]:mm:ss"}),
        }
        yield Book(book, styles)


class Pen:
    """Writes cells as what they are."""

    def __init__(self, sheet: _Sheet, styles: Mapping[str, object]) -> None:
        self._sheet = sheet
        self._styles = styles
        sheet.xls_strmax = _STRING_LIMIT  # a text too long for Excel is still the customer's text

    def write(self, row: int, cells: Row) -> None:
        """Write one row; rows must come in order. Empty cells are left out."""
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    self._text(row, column, cell)
            elif isinstance(cell, CellError):
                # An error stays an error, so that loading the copy refuses it again.
                text = cell.text if cell.text in _ERRORS else "#N/A"
                self._sheet.write_formula(row, column, f"={text}", None, text)
            elif isinstance(cell, bool):
                self._sheet.write_boolean(row, column, cell)
            else:
                number, style = _serial(cell)
                self._sheet.write_number(row, column, _Exact(number), style and self._styles[style])

    def merge(self, ranges: Sequence[Range], lines: Mapping[int, int]) -> None:
        """Merge again what was merged, as far as its rows are here (``lines``: row number → line from 0)."""
        for (top, left), (bottom, right) in ranges:
            kept = [lines[number] for number in range(top, bottom + 1) if number in lines]
            if kept and (len(kept) > 1 or right > left):
                self._sheet.merge.append([kept[0], left, kept[-1], right])

    def _text(self, row: int, column: int, text: str) -> None:
        style = self._styles["text"]
        if text.startswith("<r>") and text.endswith("</r>"):
            # The writer would take this for its own markup; in pieces it escapes it.
            self._sheet.write_rich_string(row, column, text[0], text[1], text[2:], style)
        else:
            self._sheet.write_string(row, column, text, style)


def _serial(cell: float | datetime | date | time | timedelta) -> tuple[float, str | None]:
    """Return the number a sheet stores for a cell (days, where it is about time), and its style."""
    if isinstance(cell, datetime):
        epoch = datetime(1899, 12, 30 if cell >= _LEAP_1900 else 31)  # noqa: DTZ001 - as above
        return (cell - epoch) / _DAY, "datetime"
    if isinstance(cell, date):
        return _serial(datetime.combine(cell, time()))[0], "date"
    if isinstance(cell, time):
        since = timedelta(
            hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond
        )
        return since / _DAY, "time"
    if isinstance(cell, timedelta):
        return cell / _DAY, "span"
    return cell, None
