"""How long to wait before something is tried again, in seconds."""

from datetime import datetime
from email.utils import parsedate_to_datetime

FIRST = 1.0
MOST = 60.0
LONGEST_ASKED = 3600.0
"""A target that asks for a longer pause than this gets none: the run stops and says when to go on."""


def backoff(failures: int, chance: float) -> float:
    """After ``failures`` in a row: doubling from one second to a minute, ``chance`` (0 to 1) spreads it."""
    ceiling = min(MOST, FIRST * float(2 ** min(failures, 16)))
    return ceiling * (0.5 + chance / 2)


def asked_pause(retry_after: str | None, date: str | None) -> float | None:
    """The pause that a ``Retry-After`` header asks for, or ``None`` where it makes no sense.

    Takes seconds or an HTTP date; a date is measured against the answer's own ``Date``, because the
    server's clock may be off. Negative pauses are zero.
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    until, since = _moment(text), _moment(date or "")
    if until is None or since is None:
        return None
    return max(0.0, (until - since).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None
