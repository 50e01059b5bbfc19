"""The one place through which a running upload reaches its journal: group commits, off the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.planned import Intent, Outcome

Read = TypeVar("Read")
LINGER = 0.001
"""Seconds in which further intents may join a commit: a disk sync costs as much as many of them."""
ALONE = 2
"""With so few waiting, nothing is gained by lingering."""
TOGETHER = 32
"""So few are never divided over two commits: each costs half a millisecond, whatever is in it."""


class Recorder:
    """Collects intents and outcomes and commits them together; the disk is waited for in a thread.

    Rows are written on the event loop, because a thread that shares the interpreter would wait longer for
    its turn than the writing takes.

    ``await intent(…)`` returns once the intent is durable. Outcomes are written with the next commit. When
    a commit fails, every waiting and later intent raises what the journal raised: nothing more is sent.
    Outcomes are still taken then: on a full disk they are the last that is written, when this is closed.
    """

    def __init__(self, journal: RunJournal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._intents: list[tuple[Intent, asyncio.Future[None]]] = []
        self._outcomes: list[Outcome] = []
        self._issues: list[tuple[int, Issue]] = []
        self._lookups: list[tuple[int, float, int | None]] = []
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._last_group = 0
        self.failure: BaseException | None = None
        self._task = asyncio.create_task(self._commit_forever())

    async def intent(self, intent: Intent) -> None:
        """Wait until the intent is on the disk; only then may its first byte leave."""
        if self.failure is not None:
            raise self.failure
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._intents.append((intent, durable))
        self._wake.set()
        await durable

    def outcome(self, outcome: Outcome, issue: Issue | None = None) -> None:
        """Remember an outcome; losing it in a crash only means that it is settled again."""
        self._outcomes.append(outcome)
        if issue is not None:
            self._issues.append((outcome.order_id, issue))
        self._wake.set()

    def lookup(self, order_id: int, at: float, found: int | None) -> None:
        """Remember that an order was looked up."""
        self._lookups.append((order_id, at, found))
        self._wake.set()

    async def read(self, question: Callable[[RunJournal], Read]) -> Read:
        """Ask the journal something, in its own thread; what is not committed yet is not seen."""
        if self.failure is not None:
            raise self.failure
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._journal)

    async def flush(self) -> None:
        """Wait until everything given so far is on the disk; raises what the journal raised."""
        while self.failure is None and (self._wake.is_set() or not self._idle.is_set()):
            await self._idle.wait()
            await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure

    async def aclose(self) -> None:
        """Commit what is left and end the thread."""
        try:
            await self.flush()
        finally:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._thread.shutdown(wait=True)
            if self.failure is not None:
                self._journal.last_words(self._outcomes, self._issues, self._lookups)

    async def _commit_forever(self) -> None:
        loop = asyncio.get_running_loop()
        while self.failure is None:
            await self._wake.wait()
            self._idle.clear()
            if self._last_group > ALONE:
                await asyncio.sleep(LINGER)
            self._wake.clear()
            intents = self._next_group()
            outcomes, self._outcomes = self._outcomes, []
            issues, self._issues = self._issues, []
            lookups, self._lookups = self._lookups, []
            self._last_group = len(intents)
            try:
                async with self._turn:
                    self._journal.write([intent for intent, _ in intents], outcomes, issues, lookups)
                    await loop.run_in_executor(self._thread, self._journal.commit)
            except BaseException as error:  # noqa: BLE001 - it is handed to everybody who waits
                self._outcomes, self._issues = outcomes + self._outcomes, issues + self._issues
                self._lookups = lookups + self._lookups
                self._fail(error, intents)
            else:
                for _, durable in intents:
                    if not durable.done():
                        durable.set_result(None)
            self._idle.set()

    def _next_group(self) -> list[tuple[Intent, asyncio.Future[None]]]:
        """The intents of the next commit: where many wait, half of them.

        All at once they would march in step for ever after: the wire idle while the disk works, and the disk
        while the wire does.
        """
        most = max(TOGETHER, (len(self._intents) + 1) // 2)
        group, self._intents = self._intents[:most], self._intents[most:]
        if self._intents:
            self._wake.set()
        return group

    def _fail(self, error: BaseException, intents: list[tuple[Intent, asyncio.Future[None]]]) -> None:
        self.failure = error
        for _, durable in [*intents, *self._intents]:
            if not durable.done():
                durable.set_exception(error)
        self._intents = []
