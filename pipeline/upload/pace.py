"""When the next request may leave: an even grid that may catch up, under a window that never overflows."""

from collections import deque

WINDOW = 1.0
MARGIN = 0.005
CATCH_UP = 0.1
"""Seconds of missed grid that may be made up for, so that a late wake-up costs no throughput."""


class Pace:
    """Spreads requests evenly at ``rate`` a second and never lets more than that into any one second.

    Times are seconds of a clock that never goes back, and are passed in. ``rate`` may change at any time;
    infinity means no limit. ``pause_until`` holds everybody, as a ``Retry-After`` asks.
    """

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._next: float | None = None
        self._stamps: deque[float] = deque()
        self._paused_until = now

    def pause_until(self, moment: float) -> None:
        """Nothing leaves before ``moment``; a shorter pause never cuts a longer one."""
        self._paused_until = max(self._paused_until, moment)

    def paused(self, now: float) -> float:
        """Seconds for which everybody is still held."""
        return max(0.0, self._paused_until - now)

    def reserve(self, now: float) -> float:
        """Reserve the next place on the grid; returns the seconds to wait for it."""
        if self.rate == float("inf"):
            return self.paused(now)
        # The first request starts the grid: time that passed before it is nothing to catch up with.
        slot = max(now if self._next is None else self._next, now - CATCH_UP, self._paused_until)
        self._next = slot + 1.0 / self.rate
        return max(0.0, slot - now)

    def gate(self, now: float) -> float:
        """Asked at the moment of sending: 0 means send now (and is remembered), else seconds to wait."""
        if now < self._paused_until:
            return self._paused_until - now
        if self.rate == float("inf"):
            return 0.0
        stamps = self._stamps
        span = max(WINDOW, 1.0 / self.rate) + MARGIN
        # The same sum here and below: were they rounded differently, a request could leave unremembered.
        while stamps and stamps[0] + span <= now:
            stamps.popleft()
        if len(stamps) >= max(1.0, self.rate * WINDOW // 1):
            return stamps[0] + span - now
        stamps.append(now)
        return 0.0
