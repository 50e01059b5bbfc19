"""What the fast reader leaves out of a sheet: error values, and formulas without a value.

Both come back from it as empty cells, and an empty cell is an answer while an error is none. So the
sheet's bytes are searched first, which is cheap, and only where something turns up the sheet is parsed
a second time, for those cells alone.
"""

import re
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.loaders.workbook.archive import Parts, forbidden, safe_parser
from pipeline.model.cell import CellError
from pipeline.model.refusal import InputRefused

NO_VALUE = CellError("formula without a value")
"""A formula that no program has computed yet; files written by libraries have them."""

Gaps = dict[int, dict[int, CellError]]
"""Row number (from 1) → column (from 0) → what stands there."""

_ERROR_TYPE = (b'"e"', b"'e'")
_UNCOMPUTED = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)")
_OTHER_FORM = re.compile(rb"<\w+:worksheet\b|\A(?:\xff\xfe|\xfe\xff)")
"""A sheet with prefixed names or in UTF-16: rare, and not worth a search of its own."""
_BAD_TEXT = (b"_x00", "\ufffd".encode())
"""How a control character is written in a workbook, and the sign for a letter that was lost."""
_OVERLAP = 256
_LETTERS = re.compile(r"[A-Z]+")
_SHARED = "xl/sharedStrings.xml"


@dataclass(slots=True)
class SheetSigns:
    """What a search of the bytes found."""

    gaps: bool = False
    bad_text: bool = False


def search(parts: Parts, file: str, part: str) -> SheetSigns:
    """Search a sheet and the shared texts; raises :class:`InputRefused` at a document type or damage."""
    signs = SheetSigns()
    for name in (part, _SHARED):
        if name not in parts:
            continue
        tail = b""
        for chunk in parts.chunks(name):
            joined = tail + chunk
            if not tail and b"<!DOCTYPE" in joined:
                raise InputRefused(forbidden(file, name))
            if name == part:
                signs.gaps = signs.gaps or _has_gaps(joined, first=not tail)
            signs.bad_text = signs.bad_text or _holds(joined, _BAD_TEXT)
            tail = joined[-_OVERLAP:]
    return signs


def _has_gaps(chunk: bytes, *, first: bool) -> bool:
    if _holds(chunk, _ERROR_TYPE) or (first and _OTHER_FORM.search(chunk[:4096])):
        return True
    return (b"<f" in chunk or b"</f" in chunk) and _UNCOMPUTED.search(chunk) is not None


def _holds(chunk: bytes, signs: tuple[bytes, ...]) -> bool:
    """Tell whether any sign occurs; looking for its first byte alone is much faster."""
    return any(sign[:1] in chunk and sign in chunk for sign in signs)


def find_gaps(parts: Parts, file: str, part: str) -> Gaps:
    """Parse a sheet for its error values and uncomputed formulas."""
    parser = safe_parser(file, part)
    finder = _GapFinder(parser)
    parts.parse(parser, part)
    return finder.gaps


class _GapFinder:
    """Follows the cells of a sheet; texts are listened to only inside cells that may matter."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.gaps: Gaps = {}
        self._parser = parser
        self._row = 0
        self._reference: str | None = None
        self._column = -1
        self._type = ""
        self._formula = False
        self._value: list[str] = []
        self._in_value = False
        parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self._row + 1
            self._reference, self._column = None, -1
        elif name == "f":
            self._formula = True
            self._listen()
        elif name == "v":
            self._in_value = True

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:  # allowed: the cell follows the one before it
            self._column = self._here() + 1
        self._reference = reference
        self._type = attributes.get("t", "")
        self._formula = False
        if self._type == "e":
            self._listen()

    def _listen(self) -> None:
        self._value = []
        self._in_value = False
        self._parser.CharacterDataHandler = self._text
        self._parser.EndElementHandler = self._end

    def _text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._parser.CharacterDataHandler = None
            self._parser.EndElementHandler = None
            self._close("".join(self._value).strip())

    def _close(self, value: str) -> None:
        """Note the cell if it is a gap; a formula that gives the empty text (``t="str"``) is none."""
        if self._type == "e":
            found = CellError(value or "#VALUE!")
        elif self._formula and not value and self._type != "str":
            found = NO_VALUE
        else:
            return
        self.gaps.setdefault(self._row, {})[self._here()] = found

    def _here(self) -> int:
        """Return the column (from 0) of the current cell."""
        letters = _LETTERS.match(self._reference) if self._reference else None
        if letters is None:
            return self._column
        column = 0
        for letter in letters[0]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return column - 1
