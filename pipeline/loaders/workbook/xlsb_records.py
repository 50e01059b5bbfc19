"""The records of an XLSB workbook's parts. Their numbers and fields are those of [MS-XLSB]."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import Struct

from pipeline.loaders.workbook.archive import damaged
from pipeline.loaders.workbook.grid import SheetFindings, Visibility
from pipeline.loaders.workbook.number_format import padded_text
from pipeline.loaders.workbook.serial_dates import moment, shows_moment, shows_span, span
from pipeline.loaders.workbook.stored_sheet import has_value
from pipeline.model.cell import Cell, CellError, number_text
from pipeline.model.issue import shown
from pipeline.model.location import column_letters
from pipeline.model.refusal import InputRefused

_ROW, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED_TEXT = 0, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = 8, 9, 10, 11
_SHORT_CELLS = range(12, 19)
_RICH_TEXT, _SHARED_ITEM, _FORMAT, _STYLE, _COLUMN = 62, 19, 44, 47, 60
_SHEET_END, _BOOK_SETTINGS, _SHEET_ENTRY, _FILTER, _MERGED = 130, 153, 156, 161, 176
_STYLES_BEGIN, _STYLES_END, _COMMENT = 617, 618, 635

_HIDDEN_ROW = 0x10
_LAST_COLUMN = 16_383
_MOST_ROWS = 1_048_576
_FORMULAS = frozenset((_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR))
_VISIBILITY = (Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VERY_HIDDEN)
_BUILT_IN = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "d"),
    46: "[h]:mm:ss",
}
"""Formats that need not be written down; all of these show moments but one."""
_STYLE_BITS = 0xFFFFFF
_DIVIDED, _WHOLE = 1, 2
"""Flags of a short number: it is to be divided by 100; it is a whole number."""
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_SHORT, _LONG, _SIGNED, _DOUBLE = Struct("<H"), Struct("<I"), Struct("<i"), Struct("<d")
_PAIR, _FOUR = Struct("<II"), Struct("<IIII")


@dataclass(frozen=True, slots=True)
class Styles:
    """What of the workbook's other parts matters to cells.

    ``kinds`` are the styles whose numbers are no plain numbers, ``texts`` the shared texts.
    """

    kinds: dict[int, "NumberKind"]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class NumberKind:
    """What the numbers of a style stand for: lengths of time, moments, or digits with zeros in front."""

    code: str
    span: bool = False
    moment: bool = False


def records(data: bytes, part: str, file: str) -> Iterator[tuple[int, int, int]]:
    """Yield (number, start of body, length); raises :class:`InputRefused` where the last one is cut off."""
    place, end = 0, len(data)
    try:
        while place < end:
            number = data[place]
            place += 1
            if number & 0x80:
                number = (number & 0x7F) | (data[place] & 0x7F) << 7
                place += 1
            length = shift = 0
            while True:
                byte = data[place]
                place += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 or shift == 28:  # noqa: PLR2004 - four times seven bits at most
                    break
            if place + length > end:
                break
            yield number, place, length
            place += length
        else:
            return
    except IndexError:
        pass
    raise InputRefused(damaged(file, f"the end of {shown(part)} is missing"))


def wide_text(data: bytes, place: int) -> tuple[str, int]:
    """Return a text and the place after it; raises ``ValueError`` for one that is cut off or no text."""
    size = _LONG.unpack_from(data, place)[0]
    end = place + 4 + 2 * size
    if end > len(data):
        raise ValueError
    return data[place + 4 : end].decode("utf-16-le"), end


def read_styles(data: bytes, part: str, file: str) -> dict[int, NumberKind]:
    """Return which cell styles show their numbers as something else."""
    codes: dict[int, str] = {}
    styles: dict[int, NumberKind] = {}
    inside, index = False, 0
    for number, body, _ in records(data, part, file):
        if number == _FORMAT:
            codes[_SHORT.unpack_from(data, body)[0]] = wide_text(data, body + 2)[0]
        elif number in (_STYLES_BEGIN, _STYLES_END):
            inside = number == _STYLES_BEGIN
        elif number == _STYLE and inside:
            key = _SHORT.unpack_from(data, body + 2)[0]
            kind = _kind(codes.get(key, _BUILT_IN.get(key, "")))
            if kind is not None:
                styles[index] = kind
            index += 1
    return styles


def read_texts(data: bytes, part: str, file: str) -> list[str]:
    """Return the shared texts."""
    items = (body for number, body, _ in records(data, part, file) if number == _SHARED_ITEM)
    return [wide_text(data, body + 1)[0] for body in items]


def _kind(code: str) -> NumberKind | None:
    if shows_span(code):
        return NumberKind(code, span=True)
    if shows_moment(code):
        return NumberKind(code, moment=True)
    return NumberKind(code) if padded_text(code, 1) is not None else None


class SheetWalk:
    """The cells of one sheet, and what else its records say.

    ``rows`` are its rows by number (from 1), each up to its last value. Raises :class:`InputRefused` for a
    sheet that is cut off, and ``ValueError``, ``IndexError`` or ``struct.error`` for one that is broken.
    """

    def __init__(self, data: bytes, part: str, file: str, styles: Styles, *, epoch_1904: bool) -> None:
        self.findings = SheetFindings(bad_text=True)
        self.rows: dict[int, list[Cell]] = {}
        self._data, self._styles, self._epoch_1904 = data, styles, epoch_1904
        self._row = 0
        self._cells: list[Cell] = []
        self._has_value = False
        self._valued = 0
        readers: dict[int, Callable[[int, int], Cell]] = {
            _RK: self._short_number,
            _REAL: self._number,
            _BOOL: self._bool,
            _TEXT: self._text,
            _SHARED_TEXT: self._shared_text,
            _RICH_TEXT: self._rich_text,
            _ERROR: self._error,
            _FORMULA_TEXT: self._text,
            _FORMULA_NUMBER: self._number,
            _FORMULA_BOOL: self._bool,
            _FORMULA_ERROR: self._error,
        }
        others: dict[int, Callable[[int], None]] = {
            _ROW: self._begin_row,
            _COLUMN: self._columns,
            _MERGED: self._merged,
            _FILTER: self._filter,
        }
        number = -1
        for number, body, length in records(data, part, file):
            if number in readers:
                column = _LONG.unpack_from(data, body)[0]
                self._put(number, column, readers[number](body, column))
            elif number in others:
                others[number](body)
            elif number in _SHORT_CELLS and length:
                raise InputRefused(damaged(file, f"{shown(part)} holds cells of an unknown kind"))
        if number != _SHEET_END:
            raise InputRefused(damaged(file, f"the end of {shown(part)} is missing"))
        self.findings.valued_rows = self._valued

    def _begin_row(self, body: int) -> None:
        row = _LONG.unpack_from(self._data, body)[0] + 1
        if not self._row < row <= _MOST_ROWS:
            raise ValueError(row)
        self._row = row
        self._cells = []
        self._has_value = False
        if self._data[body + 11] & _HIDDEN_ROW:
            self.findings.hidden_rows.add(row)

    def _put(self, number: int, column: int, cell: Cell) -> None:
        if number in _FORMULAS:
            self.findings.computed.add(self._row, column)
            columns = self.findings.computed_columns
            columns[column] = columns.get(column, 0) + 1
        if cell == "":
            return
        cells = self._cells
        if not len(cells) <= column <= _LAST_COLUMN or not self._row:
            raise ValueError(column)
        if not cells:
            self.rows[self._row] = cells
        if not self._has_value and has_value((cell,)):
            self._has_value = True
            self._valued += 1
        if len(cells) < column:
            cells += [""] * (column - len(cells))
        cells.append(cell)

    def _bool(self, body: int, _column: int) -> Cell:
        return bool(self._data[body + 8])

    def _number(self, body: int, column: int) -> Cell:
        return self._shown(body, column, _DOUBLE.unpack_from(self._data, body + 8)[0])

    def _short_number(self, body: int, column: int) -> Cell:
        packed = _LONG.unpack_from(self._data, body + 8)[0]
        if packed & _WHOLE:
            found = float(_SIGNED.unpack_from(self._data, body + 8)[0] >> 2)
        else:
            found = float(_DOUBLE.unpack(bytes(4) + _LONG.pack(packed & ~3))[0])
        return self._shown(body, column, found / 100 if packed & _DIVIDED else found)

    def _shown(self, body: int, column: int, found: float) -> Cell:
        kind = self._styles.kinds.get(_LONG.unpack_from(self._data, body + 4)[0] & _STYLE_BITS)
        if kind is None:
            return found
        if kind.span:
            return span(found)
        if kind.moment:
            return moment(found, epoch_1904=self._epoch_1904)
        text = padded_text(kind.code, found)
        if text is None or text == number_text(found):
            return found
        self.findings.padded.add(self._row, column, text)
        return text

    def _text(self, body: int, _column: int) -> str:
        return wide_text(self._data, body + 8)[0]

    def _shared_text(self, body: int, _column: int) -> Cell:
        index: int = _LONG.unpack_from(self._data, body + 8)[0]
        return self._styles.texts[index]

    def _rich_text(self, body: int, _column: int) -> Cell:
        return wide_text(self._data, body + 9)[0]

    def _error(self, body: int, column: int) -> Cell:
        error = CellError(_ERRORS.get(self._data[body + 8], "#N/A"))
        self.findings.errors.add(self._row, column, error.text)
        return error

    def _columns(self, body: int) -> None:
        first, last = _PAIR.unpack_from(self._data, body)
        if self._data[body + 16] & 1:
            self.findings.hidden_columns += range(first, min(last, _LAST_COLUMN) + 1)

    def _merged(self, body: int) -> None:
        top, bottom, left, right = _FOUR.unpack_from(self._data, body)
        self.findings.merged.append(((top + 1, left), (bottom + 1, right)))

    def _filter(self, body: int) -> None:
        top, bottom, left, right = _FOUR.unpack_from(self._data, body)
        place = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        self.findings.filtered = place


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet as the workbook lists it, with the id of the link to its part."""

    name: str
    visibility: Visibility
    link: str


def listed_sheets(data: bytes, part: str, file: str) -> tuple[list[ListedSheet], bool]:
    """Return the sheets in the workbook's order, and whether days count from 1904."""
    found: list[ListedSheet] = []
    epoch_1904 = False
    for number, body, _ in records(data, part, file):
        if number == _SHEET_ENTRY:
            link, place = wide_text(data, body + 8)
            visibility = _VISIBILITY[_LONG.unpack_from(data, body)[0]]
            found.append(ListedSheet(wide_text(data, place)[0], visibility, link))
        elif number == _BOOK_SETTINGS:
            epoch_1904 = bool(data[body] & 1)
    return found, epoch_1904


def count_comments(data: bytes, part: str, file: str) -> int:
    """Return how many notes a part of notes holds."""
    return sum(number == _COMMENT for number, _, _ in records(data, part, file))
