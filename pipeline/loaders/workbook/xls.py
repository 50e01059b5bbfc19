"""XLS workbooks (Excel 5 to 2003): values by xlrd, and what it does not tell from the records themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOBase
from pathlib import Path
from typing import TypeVar

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet

from pipeline.loaders.workbook.archive import damaged
from pipeline.loaders.workbook.compound import workbook_stream
from pipeline.loaders.workbook.grid import Corrections, SheetEntry, SheetFindings
from pipeline.loaders.workbook.number_format import padded_text
from pipeline.loaders.workbook.serial_dates import moment, shows_span, span
from pipeline.loaders.workbook.stored_sheet import has_value
from pipeline.loaders.workbook.xls_records import Asked, Globals, SheetWalk
from pipeline.model.cell import UNCOMPUTED, Cell, CellError, number_text
from pipeline.model.issue import shown
from pipeline.model.location import column_letters
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_PLAIN = frozenset((xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_BLANK))
"""Kinds of cells whose value is handed out as it is."""

_T = TypeVar("_T")


class _Nowhere(TextIOBase):
    """Takes what the library has to say; a workbook can make it say a lot."""

    def write(self, text: str, /) -> int:
        return len(text)


class XlsSheet:
    """One sheet as xlrd read it, and the cells that are to be put right."""

    def __init__(
        self,
        cells: Sheet,
        corrections: Corrections,
        findings: SheetFindings,
        *,
        epoch_1904: bool,
    ) -> None:
        self.findings = findings
        self._cells = cells
        self._corrections = corrections
        self._epoch_1904 = epoch_1904

    def blocks(self, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Yield (number of the first row, rows), as :class:`SheetReader` promises."""
        for first in range(1, self.findings.height + 1, size):
            last = min(first + size, self.findings.height + 1)
            yield first, [self._row(number) for number in range(first, last)]

    def _row(self, number: int) -> Row:
        values: list[Cell] = list(self._cells.row_values(number - 1))
        kinds = self._cells.row_types(number - 1)
        width = self.findings.width
        if not _PLAIN.issuperset(kinds):
            values = [self._cell(kind, value) for kind, value in zip(kinds, values, strict=True)]
        for column, cell in self._corrections.get(number, {}).items():
            values[column] = cell
        return (*values[:width], *[""] * (width - len(values)))

    def _cell(self, kind: int, value: Cell) -> Cell:
        if not isinstance(value, int | float) or kind == xlrd.XL_CELL_NUMBER:
            return value
        if kind == xlrd.XL_CELL_DATE:
            return moment(value, epoch_1904=self._epoch_1904)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return _error(int(value))
        return value


class XlsBook:
    """One workbook, opened."""

    def __init__(self, stream: bytes, file: str, before: Globals, book: Book) -> None:
        self.findings = before.findings
        self._stream, self._file, self._book, self._before = stream, file, book, before
        self._counts: dict[str, int | None] = {}
        names = book.sheet_names()
        self._places = {
            (names[sheet.index] if sheet.index >= 0 else sheet.name): place
            for place, sheet in reversed(list(enumerate(before.sheets)))
        }
        codes = [book.format_map[style.format_key].format_str for style in book.xf_list]
        self._padding = {i: code for i, code in enumerate(codes) if padded_text(code, 1) is not None}
        self._spans = {i for i, code in enumerate(codes) if shows_span(code)}
        texts: list[str] = vars(book)["_sharedstrings"]  # of no public name
        blank = frozenset(i for i, text in enumerate(texts) if not text)
        self._asked = Asked(frozenset(self._padding) | self._spans, len(texts), blank)

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the workbook's order."""
        names = self._book.sheet_names()
        return [
            SheetEntry(names[sheet.index], sheet.visibility)
            if sheet.index >= 0
            else SheetEntry(sheet.name, sheet.visibility, cells=False)
            for sheet in self._before.sheets
        ]

    def load(self, sheet: str) -> XlsSheet:
        """Walk a sheet's records, then parse it whole."""
        place = self._places.get(sheet)
        entry = self._before.sheets[place] if place is not None else None
        if place is None or entry is None or entry.index < 0:
            raise InputRefused(damaged(self._file, f"the place of the sheet {shown(sheet)} is missing"))
        loaded = _blaming(self._file, lambda: self._load(place, entry.start, entry.index))
        self._counts[sheet] = loaded.findings.valued_rows
        return loaded

    def valued_rows(self, sheet: str) -> int | None:
        """Return what the records said when the sheet was loaded; there is no third way to count."""
        return self._counts.get(sheet)

    def _load(self, place: int, start: int, index: int) -> XlsSheet:
        walk = SheetWalk(self._stream, start, self._file, self._asked)
        findings = walk.findings
        cells = self._book.sheet_by_index(index)
        self._book.unload_sheet(index)
        corrections = self._corrections(cells, walk)
        _measure(cells, corrections, self._file, findings)
        loaded = XlsSheet(cells, corrections, findings, epoch_1904=self.findings.epoch_1904)
        _note_errors(cells, findings)
        for row in sorted(walk.hidden_rows):
            if row <= findings.height:
                findings.hidden_rows.add(row)
        findings.hidden_columns = sorted(column for column in walk.hidden_columns if column < findings.width)
        if walk.filtered:
            used = f"A1:{column_letters(max(0, findings.width - 1))}{findings.height}"
            findings.filtered = self._before.filters.get(place, used)
        findings.bad_text = True  # looking at the texts costs as much as telling
        return loaded

    def _corrections(self, cells: Sheet, walk: SheetWalk) -> Corrections:
        """Return row → column → what stands there and not what xlrd says."""
        found: Corrections = {}
        for row, columns in walk.formats.items():
            for column, style in columns.items():
                number = float(cells.cell_value(row - 1, column))
                if style in self._spans:
                    found.setdefault(row, {})[column] = span(number)
                    continue
                text = padded_text(self._padding[style], number)
                if text is not None and text != number_text(number):
                    found.setdefault(row, {})[column] = text
                    walk.findings.padded.add(row, column, text)
        for row, places in walk.uncomputed.items():
            found.setdefault(row, {}).update(dict.fromkeys(places, UNCOMPUTED))
        return found


@contextmanager
def open_book(source: Path | BytesIO, file: str, limits: ReadLimits) -> Iterator[XlsBook]:
    """Open a workbook; raises :class:`InputRefused` for one that is encrypted or damaged.

    Nothing in it is packed, so that none of the ``limits`` is met here.
    """
    del limits
    try:
        data = source.read_bytes() if isinstance(source, Path) else source.getvalue()
    except OSError:
        raise InputRefused(damaged(file, "it cannot be read")) from None
    stream = workbook_stream(data, file)
    del data
    content = stream.content

    def opened() -> XlsBook:
        before = Globals(content, file)
        before.findings.macros |= stream.macros
        book = xlrd.open_workbook(
            file_contents=content,
            logfile=_Nowhere(),
            encoding_override=before.encoding,
            on_demand=True,
            ragged_rows=True,
        )
        return XlsBook(content, file, before, book)

    yield _blaming(file, opened)


def _blaming(file: str, act: Callable[[], _T]) -> _T:
    """Do it; whatever the library dies of is a damaged file."""
    try:
        return act()
    except (InputRefused, MemoryError):
        raise
    except UnicodeDecodeError as error:
        words = f"a text holds bytes that have no meaning in its encoding, {error.encoding}"
        raise InputRefused(damaged(file, words)) from None
    except Exception:  # noqa: BLE001 - the library raises all kinds
        raise InputRefused(damaged(file, "its records do not follow the format")) from None


def _measure(cells: Sheet, corrections: Corrections, file: str, findings: SheetFindings) -> None:
    """Find the last cell with a value; raises :class:`InputRefused` when the library has lost rows."""
    height = width = valued = blank = 0
    stored = findings.valued_rows or 0
    for row in range(cells.nrows):
        values = cells.row_values(row)
        last = len(values)
        while last and values[last - 1] == "":
            last -= 1
        last = max(last, 1 + max(corrections.get(row + 1, ()), default=-1))
        if last:
            height, width, valued = row + 1, max(width, last), valued + 1
            blank += row + 1 not in corrections and not has_value(values)
    if valued != stored:
        words = f"{stored} rows are stored in a sheet, but {valued} can be read"
        raise InputRefused(damaged(file, words))
    findings.height, findings.width, findings.valued_rows = height, width, stored - blank


def _note_errors(cells: Sheet, findings: SheetFindings) -> None:
    for row in range(findings.height):
        kinds = cells.row_types(row)
        if xlrd.XL_CELL_ERROR in kinds:
            for column, kind in enumerate(kinds):
                if kind == xlrd.XL_CELL_ERROR:
                    findings.errors.add(row + 1, column, _error(int(cells.cell_value(row, column))).text)


def _error(code: int) -> CellError:
    return CellError(xlrd.error_text_from_code.get(code, "#N/A"))
