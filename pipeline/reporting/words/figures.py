"""Numbers as people read them."""

from decimal import Decimal
from typing import Final

_THOUSAND: Final = 1000
_MINUTE: Final = 60
_HOUR: Final = 3600
_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB")


def grouped(number: int) -> str:
    """Write a whole number in groups of three: ``1 000 000``.

    Blanks part the groups, because points and commas change their meaning from country to country.
    """
    return f"{number:,}".replace(",", " ")


def amount(money: Decimal) -> str:
    """Write an amount with two places, in groups of three: ``184 322.50``."""
    return f"{money:,.2f}".replace(",", " ")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: ``1 order``, ``2 orders``."""
    return f"{grouped(number)} {one if number == 1 else many or f'{one}s'}"


def share(part: int, whole: int) -> str:
    """Write a part in per cent; one order is never shown as nothing, and one missing never as everything."""
    if whole == 0:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 0.1:  # noqa: PLR2004
        return "< 0.1 %"
    if 99.9 < percent < 100:  # noqa: PLR2004
        return "> 99.9 %"
    return f"{percent:.1f} %"


def size(count: int) -> str:
    """Write a number of bytes: ``41.2 KB`` (thousands, as file managers show them)."""
    value, unit = float(count), 0
    while value >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    return f"{count} {_UNITS[0]}" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Write a span of time: ``0.8 s``, ``14 s``, ``3 min 05 s``, ``9 h 32 min``."""
    if seconds < 10:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"


def answer_time(milliseconds: int) -> str:
    """Write how long an answer took: ``42 ms``, ``1.2 s``, ``14 s``."""
    if milliseconds < _THOUSAND:
        return f"{milliseconds} ms"
    seconds = milliseconds / _THOUSAND
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004


def clock(seconds: int) -> str:
    """Write a time since a start: ``0:45``, ``12:30``, ``9:32:00``."""
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}:{seconds % _MINUTE:02}"
    return f"{seconds // _HOUR}:{seconds % _HOUR // _MINUTE:02}:{seconds % _MINUTE:02}"
