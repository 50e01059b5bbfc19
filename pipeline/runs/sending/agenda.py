"""What is left to do in a run: doubts to settle, orders to send again, orders never sent."""

import asyncio
import heapq
from collections import deque
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from pipeline.model.planned import DoubtfulOrder, ReadyOrder
from pipeline.model.rows import RowRef
from pipeline.model.states import State
from pipeline.runs.sending.recorder import Recorder
from pipeline.upload.settle import Doubt

WINDOW = 1000
"""Orders read from the journal at once; the next are fetched while the last third is being sent."""
BEFORE_ALL: RowRef = (-1, -1)


class Settling(NamedTuple):
    """An order in doubt, and what is known of it; ``probe``: it goes alone."""

    order: DoubtfulOrder
    doubt: Doubt
    probe: bool = False


class Due(NamedTuple):
    """An order whose time has come; ``repeat``: this process has sent it before, ``probe``: it goes alone."""

    order: ReadyOrder
    repeat: bool = False
    probe: bool = False


class Agenda:
    """Hands out work, each piece once. Times are seconds of one clock, and are passed in.

    Orders come from the journal in source order, a window at a time: first those that waited when the
    process started, then those never sent, at most ``limit`` of them in all. With ``only`` these are all
    that is handed out, and the journal is not asked.
    """

    def __init__(
        self, recorder: Recorder, limit: int | None, only: Sequence[ReadyOrder] | None = None
    ) -> None:
        self._recorder = recorder
        self._limit = limit
        self._taken = 0
        self._planned: deque[ReadyOrder] = deque(only or ())
        self._again_after: RowRef | None = BEFORE_ALL if only is None else None
        self._ready_after: RowRef | None = BEFORE_ALL if only is None else None
        self._refill: asyncio.Task[None] | None = None
        self._again: list[tuple[float, int, ReadyOrder]] = []
        self._doubts: list[tuple[float, int, Settling]] = []
        self._sequence = count()
        self._own: set[int] = set()

    async def unsent(self) -> int:
        """How many orders the journal still holds to be sent, the limit not counted."""
        return await self._recorder.read(
            lambda journal: journal.count(State.PLANNED, State.WAITING, State.ABSENT)
        )

    @property
    def limit_reached(self) -> bool:
        """Whether as many orders were taken from the journal as were asked for."""
        return self._limit is not None and self._taken >= self._limit

    @property
    def only_journal(self) -> bool:
        """Whether nothing is waiting for its time: what is left, if anything, is in the journal."""
        return not self._again and not self._doubts

    def next_due(self) -> float | None:
        """When the first of what waits for its time is due, ``None`` where nothing does."""
        dues = [heap[0][0] for heap in (self._again, self._doubts) if heap]
        return min(dues) if dues else None

    def next_doubt(self) -> tuple[float, Settling] | None:
        """The first doubt that waits for its time, and when that is; ``None`` where none waits."""
        return (self._doubts[0][0], self._doubts[0][2]) if self._doubts else None

    def doubt(self, settling: Settling, due: float) -> None:
        """Settle an order, not before ``due``."""
        heapq.heappush(self._doubts, (due, next(self._sequence), settling))

    def again(self, order: ReadyOrder, due: float) -> None:
        """Send an order again, not before ``due``."""
        if self._again_after is not None:
            self._own.add(order.id)
        heapq.heappush(self._again, (due, next(self._sequence), order))

    def take_doubt(self, now: float) -> Settling | None:
        """The next doubt that is due."""
        if not self._doubts or self._doubts[0][0] > now:
            return None
        return heapq.heappop(self._doubts)[2]

    def take_again(self, now: float) -> Due | None:
        """The next order that is due to be sent again."""
        if not self._again or self._again[0][0] > now:
            return None
        return Due(heapq.heappop(self._again)[2], repeat=True)

    def put_back(self, due: Due, now: float) -> None:
        """Take an order back that was handed out and not sent."""
        if due.repeat:
            self.again(due.order, now)
            return
        self._taken -= 1
        self._planned.appendleft(due.order)

    async def take_order(self) -> Due | None:
        """The next order of the journal."""
        if self.limit_reached:
            return None
        if len(self._planned) < WINDOW // 3 and self._refill is None and self._more():
            self._refill = asyncio.create_task(self._fetch())
        while not self._planned and (self._refill is not None or self._more()):
            self._refill = self._refill or asyncio.create_task(self._fetch())
            await self._refill
        if not self._planned:
            return None
        self._taken += 1
        return Due(self._planned.popleft())

    async def aclose(self) -> None:
        """Stop fetching."""
        if self._refill is not None:
            self._refill.cancel()
            await asyncio.gather(self._refill, return_exceptions=True)

    def _more(self) -> bool:
        return self._again_after is not None or self._ready_after is not None

    async def _fetch(self) -> None:
        """Fetch the next window.

        Orders that came to wait since the process started are ``_own``: they are handed out from here,
        whatever the journal says of them.
        """
        try:
            if self._again_after is not None:
                after = self._again_after
                await self._recorder.flush()
                found = await self._recorder.read(lambda journal: journal.again(after, WINDOW))
                self._again_after = found[-1].at if len(found) == WINDOW else None
                self._planned.extend(order for order in found if order.id not in self._own)
            if self._again_after is None and self._ready_after is not None:
                behind = self._ready_after
                found = await self._recorder.read(lambda journal: journal.ready(behind, WINDOW))
                self._ready_after = found[-1].at if len(found) == WINDOW else None
                self._planned.extend(found)
        finally:
            self._refill = None
