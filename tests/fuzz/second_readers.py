"""The same files read by others: which rows hold something, counted without a line of ours.

Each answers with what it found, or ``None`` where it cannot read the file: then there is no verdict.
"""

import gzip
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from string import ascii_uppercase
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyxlsb  # type: ignore[import-untyped]
from mutations import xlsb_records
from python_calamine import CalamineWorkbook
from xlwt.CompoundDoc import XlsDoc

MOST_ROWS = 200_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}
_XLSB_SIGNS = {145: "(", 0: "r", 146: ")"}
_XLSB_ORDER = re.compile(r"\(r*\)")
"""The records before the first row, of rows, and behind the last one."""
_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT = (f"{_OASIS}{name}:1.0}}" for name in ("office", "table", "text"))


_ODS_NUMBERS = {"float", "percentage", "currency"}


class UnreadableError(Exception):
    """The second reader cannot make sense of the file."""


@contextmanager
def _no_verdict() -> Iterator[None]:
    """Whatever a library dies of inside means that it cannot read the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise UnreadableError from None
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise UnreadableError from None


def unpacked(data: bytes, packing: str | None, member: str | None) -> bytes:
    """Return what is inside a packed file."""
    if packing == "gzip":
        return gzip.decompress(data)
    if packing == "zip":
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.read(member or "")
    return data


def text_of(data: bytes, encoding: str) -> str:
    """Return the text, without the mark at its start."""
    return data.removeprefix(_MARKS.get(encoding, b"")).decode(encoding)


def lines_of(text: str) -> list[str]:
    """Cut a text into lines, as spreadsheets do."""
    return _LINE.findall(text)


@dataclass(frozen=True)
class CsvRecord:
    """A record, the line (from 1) that it starts on, and how many lines it takes up."""

    line: int
    height: int
    cells: list[str]


class _Letters:
    """Puts the letters of one record into cells."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self.cells: list[str] = []
        self._cell = ""
        self.state = "start"

    def take(self, sign: str) -> None:
        """Take in one letter; raises :class:`UnreadableError` for one that cannot stand there."""
        if self.state == "quoted":
            self.state = "quote" if sign == '"' else "quoted"
            self._cell += "" if sign == '"' else sign
        elif sign == self._delimiter:
            self.end_cell()
        elif sign == '"' and self.state in ("start", "quote"):
            self._cell += '"' if self.state == "quote" else ""
            self.state = "quoted"
        elif self.state == "quote":
            raise UnreadableError
        else:
            self._cell += sign
            self.state = "plain"

    def end_cell(self) -> None:
        """Begin the next cell."""
        self.cells.append(self._cell)
        self._cell, self.state = "", "start"


def csv_records(lines: list[str], first: int, delimiter: str) -> list[CsvRecord]:
    """Read records letter by letter, strictly; the first one starts on line ``first``."""
    records: list[CsvRecord] = []
    letters, start = _Letters(delimiter), first
    for number, line in enumerate(lines[first - 1 :], first):
        body = line.rstrip("\r\n")
        if letters.state != "quoted":
            letters, start = _Letters(delimiter), number
        for sign in body:
            letters.take(sign)
        if letters.state == "quoted":
            for sign in line[len(body) :]:
                letters.take(sign)
            continue
        if body or number > start:  # a blank line has no cell at all
            letters.end_cell()
        records.append(CsvRecord(start, number - start + 1, letters.cells))
    if letters.state == "quoted":
        raise UnreadableError
    return records


@dataclass(frozen=True)
class JsonCount:
    """How many elements a file has in all, and how many of them hold something."""

    elements: int
    filled: int


def json_count(text: str, *, in_lines: bool) -> JsonCount:
    """Count by parsing the text whole, or each line whole."""
    with _no_verdict():
        if in_lines:
            lines = lines_of(text)
            values = [json.loads(line, strict=False) if line.strip(" \t\r\n") else None for line in lines]
        else:
            values = json.loads(text, strict=False)
            if not isinstance(values, list):
                raise UnreadableError
        return JsonCount(len(values), sum(_is_filled(value) for value in values))


def _is_filled(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, dict):
        return any(map(_is_filled, value.values()))
    if isinstance(value, list):
        return any(not isinstance(one, str) or one.strip() for one in value if one is not None)
    return value is not None


def _has_value(cells: Iterable[object]) -> bool:
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _numbered(rows: Iterable[Iterable[object]]) -> set[int]:
    found = set()
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise UnreadableError
        if _has_value(row):
            found.add(number)
    return found


def _xlsx(data: bytes, sheet: str) -> set[int]:
    """Rows that openpyxl sees, or that are stored in the XML; where it reads nothing, the XML alone."""
    stored = _stored_numbers(data, sheet)
    with suppress(UnreadableError), _no_verdict():
        return stored | _by_openpyxl(data, sheet)
    return stored


def _by_openpyxl(data: bytes, sheet: str) -> set[int]:
    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    try:
        cells: Any = book[sheet]
        cells.reset_dimensions()
        return _numbered(cells.iter_rows(values_only=True))
    finally:
        book.close()


def _stored_numbers(data: bytes, sheet: str) -> set[int]:
    """Return the numbers of row elements that store a value.

    Where a row stands too late, or a cell names another row than its own, no two readers agree on its number.
    """
    texts, found, last = _shared_texts(data), set(), 0
    for row in _xlsx_rows(data, sheet):
        number = int(row.get("r", str(last + 1)))
        cells = list(_named(row, "c"))
        own = all(cell.get("r", "").lstrip(ascii_uppercase) in ("", str(number)) for cell in cells)
        if number <= last or not own:
            raise UnreadableError
        last = number
        if any(_xlsx_filled(cell, texts) for cell in cells):
            found.add(number)
    return found


def _xlsx_rows(data: bytes, sheet: str) -> Iterator[ET.Element]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        yield from _named(ET.fromstring(archive.read(_xlsx_part(archive, sheet))), "row")


def _xlsx_part(archive: zipfile.ZipFile, sheet: str) -> str:
    entry = next(one for one in _named(_xml(archive, "xl/workbook.xml"), "sheet") if one.get("name") == sheet)
    link = next(value for name, value in entry.items() if name.endswith("}id"))
    links = _named(_xml(archive, "xl/_rels/workbook.xml.rels"), "Relationship")
    target = next(one.get("Target", "") for one in links if one.get("Id") == link)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _xml(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))


def _named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the elements of a name, in whatever name space."""
    return (one for one in element.iter() if one.tag.rpartition("}")[2] == name)


def stored_xlsx_rows(data: bytes, sheet: str) -> int:
    """Count the row elements that store a value; raises :class:`UnreadableError`."""
    with _no_verdict():
        texts = _shared_texts(data)
        rows = _xlsx_rows(data, sheet)
        return sum(any(_xlsx_filled(cell, texts) for cell in _named(row, "c")) for row in rows)


def _shared_texts(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = (name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml"))
        part = next(names, None)
        items = _named(_xml(archive, part), "si") if part else ()
        return ["".join(one.text or "" for one in _named(item, "t")) for item in items]


def _xlsx_filled(cell: ET.Element, texts: Sequence[str]) -> bool:
    values = [one.text or "" for name in ("v", "t") for one in _named(cell, name)]
    if cell.get("t") == "s":
        values = [texts[int(value)] for value in values]
    return _has_value(values)


def _by_calamine(data: bytes, sheet: str) -> set[int]:
    cells = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(sheet)
    if cells.height * cells.width > 5_000_000:
        raise UnreadableError
    return _numbered(cells.to_python(skip_empty_area=False))


def contained(stream: bytes) -> bytes:
    """Put a bare workbook stream into its container."""
    out = BytesIO()
    XlsDoc().save(out, stream)
    return out.getvalue()


def _xls(data: bytes, sheet: str) -> set[int]:
    return _by_calamine(contained(data) if data[:2] == b"\x09\x08" else data, sheet)


def _xlsb(data: bytes, sheet: str) -> set[int]:
    with pyxlsb.open_workbook(BytesIO(data)) as book, book.get_sheet(sheet) as cells:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = archive.read(f"xl/worksheets/sheet{book.sheets.index(sheet) + 1}.bin")
        signs = (_XLSB_SIGNS.get(number, "") for number, _ in xlsb_records(part))
        if not _XLSB_ORDER.fullmatch("".join(signs)):
            raise UnreadableError  # it sees no row outside of begin and end, nor the last one without an end
        found = set()
        for row in cells.rows(sparse=True):
            found |= {cell.r + 1 for cell in row if _has_value((cell.v,))}
        return found


def _ods(data: bytes, sheet: str) -> set[int]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        root = ET.fromstring(archive.read("content.xml"))
    tables = [table for table in root.iter(f"{_TABLE}table") if table.get(f"{_TABLE}name") == sheet]
    found, number = set(), 0
    for row in _ods_rows(tables[0]):
        told = row.get(f"{_TABLE}number-rows-repeated", "1")
        if not told.isdecimal() or len(told) > 9:
            raise UnreadableError  # each reader makes something else of a number that is none
        count = int(told)
        if any(map(_ods_filled, row)):
            if number + count > MOST_ROWS:
                raise UnreadableError
            found |= set(range(number + 1, number + count + 1))
        number += count
    return found


def _ods_rows(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in {
            f"{_TABLE}{name}" for name in ("table-rows", "table-row-group", "table-header-rows")
        }:
            yield from _ods_rows(child)


def _ods_filled(cell: ET.Element) -> bool:
    if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        return False
    # A stored value counts only under its type: LibreOffice, too, shows nothing of it otherwise.
    kind = cell.get(f"{_OFFICE}value-type", "string")
    values = [cell.get(f"{_OFFICE}value" if kind in _ODS_NUMBERS else f"{_OFFICE}{kind}-value")]
    paragraphs = ("".join(part.itertext()) for part in cell if part.tag == f"{_TEXT}p")
    return _has_value((*values, *paragraphs))


_BOOKS: dict[str, Callable[[bytes, str], set[int]]] = {
    "xlsx": _xlsx,
    "xlsm": _xlsx,
    "xls": _xls,
    "xlsb": _xlsb,
    "ods": _ods,
}


def valued_rows(kind: str, data: bytes, sheet: str) -> set[int]:
    """Return the numbers of a sheet's rows that hold something; raises :class:`UnreadableError`."""
    with _no_verdict():
        return _BOOKS[kind](data, sheet)
