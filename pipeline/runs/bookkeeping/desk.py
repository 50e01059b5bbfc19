"""What every stage after the orders needs: the journal, the clients, patience, and an end."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TypeVar

from pipeline.journal.books import BookOrder, Books
from pipeline.journal.changes import Changes
from pipeline.model.ending import Ending
from pipeline.model.exchange import ListAnswer, NoAnswer, Reply
from pipeline.model.issue import Issue
from pipeline.model.rows import Table
from pipeline.runs.connection.turns import Turns
from pipeline.runs.sending.recorder import Recorder
from pipeline.target.client import OmnitronClient
from pipeline.target.records import RecordsClient
from pipeline.upload.backoff import backoff

Told = TypeVar("Told")
LOOK = 0.2
"""Seconds after which a pause looks whether the run is being stopped."""


class Unfinished(Exception):  # noqa: N818 - it is no error: a later run goes on
    """The stage cannot go on now; ``ending`` says why."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.code)
        self.ending = ending


def unfinished(reason: str, code: str = "E550") -> Unfinished:
    """The end for a reason in words."""
    return Unfinished(Ending(code, {} if code == "E501" else {"reason": reason}))


def _is_unwell(status: int) -> bool:
    """Whether an answer speaks of the service, so that asking again may help."""
    return status in (408, 425, 429) or status >= 500  # noqa: PLR2004 - HTTP


@dataclass(slots=True)
class Desk:
    """The tools. ``patience`` in seconds of ``clock``: how long the target may take to show what it holds.

    ``attempts`` is how often something is asked before it counts as unanswered; ``stopped`` is set from
    outside, and ends the work before the next request.
    """

    recorder: Recorder
    records: RecordsClient
    orders: OmnitronClient
    turns: Turns
    tables: Mapping[int, Table]
    run_id: str
    channel: int
    attempts: int
    concurrency: int
    patience: float
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    stopped: Ending | None = None
    _counted: int = made_by(default=0, init=False)

    def stop(self, ending: Ending) -> None:
        """Ask for nothing more; what is under way is still waited for. The first reason counts."""
        self.stopped = self.stopped or ending

    def __post_init__(self) -> None:
        """What was sent before is counted elsewhere."""
        self._counted = self._sent

    @property
    def _sent(self) -> int:
        return self.records.requests + self.orders.requests

    def requests(self) -> int:
        """How many requests have left since the last call."""
        before, self._counted = self._counted, self._sent
        return self._counted - before

    async def books(self, work: Callable[[Books], Told]) -> Told:
        """Ask or write the journal; what is written is durable when this returns."""
        return await self.recorder.read(lambda journal: work(Books(journal)))

    async def changes(self, work: Callable[[Changes], Told]) -> Told:
        """The same for changes of customers."""
        return await self.recorder.read(lambda journal: work(Changes(journal)))

    def go_on(self) -> None:
        """Raise :class:`Unfinished` where the run is being stopped."""
        if self.stopped is not None:
            raise Unfinished(self.stopped)

    async def pause(self, seconds: float) -> None:
        """Wait so long; raises :class:`Unfinished` where the run is being stopped meanwhile."""
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0:
            self.go_on()
            await asyncio.sleep(min(LOOK, left))
        self.go_on()

    async def after_failure(self, failures: int) -> None:
        """Wait before something is tried again."""
        await self.pause(backoff(failures, self.chance()))

    async def post(self, path: str, body: bytes) -> Reply:
        """Post a document at its turn."""
        self.go_on()
        await self.turns.reserve()
        return await self.records.post(path, body)

    async def patch(self, path: str, body: bytes) -> Reply:
        """Change a record at its turn."""
        self.go_on()
        await self.turns.reserve()
        return await self.records.patch(path, body)

    async def record(self, path: str) -> Mapping[str, object]:
        """One record of the target; raises :class:`Unfinished` where it cannot be read."""

        async def ask() -> tuple[Mapping[str, object] | None, str, int | None]:
            reply = await self.records.get(path)
            if isinstance(reply, NoAnswer):
                return None, reply.reason, None
            found = reply.data if reply.status == 200 and isinstance(reply.data, dict) else None  # noqa: PLR2004
            return found, f"answer {reply.status}", reply.status

        return await self.asked(ask)

    async def listed(self, path: str, query: list[tuple[str, str]]) -> tuple[Mapping[str, object], ...]:
        """A whole list of the target; raises :class:`Unfinished` where it cannot be read to its end."""

        async def ask() -> tuple[tuple[Mapping[str, object], ...] | None, str, int | None]:
            answer: ListAnswer = await self.records.list_all(path, query)
            return answer.records, answer.reason, answer.status

        return await self.asked(ask)

    async def asked(self, ask: Callable[[], Awaitable[tuple[Told | None, str, int | None]]]) -> Told:
        """What a question brings in the end. It gives the answer, or why there is none and its status."""
        reason = ""
        for failures in range(max(1, self.attempts)):
            self.go_on()
            told, reason, status = await ask()
            if told is not None:
                return told
            if status == 401:  # noqa: PLR2004 - HTTP
                raise unfinished(reason, "E501")
            if status is not None and status != 200 and not _is_unwell(status):  # noqa: PLR2004 - HTTP
                break
            if failures + 1 < self.attempts:
                await self.after_failure(failures)
        raise unfinished(f"the target does not tell what it holds: {reason}")

    def issue(self, order: BookOrder, code: str, facts: Mapping[str, str | int]) -> tuple[int, Issue]:
        """An issue at the row of an order, with the order's id."""
        tab, row = order.at
        return order.id, Issue(code, self.tables[tab].at(row), order=order.number, facts=facts)
