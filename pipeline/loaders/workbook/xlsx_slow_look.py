"""The same as the quick look, by parsing an XLSX sheet as XML: slow, exact, in any form."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from pipeline.loaders.workbook.archive import Parts, safe_parser
from pipeline.loaders.workbook.grid import Corrections, SheetFindings
from pipeline.loaders.workbook.xlsx_quick_look import (
    column_of,
    hidden_columns,
    shown_padded,
)
from pipeline.model.cell import UNCOMPUTED, CellError

_TRUE = {"1", "true"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def look_slowly(  # noqa: PLR0913, PLR0917 - what a sheet is looked at with
    parts: Parts,
    file: str,
    part: str,
    padding: Mapping[int, str],
    findings: SheetFindings,
    blank_texts: frozenset[int] = frozenset(),
) -> tuple[Corrections, int]:
    """Parse a sheet; returns what to put right, and the number of rows with a value other than blank text.

    ``blank_texts`` are the shared texts that are nothing but white space. What else turns up is noted in
    ``findings``. Raises :class:`InputRefused` for what is no XML.
    """
    parser = safe_parser(file, part)
    listener = _Listener(parser, padding, findings, blank_texts)
    parts.parse(parser, part)
    listener.end_row()
    return listener.corrections, listener.valued


def blank_shared_texts(parts: Parts, file: str, part: str) -> frozenset[int]:
    """Return which of a workbook's shared texts (counted from 0) are nothing but white space."""
    parser = safe_parser(file, part)
    blank: set[int] = set()
    index, heard = -1, False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal index, heard
        name = _local(tag)
        if name == "si":
            index, heard = index + 1, False
            blank.add(index)
        elif name == "rPh":  # how a text is pronounced is no part of it
            heard = True

    def end(tag: str) -> None:
        nonlocal heard
        if _local(tag) == "rPh":
            heard = index not in blank

    def text(words: str) -> None:
        nonlocal heard
        if not heard and _unescaped(words).strip():
            heard = True
            blank.discard(index)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parts.parse(parser, part)
    return frozenset(blank)


class _Listener:
    """Follows rows and cells; texts are collected inside values only."""

    def __init__(
        self,
        parser: expat.XMLParserType,
        padding: Mapping[int, str],
        findings: SheetFindings,
        blank_texts: frozenset[int],
    ) -> None:
        self.corrections: Corrections = {}
        self.valued = 0
        self._blank_texts = blank_texts
        self._padding, self._findings = padding, findings
        self._row, self._column = 0, -1
        self._in_row = False
        self._type, self._style = "", -1
        self._formula = self._row_has_value = self._phonetic = False
        self._value: list[str] | None = None
        self._text = ""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "t"):
            self._value = None if self._phonetic else []
        elif name == "rPh":
            self._phonetic = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = (int(attributes.get(edge, "0")) for edge in ("min", "max"))
            self._findings.hidden_columns += hidden_columns(first, last)
        elif name == "autoFilter":
            self._findings.filtered = attributes.get("ref")

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self.end_row()
        if self._in_row:
            raise ValueError("a row stands inside a row")
        self._in_row = True
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() else self._row + 1
        self._column = -1
        if attributes.get("hidden") in _TRUE:
            self._findings.hidden_rows.add(self._row)

    def end_row(self) -> None:
        """Count the row that has just been left."""
        self.valued += self._row_has_value
        self._row_has_value = False

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "").upper()
        letters = reference.rstrip("0123456789")
        # A cell without a reference is allowed: it follows the one before it.
        self._column = column_of(letters.encode()) if letters else self._column + 1
        number = reference[len(letters) :]
        self._row = int(number) if number.isdecimal() else self._row
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isdecimal() else -1
        self._formula, self._text = False, ""

    def _characters(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name in ("v", "t") and self._value is not None:
            self._text += "".join(self._value)
            self._value = None
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._close(_unescaped(self._text).strip())
        elif name == "row":
            self._in_row = False

    def _close(self, value: str) -> None:
        found, row, column = self._findings, self._row, self._column
        if self._type == "e":
            error = CellError(value or "#VALUE!")
            self.corrections.setdefault(row, {})[column] = error
            found.errors.add(row, column, error.text)
        elif self._formula:
            if value or self._type == "str":  # a formula may well give the empty text
                found.computed.add(row, column)
                found.computed_columns[column] = found.computed_columns.get(column, 0) + 1
            else:
                self.corrections.setdefault(row, {})[column] = UNCOMPUTED
                found.uncomputed.add(row, column)
        if value and self._type == "n" and self._style in self._padding:
            shown = shown_padded(self._padding[self._style], value.encode())
            if shown is not None:
                self.corrections.setdefault(row, {})[column] = shown
                found.padded.add(row, column, shown)
        computed_nothing = self._formula and not value and self._type != "str"
        blank = not value or (self._type == "s" and value.isdecimal() and int(value) in self._blank_texts)
        self._row_has_value |= self._type == "e" or computed_nothing or not blank


def _unescaped(text: str) -> str:
    """Return a text with the characters that a workbook writes as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _local(tag: str) -> str:
    return tag.rpartition(":")[2] if ":" in tag else tag
