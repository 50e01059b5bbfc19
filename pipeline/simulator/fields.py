"""Checks of single values, compiled once: value in, value as the target would answer it out.

The messages are those a Django REST framework service gives, because clients are written against them.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    Clean: TypeAlias = Callable[[object], object]

CACHED = 65_536
DIGITS = 12
PLACES = 2

_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WRONG_MOMENT = (
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)
_WRONG_DAY = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."


class Refused(ValueError):  # noqa: N818 - a refusal is an answer here, not a fault of the program
    """A value the target does not take. `problem` is what stands in the 400 body at its place."""

    def __init__(self, problem: object) -> None:
        super().__init__("refused")
        self.problem = problem


def _refuse(message: str) -> Refused:
    return Refused([message])


def text(most: int | None = None, *, blank: bool = True) -> Clean:
    """Take a string of at most `most` characters; numbers are taken as their text, as the framework does."""

    def clean(value: object) -> object:
        if value.__class__ is not str:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise _refuse("Not a valid string.")
            value = str(value)
        assert isinstance(value, str)
        if not blank and not value.strip():
            raise _refuse("This field may not be blank.")
        if most is not None and len(value) > most:
            raise _refuse(f"Ensure this field has no more than {most} characters.")
        if "\x00" in value:
            raise _refuse("Null characters are not allowed.")
        return value

    return clean


def integer(least: int | None = None) -> Clean:
    """Take a whole number, as JSON number or digits."""

    def clean(value: object) -> object:
        if value.__class__ is not int:
            digits = isinstance(value, str) and _WHOLE.fullmatch(value)
            if not digits and not (isinstance(value, float) and value.is_integer()):
                raise _refuse("A valid integer is required.")
            value = int(value)  # type: ignore[call-overload]  # digits or a whole float
        assert isinstance(value, int)
        if least is not None and value < least:
            raise _refuse(f"Ensure this value is greater than or equal to {least}.")
        return value

    return clean


def decimal(least: int | None = 0) -> Clean:
    """Take an amount or rate of 12 digits, 2 of them decimal places; answered as text with both places."""

    @lru_cache(maxsize=CACHED)
    def two_places(written: str) -> str:
        if not _NUMBER.fullmatch(written):
            raise _refuse("A valid number is required.")
        number = Decimal(written)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            raise _refuse("A valid number is required.")
        if -exponent > PLACES:
            raise _refuse(f"Ensure that there are no more than {PLACES} decimal places.")
        if number and number.adjusted() >= DIGITS - PLACES:
            raise _refuse(f"Ensure that there are no more than {DIGITS} digits in total.")
        if least is not None and number < least:
            raise _refuse(f"Ensure this value is greater than or equal to {least}.")
        return f"{number:.{PLACES}f}"

    def clean(value: object) -> object:
        if value.__class__ is str:
            return two_places(value.strip())
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refuse("A valid number is required.")
        return two_places(repr(value))

    return clean


def flag(value: object) -> object:
    """Take true or false; the framework also takes their usual spellings."""
    if value.__class__ is bool:
        return value
    if isinstance(value, str | int):
        if value in {"true", "True", "1", 1}:
            return True
        if value in {"false", "False", "0", 0}:
            return False
    raise _refuse("Must be a valid boolean.")


def moment(zone: str, *, without_zone: bool) -> Clean:
    """Take a date-time, answered in UTC with microseconds and "Z".

    One without an offset is read in `zone`, or refused if `without_zone` is false.
    """
    where = UTC if zone == "UTC" else ZoneInfo(zone)

    @lru_cache(maxsize=CACHED)
    def utc(written: str) -> str:
        if not _MOMENT.fullmatch(written):
            raise _refuse(_WRONG_MOMENT)
        try:
            when = datetime.fromisoformat(written)
            if when.tzinfo is None:
                if not without_zone:
                    raise _refuse(_WRONG_MOMENT)
                when = when.replace(tzinfo=where)
            when = when.astimezone(UTC)
        except OverflowError:
            raise _refuse(_WRONG_MOMENT) from None
        except ValueError as error:
            raise (error if isinstance(error, Refused) else _refuse(_WRONG_MOMENT)) from None
        return stamp(when)

    def clean(value: object) -> object:
        if not isinstance(value, str):
            raise _refuse(_WRONG_MOMENT)
        return utc(value)

    return clean


def stamp(when: datetime) -> str:
    """Write a moment in UTC as the target does."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day(value: object) -> object:
    """Take a calendar date."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _refuse(_WRONG_DAY)
    try:
        date.fromisoformat(value)
    except ValueError:
        raise _refuse(_WRONG_DAY) from None
    return value


def choice(table: Mapping[str, str]) -> Clean:
    """One of the accepted spellings, answered as the table says."""

    def clean(value: object) -> object:
        answered = table.get(value if isinstance(value, str) else str(value))
        if answered is None or isinstance(value, bool):
            raise _refuse(f'"{value}" is not a valid choice.')
        return answered

    return clean


def reference(known: Container[int] | None) -> Clean:
    """Take the pk of an existing object; with None any whole number will do."""

    def clean(value: object) -> object:
        if value.__class__ is not int:
            if not (isinstance(value, str) and _WHOLE.fullmatch(value)):
                kind = type(value).__name__
                raise _refuse(f"Incorrect type. Expected pk value, received {kind}.")
            value = int(value)
        assert isinstance(value, int)
        if known is not None and value not in known:
            raise _refuse(f'Invalid pk "{value}" - object does not exist.')
        return value

    return clean


def same_as(expected: int) -> Clean:
    """Take the one pk that is possible here, such as the channel of the path."""
    return reference(frozenset({expected}))


def mapping(value: object) -> object:
    """Take a JSON object of any content."""
    if not isinstance(value, dict):
        raise _refuse(f'Expected a dictionary of items but got type "{type(value).__name__}".')
    return value


def integers(value: object) -> object:
    """Take a list of pks."""
    if not isinstance(value, list):
        raise _refuse(f'Expected a list of items but got type "{type(value).__name__}".')
    one = reference(None)
    return [one(element) for element in value]


def span(when: Clean) -> Clean:
    """Take a `{"start", "end"}` pair of date-times."""

    def clean(value: object) -> object:
        pair = mapping(value)
        assert isinstance(pair, dict)
        problems: dict[str, object] = {}
        answered: dict[str, object] = {}
        for name in ("start", "end"):
            try:
                if name not in pair:
                    raise _refuse("This field is required.")
                answered[name] = when(pair[name])
            except Refused as refusal:
                problems[name] = refusal.problem
        if problems:
            raise Refused(problems)
        return answered

    return clean


@lru_cache(maxsize=CACHED)
def _is_address(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True


def internet_address(value: object) -> object:
    """Take an IPv4 or IPv6 address."""
    if not isinstance(value, str) or not _is_address(value):
        raise _refuse("Enter a valid IPv4 or IPv6 address.")
    return value


@lru_cache(maxsize=CACHED)
def _is_link(written: str) -> bool:
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "ftp", "ftps"} and bool(parts.hostname) and " " not in written


def email(most: int) -> Clean:
    """Take an e-mail address of at most `most` characters."""
    written = text(most, blank=False)

    def clean(value: object) -> object:
        address = str(written(value)).strip()
        if not _EMAIL.fullmatch(address):
            raise _refuse("Enter a valid email address.")
        return address

    return clean


def link(value: object) -> object:
    """Take an absolute URL, or nothing at all."""
    if value == "":
        return value
    if not isinstance(value, str) or not _is_link(value):
        raise _refuse("Enter a valid URL.")
    return value
