"""Dates and times: by declared formats, in a declared zone, and told where a clock change is in the way."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.mapping.steps.date_format import Parser, parser
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.model.cell import Cell, CellError

Policy = Literal["error", "earlier", "later"]

FIRST_YEAR = 1990
LAST_YEAR = 2100


def zone(name: str) -> tzinfo | None:
    """The time zone of that name in the IANA data, or ``None``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_format(pattern: str) -> bool:
    """Whether ``strptime`` can use the format and it names a whole date."""
    probe = datetime(2024, 11, 23, 13, 45, 59, tzinfo=UTC)
    try:
        written = probe.strftime(pattern)
        if "24" not in written:  # no year: asking strptime would warn
            return False
        again = datetime.strptime(written, pattern)  # noqa: DTZ007 - only the date counts
    except (ValueError, re.error):  # re.error: a part of the date named twice
        return False
    return (again.year, again.month, again.day) == (2024, 11, 23)


def moment(formats: Sequence[str], where: tzinfo, policy: Policy) -> Step:
    """A step from cell to an aware :class:`datetime` in UTC.

    Text must fit one of the formats (E221); a date cell of a workbook is taken as it is. A local time
    that occurs twice or never is E223 unless the policy chooses. A year before 1990 or after 2100 is E222.
    """
    parsers = _parsers(formats)

    def read(cell: Cell) -> datetime:
        local = _local(cell, formats, parsers)
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        offset = _offset_all_day(where, local.year, local.month, local.day)
        if offset is not None:
            return local.replace(tzinfo=UTC) - offset
        return _placed(local, where, policy)

    return read


@lru_cache(maxsize=20_000)
def _offset_all_day(where: tzinfo, year: int, month: int, number: int) -> timedelta | None:
    """The zone's offset on a calendar day, ``None`` on the few days on which it changes."""
    noon = datetime(year, month, number, 12, tzinfo=where)
    around = [noon + timedelta(hours=hours) for hours in (-13, 0, 13)]
    offsets = {moment.replace(fold=fold).utcoffset() for moment in around for fold in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


def day(formats: Sequence[str], first_year: int = FIRST_YEAR) -> Step:
    """A step from cell to a calendar :class:`date`; a year before the first is E222."""
    parsers = _parsers(formats)
    return lambda cell: _local(cell, formats, parsers, first_year).date()


def _parsers(formats: Sequence[str]) -> list[Parser]:
    return [parser(pattern.strip()) for pattern in formats]  # cells are read without outer white space


def _local(
    cell: Cell, formats: Sequence[str], parsers: Sequence[Parser], first_year: int = FIRST_YEAR
) -> datetime:
    if isinstance(cell, CellError | str):
        text = as_text(cell)
        for parse in parsers:
            found = parse(text)
            if found is not None:
                return _sane(found, first_year)
        raise CellProblem("E221", formats=" or ".join(formats) or "a date cell")
    if isinstance(cell, datetime):
        return _sane(cell, first_year)
    if isinstance(cell, date):
        return _sane(datetime(cell.year, cell.month, cell.day), first_year)  # noqa: DTZ001 - a day has no zone
    raise CellProblem("E204", found=_found(cell), wanted="a date")


def _found(cell: bool | float | time | timedelta) -> str:
    if isinstance(cell, bool):
        return "a yes/no value"
    return "a number" if isinstance(cell, float | int) else "a time"


def _sane(value: datetime, first_year: int = FIRST_YEAR) -> datetime:
    if not first_year <= value.year <= LAST_YEAR:
        raise CellProblem("E222", first=first_year, last=LAST_YEAR)
    return value


def _placed(local: datetime, where: tzinfo, policy: Policy) -> datetime:
    earlier, later = local.replace(tzinfo=where, fold=0), local.replace(tzinfo=where, fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier.astimezone(UTC)
    if policy == "error":
        missing = earlier.astimezone(UTC).astimezone(where).replace(tzinfo=None) != local
        raise CellProblem("E223", zone=str(where), how="never" if missing else "twice")
    instants = sorted((earlier.astimezone(UTC), later.astimezone(UTC)))
    return instants[0] if policy == "earlier" else instants[1]


def plain_moment(where: tzinfo) -> Step:
    """A constant as a mapping writes it: ISO 8601, in the zone where it names none; raises E221, E222."""

    def read(text: Any) -> datetime:  # noqa: ANN401
        try:
            value = _sane(datetime.fromisoformat(text))
        except ValueError:
            raise CellProblem("E221", formats="2024-12-31T23:59:00+03:00") from None
        return value.astimezone(UTC) if value.tzinfo else _placed(value, where, "earlier")

    return read


def plain_day(text: str, first_year: int = FIRST_YEAR) -> date:
    """A constant day as a mapping writes it: ``2024-12-31``; raises E221, E222."""
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise CellProblem("E221", formats="2024-12-31") from None
    return _sane(datetime(value.year, value.month, value.day, tzinfo=UTC), first_year).date()
