"""Finding the rate a target bears: a little more after success, half after push-back."""

from dataclasses import dataclass

START = 5.0
LOWEST = 0.2
HIGHEST = 500.0
STEP = 1.0
"""Requests a second gained for every second without push-back."""
CALM = 2.0
"""Seconds after a cut in which further push-back counts as the same burst."""


@dataclass(slots=True)
class AdaptiveRate:
    """Additive increase, multiplicative decrease; times are passed in, rates are requests a second."""

    rate: float = START
    highest: float = HIGHEST
    _grown_at: float | None = None
    _cut_at: float | None = None

    def succeeded(self, now: float) -> float:
        """After an answer that was no push-back; returns the rate from here on."""
        if self._grown_at is None:
            self._grown_at = now
        gained = STEP * (now - self._grown_at)
        if gained >= STEP / 4:
            self.rate = min(self.highest, self.rate + min(gained, STEP))
            self._grown_at = now
        return self.rate

    def pushed_back(self, now: float) -> float:
        """After 429, 5xx or a lost answer; returns the rate from here on."""
        if self._cut_at is None or now - self._cut_at >= CALM:
            self.rate = max(LOWEST, self.rate / 2)
            self._cut_at = now
        self._grown_at = now + CALM
        return self.rate
