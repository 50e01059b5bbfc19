"""Noticing that this process stood still: the machine slept, or somebody stopped it."""

from dataclasses import dataclass
from enum import Enum

ASLEEP = 2.0
"""Seconds by which the clock that runs during sleep gains on the one that does not."""
STOPPED = 5.0
"""Seconds without a look, where one is due several times a second."""


class Standstill(Enum):
    """Why nothing happened for a while."""

    SUSPENDED = "the machine slept"
    STOPPED = "the program was stopped"


@dataclass(slots=True)
class StandstillWatch:
    """Told two clocks at every look: one that runs while the machine sleeps, and one that does not.

    Where a system has only one, both are the same, and only the gap is seen.
    """

    _running: float | None = None
    _awake: float = 0.0

    def look(self, running: float, awake: float) -> tuple[Standstill, float] | None:
        """What has happened since the last look, and for how many seconds; mostly ``None``."""
        before, self._running = self._running, running
        slept, self._awake = (running - awake) - ((before or 0.0) - self._awake), awake
        if before is None:
            return None
        if slept >= ASLEEP:
            return Standstill.SUSPENDED, slept
        gap = running - before
        return (Standstill.STOPPED, gap) if gap >= STOPPED else None
