"""Sending a sealed run: workers that take an order, or a doubt, and see it through."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from pipeline.journal.canary import sendable
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.model.exchange import Answer, Reply
from pipeline.model.issue import Issue
from pipeline.model.planned import DoubtfulOrder, Intent, Outcome, ReadyOrder
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import Table
from pipeline.model.states import Event, State, move
from pipeline.runs.agenda import Agenda, Settling
from pipeline.runs.recorder import Recorder
from pipeline.runs.request import SendRequest
from pipeline.runs.turns import Turns
from pipeline.target.client import OmnitronClient
from pipeline.upload.backoff import LONGEST_ASKED, asked_pause, backoff
from pipeline.upload.breaker import Breaker, Flow
from pipeline.upload.compare import differences
from pipeline.upload.settle import Doubt, repeat_at, settle
from pipeline.upload.verdict import Meaning, Verdict, event_of, judge

DRAIN = 30.0
"""Seconds in which answers under way may still come in once the run is being stopped."""
IDLE_LOOK = 0.2
_VIA = {Meaning.APPLIED: "201", Meaning.DUPLICATE: "duplicate"}


@dataclass(slots=True)
class Progress:
    """What happened since sending began; ``left`` counts orders still to be sent or settled.

    ``canary`` says in words how the canary went, where there was one.
    """

    left: int
    created: int = 0
    present: int = 0
    refused: int = 0
    in_doubt: int = 0
    requests: int = 0
    rate: float = 0.0
    canary: str = ""

    @property
    def done(self) -> int:
        """Orders that are through."""
        return self.created + self.present + self.refused


class Sending:
    """One process sending one run.

    ``clock`` gives seconds that never go back, ``wall`` seconds since 1970 (UTC) for people, ``chance``
    numbers from 0 to 1. ``told`` is called with the progress after every conclusion. ``look_only``: what is
    in doubt is settled, and no order is sent.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a run is made of
        self,
        recorder: Recorder,
        client: OmnitronClient,
        turns: Turns,
        request: SendRequest,
        capability: Capability,
        tables: Mapping[int, Table],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        told: Callable[[Progress], None] = lambda _: None,
        look_only: bool = False,
    ) -> None:
        self._recorder, self._client, self._turns = recorder, client, turns
        self._request, self._capability, self._tables = request, capability, tables
        self._clock, self._wall, self._chance, self._told = clock, wall, chance, told
        self._look_only = look_only
        self._creating = Breaker(request.trips_after, request.probes)
        asking = Breaker(request.trips_after, request.probes)
        self._looking = asking if capability.lookup else self._creating
        self._limit = request.limit
        self._agenda = Agenda(recorder, request.limit)
        self._choosing = asyncio.Lock()
        self._busy = 0
        self._on_the_wire = 0
        self._changed = asyncio.Event()
        self._proven = False
        self._asked = False
        self._ending: Ending | None = None
        self._began = clock()
        self._last_trouble = ""
        self.progress = Progress(0)

    async def run(self, only: Sequence[int] | None = None) -> Ending:
        """Send and settle until nothing is left, a stop is met or :meth:`stop` is called.

        ``only`` names the orders, by id, that are seen to; a later call sees to the rest. Raises
        :class:`JournalRefused` when the journal can no longer be written.
        """
        now = self._clock()
        doubts = await self._recorder.read(lambda journal: journal.doubtful())
        planned = None
        if only is not None:
            planned = await self._recorder.read(lambda journal: sendable(journal, only))
            doubts = [order for order in doubts if order.id in only]
        self._agenda = Agenda(self._recorder, self._limit, planned)
        unsent = await self._agenda.unsent() if planned is None else len(planned)
        if self._limit is not None:
            unsent = min(unsent, self._limit)
            self._limit -= unsent
        self.progress.left = unsent + len(doubts)
        self.progress.in_doubt = len(doubts)
        self._take_doubts(doubts, now)
        return await self._all_done()

    async def settle_only(self, doubts: Sequence[DoubtfulOrder], since: float) -> Ending:
        """Settle these orders by looking, and send none; ``since`` is when the last may have been sent.

        Raises :class:`JournalRefused` as :meth:`run` does.
        """
        self._agenda = Agenda(self._recorder, None, ())
        self._take_doubts(doubts, since)
        return await self._all_done()

    def _take_doubts(self, doubts: Sequence[DoubtfulOrder], since: float) -> None:
        for order in doubts:
            doubt = Doubt(since, order.ours_possible, order.refused_as_duplicate, refused=order.refused)
            self._doubt(order, doubt, since)

    async def _all_done(self) -> Ending:
        workers = [asyncio.create_task(self._work()) for _ in range(max(1, self._request.concurrency))]
        try:
            await self._until_done(workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await self._agenda.aclose()
        await self._recorder.flush()
        return self._ending or await self._limited() or Ending()

    async def _limited(self) -> Ending | None:
        """The ending of a run that was to send only so many orders, where more are left."""
        limit = self._request.limit
        left = await self._agenda.unsent() if limit is not None and self._agenda.limit_reached else 0
        return Ending("E544", {"limit": limit, "left": left}) if limit is not None and left else None

    @property
    def ending(self) -> Ending | None:
        """Why nothing more is sent, once that is so."""
        return self._ending

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the run is being stopped."""
        until = self._clock() + seconds
        while self._ending is None and (left := until - self._clock()) > 0:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(IDLE_LOOK, left))

    def tell(self) -> None:
        """Tell the progress as it stands."""
        self._told(self.progress)

    def stop(self, ending: Ending) -> None:
        """Send nothing more; answers to orders under way are still waited for. The first reason counts."""
        self._ending = self._ending or ending
        self._changed.set()

    async def _until_done(self, workers: list[asyncio.Task[None]]) -> None:
        pending = set(workers)
        stopping: float | None = None
        refused: JournalRefused | None = None
        while pending:
            finished, pending = await asyncio.wait(
                pending, timeout=IDLE_LOOK, return_when=asyncio.FIRST_EXCEPTION
            )
            for worker in finished:
                try:
                    worker.result()
                except JournalRefused as error:  # answers under way may still be the journal's last words
                    refused = refused or error
                    self.stop(Ending(error.issues[0].code))
            self._check_limits()
            if self._ending is not None:
                stopping = stopping or self._clock()
                if self._on_the_wire == 0 or self._clock() - stopping > DRAIN:
                    break
        if refused is not None:
            raise refused

    async def _work(self) -> None:
        while self._ending is None:
            async with self._choosing:
                task = await self._next()
                if task is None:
                    return
                self._busy += 1
            try:
                if isinstance(task, ReadyOrder):
                    await self._send(task)
                elif not self._capability.lookup:
                    await self._repeat(task.order)
                else:
                    await self._settle(task)
            finally:
                self._busy -= 1
                self._changed.set()

    async def _next(self) -> ReadyOrder | Settling | None:
        """The next thing to do; waits while everything left is not due; ``None`` when nothing is left.

        One worker chooses at a time, so that a first order, or a probe, goes alone.
        """
        while self._ending is None:
            now = self._clock()
            looking, creating = self._looking.flow(now), self._creating.flow(now)
            if Flow.GIVEN_UP in (looking, creating):
                self.stop(Ending("E531", {"last": self._last_trouble}))
                return None
            found = self._next_doubt(looking, now) or await self._next_order(creating, now)
            if found is not None:
                return found
            held_back = creating is Flow.HELD and self.progress.left > 0
            if self._busy == 0 and self._agenda.only_journal and not held_back:
                return None
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._wait(now))
        return None

    def _wait(self, now: float) -> float:
        due = self._agenda.next_due()
        return IDLE_LOOK if due is None else max(0.005, min(IDLE_LOOK, due - now))

    def _next_doubt(self, flow: Flow, now: float) -> Settling | None:
        alone = not (self._asked or self._proven) and self._busy > 0
        found = None if flow is Flow.HELD or alone else self._agenda.take_doubt(now)
        if found is not None and flow is Flow.PROBE:
            self._looking.probe()
        return found

    async def _next_order(self, flow: Flow, now: float) -> ReadyOrder | None:
        alone = not self._proven and self._busy > 0
        found = None if flow is Flow.HELD or alone else await self._agenda.take_order(now)
        if self._ending is not None:
            return None
        if found is not None and flow is Flow.PROBE:
            self._creating.probe()
        return found

    async def _repeat(self, order: DoubtfulOrder) -> None:
        """Send an order in doubt once more: the target cannot be asked, and refuses what it holds already."""
        again = ReadyOrder(*order[:6])
        self.progress.in_doubt -= 1
        await self._send(again, repeat=True)

    async def _send(self, order: ReadyOrder, *, repeat: bool = False) -> None:
        attempt = order.attempts + 1
        await self._turns.reserve()
        if self._ending is not None:
            return
        self._on_the_wire += 1
        try:
            await self._recorder.intent(Intent(order.id, attempt, self._wall(), repeat))
            reply = await self._client.create(order.body)
            verdict = judge(reply, order.number, self._capability)
            self._note_service(verdict, reply)
            self._conclude(order._replace(attempts=attempt), verdict, reply, repeat=repeat)
        finally:
            self._on_the_wire -= 1

    def _conclude(self, order: ReadyOrder, verdict: Verdict, reply: Reply, *, repeat: bool) -> None:
        event = event_of(verdict.meaning, self._capability, earlier=repeat)
        state = move(State.IN_FLIGHT, event)
        issue = None
        now = self._clock()
        if state is State.WAITING and order.attempts >= self._request.attempts and verdict.stop is None:
            state = move(State.IN_FLIGHT, Event.EXHAUSTED)
            issue = self._issue(order, "E523", {"attempts": order.attempts, "last": self._last_trouble})
        elif state in (State.REJECTED, State.CONFLICT):
            issue = self._issue(order, verdict.code or "E516", verdict.facts, reply)
        elif state is State.CREATED and verdict.meaning is Meaning.DUPLICATE:
            issue = self._issue(order, "W650", verdict.facts)
        self._recorder.outcome(self._outcome(order, state, verdict, reply), issue)
        if state is State.IN_DOUBT:
            duplicate = verdict.meaning is Meaning.DUPLICATE
            refused = verdict.meaning in (Meaning.REFUSED, Meaning.UNCLEAR)
            ours = order.earlier_possible or not duplicate
            doubtful = DoubtfulOrder(
                order.id, order.at, order.number, order.body, order.attempts, ours, duplicate
            )
            # The window counts from now: until then the request may still have been leaving.
            self.progress.in_doubt += 1
            self._doubt(doubtful, Doubt(now, ours, duplicate, refused=refused), now)
        elif state is State.WAITING:
            self._again(order, now + backoff(order.attempts - 1, self._chance()))
        self._count(state)
        if verdict.stop is not None:
            self.stop(Ending(verdict.stop.value, verdict.facts))

    def _outcome(self, order: ReadyOrder, state: State, verdict: Verdict, reply: Reply) -> Outcome:
        return Outcome(
            order_id=order.id,
            state=state.value,
            attempt=order.attempts,
            meaning=verdict.meaning.value,
            status=reply.status if isinstance(reply, Answer) else None,
            reason=self._last_trouble if verdict.meaning in (Meaning.DOUBT, Meaning.NOT_APPLIED) else None,
            finished=self._wall(),
            via=_VIA.get(verdict.meaning) if state is State.CREATED else None,
            remote_id=verdict.remote_id,
        )

    def _note_service(self, verdict: Verdict, reply: Reply) -> None:
        """What the answer says of the service: the rate, the breaker, a pause it asks for."""
        self._proven = self._proven or not (verdict.unwell or verdict.stop)
        if verdict.unwell or verdict.stop:
            self._last_trouble = str(
                verdict.facts.get("reason") or verdict.facts.get("complaints") or verdict.code
            )
        if not verdict.unwell:
            self._creating.well()
            self._turns.went_well()
            return
        self._turns.pushed_back()
        self._creating.unwell(self._clock(), self._chance())
        date = reply.headers.get("date") if isinstance(reply, Answer) else None
        pause = asked_pause(verdict.retry_after, date)
        if pause is not None and pause > LONGEST_ASKED:
            self.stop(Ending("E532", {"seconds": int(pause)}))
        elif pause is not None:
            self._turns.pause(pause)

    async def _settle(self, settling: Settling) -> None:
        order, doubt = settling.order, settling.doubt
        lookup = await self._client.lookup(order.number)
        found = None if lookup.orders is None else len(lookup.orders)
        for _ in range(lookup.requests):
            self._recorder.lookup(order.id, self._wall(), found)
        if lookup.status in (401, 403):
            self.stop(Ending("E501" if lookup.status == 401 else "E502"))  # noqa: PLR2004 - HTTP
        if found is None:
            self._last_trouble = f"lookup failed: {lookup.reason}"
            self._looking.unwell(self._clock(), self._chance())
            self._turns.pushed_back()
            doubt = replace(doubt, failures=doubt.failures + 1)
        else:
            self._looking.well()
            self._asked = True
            doubt = replace(doubt, failures=0)
        different = (
            differences(orjson.loads(order.body), lookup.orders[0]) if lookup.orders and found == 1 else []
        )
        now = self._clock()
        decision = settle(doubt, lookup, different, now, self._capability)
        if decision.event is None:
            doubt = replace(doubt, nothing_found=doubt.nothing_found + (found == 0))
            self._doubt(order, doubt, decision.look_again_at)
            return
        state = move(State.IN_DOUBT, decision.event)
        remote_id = lookup.orders[0].id if lookup.orders else None
        issue = self._issue(order, decision.code, decision.facts) if decision.code else None
        outcome = Outcome(order.id, state.value, via="lookup", remote_id=remote_id)
        if state is State.ABSENT and order.attempts >= self._request.attempts:
            self._recorder.outcome(outcome)
            state = move(state, Event.EXHAUSTED)
            issue = self._issue(order, "E523", {"attempts": order.attempts, "last": self._last_trouble})
            outcome = Outcome(order.id, state.value)
        self._recorder.outcome(outcome, issue)
        self.progress.in_doubt -= 1
        if state is State.ABSENT and self._look_only:
            self.progress.left -= 1
        elif state is State.ABSENT:
            again = ReadyOrder(*order[:6])._replace(earlier_possible=order.ours_possible)
            self._again(again, now)
        self._count(state)
        if decision.stop and not self._look_only:
            self.stop(Ending(decision.code, {**decision.facts, "order": order.number}))

    def _doubt(self, order: DoubtfulOrder, doubt: Doubt, due: float) -> None:
        if not self._capability.lookup:
            at = repeat_at(doubt, order.attempts, self._request.attempts, self._capability)
            if at is None:
                self.progress.left -= 1  # it stays in doubt: a person decides
                return
            due = max(due, at)
        self._agenda.doubt(Settling(order, doubt), due)
        self._changed.set()

    def _again(self, order: ReadyOrder, due: float) -> None:
        self._agenda.again(order, due)
        self._changed.set()

    def _issue(
        self,
        order: ReadyOrder | DoubtfulOrder,
        code: str,
        facts: Mapping[str, str | int],
        reply: Reply | None = None,
    ) -> Issue:
        tab, row = order.at
        field = None
        if isinstance(reply, Answer) and reply.complaints:
            names = [part for part in reply.complaints[0].path if isinstance(part, str)]
            field = ".".join(names[:2]) if len(names) > 1 else None
        return Issue(code, self._tables[tab].at(row), order=order.number, field=field, facts=facts)

    def _count(self, state: State) -> None:
        progress = self.progress
        if state is State.CREATED:
            progress.created += 1
        elif state is State.ALREADY_PRESENT:
            progress.present += 1
        elif state in (State.REJECTED, State.CONFLICT, State.FAILED):
            progress.refused += 1
        else:
            return
        progress.left -= 1
        progress.requests = self._client.requests
        progress.rate = self._turns.rate
        self._told(progress)
        self._check_limits()

    def _check_limits(self) -> None:
        limits, progress = self._request.limits, self.progress
        code = limits.reached(progress.done, progress.refused, self._clock() - self._began)
        if code is None or self._ending is not None:
            return
        names = {"E541": limits.max_errors, "E542": limits.max_error_rate, "E543": limits.max_duration}
        limit = names[code]
        text = f"{limit:.1%}" if code == "E542" and limit is not None else f"{limit:g}"
        self.stop(Ending(code, {"limit": text}))
