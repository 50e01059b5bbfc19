"""Everybody's turn to send: the pace and the learnt rate, with the clock they need."""

import asyncio
from collections.abc import Callable

from pipeline.model.exchange import Reply
from pipeline.upload.adaptive import START, AdaptiveRate
from pipeline.upload.backoff import LONGEST_ASKED, asked_pause
from pipeline.upload.load import Load, headers_about_time, load_in
from pipeline.upload.pace import Pace

LOOK = 0.5
"""Longest sleep: so soon a stop, or a machine that woke up, is noticed."""


class Turns:
    """Waits so that all requests of a run together keep the pace, and learns from their answers.

    ``rate`` as in a send request; ``clock`` gives seconds; ``start`` is where the search for a rate begins,
    ``widest`` the most requests at once. ``asked_to_pause`` is called with the seconds that the target asks
    for; after a pause that nobody should sleep through, nothing leaves any more.
    """

    def __init__(
        self, rate: float | None, clock: Callable[[], float], *, start: float = START, widest: int = 8
    ) -> None:
        self._clock = clock
        self._widest = max(1, widest)
        self._adaptive = AdaptiveRate(start, widest=self._widest) if rate is None else None
        self._pace = Pace(self._adaptive.rate if self._adaptive else rate or 1.0, clock())
        self._stopped = False
        self.asked_to_pause: Callable[[float], None] = lambda _: None

    @property
    def rate(self) -> float:
        """Requests a second at present."""
        return self._pace.rate

    @property
    def window(self) -> int:
        """How many requests may be under way at once at present."""
        return self._adaptive.window if self._adaptive else self._widest

    @property
    def learnt(self) -> AdaptiveRate | None:
        """What was learnt of the target, where the rate was to be found."""
        return self._adaptive

    async def reserve(self) -> None:
        """Wait for a place on the grid, and out of a pause that was asked for meanwhile."""
        wait = self._pace.reserve(self._clock())
        while wait > 0:
            await self._sleep(wait)
            if self._stopped:
                return
            wait = self._pace.paused(self._clock())

    async def leave(self) -> float | None:
        """Wait until a request may leave now; called as the last thing before it does.

        Returns the moment, for :meth:`back`; ``None`` where nothing may leave any more.
        """
        while not self._stopped and (wait := self._pace.gate(self._clock())) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(wait, LOOK))  # time is what is waited for
        return None if self._stopped else self._clock()

    def back(self, left: float, reply: Reply) -> None:
        """A request that left then has come back: learn from it, and hold everybody if it asks for that."""
        now = self._clock()
        load = load_in(reply)
        if self._adaptive:
            if load is Load.TOO_MANY:
                self._adaptive.pushed_back(now)
            elif load is Load.FAILED:
                self._adaptive.failed(now, now - left)
            else:
                self._adaptive.answered(now, now - left)
            self._pace.rate = self._adaptive.rate
        pause = asked_pause(*headers_about_time(reply))
        if pause is None:
            return
        if pause > LONGEST_ASKED:
            self.stop()
        else:
            self.pause(pause)
        self.asked_to_pause(pause)

    def pause(self, seconds: float) -> None:
        """Hold everybody, as the target asked."""
        self._pace.pause_until(self._clock() + seconds)

    def stop(self) -> None:
        """From now on nothing leaves; whoever waits is told so."""
        self._stopped = True

    async def _sleep(self, seconds: float) -> None:
        until = self._clock() + seconds
        while not self._stopped and (left := until - self._clock()) > 0:  # noqa: ASYNC110 - as above
            await asyncio.sleep(min(left, LOOK))
