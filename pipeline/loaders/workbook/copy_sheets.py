"""Chosen rows of a workbook's sheets as a workbook: same sheet names, cells of the same types."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import xlsxwriter

from pipeline.loaders.header_row import ANNOTATIONS, HeaderRow
from pipeline.loaders.overlaid import corrected
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.grid import Range
from pipeline.loaders.workbook.merged_cells import MergedCells
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import CellError, plain_text
from pipeline.model.overlay import CorrectedRows
from pipeline.model.reading import ReadLimits
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Row, Table

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,  # no sheet can hold them; as errors they are refused again
}
_USUAL = ReadLimits()
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_DAY = timedelta(days=1)
_LEAP_1900 = datetime(1900, 3, 1)  # noqa: DTZ001 - sheets know no zone
"""Sheets count a 29 February 1900 that never was: from here on every day's number is one higher."""
_STRING_LIMIT = 1 << 24


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


def copy_sheets(
    facts: FileFacts,
    chosen: Sequence[tuple[Table, Mapping[int, RowVerdict]]],
    out: Path,
    limits: ReadLimits = _USUAL,
    corrections: Mapping[int, CorrectedRows] = MappingProxyType({}),
) -> int:
    """Write header and chosen rows of each sheet, with corrections, as XLSX; return how many rows."""
    copied = 0
    source = SourceFile(Path(facts.path), facts.packing, facts.member)
    session = WorkbookSession(source, facts.kind, limits)
    with xlsxwriter.Workbook(str(out), {**_OPTIONS, "tmpdir": str(out.parent)}) as book:
        styles = {
            "text": book.add_format({"num_format": "@"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "hh:mm:ss"}),
            "span": book.add_format({"num_format": "[h]:mm:ss"}),
        }
        for table, verdicts in chosen:
            sheet = book.add_worksheet(table.sheet)
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            told = corrections.get(table.index, {})
            copied += _copy_sheet(session, table, verdicts, told, _Pen(sheet, styles))
    session.close()
    return copied


def _copy_sheet(
    session: WorkbookSession,
    table: Table,
    verdicts: Mapping[int, RowVerdict],
    corrections: CorrectedRows,
    pen: "_Pen",
) -> int:
    entry = next(entry for entry in session.sheets if entry.name == table.sheet)
    merged = session.load(entry).findings.merged
    # A heading over several columns stands above each of them in the copy.
    expanded = MergedCells(one for one in merged if table.expanded or one[1][0] <= table.header_row)
    cut = {} if table.expanded else _cut_off(merged, verdicts)
    lines: dict[int, int] = {}
    width = len(table.header)
    for first, rows in session.rows(entry.name):
        expanded.expand(first, rows)
        for number, row in enumerate(rows, first):
            if number < table.header_row:
                pen.write(number - 1, row)
            elif number == table.header_row:
                width = HeaderRow(number, tuple(map(plain_text, row))).shown
                pen.write(number - 1, (*row[:width], *ANNOTATIONS))
            elif number in verdicts:
                verdict = verdicts[number]
                if number in corrections:
                    row = corrected(row, corrections[number])  # noqa: PLW2901
                told = (verdict.status, verdict.code, verdict.message)
                lines[number] = table.header_row + len(lines)
                pen.write(lines[number], (*_without(row[:width], cut.get(number, ())), *told))
    if not table.expanded:
        pen.merge(merged, lines)
    return len(lines)


def _cut_off(merged: Sequence[Range], verdicts: Container[int]) -> dict[int, list[tuple[int, int]]]:
    """Row number → the columns that it shares with a row above which is not copied."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        for number in range(top + 1, bottom + 1) if top not in verdicts else ():
            if number in verdicts:
                found.setdefault(number, []).append((left, right))
    return found


def _without(row: Row, columns: Iterable[tuple[int, int]]) -> Row:
    """Return the row with an error where its value is not copied; an empty cell would be an answer."""
    for left, right in columns:
        row = tuple(CellError("#N/A") if left <= at <= right else cell for at, cell in enumerate(row))
    return row


class _Pen:
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
