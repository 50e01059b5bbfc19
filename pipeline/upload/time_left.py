"""How long it will still take, from how it has gone lately."""

from collections import deque
from dataclasses import dataclass, field

SPAN = 45.0
"""Seconds of the past that the future is told from."""
EVERY = 1.0
FIRST_GUESS = 10.0
"""Seconds after which the first guess is made."""


@dataclass(slots=True)
class TimeLeft:
    """Told how many orders are through; repeats, pauses and lookups are in it, because they took their time.

    ``window`` is how many seconds an order in doubt waits before it is settled.
    """

    window: float
    _past: deque[tuple[float, int]] = field(default_factory=deque)
    _began: float | None = None
    _doubts: int = 0
    _last_doubt: float = 0.0
    _seen_doubt: bool = False

    def note(self, now: float, done: int, in_doubt: int) -> None:
        """How things stand now."""
        if self._began is None:
            self._began = now
        if in_doubt > self._doubts:
            self._last_doubt, self._seen_doubt = now, True
        self._doubts = in_doubt
        if self._past and now - self._past[-1][0] < EVERY:
            return
        self._past.append((now, done))
        while len(self._past) > 2 and self._past[1][0] <= now - SPAN:  # noqa: PLR2004 - the two ends of a line
            self._past.popleft()

    def pace(self, now: float, done: int) -> float | None:
        """Orders a second of late, ``None`` where that cannot be said yet."""
        if self._began is None or now - self._began < FIRST_GUESS:
            return None
        then, before = self._past[0]
        return (done - before) / (now - then) if now > then else None

    def seconds(self, now: float, done: int, left: int) -> float | None:
        """Seconds until all is through; ``left`` counts orders to be sent or settled.

        ``None`` where nothing came through of late, or too little is known.
        """
        due = max(0.0, self._last_doubt + self.window - now) if self._doubts else 0.0
        unsent = max(0, left - self._doubts)
        if unsent == 0:
            return due if left else 0.0
        pace = self.pace(now, done)
        if not pace:
            return None
        # Where answers get lost, some of the last ones will, too, and wait for their window to pass.
        return max(unsent / pace + (self.window if self._seen_doubt else 0.0), due)


def in_words(seconds: float) -> str:
    """A duration as people say it: no more exact than it is known."""
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * length:
            count = seconds / length
            return f"{count:.0f} {unit}" if count >= 9.5 else f"{count:.2g} {unit}"  # noqa: PLR2004 - "9.5 h"
    return f"{max(1, round(seconds))} s"
