"""Sending a sealed run: workers that take an order, or a doubt, and see it through."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import orjson

from pipeline.journal.canary import sendable
from pipeline.model.capability import Capability
from pipeline.model.ending import INTERRUPTED, TERMINATED, Ending
from pipeline.model.exchange import Reply
from pipeline.model.issue import Issue
from pipeline.model.planned import DoubtfulOrder, Intent, Outcome, ReadyOrder
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import Table
from pipeline.model.states import Event, State, move
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.token_again import TokenAgain
from pipeline.runs.connection.turns import Turns
from pipeline.runs.machine import clocks
from pipeline.runs.sending.agenda import Agenda, Due, Settling
from pipeline.runs.sending.announcer import Announcer
from pipeline.runs.sending.outcomes import issue_of, outcome_of
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.service_health import ServiceHealth
from pipeline.runs.sending.standstill_guard import StandstillGuard
from pipeline.runs.sending.worker_failure import failure_of
from pipeline.target.client import OmnitronClient
from pipeline.upload.backoff import LONGEST_ASKED, backoff
from pipeline.upload.breaker import Flow
from pipeline.upload.compare import differences
from pipeline.upload.settle import Doubt, repeat_at, settle, window
from pipeline.upload.verdict import Meaning, Stop, Verdict, event_of, judge

DRAIN = 30.0
"""Seconds in which answers under way may still come in once the run is being stopped."""
IDLE_LOOK = 0.2
WORTH_TELLING = 5.0
"""Seconds from which a pause is news."""


class Sending:
    """One process sending one run.

    ``clock`` gives seconds that never go back and go on while the machine sleeps, ``awake`` such that stand
    still then, ``wall`` seconds since 1970 (UTC) for people, ``chance`` numbers from 0 to 1. ``told`` is
    called with the progress after every conclusion and once a second; what it raises harms nobody.
    ``look_only``: what is in doubt is settled, and no order is sent.
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
        token: TokenAgain | None = None,
        clock: Callable[[], float] = clocks.running,
        awake: Callable[[], float] = clocks.awake,
        wall: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        told: Callable[[Progress], None] = lambda _: None,
        look_only: bool = False,
    ) -> None:
        self._recorder, self._client, self._turns = recorder, client, turns
        self._request, self._capability, self._tables = request, capability, tables
        self._clock, self._wall, self._chance = clock, wall, chance
        self._token, self._look_only = token, look_only
        self._health = ServiceHealth(turns, request, clock, chance, lookup=capability.lookup)
        self._announcer = Announcer(told, client, turns, self._health, window(capability), clock)
        self._standstill = StandstillGuard(
            recorder, client, self._health, self._announcer, clock, awake, wall
        )
        self._limit = request.limit
        self._agenda = Agenda(recorder, request.limit)
        self._choosing = asyncio.Lock()
        self._busy = 0
        self._changed = asyncio.Event()
        self._ending: Ending | None = None
        self._began = clock()
        self.progress = self._announcer.progress
        turns.asked_to_pause = self.asked_to_pause

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
        self._announcer.how_long(unsent, growing=self._request.rate is None)
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
        self._standstill.rest()
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
        self._announcer.tell()

    def stop(self, ending: Ending) -> None:
        """Send nothing more; answers to orders under way are still waited for. The first reason counts."""
        asked_by_a_person = ending.code in (INTERRUPTED, TERMINATED)
        if self._ending is None and asked_by_a_person and self._health.orders_out:
            self._announcer.news("W573", seconds=int(DRAIN), orders=self._health.orders_out)
        self._ending = self._ending or ending
        self._turns.stop()
        self._changed.set()

    async def _until_done(self, workers: list[asyncio.Task[None]]) -> None:
        """Look after the workers until none is left, or until a stop has been waited for.

        A worker that fails is a bug, or the journal's end: the others finish what is under way, then its
        error is raised. The order it had in hand is in doubt, as nothing else is known of it.
        """
        pending = set(workers)
        stopping: float | None = None
        failure: BaseException | None = None
        while pending:
            finished, pending = await asyncio.wait(
                pending, timeout=IDLE_LOOK, return_when=asyncio.FIRST_COMPLETED
            )
            for worker in finished:
                failure = failure or failure_of(worker)
            if failure is not None:  # answers under way may still be the journal's last words
                code = failure.issues[0].code if isinstance(failure, JournalRefused) else "E533"
                self.stop(Ending(code))
            await self._look_around()
            if self._ending is not None:
                now = self._clock()
                stopping = now if stopping is None else stopping
                if self._health.orders_out == 0 or now - stopping > DRAIN:
                    break
        if failure is not None:
            raise failure

    async def _look_around(self) -> None:
        """What is due several times a second, whatever the answers do."""
        await self._standstill.look()
        self._check_limits()
        self._announcer.tell_if_due(self._agenda.next_doubt())

    def asked_to_pause(self, seconds: float) -> None:
        """The target asks for a pause: a long one ends the run."""
        if seconds > LONGEST_ASKED:
            until = clocks.moment_in_words(self._wall(), seconds)
            self.stop(Ending("E532", {"seconds": int(seconds), "until": until}))
        elif seconds >= WORTH_TELLING:
            self._announcer.news("W574", seconds=int(seconds))

    async def _work(self) -> None:
        while self._ending is None:
            async with self._choosing:
                task = await self._next()
                if task is None:
                    return
                self._busy += 1
            try:
                if isinstance(task, Due):
                    await self._send(task)
                elif not self._capability.lookup:
                    await self._repeat(task)
                else:
                    await self._settle(task)
            finally:
                self._busy -= 1
                self._changed.set()

    async def _next(self) -> Due | Settling | None:
        """The next thing to do; waits while everything left is not due; ``None`` when nothing is left.

        One worker chooses at a time, so that a first order, or a probe, goes alone.
        """
        while self._ending is None:
            now = self._clock()
            ending = self._health.given_up()
            if ending is not None:
                self.stop(ending)
                return None
            found = self._next_doubt(now) or await self._next_order(now)
            if found is not None:
                return found
            held_back = self._health.holds_orders() and self.progress.left > 0
            if self._busy == 0 and self._agenda.only_journal and not held_back:
                return None
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._wait(now))
        return None

    def _wait(self, now: float) -> float:
        due = self._agenda.next_due()
        soonest = 0.005 if self._health.budget.may_repeat(now) else 0.05
        return IDLE_LOOK if due is None else max(soonest, min(IDLE_LOOK, due - now))

    def _next_doubt(self, now: float) -> Settling | None:
        flow = self._health.may_look(self._busy)
        found = None if flow is Flow.HELD else self._agenda.take_doubt(now)
        if found is not None and flow is Flow.PROBE:
            self._health.probe_lookup()
            return found._replace(probe=True)
        return found

    async def _next_order(self, now: float) -> Due | None:
        flow = self._health.may_send(self._busy)
        if flow is Flow.HELD:
            return None
        may_repeat = self._health.budget.may_repeat(now)
        found = (self._agenda.take_again(now) if may_repeat else None) or await self._agenda.take_order()
        if self._ending is not None:
            return None
        if found is not None and flow is Flow.PROBE:
            self._health.probe_order()
            return found._replace(probe=True)
        return found

    async def _repeat(self, settling: Settling) -> None:
        """Send an order in doubt once more: the target cannot be asked, and refuses what it holds already."""
        due = Due(ReadyOrder(*settling.order[:6]), repeat=True, probe=settling.probe)
        if await self._may_leave(due):
            self.progress.in_doubt -= 1
            await self._send_now(due, in_doubt=True)
        elif self._ending is None:
            self._agenda.doubt(settling._replace(probe=False), self._clock())

    async def _send(self, due: Due) -> None:
        if await self._may_leave(due):
            await self._send_now(due)
        elif self._ending is None:
            self._agenda.put_back(due, self._clock())

    async def _may_leave(self, due: Due) -> bool:
        """Wait for a turn; whether the order may still leave when it comes."""
        await self._turns.reserve()
        return self._ending is None and self._health.still_open(probe=due.probe)

    async def _send_now(self, due: Due, *, in_doubt: bool = False) -> None:
        order = due.order
        attempt = order.attempts + 1
        self._spend(due)
        self._health.orders_out += 1
        try:
            await self._recorder.intent(Intent(order.id, attempt, self._wall(), in_doubt))
            renewals = self._token.renewals if self._token else 0
            reply = await self._client.create(order.body)
            verdict = judge(reply, order.number, self._capability)
            if verdict.stop is Stop.NOT_AUTHORISED and self._renewed(renewals):
                verdict = replace(verdict, stop=None)
            self._health.judged(verdict)
            self._conclude(order._replace(attempts=attempt), verdict, reply, repeat=in_doubt)
        finally:
            self._health.orders_out -= 1

    def _spend(self, due: Due) -> None:
        """Count a first attempt or a repeat, and say so when repeats have outgrown their share."""
        budget = self._health.budget
        before = budget.spent()
        budget.sent(self._clock(), repeat=due.repeat)
        if budget.spent() and not before:
            self._announcer.news("W576", repeats=budget.repeats, firsts=budget.firsts)

    def _renewed(self, renewals: int) -> bool:
        """Whether a request that was not authorised may go on with a new token."""
        if self._token is None:
            return False
        before = self._token.renewals
        renewed = self._token.renewed(renewals)
        if self._token.renewals != before:
            self._announcer.news("W571")
        return renewed

    def _conclude(self, order: ReadyOrder, verdict: Verdict, reply: Reply, *, repeat: bool) -> None:
        event = event_of(verdict.meaning, self._capability, earlier=repeat)
        state = move(State.IN_FLIGHT, event)
        issue = None
        now = self._clock()
        if state is State.WAITING and self._used_up(order, verdict):
            state = move(State.IN_FLIGHT, Event.EXHAUSTED)
            issue = self._issue(order, "E523", {"attempts": order.attempts, "last": self._health.trouble})
        elif state in (State.REJECTED, State.CONFLICT):
            issue = self._issue(order, verdict.code or "E516", verdict.facts, reply)
        elif state is State.CREATED and verdict.meaning is Meaning.DUPLICATE:
            issue = self._issue(order, "W650", verdict.facts)
        outcome = outcome_of(order, state, verdict, reply, self._health.trouble, self._wall())
        self._recorder.outcome(outcome, issue)
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

    def _used_up(self, order: ReadyOrder, verdict: Verdict) -> bool:
        """Whether the order has had its attempts; one that a stop has cut short is no judgement."""
        return order.attempts >= self._request.attempts and verdict.stop is None and self._ending is None

    async def _settle(self, settling: Settling) -> None:
        order, doubt = settling.order, settling.doubt
        renewals = self._token.renewals if self._token else 0
        self._health.lookups_out += 1
        try:
            lookup = await self._client.lookup(order.number)
        finally:
            self._health.lookups_out -= 1
        found = None if lookup.orders is None else len(lookup.orders)
        for _ in range(lookup.requests):
            self._recorder.lookup(order.id, self._wall(), found)
        if lookup.status == 401 and self._renewed(renewals):  # noqa: PLR2004 - HTTP
            self._doubt(order, doubt, self._clock())
            return
        if lookup.status in (401, 403):
            self.stop(Ending("E501" if lookup.status == 401 else "E502"))  # noqa: PLR2004 - HTTP
        self._health.looked(lookup.reason if found is None else None)
        doubt = replace(doubt, failures=doubt.failures + 1 if found is None else 0)
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
            issue = self._issue(order, "E523", {"attempts": order.attempts, "last": self._health.trouble})
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
        return issue_of(self._tables[order.at[0]], order, code, facts, reply)

    def _count(self, state: State) -> None:
        if self._announcer.count(state):
            self._check_limits()

    def _check_limits(self) -> None:
        progress = self.progress
        seconds = self._clock() - self._began
        ending = self._request.limits.ending(progress.done, progress.refused, seconds)
        if ending is not None and self._ending is None:
            self.stop(ending)
