"""The records of an XLS workbook (BIFF5 and BIFF8), walked from end to end.

The library that reads the values knows neither which numbers are formulas nor how many rows there should
be, and takes a stream that is cut off for a short one. So the records are walked once more here: their
heads, and of the few that matter the body. Numbers of records and fields are those of [MS-XLS].
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import Struct

from pipeline.loaders.workbook.archive import damaged
from pipeline.loaders.workbook.grid import BookFindings, SheetFindings, Visibility
from pipeline.model.issue import Issue
from pipeline.model.location import Location, column_letters
from pipeline.model.refusal import InputRefused

BIFF8 = 0x0600
_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILE_PASS, _CODEPAGE, _EPOCH, _FONT = 0x002F, 0x0042, 0x0022, 0x0031
_BOUND_SHEET, _SHARED_TEXTS, _NAME = 0x0085, 0x00FC, 0x0018
_SUPBOOK, _EXTERN_SHEET, _CONNECTION = 0x01AE, 0x0017, 0x0876
_NUMBER, _RK, _MULTIPLE_RK = 0x0203, 0x027E, 0x00BD
_SHARED_TEXT, _TEXT, _RICH_TEXT, _BOOL_OR_ERROR = 0x00FD, 0x0204, 0x00D6, 0x0205
_FORMULAS = frozenset((0x0006, 0x0206, 0x0406))
_FORMULA_TEXT = 0x0207
_ROW, _COLUMNS, _MERGED, _NOTE, _FILTERED = 0x0208, 0x007D, 0x00E5, 0x001C, 0x009B

_HEAD = Struct("<HH")
_PLACE = Struct("<HHH")
_SHORT = Struct("<H")
_LONG = Struct("<I")
_RANGE = Struct("<HHHH")
_OFFSET_AND_KIND = Struct("<IBB")
_COLUMN_SPAN = Struct("<HHHHH")

_SHORTEST_TEXT = 3
"""Bytes of an empty shared text."""
_NO_ROW = 0xFFFF
_HIDDEN_ROW = 0x20
_ON_OPENING = 2
"""The flag of a formula that is to be computed when the workbook opens."""
_VISIBILITY = (Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VERY_HIDDEN, Visibility.VERY_HIDDEN)
_WORKSHEET, _MACRO_SHEETS = 0, (1, 6)
_FILTER_NAME = b"\x0d"
_AREA = b"\x3b"
_BUILT_IN = 0x20
_CHARSET = 12
_LAST_COLUMN = 255
_NO_NUMBER = b"\xff\xff"
_ZERO = bytes(8)
_EMPTY_TEXT = b"\x03"
_INSIDE = (b"\x01\x04", b"\x01\x3a")
"""References to the workbook itself and to built-in functions."""
_CODEPAGES = {
    128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""Character sets of fonts, which say how a workbook writes its letters where nothing else does."""


@dataclass(slots=True)
class BoundSheet:
    """A sheet as the workbook lists it. ``index`` counts worksheets only; -1 for charts and macros."""

    start: int
    visibility: Visibility
    index: int
    name: str


def records(stream: bytes, start: int, file: str) -> Iterator[tuple[int, int, int]]:
    """Yield (number, start of body, length) of records up to the end of the part that starts here.

    What other parts (such as charts) are embedded in it is left out. Raises :class:`InputRefused` where a
    record or the end is missing.
    """
    place, depth, end = start, 0, len(stream)
    while place + 4 <= end:
        number, length = _HEAD.unpack_from(stream, place)
        body = place + 4
        place = body + length
        if place > end or (not depth and number != _BOF):
            break
        if number == _BOF:
            depth += 1
        elif number == _EOF:
            depth -= 1
            if not depth:
                return
        elif depth == 1:
            yield number, body, length
    words = "a sheet begins where there is none" if place == start else "its end is missing"
    raise InputRefused(damaged(file, words))


class Globals:
    """What stands before the sheets.

    ``filters`` are the ranges of filters by the sheet's place in the workbook; ``encoding`` is what the
    fonts say where no code page is named. Raises :class:`InputRefused` for a workbook that is encrypted or
    damaged.
    """

    def __init__(self, stream: bytes, file: str) -> None:
        self.findings = BookFindings()
        self.sheets: list[BoundSheet] = []
        self.filters: dict[int, str] = {}
        self._newer = stream[4:6] == _SHORT.pack(BIFF8)
        self._charset: int | None = None
        self._codepage = False
        self._texts = self._room = self._last = 0
        handlers: dict[int, Callable[[bytes], None]] = {
            _BOUND_SHEET: self._sheet,
            _CODEPAGE: self._named,
            _EPOCH: self._epoch,
            _FONT: self._font,
            _SHARED_TEXTS: self._shared_texts,
            _CONTINUE: self._continue,
            _NAME: self._name,
            _CONNECTION: self._connection,
            _SUPBOOK: self._supbook,
            _EXTERN_SHEET: self._extern_sheet,
        }
        for number, body, length in records(stream, 0, file):
            if number == _FILE_PASS:
                raise InputRefused(Issue("E109", Location(file)))
            if number in handlers:
                handlers[number](stream[body : body + length])
            if number != _CONTINUE:
                self._last = number
        if self._texts * _SHORTEST_TEXT > self._room:
            words = f"it claims to hold {self._texts} texts, more than it has room for"
            raise InputRefused(damaged(file, words))

    @property
    def encoding(self) -> str | None:
        """How texts are written, where only the fonts say so."""
        if self._newer or self._codepage or self._charset is None:
            return None
        return _CODEPAGES.get(self._charset, "cp1252")

    def _sheet(self, data: bytes) -> None:
        start, visibility, kind = _OFFSET_AND_KIND.unpack_from(data)
        size = data[6]
        if not self._newer:
            name = data[7 : 7 + size].decode("latin-1")
        elif data[7] & 1:
            name = data[8 : 8 + 2 * size].decode("utf-16-le")
        else:
            name = data[8 : 8 + size].decode("latin-1")
        index = sum(sheet.index >= 0 for sheet in self.sheets) if kind == _WORKSHEET else -1
        self.findings.macros |= kind in _MACRO_SHEETS
        self.sheets.append(BoundSheet(start, _VISIBILITY[visibility & 3], index, name))

    def _named(self, _data: bytes) -> None:
        self._codepage = True

    def _epoch(self, data: bytes) -> None:
        self.findings.epoch_1904 = data[:1] == b"\x01"

    def _font(self, data: bytes) -> None:
        if self._charset is None and len(data) > _CHARSET:
            self._charset = data[_CHARSET]

    def _shared_texts(self, data: bytes) -> None:
        self._texts = _LONG.unpack_from(data, 4)[0]
        self._room = len(data)

    def _continue(self, data: bytes) -> None:
        if self._last == _SHARED_TEXTS:
            self._room += len(data)

    def _name(self, data: bytes) -> None:
        """Remember the range of a sheet's filter, which is a name that people do not see."""
        if not self._newer or not data[0] & _BUILT_IN:
            return
        size = data[3]
        name, formula = data[15 : 15 + size], data[15 + size :]
        if name == _FILTER_NAME and formula[:1] == _AREA:
            top, bottom, left, right = _RANGE.unpack_from(formula, 3)
            place = f"{column_letters(left & 0xFF)}{top + 1}:{column_letters(right & 0xFF)}{bottom + 1}"
            self.filters[_SHORT.unpack_from(data, 8)[0] - 1] = place

    def _connection(self, _data: bytes) -> None:
        self.findings.connections += 1

    def _supbook(self, data: bytes) -> None:
        self.findings.external_links += data[2:4] not in _INSIDE

    def _extern_sheet(self, data: bytes) -> None:
        self.findings.external_links += not self._newer and data[1:2] == b"\x01" and data[0] > 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cell formats a walk looks for, how many shared texts there are, and which are empty."""

    formats: frozenset[int]
    texts: int
    blank_texts: frozenset[int]


class SheetWalk:
    """What the records of one sheet say. Rows count from 1.

    ``formats`` are the numbers whose format was asked for: row → column → format; ``uncomputed`` the columns
    of formulas without a value by row. Raises :class:`InputRefused` for a sheet that is cut off or broken.
    """

    def __init__(self, stream: bytes, start: int, file: str, asked: Asked) -> None:
        self.findings = SheetFindings()
        self.formats: dict[int, dict[int, int]] = {}
        self.uncomputed: dict[int, set[int]] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.filtered = False
        self._stream, self._file, self._asked = stream, file, asked
        self._valued: set[int] = set()
        self._awaiting: int | None = None
        self._empty: list[tuple[int, int]] = []
        handlers: dict[int, Callable[[int, int], None]] = {
            _NUMBER: self._number,
            _RK: self._number,
            _MULTIPLE_RK: self._numbers,
            _SHARED_TEXT: self._shared_text,
            _TEXT: self._text,
            _RICH_TEXT: self._text,
            _FORMULA_TEXT: self._formula_text,
            _BOOL_OR_ERROR: self._value,
            _ROW: self._row,
            _COLUMNS: self._columns,
            _MERGED: self._merged,
            _NOTE: self._note,
            _FILTERED: self._filtered,
            **dict.fromkeys(_FORMULAS, self._formula),
        }
        find = handlers.get
        for number, body, length in records(stream, start, file):
            handler = find(number)
            if handler is not None:
                handler(body, length)
        self._judge_empty()
        self.findings.valued_rows = len(self._valued)

    def _value(self, body: int, _length: int) -> None:
        self._valued.add(_SHORT.unpack_from(self._stream, body)[0])

    def _number(self, body: int, _length: int) -> None:
        row, column, style = _PLACE.unpack_from(self._stream, body)
        self._valued.add(row)
        if style in self._asked.formats:
            self.formats.setdefault(row + 1, {})[column] = style

    def _numbers(self, body: int, length: int) -> None:
        row, first = _HEAD.unpack_from(self._stream, body)
        self._valued.add(row)
        if not self._asked.formats:
            return
        for column, place in enumerate(range(body + 4, body + length - 2, 6), first):
            style = _SHORT.unpack_from(self._stream, place)[0]
            if style in self._asked.formats:
                self.formats.setdefault(row + 1, {})[column] = style

    def _shared_text(self, body: int, _length: int) -> None:
        text = _LONG.unpack_from(self._stream, body + 6)[0]
        if text >= self._asked.texts:
            raise InputRefused(damaged(self._file, "a cell's text is missing"))
        if text not in self._asked.blank_texts:
            self._valued.add(_SHORT.unpack_from(self._stream, body)[0])

    def _text(self, body: int, _length: int) -> None:
        row, _, _, size = _RANGE.unpack_from(self._stream, body)
        if size:
            self._valued.add(row)

    def _formula(self, body: int, length: int) -> None:
        row, column, _ = _PLACE.unpack_from(self._stream, body)
        value = self._stream[body + 6 : body + 14]
        self._awaiting = None
        if value == _ZERO and self._stream[body + 14] & _ON_OPENING:
            self._no_value(row, column)
        elif value[6:] == _NO_NUMBER and value[:1] == _EMPTY_TEXT:
            self._empty.append((row, column))
        else:
            self._computed(row, column)
            if value[6:] != _NO_NUMBER:
                self._number(body, length)
            elif value[0] == 0:
                self._awaiting = row
            else:
                self._valued.add(row)

    def _judge_empty(self) -> None:
        """Decide on formulas that give the empty text.

        Libraries that cannot compute write them like this. They do so with every formula; where only some
        are empty, the others show that somebody has computed them.
        """
        for row, column in self._empty:
            if self.findings.computed.count:
                self._computed(row, column)
            else:
                self._no_value(row, column)

    def _computed(self, row: int, column: int) -> None:
        self.findings.computed.add(row + 1, column)
        columns = self.findings.computed_columns
        columns[column] = columns.get(column, 0) + 1

    def _no_value(self, row: int, column: int) -> None:
        self.findings.uncomputed.add(row + 1, column)
        self.uncomputed.setdefault(row + 1, set()).add(column)
        self._valued.add(row)

    def _formula_text(self, body: int, _length: int) -> None:
        if self._awaiting is not None and _SHORT.unpack_from(self._stream, body)[0]:
            self._valued.add(self._awaiting)
        self._awaiting = None

    def _row(self, body: int, _length: int) -> None:
        if self._stream[body + 12] & _HIDDEN_ROW:
            self.hidden_rows.add(_SHORT.unpack_from(self._stream, body)[0] + 1)

    def _columns(self, body: int, _length: int) -> None:
        first, last, _, _, flags = _COLUMN_SPAN.unpack_from(self._stream, body)
        if flags & 1:
            self.hidden_columns.update(range(first, min(last, _LAST_COLUMN) + 1))

    def _merged(self, body: int, length: int) -> None:
        count = min(_SHORT.unpack_from(self._stream, body)[0], (length - 2) // _RANGE.size)
        for place in range(body + 2, body + 2 + _RANGE.size * count, _RANGE.size):
            top, bottom, left, right = _RANGE.unpack_from(self._stream, place)
            self.findings.merged.append(((top + 1, left), (bottom + 1, right)))

    def _note(self, body: int, _length: int) -> None:
        # A long note goes on in further records, which are of no row.
        self.findings.comments += _SHORT.unpack_from(self._stream, body)[0] != _NO_ROW

    def _filtered(self, _body: int, _length: int) -> None:
        self.filtered = True
