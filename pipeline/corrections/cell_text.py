"""A cell as a correction workbook shows it, and what people typed there as a cell again.

A workbook of corrections holds text only. Texts are compared as a workbook can keep them: line ends are one
character there, and signs that no workbook may hold are shown by others.
"""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from pipeline.model.cell import Cell, CellError, number_text, plain_text

LONGEST = 32_000
"""Characters that a cell of a workbook surely takes; of a longer text the beginning is shown."""
CUT = "… (cut)"
_LINE_ENDS = re.compile("\r\n?")
_PICTURES = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}
_PICTURES |= {0x7F: 0x2421, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
_PICTURES |= dict.fromkeys(range(55296, 57344), 65533)
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OVERLAP = re.compile("(_x[0-9A-Fa-f]{4})_(?=x[0-9A-Fa-f]{4}_)")
"""Two of a workbook's own escapes that share a sign: programs read them in different ways."""
_THOUSANDS = re.compile(r"-?\d{1,3}[.]\d{3}")
"""Neither plainly a number with three decimals nor plainly a thousand."""


class AmbiguousNumberError(ValueError):
    """A text in a column of numbers that may be a thousand or a number with three decimals."""


def text_of(cell: Cell) -> str:
    """The text that a workbook of corrections shows for a cell."""
    text = cell if isinstance(cell, str) else plain_text(cell)
    text = _LINE_ENDS.sub("\n", text)
    if _UNPRINTED.search(text):
        text = text.translate(_PICTURES)
    if "_x" in text:
        text = _OVERLAP.sub("\\1\uff3f", text)
    if _units(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}{CUT}"
    return text


def is_cut(shown: str) -> bool:
    """Whether a text is only the beginning of what stands in the source."""
    return shown.endswith(CUT) and len(shown) == LONGEST // 2 + len(CUT)


def cell_of(text: str, before: Cell) -> Cell:
    """What people typed over a cell, as a cell: of the type that was there if it is written as that one is.

    A number stays a number and a date a date, so that they mean what their column means; any other text is
    text. Raises :class:`AmbiguousNumberError`.
    """
    if isinstance(before, bool | str | CellError) or not text:
        return text
    if isinstance(before, float | int):
        return _number(text)
    with suppress(ValueError):
        if isinstance(before, datetime):
            return datetime.fromisoformat(text)
        if isinstance(before, date):
            return date.fromisoformat(text)
        if isinstance(before, time):
            return time.fromisoformat(text)
    return text if not isinstance(before, timedelta) or text != str(before) else before


def _number(text: str) -> Cell:
    if _THOUSANDS.fullmatch(text) and not text.lstrip("-").startswith("0"):
        raise AmbiguousNumberError(text)
    with suppress(ValueError, OverflowError):
        number = float(text)
        if number_text(number) == text:
            return number
    return text


def _units(text: str) -> int:
    """How many 16-bit units a text takes, by which workbooks count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
