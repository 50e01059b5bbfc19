"""What a cell of an ODS workbook holds, from its attributes and its text."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from pipeline.loaders.workbook.ods_styles import OFFICE, TABLE
from pipeline.model.cell import EXACT_INTEGER_LIMIT, UNCOMPUTED, Cell, CellError, number_text

FORMULA = TABLE + "formula"
_TYPE = OFFICE + "value-type"
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_NUMBERS = frozenset(("float", "percentage", "currency"))
_VALUES = {
    "float": OFFICE + "value",
    "percentage": OFFICE + "value",
    "currency": OFFICE + "value",
    "date": OFFICE + "date-value",
    "time": OFFICE + "time-value",
    "boolean": OFFICE + "boolean-value",
}
_ERROR = re.compile(r"#[^\s#]+[!?]|#N/A|#YOK|#NV|(?:Err|Hata):\d{3}")
"""How errors are shown, in English, Turkish and German; older programs say it in no other way."""
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?")
_DAY = timedelta(days=1)
_MIDNIGHT = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zone
_DIGITS = re.compile(r"[0-9]")


def cell_value(attributes: Mapping[str, str], text: str | None, *, pads: bool, span: bool) -> Cell:
    """Return a cell's value.

    ``text`` is what it shows (``None``: not even the empty text), ``pads`` says that its format shows zeros
    in front, ``span`` that it shows lengths of time. A value that cannot be understood is the text that
    stands for it.
    """
    kind = attributes.get(_TYPE, "")
    if text is None:
        if FORMULA in attributes and (kind not in _VALUES or _VALUES[kind] not in attributes):
            return attributes.get(OFFICE + "string-value", UNCOMPUTED)
        text = ""
    if _is_error(attributes, text):
        return CellError(text or "#VALUE!")
    if kind in ("string", ""):  # other values count only under their type
        return attributes.get(OFFICE + "string-value") or text
    stored = attributes.get(_VALUES[kind]) if kind in _VALUES else None
    if stored is None:
        return text
    if kind in _NUMBERS:
        return _number(stored, text, pads=pads and kind == "float")
    if kind == "date":
        return _moment(stored)
    if kind == "time":
        return _duration(stored, span=span)
    return stored == "true" if stored in ("true", "false") else stored


def _is_error(attributes: Mapping[str, str], text: str) -> bool:
    if attributes.get(_CALC_TYPE) == "error":
        return True
    return FORMULA in attributes and text[:1] in ("#", "E", "H") and _ERROR.fullmatch(text) is not None


def _number(stored: str, text: str, *, pads: bool) -> Cell:
    try:
        number = float(stored)
    except ValueError:
        return stored
    if not pads or not 0 <= number < EXACT_INTEGER_LIMIT or not number.is_integer():
        return number
    digits = "".join(_DIGITS.findall(text))
    shows_it = digits and int(digits) == number
    return text if shows_it and text != number_text(number) else number


def _moment(stored: str) -> Cell:
    try:
        found = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    if found.tzinfo is not None:
        return stored
    if found.date() == _MIDNIGHT.date():
        return found.time()
    return found if found.time() != time() else found.date()


def _duration(stored: str, *, span: bool) -> Cell:
    found = _DURATION.fullmatch(stored)
    if found is None:
        return stored
    sign, days, hours, minutes, seconds, fraction = found.groups()
    try:
        length = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            # to the millisecond, as all formats
            milliseconds=round(float(f"0.{fraction or 0}") * 1000),
        )
    except OverflowError:
        return stored
    if sign:
        return -length
    return length if span or length >= _DAY else (_MIDNIGHT + length).time()
