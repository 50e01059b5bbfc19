"""Finding the rate a target bears: up step by step, down by a share, and an eye on how long answers take."""

from collections import deque
from dataclasses import dataclass, field

from pipeline.upload.answer_times import AnswerTimes, Period

START = 5.0
LOWEST = 0.2
HIGHEST = 500.0
STEP = 1.0
"""Requests a second gained for every second without push-back, while nothing is known."""
SHARE_STEP = 0.02
"""Beyond fifty a second the step is this share of the rate."""
NEAR = 0.95
"""This share of the last ceiling is returned to quickly; from there on it goes slowly."""
RETURN = 0.1
CREEP = 0.002
"""Shares of the ceiling gained for every second below, and around, the last ceiling."""
HALF = 0.5
LESS = 0.8
CALM = 2.0
"""Seconds after a cut in which further push-back counts as the same burst."""
AGAIN = 5.0
"""Push-back so soon after the calm means that the cut was not deep enough."""
USED = 0.75
"""The rate grows only while this share of it is really answered: an unused rate is an untried one."""
LAST_ANSWERS = 20
A_BURST = 5
"""So many of the last answers lost or failed speak of load; a few are the ordinary noise of a network."""
REMEMBERED = 30
ENOUGH = 5
"""Periods without push-back that make a rate worth being remembered."""


@dataclass(slots=True)
class AdaptiveRate:
    """Additive increase, multiplicative decrease; times are passed in, rates are requests a second.

    ``rate`` is what may be sent at present and ``window`` how many requests may be under way at once, from
    one to ``widest``. A target that says "too many" (429) is believed at once; failures count once they come
    in a burst; answers that take much longer than they used to cut the rate gently and shrink the window.
    """

    rate: float = START
    highest: float = HIGHEST
    widest: int = 8
    window: int = 0
    was_cut: bool = False
    _ceiling: float | None = None
    _calm_until: float = 0.0
    _cut_at: float | None = None
    _goodput: float | None = None
    _period: Period = field(default_factory=Period)
    _times: AnswerTimes = field(default_factory=AnswerTimes)
    _well: deque[bool] = field(default_factory=lambda: deque(maxlen=LAST_ANSWERS))
    _borne: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def __post_init__(self) -> None:
        """The window is open until something speaks against it."""
        self.window = self.window or self.widest

    @property
    def borne(self) -> float | None:
        """The highest rate of the last half minute that was answered without complaint, if it is known."""
        return max(self._borne) if len(self._borne) >= ENOUGH else None

    def answered(self, now: float, seconds: float) -> None:
        """After an answer that was no push-back, and took ``seconds``."""
        self._well.append(True)
        self._period.add(now, seconds, good=True)
        self._look(now)

    def failed(self, now: float, seconds: float) -> None:
        """After a lost answer or a failure of the service: noise, or the beginning of a burst."""
        self._well.append(False)
        self._period.add(now, seconds, good=False)
        if self._well.count(False) >= A_BURST:
            self.pushed_back(now)
        self._look(now)

    def pushed_back(self, now: float) -> None:
        """After the target said that requests come too fast."""
        if now < self._calm_until:
            return
        again = self._cut_at is not None and now - self._cut_at < CALM + AGAIN
        at_the_edge = self._ceiling is not None and self.rate >= self._ceiling * USED
        self._cut(now, LESS if at_the_edge and not again else HALF, CALM)

    def _look(self, now: float) -> None:
        """At the end of a period: learn how long answers take, then shrink, grow, or leave things alone."""
        if not self._period.is_over(now):
            return
        period, self._period = self._period, Period(now)
        self._goodput = period.goodput(now)
        slow = self._times.learn(period.median)
        if now < self._calm_until:
            return
        if slow:
            self.window = max(1, self.window // 2)
            # With one request under way at a time there is no load of ours to take away.
            least = min(self.rate, max(LOWEST, 1.0 / period.median))
            self._cut(now, LESS, CALM + period.median, least)
            return
        self.window = min(self.widest, self.window + 1)
        if period.bad == 0:
            self._borne.append(self._goodput)
        if self._goodput >= USED * self.rate:
            self._grow(period.seconds(now))

    def _grow(self, seconds: float) -> None:
        """Quickly back to just below the last ceiling, slowly past it, then step by step again."""
        ceiling = self._ceiling
        if ceiling is None or self.rate > (2 - NEAR) * ceiling:
            grown = self.rate + max(STEP, SHARE_STEP * self.rate) * seconds
        elif self.rate < NEAR * ceiling:
            grown = min(NEAR * ceiling, self.rate + RETURN * max(ceiling, STEP) * seconds)
        else:
            grown = self.rate + CREEP * max(ceiling, STEP) * seconds
        self.rate = min(self.highest, grown)

    def _cut(self, now: float, share: float, calm: float, least: float = LOWEST) -> None:
        """Cut the rate; what was really answered tells where the ceiling is."""
        lower = max(least, LOWEST, self.rate * share)
        self._ceiling = min(self.rate, max(lower, self._goodput or 0.0))
        self.rate = lower
        self.was_cut = True
        self._cut_at, self._calm_until = now, now + calm
        self._period = Period(now)
        self._well.clear()
