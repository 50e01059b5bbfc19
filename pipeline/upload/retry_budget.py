"""How many repeats a run may afford: retries that outgrow the work make an outage worse."""

from dataclasses import dataclass

SHARE = 0.2
FLOOR = 20
"""Repeats that are always free, so that a short run is not held up by its first troubles."""
PAUSE = 1.0
"""Seconds between repeats once the budget is spent."""


@dataclass(slots=True)
class RetryBudget:
    """Attempts beyond the first are at most a fifth of the first ones; beyond that they come one by one.

    Counts what one process sends. Times are passed in.
    """

    firsts: int = 0
    repeats: int = 0
    _next: float = 0.0

    def spent(self) -> bool:
        """Whether the share is used up."""
        return self.repeats + 1 > FLOOR + SHARE * self.firsts

    def may_repeat(self, now: float) -> bool:
        """Whether an order may be sent again now."""
        return not self.spent() or now >= self._next

    def sent(self, now: float, *, repeat: bool) -> None:
        """An order is being sent, for the first time in this process or again."""
        if not repeat:
            self.firsts += 1
            return
        self._next = now + PAUSE
        self.repeats += 1
