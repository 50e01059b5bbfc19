"""Dates and times as sheets store them: as a number of days."""

import re
from datetime import date, datetime, time, timedelta

_DAY_MS = 86_400_000
_FIRST_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zone
_FIRST_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
_PHANTOM = 60
"""Sheets count a 29 February 1900 that never was; days before it are one off."""
_LAST_1900, _LAST_1904 = 2_958_466, 2_957_004
"""The first day of the year 10000."""
_MOST_DAYS = 10_000_000
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].')
_BRACKETS = re.compile(r"\[[^\]]*\]?")
_MOMENT = re.compile(r"[ymdhs]", re.IGNORECASE)
_FRACTION = re.compile(r"(?<=s)[.,]0+", re.IGNORECASE)
_DIGITS = frozenset("#?0")


def moment(days: float, *, epoch_1904: bool) -> date | datetime | time | float:
    """Return the date (a whole day), the date and time, or the time (less than a day), to the millisecond.

    A number that is no date, because it is below zero or beyond the year 9999, comes back as it is.
    """
    if not 0 <= days < (_LAST_1904 if epoch_1904 else _LAST_1900):
        return days
    whole = int(days)
    part = round((days - whole) * _DAY_MS)
    if not whole:
        return (_FIRST_1904 + timedelta(milliseconds=min(part, _DAY_MS - 1))).time()
    if not epoch_1904 and whole < _PHANTOM:
        whole += 1
    if part == _DAY_MS:
        whole, part = whole + 1, 0
    try:
        found = (_FIRST_1904 if epoch_1904 else _FIRST_1900) + timedelta(days=whole, milliseconds=part)
    except OverflowError:
        return days
    return found if part else found.date()


def span(days: float) -> timedelta | float:
    """Return a length of time, to the millisecond; one of more than 27,000 years stays a number."""
    if not -_MOST_DAYS < days < _MOST_DAYS:
        return days
    return timedelta(milliseconds=round(days * _DAY_MS))


def shows_span(format_code: str) -> bool:
    """Whether a number format shows a length of time (``[h]:mm``) and not a time of day."""
    return _SPAN.search(_LITERAL.sub("", format_code)) is not None


def shows_moment(format_code: str) -> bool:
    """Whether a number format shows a date or a time of day."""
    section = _BRACKETS.sub("", _LITERAL.sub("", format_code)).partition(";")[0]
    return bool(_MOMENT.search(section)) and not _DIGITS.intersection(_FRACTION.sub("", section))
