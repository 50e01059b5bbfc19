"""The clocks of a run: one that goes on while the machine sleeps, and one that does not."""

import sys
import time
from datetime import UTC, datetime

if sys.platform == "linux":
    _CLOCK: int | None = time.CLOCK_BOOTTIME
elif sys.platform == "darwin":
    _CLOCK: int | None = time.CLOCK_MONOTONIC_RAW
else:
    _CLOCK: int | None = None

TOO_FAR = 10 * 365 * 86400.0
"""Seconds beyond which no moment is named."""


def running() -> float:
    """Seconds that never go back and go on while the machine sleeps, where the system counts such ones.

    What the target does with a request goes on while we sleep, so windows and pauses are counted by it. Wall
    time, which people and servers set, decides nothing.
    """
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def awake() -> float:
    """Seconds that never go back and stand still while the machine sleeps, on Linux and macOS."""
    return time.monotonic()


def moment_in_words(now: float, seconds: float) -> str:
    """The moment ``seconds`` after ``now`` (seconds since 1970), by this machine's clock and zone."""
    if seconds > TOO_FAR:
        return "a moment in the far future"
    moment = datetime.fromtimestamp(now + seconds, tz=UTC).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M %Z")
