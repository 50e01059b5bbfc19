"""Files as shops and spreadsheet programs write them, byte for byte the same in every run."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value: TypeAlias = str | int | float | Decimal | date | datetime | None

_SAVED = datetime(2024, 12, 31, 12, 0, 0)  # noqa: DTZ001 - a workbook's own date has no zone


def csv_text(rows: Iterable[Sequence[object]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    """The rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def write_csv(
    path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8", delimiter: str = ","
) -> None:
    """Write rows, the header first, with the line ends of Windows."""
    write_text(path, csv_text(rows, delimiter), encoding)


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write text whose line ends stay as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


class Formula(str):
    """A formula with the value that it had when the file was saved, ``=A1|5``."""

    __slots__ = ()


def write_xlsx(
    path: Path,
    sheets: Mapping[str, Iterable[Sequence[Value]]],
    merged: Sequence[tuple[str, str]] = (),
    hidden: Sequence[str] = (),
) -> None:
    """Write a workbook: text as text cells, numbers as number cells, dates as date cells.

    ``merged`` are ranges of the first sheet with the value that they share.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _SAVED})
        bold = book.add_format({"bold": True})
        formats = {
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    _write_cell(sheet, (number, column), value, formats)
            sheet.set_row(0, None, bold)
            if name in hidden:
                sheet.hide()
        for cells, shared in merged:
            book.worksheets()[0].merge_range(cells, shared)


def _write_cell(
    sheet: Worksheet, at: tuple[int, int], value: Value, formats: Mapping[type[date], Format]
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Formula):
        formula, _, result = value.partition("|")
        sheet.write_formula(*at, formula, None, result)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, formats[type(value)])
    elif isinstance(value, str):
        sheet.write_string(*at, value)
    else:
        sheet.write_number(*at, value)
