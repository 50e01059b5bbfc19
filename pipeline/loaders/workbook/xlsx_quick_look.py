"""What the fast reader does not tell of an XLSX sheet, found by searching its bytes.

The fast reader returns error values and formulas without a value as empty cells, and knows neither hidden
rows nor formats. Parsing a sheet a second time would double its cost, so its bytes are searched, and the
few cells that matter are cut out. Programs that write a sheet in another form than all the usual ones
(prefixed names, cells without a reference, UTF-16) get the slow look instead (``xlsx_slow_look.py``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.loaders.workbook.grid import Corrections, SheetFindings
from pipeline.loaders.workbook.number_format import padded_text
from pipeline.model.cell import UNCOMPUTED, CellError, number_text

_FORMULA = rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*"
_VALUE = rb"<v(?: [^<>]*)?>([^<]*)</v>"
_ERROR_CELL = re.compile(rb'<c ([^<>]*\bt="e"[^<>]*)>\s*(?:' + _FORMULA + rb")?" + _VALUE)
_FORMULA_CELL = re.compile(rb"<c ([^<>]*)>\s*" + _FORMULA + rb"(<v(?: [^<>]*)?>[^<]+</v>|<is>)?")
_HIDDEN_ROW = re.compile(rb'<row ([^<>]*\bhidden="(?:1|true)"[^<>]*)>')
_HIDDEN_COLUMNS = re.compile(rb'<col ([^<>]*\bhidden="(?:1|true)"[^<>]*)/?>')
_FILTER = re.compile(rb"<autoFilter\b[^<>]*\bref=[\"']([^\"']*)")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_NUMBER = re.compile(rb'\br="(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_EDGES = re.compile(rb'\b(min|max)="(\d+)"')
_OTHER_FORM = re.compile(
    rb"<[^<>\s/?!]+:worksheet\b|<\?(?!xml\s)|\bxmlns:[^<>=\s]+\s*=\s*[\"']http://"
    rb"(?:schemas\.openxmlformats\.org/spreadsheetml/2006/main|purl\.oclc\.org/ooxml/spreadsheetml/main)[\"']"
)
_SPREAD = re.compile(rb"<(?:c|row|col|f|v)(?:[\t\r\n]|\b[^<>]*(?:\s=|=\s))")
_SAMPLE = 4096
"""Bytes of each piece in which the form shows: a program writes all its cells alike."""
_MARKED = re.compile(rb"<!(?:\[CDATA\[|--)")
_SINGLE_QUOTED = re.compile(rb"<(?:c|row|col|f|v)\b[^<>]*='")
_HIDDEN = re.compile(rb"hidden=")
_FORMULAS = re.compile(rb"<f[ >/]")
"""Searched as patterns, which is faster here than looking for the bytes."""
BAD_TEXT = (b"_x00", "\ufffd".encode())
"""How a control character is written in a workbook, and the sign for a letter that was lost."""
_MOST_COLUMNS = 16_384


class OtherFormError(Exception):
    """The sheet is not written in the usual form; only the slow look can tell."""


def look(
    chunks: Iterable[bytes], padding: Mapping[int, str], findings: SheetFindings
) -> tuple[Corrections, int]:
    """Search a sheet; returns what to put right, and the number of rows with a value.

    ``padding`` are the styles that show leading zeros; what else turns up is noted in ``findings``. Raises
    :class:`OtherFormError`, with ``findings`` then half filled.
    """
    seeker = _Seeker(padding, findings)
    valued = 0
    behind = last = b""
    for first, block in whole_rows(chunks):
        sample = block[:_SAMPLE]
        if (first and _OTHER_FORM.search(sample)) or _SPREAD.search(sample):
            raise OtherFormError
        rows = block.split(b"<row")[1:]
        if not all(row.endswith(b"</row>") or _is_closed(row) for row in rows):
            raise OtherFormError
        valued += sum(b"<v" in row or b"<t" in row for row in rows)
        seeker.seek(block)
        behind, last = last, block
    seeker.seek_end(behind + last)
    return seeker.corrections, valued


def _is_closed(row: bytes) -> bool:
    """Whether a row ends before the next one begins (or is none, such as ``<rowBreaks>``)."""
    return b"</row>" in row or row.partition(b">")[0].endswith(b"/") or row[:1].isalpha()


def whole_rows(chunks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Cut a sheet where rows begin: yields (whether it is the first piece, bytes); no row is parted.

    All pieces but the first begin with ``<row``; the first holds what stands above the rows.
    """
    held, first = [], True
    for chunk in chunks:
        held.append(chunk)
        cut = chunk.rfind(b"<row")
        if cut < 0:
            continue
        piece = b"".join(held)
        cut += len(piece) - len(chunk)
        if cut:
            yield first, piece[:cut]
            first = False
        held = [piece[cut:]]
    yield first, b"".join(held)


class _Seeker:
    """Looks for what matters in one piece after the other."""

    def __init__(self, padding: Mapping[int, str], findings: SheetFindings) -> None:
        self.corrections: Corrections = {}
        self._padding = padding
        self._styles = tuple(b's="%d"' % style for style in padding)
        styles = b"|".join(b"%d" % style for style in padding)
        cell = rb'<c ([^<>]*\bs="(?:' + styles + rb')"[^<>]*)>\s*(?:' + _FORMULA + rb")?" + _VALUE
        self._padded_cell = re.compile(cell)
        self._findings = findings

    def seek(self, block: bytes) -> None:
        """Search one piece of a sheet."""
        # Looking for one byte is sixty times faster than for two.
        if (b"!" in block and _MARKED.search(block)) or (b"'" in block and _SINGLE_QUOTED.search(block)):
            raise OtherFormError
        if b't="e"' in block:
            self._errors(block)
        if _FORMULAS.search(block):
            self._formulas(block)
        if self._styles and any(style in block for style in self._styles):
            self._padded(block)
        if _HIDDEN.search(block):
            self._hidden(block)
        if not self._findings.bad_text:
            self._findings.bad_text = any(sign[:1] in block and sign in block for sign in BAD_TEXT)

    def seek_end(self, block: bytes) -> None:
        """Search what stands below the rows."""
        found = _FILTER.search(block)
        self._findings.filtered = found[1].decode() if found else None

    def _errors(self, block: bytes) -> None:
        found = _ERROR_CELL.findall(block)
        if len(found) != block.count(b't="e"'):
            raise OtherFormError
        for attributes, text in found:
            row, column = _place(attributes)
            if b"&" in text:
                raise OtherFormError
            error = CellError(text.decode().strip() or "#VALUE!")
            self.corrections.setdefault(row, {})[column] = error
            self._findings.errors.add(row, column, error.text)

    def _formulas(self, block: bytes) -> None:
        found = _FORMULA_CELL.findall(block)
        if len(found) != sum(map(block.count, (b"<f>", b"<f ", b"<f/>"))):
            raise OtherFormError
        for attributes, value in found:
            row, column = _place(attributes)
            kind = _TYPE.search(attributes)
            if kind and kind[1] == b"e":
                continue  # noted as an error
            if value or (kind and kind[1] == b"str"):  # a formula may well give the empty text
                self._findings.computed.add(row, column)
                self._findings.computed_columns[column] = self._findings.computed_columns.get(column, 0) + 1
            else:
                self.corrections.setdefault(row, {})[column] = UNCOMPUTED
                self._findings.uncomputed.add(row, column)

    def _padded(self, block: bytes) -> None:
        for attributes, text in self._padded_cell.findall(block):
            style, kind = _STYLE.search(attributes), _TYPE.search(attributes)
            code = self._padding.get(int(style[1])) if style else None
            if code is None or (kind and kind[1] != b"n"):
                continue
            if b"&" in text:
                raise OtherFormError
            shown = shown_padded(code, text)
            if shown is not None:
                row, column = _place(attributes)
                self.corrections.setdefault(row, {})[column] = shown
                self._findings.padded.add(row, column, shown)

    def _hidden(self, block: bytes) -> None:
        for attributes in _HIDDEN_ROW.findall(block):
            number = _NUMBER.search(attributes)
            if number is None:
                raise OtherFormError
            self._findings.hidden_rows.add(int(number[1]))
        for attributes in _HIDDEN_COLUMNS.findall(block):
            edges = {name: int(value) for name, value in _EDGES.findall(attributes)}
            self._findings.hidden_columns += hidden_columns(edges.get(b"min", 0), edges.get(b"max", 0))


def shown_padded(code: str, text: bytes) -> str | None:
    """Return what a padding format shows of a stored number, where that differs from the number."""
    try:
        number = float(text)
    except ValueError:
        return None
    shown = padded_text(code, number)
    return shown if shown != number_text(number) else None


def hidden_columns(first: int, last: int) -> list[int]:
    """Return the columns (from 0) of a range as the format writes it (from 1), within what a sheet has."""
    return list(range(max(first, 1) - 1, min(last, _MOST_COLUMNS)))


def column_of(letters: bytes) -> int:
    """Return the column (from 0) of its letters."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _place(attributes: bytes) -> tuple[int, int]:
    found = _REFERENCE.search(attributes)
    if found is None:
        raise OtherFormError
    return int(found[2]), column_of(found[1])
