"""Signs of trouble that a single value bears, whatever column it stands in."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from pipeline.inspection.shapes import MOST_DIGITS, Look, Shape, day_of
from pipeline.model.cell import Cell, CellError, is_exact
from pipeline.model.folding import fold


class Sign(StrEnum):
    """What is odd about a value. Each leads to an issue code in ``risks.py``."""

    DIGITS_LOST = "digits lost"
    SCIENTIFIC = "scientific"
    INVISIBLE = "invisible"
    GARBLED = "garbled"
    SWALLOWED = "swallowed"
    TOTAL = "total"
    FAR_DATE = "far date"
    MONTH_CODE = "month code"
    NOTHING_WORD = "nothing word"
    ERROR = "error"


FIRST_SANE: Final = 1905
LAST_SANE: Final = 2099
_LOST_ZEROS: Final = "000"

_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x7f-\x9f\u2028\u2029]"
    "|(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f])"  # elsewhere they join letters or emoji
)
_ODD_BLANK: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_GARBLE: Final = re.compile("[ÃÄÅÂâð][\u0080-\u00ff\u0100-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_GARBLERS: Final = ("cp1252", "cp1254", "latin-1")
_TOTAL: Final = re.compile(
    r"(?:(?:genel|ara|alt|grand|sub|gesamt|zwischen|sous|net)[ -]?)?"
    r"(?:toplam[iı]?|total|totals|summe|sum|yekun|totaux|somme|gesamt|insgesamt)"
    r"(?: (?:tutar|adet|amount|orders|general|siparis|sipariş))?\s*[:=]?\s*[-0-9.,()]*"
)
_LONGEST_TOTAL: Final = 40
_MONTHS: Final = (
    "oca|sub|şub|mar|nis|may|haz|tem|agu|ağu|eyl|eki|kas|ara"
    "|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez"
)
_MONTH_CODE: Final = re.compile(
    rf"[0-3]?[0-9][.\- ](?:{_MONTHS})|(?:{_MONTHS})[.\- ][0-9]{{2}}", re.IGNORECASE
)
_LONGEST_MONTH_CODE: Final = 7
_NOTHING: Final = {
    fold(word)
    for word in (
        "-", "--", "---", "n/a", "na", "null", "none", "nil", "nan", "(null)", "<null>", "yok",
        "#yok", "boş", "(boş)", "(blank)", "undefined", "unknown", "bilinmiyor", "keine", "k.a.",
    )
}  # fmt: skip
_LONGEST_NOTHING: Final = 10
_ERRORS: Final = {
    fold(word)
    for word in (
        "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#BAŞV!", "#SAYI/0!",
        "#DEĞER!", "#AD?", "#SAYI!", "#BOŞ!", "#BEZUG!", "#WERT!", "#ZAHL!", "#NV",
    )
}  # fmt: skip
_LEAST_WIDTH: Final = 3


def signs_of(cell: Cell, look: Look, splits: tuple[str, int] | None = None) -> tuple[Sign, ...]:
    """Return the signs of a filled cell.

    ``splits`` is the delimiter of a CSV file and how many columns it has; without it no cell can have
    swallowed lines.
    """
    if isinstance(cell, str):
        return _signs_of_text(cell, look, splits)
    if isinstance(cell, CellError):
        return (Sign.ERROR,)
    if isinstance(cell, bool):
        return ()
    if isinstance(cell, float | int):
        return () if is_exact(float(cell)) else (Sign.DIGITS_LOST,)
    if isinstance(cell, date) and not FIRST_SANE <= cell.year <= LAST_SANE:
        return (Sign.FAR_DATE,)
    return ()


def _signs_of_text(text: str, look: Look, splits: tuple[str, int] | None) -> tuple[Sign, ...]:
    found: list[Sign] = []
    stripped = text.strip()
    if not text.isprintable():
        number = look.shape in {Shape.WHOLE, Shape.DECIMAL}
        if _INVISIBLE.search(text) or (not number and _ODD_BLANK.search(text)):
            found.append(Sign.INVISIBLE)
        if splits and ("\n" in text or "\r" in text) and swallows(text, *splits):
            found.append(Sign.SWALLOWED)
    if not text.isascii() and ungarbled(text) is not None:
        found.append(Sign.GARBLED)
    if look.shape in _BY_SHAPE:
        found += _BY_SHAPE[look.shape](stripped, look)
    return tuple(found)


def ungarbled(text: str) -> str | None:
    """Return what the text was before UTF-8 was read as a Windows encoding; ``None`` where it was not."""
    if _GARBLE.search(text) is None:
        return None
    for encoding in _GARBLERS:
        try:
            repaired = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if repaired != text:
            return repaired
    return None


def swallows(text: str, delimiter: str, width: int) -> bool:
    """Whether a cell holds whole lines of the table: an unpaired quotation mark opened it.

    That is so where a line inside holds as many delimiters as a row does, or where most of many lines hold
    some.
    """
    inside = text.splitlines()[1:]
    if not inside or width < _LEAST_WIDTH:
        return False
    counts = [line.count(delimiter) for line in inside]
    return any(count >= width - 1 for count in counts) or (
        len(counts) > 20 and sum(count > 0 for count in counts) * 2 > len(counts)  # noqa: PLR2004
    )


def _plain_text(text: str, _: Look) -> list[Sign]:
    if len(text) > _LONGEST_TOTAL:
        return []
    key = fold(text)
    if key[:1] == "#" and key in _ERRORS:
        return [Sign.ERROR]
    if len(key) <= _LONGEST_NOTHING and key in _NOTHING:
        return [Sign.NOTHING_WORD]
    if _TOTAL.fullmatch(key):
        return [Sign.TOTAL]
    if len(text) <= _LONGEST_MONTH_CODE and _MONTH_CODE.fullmatch(text):
        return [Sign.MONTH_CODE]
    return []


def _digits(text: str, _: Look) -> list[Sign]:
    lost = text.isdecimal() and len(text) > MOST_DIGITS and text.endswith(_LOST_ZEROS)
    if lost:
        return [Sign.DIGITS_LOST]
    if len(text) <= _LONGEST_MONTH_CODE and _MONTH_CODE.fullmatch(text):
        return [Sign.MONTH_CODE]
    return []


def _day(text: str, look: Look) -> list[Sign]:
    if not look.detail:
        return []
    day = day_of(*without_clock(text, look.detail))
    return [] if day is not None and FIRST_SANE <= day.year <= LAST_SANE else [Sign.FAR_DATE]


def without_clock(text: str, formats: str) -> tuple[str, str]:
    """A date and its formats without the time, where it stands apart: days repeat, times do not."""
    for sign in " T":
        if f"{sign}%H" in formats or f"{sign}%I" in formats:
            day = text.partition(sign)[0]
            if day[-1:].isdigit() and "%b" not in formats and "%B" not in formats:
                return day, "|".join(one.partition(sign)[0] for one in formats.split("|"))
    return text, formats


_BY_SHAPE: Final = {
    Shape.TEXT: _plain_text,
    Shape.YES_NO: _plain_text,
    Shape.CODE: _digits,
    Shape.SCIENTIFIC: lambda _text, _look: [Sign.SCIENTIFIC],
    Shape.DATE: _day,
}
