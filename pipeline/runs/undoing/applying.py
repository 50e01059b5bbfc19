"""A sealed undo is applied: each order is read, cancelled if it still is what the plan saw, and read again.

No answer ends anything by itself: what the target answers to a cancelling is not documented. An order that
was answered, or not, is in doubt until it has been read back.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from pipeline.journal.running import RunJournal
from pipeline.journal.taking_over import registered
from pipeline.journal.undoing import REQUESTS, UndoBook, undo_at_stake
from pipeline.model.ending import INTERRUPTED, TERMINATED, Ending
from pipeline.model.exchange import Lookup
from pipeline.model.issue import shown
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import HEADER, SENDABLE_UNDO, UndoEvent, UndoOrder, UndoState
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.bookkeeping.desk import Unfinished
from pipeline.runs.connection.connecting import connection, run_loop
from pipeline.runs.connection.held_run import held_run
from pipeline.runs.connection.learnt_pace import keep_learnt, turns_of
from pipeline.runs.connection.token_again import TokenAgain
from pipeline.runs.connection.turns import Turns
from pipeline.runs.ledger.keeping import opened_ledger, take_over
from pipeline.runs.machine import clocks
from pipeline.runs.machine.descriptors import within_descriptors
from pipeline.runs.machine.interrupt import on_interrupt
from pipeline.runs.opening.header import capability_of
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.state_folder.channel_files import channel_file
from pipeline.runs.undoing.progress import GONE, NOT_OURS, UndoTeller
from pipeline.target.client import OmnitronClient
from pipeline.upload.backoff import LONGEST_ASKED, backoff
from pipeline.upload.breaker import Breaker, Flow
from pipeline.upload.retry_budget import RetryBudget
from pipeline.upload.undo import (
    TOUCHED,
    Told,
    UndoDoubt,
    UndoVerdict,
    after_asking,
    before_cancelling,
    judge_cancel,
    look_word,
    settle_cancel,
)

Answer = TypeVar("Answer")
FRESH = 5.0
"""Seconds for which what was read of an order is believed; a request that waited longer reads it again."""
DRAIN = 30.0
LOOK = 0.2
FIRST = 1
"""Orders that are cancelled and read back before all others, where nothing else was asked for."""
REFUSED, UNCLEAR = "E688", "E689"
STOPPED = "E664"
_AT_ONCE_OVER = frozenset({INTERRUPTED, TERMINATED, "E501", "E502", "E504", "E505", "E531", "E532"})


def undo_run(
    run_id: str, places: Places, request: SendRequest, told: Callable[[Progress], None] = lambda _: None
) -> Ending:
    """Cancel what a sealed undo still has to cancel; the same call starts it and continues it.

    Raises :class:`JournalRefused` for locks, disk and journal, :class:`UsageRefused` for target and token.
    """
    request = within_descriptors(request)
    with held_run(run_id, places, trust_disk=request.trust_disk) as (journal, address, _):
        assert HEADER in journal.header, "an undo is applied, and nothing else"
        UndoBook(journal).begin()
        _register(journal, places)
        kept = channel_file(places, f"{address.origin}{address.prefix}", address.channel, ".rate.json")

        sent: dict[str, int] = {}
        patience = capability_of(journal.header).settle_window

        async def undo() -> Ending:
            turns, _ = turns_of(request, kept, clocks.running)
            transport, token = connection(address, request)
            client = OmnitronClient(transport, address, token, turns)
            recorder = Recorder(journal)
            again = TokenAgain(token, request.token_file)
            undoing = Undoing(recorder, client, turns, request, patience, again, told)
            turns.asked_to_pause = undoing.asked_to_pause
            try:
                with on_interrupt(lambda name: undoing.stop(Ending(name))):
                    return await undoing.run()
            finally:
                keep_learnt(turns, kept, time.time())
                sent[REQUESTS] = client.requests
                await client.aclose()
                with contextlib.suppress(JournalRefused):  # it has been raised to whoever waited
                    await recorder.aclose()

        ending = run_loop(undo())
        journal.note(REQUESTS, {"requests": sent[REQUESTS]}, time.time())
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        with contextlib.suppress(JournalRefused):  # then whoever comes next takes it over
            take_over(places, journal)
        return ending


def _register(journal: RunJournal, places: Places) -> None:
    """Tell the ledger, durably, which orders may be cancelled from now on, should this journal be lost."""
    header = journal.header
    with opened_ledger(places, header["target"], header["channel"], own=header["run_id"]) as kept:
        kept.ledger.cancel(header["run_id"], undo_at_stake(journal.read))
        kept.ledger.write(registered(journal))


class Undoing:
    """One process applying one undo. ``patience``: seconds that the target may take to apply a request.

    ``clock`` gives seconds that never go back, ``wall`` seconds since 1970 (UTC) for people, ``chance``
    numbers from 0 to 1. ``told`` is called with the progress; what it raises harms nobody.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what an undo is made of
        self,
        recorder: Recorder,
        client: OmnitronClient,
        turns: Turns,
        request: SendRequest,
        patience: float,
        token: TokenAgain,
        told: Callable[[Progress], None],
        *,
        clock: Callable[[], float] = clocks.running,
        wall: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._recorder, self._client, self._turns, self._request = recorder, client, turns, request
        self._patience, self._token = patience, token
        self._clock, self._wall, self._chance = clock, wall, chance
        self._breaker = Breaker(request.trips_after, request.probes)
        self._budget = RetryBudget()
        self._began = clock()
        self._sent: dict[int, float] = {}
        self._no_such: set[int] = set()
        self._trouble = ""
        self._ending: Ending | None = None
        self._stopped_at = 0.0
        self._taken = 0
        self._teller = UndoTeller(told, client, turns, patience, clock)
        self.progress = self._teller.progress

    def stop(self, ending: Ending) -> None:
        """Cancel nothing more. The first reason counts; orders under way are still read back for a while."""
        if self._ending is None:
            self._ending, self._stopped_at = ending, self._clock()
        if ending.code in _AT_ONCE_OVER:
            self._turns.stop()

    def asked_to_pause(self, seconds: float) -> None:
        """The target asks for a pause; one that nobody should sleep through ends the run."""
        if seconds > LONGEST_ASKED:
            until = clocks.moment_in_words(self._wall(), seconds)
            self.stop(Ending("E532", {"seconds": int(seconds), "until": until}))

    async def run(self) -> Ending:
        """Settle what is in doubt, cancel what is left, read everything back; returns why it ended.

        Raises :class:`JournalRefused` when the journal can no longer be written.
        """
        telling = asyncio.create_task(self._teller.keep_telling())
        try:
            return await self._run()
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _run(self) -> Ending:
        open_lines = await self._book(lambda book: book.ids(UndoState.IN_DOUBT, *SENDABLE_UNDO))
        self.progress.left = len(open_lines)
        try:
            await self._each(await self._book(lambda book: book.ids(UndoState.IN_DOUBT)), 1)
            for line in await self._book(lambda book: book.ids(UndoState.ASKED)):
                await self._ask_again(await self._book(lambda book, line=line: book.one(line)))  # type: ignore[misc]
            await self._first_ones()
            wanted = await self._book(lambda book: book.ids(*SENDABLE_UNDO))
            await self._each(self._within_limit(wanted), max(1, self._request.concurrency))
        except Unfinished as unfinished:
            self._ending = self._ending or unfinished.ending
        if self._ending is not None:
            return self._ending
        left = await self._book(lambda book: book.count(*SENDABLE_UNDO))
        limit = self._request.limit
        return Ending("E544", {"limit": limit, "left": left}) if limit is not None and left else Ending()

    def _within_limit(self, lines: list[int]) -> list[int]:
        limit = self._request.limit
        return lines if limit is None else lines[: max(0, limit - self._taken)]

    async def _first_ones(self) -> None:
        """Cancel the first few, of every status one, each alone; one that is not cancelled ends the undo."""
        asked = FIRST if self._request.canary is None else self._request.canary
        asked -= await self._book(lambda book: book.count(UndoState.CANCELLED, UndoState.ASKED))
        if asked <= 0:
            return
        lines = await self._book(lambda book: book.one_of_each(*SENDABLE_UNDO))
        for line in self._within_limit(lines):
            if asked <= 0:
                return
            state = await self._see_through(line)
            if state in GONE:
                asked -= 1
            elif state not in NOT_OURS:  # of which nothing was sent
                order = await self._book(lambda book, line=line: book.one(line))  # type: ignore[misc]
                reason = f"order {shown(order.number)} is {state.value.replace('_', ' ')}"
                raise Unfinished(self._ending or Ending(STOPPED, {"reason": reason}))

    async def _each(self, lines: list[int], workers: int) -> None:
        """See these orders through, so many at once; raises what the first worker that failed raised."""
        waiting = iter(lines)
        tasks = [asyncio.create_task(self._work(waiting)) for _ in range(min(workers, len(lines)))]
        try:
            found = await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
        failures = [one for one in found if isinstance(one, BaseException)]
        worst = next((one for one in failures if not isinstance(one, Unfinished)), None)
        if failures:
            raise worst or failures[0]

    async def _work(self, waiting: Iterator[int]) -> None:
        try:
            for line in waiting:
                await self._see_through(line)
        except Unfinished as unfinished:
            self.stop(unfinished.ending)
            raise
        except BaseException:
            self.stop(Ending("E533"))
            raise

    async def _see_through(self, line: int) -> UndoState:
        """One order to its end; raises :class:`Unfinished` where the undo is being stopped."""
        self._go_on()
        order = await self._book(lambda book: book.one(line))
        if order.state in SENDABLE_UNDO:
            self._taken += 1
        while order.state in SENDABLE_UNDO or order.state is UndoState.IN_DOUBT:
            if order.state is UndoState.IN_DOUBT:
                order = await self._settle(order)
            else:
                order = await self._attempt(order)
        self._sent.pop(line, None)
        self._count(order.state)
        if line in self._no_such and order.state is UndoState.REFUSED:
            reason = "the target answers as if it knew no way to cancel, or not this order"
            raise Unfinished(Ending(STOPPED, {"reason": f"{reason} ({order.reason})"}))
        return order.state

    async def _attempt(self, order: UndoOrder) -> UndoOrder:
        """Read the order, and cancel it if it still is what the plan saw."""
        await self._may_go(repeat=order.attempts > 0)
        lookup = await self._read(order)
        read_at, at = self._clock(), self._wall()
        found = before_cancelling(order.seen, lookup, order.attempts)
        word = look_word(order.seen, lookup)
        if isinstance(found, UndoEvent):
            return await self._book(lambda book: book.settled(order, found, (word, at)))
        if found is not None:
            why = (TOUCHED, {"what": f"order {shown(order.number)}", "reason": found})
            return await self._book(lambda book: book.settled(order, UndoEvent.READ_CHANGED, (word, at), why))
        await self._turns.reserve()
        if self._clock() - read_at > FRESH:
            return order
        self._go_on()
        order = await self._book(lambda book: book.intent(order, at, self._wall()))
        self._budget.sent(self._clock(), repeat=order.attempts > 1)
        renewals = self._token.renewals
        reply = await self._client.cancel(order.remote_id, order.body)
        self._sent[order.id] = self._clock()
        return await self._answered(order, judge_cancel(reply), renewals)

    async def _answered(self, order: UndoOrder, verdict: UndoVerdict, renewals: int) -> UndoOrder:
        self._health(None if not verdict.unwell else verdict.reason)
        if verdict.no_such:
            self._no_such.add(order.id)
        event = UndoEvent.NOT_APPLIED if verdict.told is Told.NOT_APPLIED else UndoEvent.DOUBT
        said = (verdict.told.value, verdict.status, verdict.reason)
        order = await self._book(lambda book: book.answered(order, event, said, self._wall()))
        if verdict.stop == "E501" and self._token.renewed(renewals):
            return order
        if verdict.stop is not None:
            raise Unfinished(Ending(verdict.stop, {"status": verdict.status or 0, "reason": verdict.reason}))
        if event is UndoEvent.NOT_APPLIED:
            order = await self._used_up(order, verdict.reason)
            if order.state is UndoState.WAITING:
                await self._pause(backoff(order.attempts - 1, self._chance()))
        return order

    async def _used_up(self, order: UndoOrder, reason: str) -> UndoOrder:
        """An order that had its attempts has failed, unless the undo is being stopped."""
        if order.attempts < self._request.attempts or self._ending is not None:
            return order
        told = f"{order.attempts} attempts, the last: {reason}"
        why = (REFUSED, {"what": f"order {shown(order.number)}", "reason": told})
        return await self._book(lambda book: book.settled(order, UndoEvent.EXHAUSTED, None, why))

    async def _settle(self, order: UndoOrder) -> UndoOrder:
        """Read an order in doubt until it is known what became of its request."""
        self.progress.in_doubt += 1
        told = Told(order.last) if order.last in {one.value for one in Told} else Told.DOUBT
        doubt = UndoDoubt(self._sent.get(order.id, self._began), told, order.reason or "")
        try:
            while True:
                self._drained()
                lookup = await self._looked_up(order)
                word, at = look_word(order.seen, lookup), self._wall()
                decision = settle_cancel(doubt, order.seen, lookup, self._clock(), self._patience)
                if decision.event is not None:
                    return await self._concluded(order, decision.event, decision.reason, (word, at))
                await self._book(lambda book, word=word, at=at: book.looked(order, word, at))  # type: ignore[misc]
                doubt = replace(
                    doubt, looks=doubt.looks + 1, untouched=doubt.untouched + (word == "as_planned")
                )
                await self._pause(decision.look_again_at - self._clock(), draining=True)
        finally:
            self.progress.in_doubt -= 1

    async def _concluded(
        self, order: UndoOrder, event: UndoEvent, reason: str, look: tuple[str, float]
    ) -> UndoOrder:
        facts: dict[str, str | int] = {"what": f"order {shown(order.number)}", "reason": reason}
        code = {UndoEvent.READ_REFUSED: REFUSED, UndoEvent.READ_UNCLEAR: UNCLEAR}.get(event)
        order = await self._book(
            lambda book: book.settled(order, event, look, (code, facts) if code else None)
        )
        return await self._used_up(order, "no answer") if event is UndoEvent.READ_ABSENT else order

    async def _ask_again(self, order: UndoOrder) -> None:
        """Look once at an order that waited for its cancellation at the end of an earlier process."""
        self._go_on()
        lookup = await self._looked_up(order)
        decision = after_asking(lookup, order.seen)
        if decision.event is not None:
            look = (look_word(order.seen, lookup), self._wall())
            await self._concluded(order, decision.event, decision.reason, look)

    async def _read(self, order: UndoOrder) -> Lookup:
        """The order as it reads now; raises :class:`Unfinished` where the target does not tell."""
        for failures in range(max(1, self._request.attempts)):
            lookup = await self._looked_up(order)
            if lookup.orders is not None:
                return lookup
            await self._pause(backoff(failures, self._chance()))
        raise Unfinished(Ending("E531", {"last": self._trouble}))

    async def _looked_up(self, order: UndoOrder) -> Lookup:
        renewals = self._token.renewals
        lookup = await self._client.lookup(order.number)
        if lookup.status in (401, 403) and not (lookup.status == 401 and self._token.renewed(renewals)):  # noqa: PLR2004
            raise Unfinished(Ending("E501" if lookup.status == 401 else "E502"))  # noqa: PLR2004 - HTTP
        self._health(lookup.reason if lookup.orders is None else None)
        if self._breaker.flow(self._clock()) is Flow.GIVEN_UP:
            raise Unfinished(Ending("E531", {"last": self._trouble}))
        return lookup

    def _health(self, trouble: str | None) -> None:
        if trouble is None:
            self._breaker.well()
            return
        self._trouble = shown(trouble)
        self._breaker.unwell(self._clock(), self._chance())

    async def _may_go(self, *, repeat: bool) -> None:
        """Wait while the service is unwell, and while repeats have outgrown their share."""
        while True:
            self._go_on()
            now = self._clock()
            flow = self._breaker.flow(now)
            if flow is Flow.GIVEN_UP:
                raise Unfinished(Ending("E531", {"last": self._trouble}))
            if flow is Flow.HELD or (repeat and not self._budget.may_repeat(now)):
                await self._pause(LOOK)
                continue
            if flow is Flow.PROBE:
                self._breaker.probe()
            return

    def _go_on(self) -> None:
        if self._ending is not None:
            raise Unfinished(self._ending)

    def _drained(self) -> None:
        """Whether what is in doubt may still be looked at: not after a stop that is in earnest."""
        if self._ending is None:
            return
        if self._ending.code in _AT_ONCE_OVER or self._clock() - self._stopped_at > DRAIN:
            raise Unfinished(self._ending)

    async def _pause(self, seconds: float, *, draining: bool = False) -> None:
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            if draining:
                self._drained()
            elif self._ending is not None:
                return
            await asyncio.sleep(min(LOOK, left))

    def _count(self, state: UndoState) -> None:
        self._teller.count(state)
        progress = self.progress
        ending = self._request.limits.ending(progress.done, progress.refused, self._clock() - self._began)
        if ending is not None:
            self.stop(ending)

    async def _book(self, work: Callable[[UndoBook], Answer]) -> Answer:
        """Ask or write the journal; what is written is durable when this returns."""
        return await self._recorder.read(lambda journal: work(UndoBook(journal)))
