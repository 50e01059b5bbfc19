"""Everybody's turn to send: the pace and the learnt rate, with the clock they need."""

import asyncio
from collections.abc import Callable

from pipeline.upload.adaptive import AdaptiveRate
from pipeline.upload.pace import Pace


class Turns:
    """Waits so that requests keep the pace. ``rate`` as in a send request; ``clock`` gives seconds."""

    def __init__(self, rate: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._adaptive = AdaptiveRate() if rate is None else None
        self._pace = Pace(self._adaptive.rate if self._adaptive else rate or 1.0, clock())

    @property
    def rate(self) -> float:
        """Requests a second at present."""
        return self._pace.rate

    async def reserve(self) -> None:
        """Wait for a place on the grid."""
        wait = self._pace.reserve(self._clock())
        if wait > 0:
            await asyncio.sleep(wait)

    async def leave(self) -> None:
        """Wait until a request may leave now; called as the last thing before it does."""
        while (wait := self._pace.gate(self._clock())) > 0:  # noqa: ASYNC110 - time is what is waited for
            await asyncio.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Hold everybody, as the target asked."""
        self._pace.pause_until(self._clock() + seconds)

    def went_well(self) -> None:
        """An answer came that was no push-back."""
        if self._adaptive:
            self._pace.rate = self._adaptive.succeeded(self._clock())

    def pushed_back(self) -> None:
        """The target is overburdened, or does not answer."""
        if self._adaptive:
            self._pace.rate = self._adaptive.pushed_back(self._clock())
