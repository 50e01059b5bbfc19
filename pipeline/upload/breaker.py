"""When the service is unwell: hold everything back, send one probe, and give up in the end."""

from dataclasses import dataclass
from enum import Enum

from pipeline.upload.backoff import backoff


class Flow(Enum):
    """Whether orders may be sent."""

    OPEN = "open"  # send
    PROBE = "probe"  # send one, and wait for its answer
    HELD = "held"  # send nothing yet
    GIVEN_UP = "given_up"  # stop the run


@dataclass(slots=True)
class Breaker:
    """Counts answers in a row that speak of an unwell service.

    ``trips_after`` of them hold the flow; after a growing pause one probe is let through, and after
    ``probes`` failed probes the run gives up. Times are passed in.
    """

    trips_after: int = 8
    probes: int = 6
    _failures: int = 0
    _failed_probes: int = 0
    _held_until: float = 0.0
    _probing: bool = False

    def flow(self, now: float) -> Flow:
        """What may be sent now."""
        if self._failed_probes >= self.probes:
            return Flow.GIVEN_UP
        if self._failures < self.trips_after:
            return Flow.OPEN
        if self._probing or now < self._held_until:
            return Flow.HELD
        return Flow.PROBE

    def probe(self) -> None:
        """A probe is on its way."""
        self._probing = True

    def wait(self, now: float) -> float:
        """Seconds until it is worth asking again."""
        return max(0.05, self._held_until - now)

    def well(self) -> None:
        """An answer that shows the service works."""
        self._failures = self._failed_probes = 0
        self._probing = False

    def unwell(self, now: float, chance: float) -> None:
        """An answer, or none, that shows it does not; ``chance`` (0 to 1) spreads the pause."""
        self._failures += 1
        if self._failures < self.trips_after:
            return
        if self._probing:
            self._failed_probes += 1
        if self._probing or self._failures == self.trips_after:
            self._held_until = now + backoff(self._failed_probes, chance)
        self._probing = False
