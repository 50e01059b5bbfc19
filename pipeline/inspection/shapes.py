"""What a single value looks like: a whole number, a date in this format, a code, a text."""

import re
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.model.cell import Cell, CellError
from pipeline.model.folding import fold


class Shape(StrEnum):
    """The shapes of values; those that end in ``_cell`` are typed by the workbook, all others are text."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole_number"
    DECIMAL = "decimal_number"
    SCIENTIFIC = "scientific_number"
    AMOUNT = "amount"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    EMAIL = "email"
    PHONE = "phone"
    YES_NO = "yes_no"
    NUMBER_CELL = "number_cell"
    DATE_CELL = "date_cell"
    TIME_CELL = "time_cell"
    YES_NO_CELL = "yes_no_cell"
    ERROR_CELL = "error_cell"
    MIXED = "mixed"
    EMPTY = "empty"


class Look(NamedTuple):
    """A shape with its detail.

    The detail is the number of digits of whole numbers (``8 ymd`` where they could be a day), ``0`` and
    the number of digits of codes with leading zeros, the decimal separator of decimals (``?.`` and ``?,``
    where the sign could as well part thousands), the formats of dates joined by ``|``, and of number cells
    the digits of whole ones.
    """

    shape: Shape
    detail: str = ""


_TEXT: Final = Look(Shape.TEXT)
_CODE: Final = Look(Shape.CODE)
_EMAIL: Final = Look(Shape.EMAIL)
_PHONE: Final = Look(Shape.PHONE)
_TIME: Final = Look(Shape.TIME)
_YES_NO: Final = Look(Shape.YES_NO)

MOST_DIGITS: Final = 15
"""More significant digits than these no number of a spreadsheet holds."""
_CODE_LIMIT: Final = 40
_DAY_DIGITS: Final = 8
_YES_NO_WORDS: Final = {
    fold(word)
    for word in (
        "yes", "no", "true", "false", "evet", "hayır", "doğru", "yanlış", "ja", "nein", "wahr", "falsch",
        "oui", "non", "vrai", "faux", "si", "sí", "y", "n", "✓", "✗",
    )
}  # fmt: skip
_DIGIT: Final = re.compile(r"[0-9]")
_NUMBER: Final = re.compile(
    r"[-+−]?(?:"
    r"(?P<group_comma>[0-9]{1,3}(?:,[0-9]{3})+)(?P<point>\.[0-9]+)?"
    r"|(?P<group_point>[0-9]{1,3}(?:\.[0-9]{3})+)(?P<comma>,[0-9]+)?"
    r"|[0-9]{1,3}(?:[ '’\u00a0\u202f\u2009][0-9]{3})+(?P<blank>[.,][0-9]+)?"
    r"|[0-9]+(?P<plain>[.,])[0-9]+"
    r"|(?P<whole>[0-9]+))"
)
_SCIENTIFIC: Final = re.compile(r"[-+−]?[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}")
_SIGNED: Final = re.compile(
    r"\((?P<paren>[^()]+)\)|(?P<minus>[0-9][0-9.,]*)[-−]"
    r"|(?:[₺$€£]\s?|(?:TL|TRY|USD|EUR|GBP)\s)(?P<before>[-−]?[0-9].*)"
    r"|(?P<after>[-−]?[0-9].*?)\s?(?:[₺$€£]|TL|TRY|USD|EUR|GBP)",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"%\s?[-−]?[0-9]+(?:[.,][0-9]+)?|[-−]?[0-9]+(?:[.,][0-9]+)?\s?%")
_CLOCK: Final = r"(?:(?P<t>[ T])(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2})(?P<f>\.[0-9]{1,6})?)?"
_DATE: Final = re.compile(
    r"(?:(?P<y>[0-9]{4})(?P<a>[-./])(?P<m>[0-9]{1,2})(?P=a)(?P<d>[0-9]{1,2})"
    r"|(?P<p>[0-9]{1,2})(?P<b>[-./])(?P<q>[0-9]{1,2})(?P=b)(?P<r>[0-9]{4}|[0-9]{2}))"
    + _CLOCK
    + r"(?P<am> ?[AaPp][Mm])?(?P<z> ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_TIME_ONLY: Final = re.compile(r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?")
_MONTH_WORD: Final = re.compile(
    r"(?P<d>[0-9]{1,2})(?P<x>[ -])(?P<w>[A-Za-zÇŞĞÜÖİçşğüöı]{3,9})(?P=x)(?P<y>[0-9]{4})" + _CLOCK + ")?"
)
_ENGLISH: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_LONG: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_OTHER_MONTHS: Final = {
    fold(word)
    for word in (
        "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım",
        "aralık", "oca", "şub", "nis", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara", "januar", "februar",
        "märz", "mai", "juni", "juli", "oktober", "dezember", "okt", "dez",
    )
}  # fmt: skip
_EMAIL_LIKE: Final = re.compile(r"""[^\s@<>"',;:()]+@[^\s@<>"',;:()]+\.[^\s@.<>"',;:()]{2,}""")
_PHONE_DIGITS: Final = re.compile(r"0[2-5][0-9]{9}|90[2-5][0-9]{9}|00[1-9][0-9]{9,12}")
_PHONE_DIGITS_LEAST: Final = 10
_PHONE_DIGITS_MOST: Final = 15
_PHONE_LIKE: Final = re.compile(r"[+(]{0,2}[0-9](?:[ \u00a0().\-/]{0,3}[0-9]){6,16}")
_CODE_LIKE: Final = re.compile(r"[A-Za-z0-9]+(?:[-_/.#:][A-Za-z0-9]+)*")


def look_of(cell: Cell) -> Look:
    """Return what a filled cell looks like."""
    if isinstance(cell, str):
        return look_of_text(cell.strip())
    if isinstance(cell, bool):
        return Look(Shape.YES_NO_CELL)
    if isinstance(cell, float | int):
        return Look(Shape.NUMBER_CELL, str(len(str(int(abs(cell))))) if float(cell).is_integer() else "")
    if isinstance(cell, CellError):
        return Look(Shape.ERROR_CELL)
    return Look(Shape.DATE_CELL if isinstance(cell, date) else Shape.TIME_CELL)  # a datetime is a date


def look_of_text(text: str) -> Look:
    """Return what a text without outer blanks looks like."""
    if text.isdecimal() and text.isascii():
        return _digits(text)
    if _DIGIT.search(text) is None:
        if "@" in text and _EMAIL_LIKE.fullmatch(text):
            return _EMAIL
        return _YES_NO if len(text) <= 6 and fold(text) in _YES_NO_WORDS else _TEXT  # noqa: PLR2004
    if "@" in text:
        return _EMAIL if _EMAIL_LIKE.fullmatch(text) else _TEXT
    if len(text) > _CODE_LIMIT:
        return _TEXT
    return _number(text) or _moment(text) or _other(text)


def _digits(text: str) -> Look:
    size = len(text)
    if _PHONE_DIGITS.fullmatch(text):
        return _PHONE
    if text[0] == "0" and size > 1:
        return Look(Shape.CODE, f"0{size}")
    if size > MOST_DIGITS:
        return _CODE
    if size == _DAY_DIGITS and text[:2] in {"19", "20"} and "01" <= text[4:6] <= "12" and text[6:] <= "31":
        return Look(Shape.WHOLE, "8 ymd")
    return Look(Shape.WHOLE, str(size))


def _number(text: str) -> Look | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Look(Shape.SCIENTIFIC) if _SCIENTIFIC.fullmatch(text) else None
    kind = found.lastgroup
    if kind == "plain":
        return Look(Shape.DECIMAL, found["plain"])
    if kind == "whole":
        digits = len(found["whole"])
        return None if text[0] == "+" and digits >= _PHONE_DIGITS_LEAST else Look(Shape.WHOLE, str(digits))
    if kind == "group_comma":
        return _grouped(found["group_comma"], ",", ".")
    if kind == "group_point":
        return _grouped(found["group_point"], ".", ",")
    if kind == "point":
        return Look(Shape.DECIMAL, ".")
    if kind == "comma":
        return Look(Shape.DECIMAL, ",")
    return Look(Shape.DECIMAL, found["blank"][0]) if found["blank"] else Look(Shape.WHOLE, "")


def _grouped(digits: str, sign: str, other: str) -> Look:
    """``1.234`` may be a thousand or one and a bit; ``1.234.567`` and ``0.123`` may not."""
    if digits.count(sign) > 1:
        return Look(Shape.DECIMAL, other)
    if digits[0] == "0":
        return Look(Shape.DECIMAL, sign)
    return Look(Shape.DECIMAL, f"?{sign}")


def _moment(text: str) -> Look | None:
    found = _DATE.fullmatch(text)
    if found is not None:
        return _date(found)
    if _TIME_ONLY.fullmatch(text):
        return _TIME
    found = _MONTH_WORD.fullmatch(text)
    if found is None:
        return None
    word, blank = fold(found["w"]), found["x"]
    if word in _ENGLISH or word in _ENGLISH_LONG:
        letter = "%b" if word in _ENGLISH else "%B"
        return Look(Shape.DATE, f"%d{blank}{letter}{blank}%Y{_clock_format(found)}")
    return Look(Shape.DATE) if word in _OTHER_MONTHS else None


def _date(found: re.Match[str]) -> Look | None:
    after = _clock_format(found)
    if found["y"]:
        sign = found["a"]
        return Look(Shape.DATE, f"%Y{sign}%m{sign}%d{after}")
    first, second, sign = int(found["p"]), int(found["q"]), found["b"]
    year = "%Y" if len(found["r"]) == 4 else "%y"  # noqa: PLR2004
    by_day, by_month = f"%d{sign}%m{sign}{year}{after}", f"%m{sign}%d{sign}{year}{after}"
    if second > 12:  # noqa: PLR2004
        if first <= 12 and second <= 31:  # noqa: PLR2004
            return Look(Shape.DATE, by_month)
        return Look(Shape.DATE, by_day) if year == "%Y" else None  # no day of any calendar, or a code
    if first > 31 and year == "%y":  # noqa: PLR2004
        return None
    if first > 12 or sign == ".":  # noqa: PLR2004
        return Look(Shape.DATE, by_day)
    return Look(Shape.DATE, f"{by_day}|{by_month}")


def _clock_format(found: re.Match[str]) -> str:
    if found["t"] is None:
        return ""
    groups = found.groupdict()
    hour = "%I" if groups.get("am") else "%H"
    text = f"{found['t']}{hour}:%M" + (":%S" if found["s"] else "") + (".%f" if found["f"] else "")
    for group, letters in (("am", "%p"), ("z", "%z")):
        value = groups.get(group)
        if value:
            text += f" {letters}" if value.startswith(" ") else letters
    return text


def _other(text: str) -> Look:
    if _PERCENT.fullmatch(text):
        return Look(Shape.PERCENT)
    signed = _SIGNED.fullmatch(text)
    if signed is not None:
        inner = signed["paren"] or signed["minus"] or signed["before"] or signed["after"] or ""
        if _NUMBER.fullmatch(inner.strip()) or _SIGNED.fullmatch(inner):
            return Look(Shape.AMOUNT)
    if _PHONE_LIKE.fullmatch(text) and _is_phone(text):
        return _PHONE
    return _CODE if _CODE_LIKE.fullmatch(text) else _TEXT


def _is_phone(text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", text)
    enough = _PHONE_DIGITS_LEAST <= len(digits) <= _PHONE_DIGITS_MOST
    return enough and (text[0] in "+(0" or len(text) > len(digits) + 1)


@lru_cache(maxsize=20_000)
def day_of(text: str, formats: str) -> date | None:
    """Return the day that a text date names in the first of its formats; ``None``: no calendar has it."""
    for pattern in formats.split("|"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - only the day counts
        except ValueError:
            continue
    return None
