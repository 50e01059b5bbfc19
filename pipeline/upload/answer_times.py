"""How long answers take: a floor that is learnt, and whether the last ones took much longer."""

from dataclasses import dataclass, field

SPAN = 1.0
FEW = 5
"""A period lasts a second and has five answers …"""
LONG = 10.0
FEWEST = 3
"""… or ten seconds and three: one slow answer is never enough to speak of all."""
MOST_KEPT = 500

TIMES_THE_FLOOR = 2.0
GRACE = 0.05
"""Answers are slow beyond twice the floor and a grace, in seconds …"""
NEVER_WELL = 10.0
"""… or beyond this, whatever the floor is."""
DRIFT = 0.01
"""Share of the difference by which the floor follows a target that has become slower for good."""


@dataclass(slots=True)
class Period:
    """The answers of a short time. Times are passed in; the first answer begins a period without a start."""

    began: float | None = None
    good: int = 0
    bad: int = 0
    _seconds: list[float] = field(default_factory=list)

    def add(self, now: float, seconds: float, *, good: bool) -> None:
        """An answer that took so long."""
        if self.began is None:
            self.began = now
        self.good += good
        self.bad += not good
        if len(self._seconds) < MOST_KEPT:
            self._seconds.append(seconds)

    def is_over(self, now: float) -> bool:
        """Whether there is enough to judge by."""
        number, lasted = len(self._seconds), now - (now if self.began is None else self.began)
        return (number >= FEW and lasted >= SPAN) or (number >= FEWEST and lasted >= LONG)

    def seconds(self, now: float, most: float = 2 * SPAN) -> float:
        """How long it lasted; a long silence counts as two seconds."""
        return min(most, now - (self.began or 0.0))

    def goodput(self, now: float) -> float:
        """Good answers a second."""
        lasted = now - (self.began or 0.0)
        return self.good / lasted if lasted > 0 else 0.0

    @property
    def median(self) -> float:
        """The middle one of the times: half of the answers may be odd before it moves."""
        return sorted(self._seconds)[len(self._seconds) // 2]


@dataclass(slots=True)
class AnswerTimes:
    """Learns the time a target needs when it is at ease."""

    floor: float | None = None

    def learn(self, median: float) -> bool:
        """Take in the median of a period; returns whether it is slow by what was known before."""
        floor = median if self.floor is None else self.floor
        slow = median > NEVER_WELL or median > TIMES_THE_FLOOR * floor + GRACE
        self.floor = min(floor, median) if median <= floor else floor + DRIFT * (median - floor)
        return slow
