"""The money of a run is read back from the target: in bulk or by number, and it goes on where it stopped."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from pipeline.journal.read_backs import Awaited, ReadBacks, Reading
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.catalogue import CATALOGUE, message_of
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue
from pipeline.runs.accounts.reported import reported
from pipeline.runs.accounts.summing import code_of_ending
from pipeline.runs.asked.progress import Progress, Told, harmless
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.held_run import read_about_run
from pipeline.runs.connection.turns import Turns
from pipeline.runs.ledger.created_elsewhere import created_elsewhere
from pipeline.runs.machine import clocks
from pipeline.runs.machine.interrupt import on_interrupt
from pipeline.runs.opening.header import capability_of, zone_of
from pipeline.runs.settling.reconciling import demand_lookup
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.target.order_pages import OrderPages, OrdersSeen
from pipeline.upload.backoff import LONGEST_ASKED, backoff
from pipeline.upload.money_back import Judgement, by_list, identity_of, judged, perhaps_ours

AT_ONCE: Final = 200
"""Orders that are read by number between two commits."""
MOST_PAGES: Final = 20
"""Pages that are read side by side between two commits."""
AGAIN: Final = "again"
UNREAD: Final = "not everything could be read"
_UNWELL: Final = frozenset({200, 408, 425, 429})
"""Answers in the place of a list that may be another one the next time; 200 is one without a list in it."""
_PERSONS_ACT: Final = {401: "E501", 403: "E502"}
_LOOK: Final = 0.5
Found = Mapping[str, Any]


def report_reconciled(
    run_id: str | None,
    request: SendRequest,
    places: Places | None = None,
    *,
    again: bool = False,
    told: Told = lambda _: None,
) -> Result:
    """Read back what a run created, as far as that was not done before, and write its reports.

    ``again`` forgets what was read before. Nothing is changed on the target. The result's exit code is 0 only
    where every cent balances. Raises :class:`UsageRefused` (E651) where orders cannot be looked up.
    """
    places = places or Places()
    began = time.monotonic()
    found = find_run(places, run_id, sendable=True)
    demand_lookup(found, places)

    async def work(journal: RunJournal, pages: OrderPages, turns: Turns) -> Ending:
        zone = _zone(zone_of(journal.header))
        patience = capability_of(journal.header).settle_window
        kept, header = ReadBacks(journal), journal.header
        others = created_elsewhere(kept, places, found, header["target"], header["channel"])
        reading = ReadingBack(kept, pages, turns, request, zone, patience, others, harmless(told))
        with on_interrupt(lambda name: reading.stop(Ending(name))):
            return await reading.run(again=again)

    ending = read_about_run(found, places, request, work)
    result = reported(found, places, "report", began)
    with closing(JournalReader(result.journal, whole=False)) as journal:
        complete = journal.money_stand().complete
    if ending.code is None and complete:
        return result
    code = code_of_ending(ending.code)
    return replace(result, summary=replace(result.summary, exit_code=code), ending=ending)


@dataclass(slots=True)
class ReadingBack:
    """One reading. What was read is in the journal after every batch, and is not asked for again.

    ``patience`` is how long (seconds) an order that was just created may still not be shown. ``others`` are
    ids on the target of orders that other runs have created. Times are
    seconds of ``clock``, ``wall`` those since 1970 (UTC).
    """

    kept: ReadBacks
    pages: OrderPages
    turns: Turns
    request: SendRequest
    zone: tzinfo
    patience: float
    others: Collection[str] = ()
    told: Callable[[Progress], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    ending: Ending | None = None
    progress: Progress = made_by(default_factory=lambda: Progress(0))
    _page: int = 1
    _last: int = 0
    _shown: frozenset[str | None] = frozenset()
    _spent: int = 0
    _trouble: str = ""

    def stop(self, ending: Ending) -> None:
        """Ask for nothing more; the first reason counts."""
        self.ending = self.ending or ending
        self.turns.stop()

    async def run(self, *, again: bool) -> Ending:
        """Read everything that is left; returns why it ended early."""
        self.turns.asked_to_pause = self._asked_to_pause
        self.kept.begin(self.wall(), again=again)
        self.progress.left = self.kept.left()
        if self.progress.left:
            await self._in_bulk()
            await self._by_number()
        await self._once_more()
        ending = self.ending or Ending()
        self.kept.end(self.wall(), {"stopped": _reason(ending) or self._trouble})
        return ending

    async def _in_bulk(self) -> None:
        """Page by page through the target's list, where that takes fewer requests than the numbers."""
        begun = self.kept.page()
        if begun is None:
            first = await self._asked(partial(self.pages.page, 1))
            if first is None or not by_list(self.progress.left, first.count, first.size):
                return
            over = self._took([first])
        else:
            self._page, over = begun, False
        while not over and self.ending is None:
            width = min(self.request.concurrency, MOST_PAGES, max(1, self._last - self._page + 1))
            numbers = range(self._page, self._page + width)
            seen = await asyncio.gather(*(self._asked(partial(self.pages.page, one)) for one in numbers))
            over = self._took(seen)

    def _took(self, seen: Sequence[OrdersSeen | None]) -> bool:
        """Keep what pages that follow each other showed, up to the first that failed; whether it was the end.

        A list that shows the same again and again has no end, and is given up: what is left goes by number.
        """
        read: list[Found] = []
        over = False
        for one in seen:
            if one is None or one.orders is None:
                over = one is not None
                break
            read += one.orders
            self._page += 1
            self._last = -(-(one.count or 0) // max(one.size, 1)) if one.more else 0
            over = not one.more or not one.size
            if over:
                break
        shown = frozenset(map(identity_of, read))
        over = over or (bool(read) and shown == self._shown)
        self._shown = shown
        self._keep(self._sighted(read), None if over else self._page)
        return over

    def _sighted(self, read: Sequence[Found]) -> list[Reading]:
        """What a piece of the list says; an order that is seen a second time is asked for by its number."""
        by_number: dict[str, dict[str | None, Found]] = {}
        for one in read:
            by_number.setdefault(str(one.get("number")), {})[identity_of(one)] = one
        readings = []
        for number, (order, remote, seen) in self.kept.numbered(list(by_number)).items():
            found = by_number[number]
            if len(found) == 1 and not seen:
                readings.append(self._reading(order, list(found.values())))
            elif len(found) > 1 or remote is None or remote not in found:
                readings.append(Reading(order.id, order.state, 0, verdict=AGAIN))
        return readings

    async def _by_number(self) -> None:
        """Number by number, whatever is left."""
        after = 0
        while self.ending is None and (orders := self.kept.unread(after, AT_ONCE)):
            readings = await self._looked_up(orders)
            self._keep(readings)
            if self._trouble and not readings:
                break  # nobody asks a million times what is refused each time
            after = orders[-1].id

    async def _once_more(self) -> None:
        """What is missing is asked for again, as long as the target may take to show what it just took."""
        sent = self.kept.last_sent()
        left = self.patience - max(0.0, self.wall() - sent) if sent is not None else 0.0
        until = self.clock() + left
        looks, missing = 0, self.kept.count_missing() if left > 0 else 0
        if missing and self.ending is None:
            facts: dict[str, str | int] = {"count": missing, "seconds": int(left)}
            self.progress.news += (Issue("W687", facts=facts),)
            self.told(self.progress)
        while self.ending is None and self.clock() < until and self.kept.count_missing():
            await self._pause(min(backoff(looks, 0.5), until - self.clock()))
            looks, after = looks + 1, 0
            while self.ending is None and (orders := self.kept.missing(after, AT_ONCE)):
                self._keep(await self._looked_up(orders), done=0)
                after = orders[-1].id

    async def _looked_up(self, orders: Sequence[Awaited]) -> list[Reading]:
        gate = asyncio.Semaphore(max(1, self.request.concurrency))

        async def look(order: Awaited) -> Reading | None:
            async with gate:
                seen = await self._asked(partial(self.pages.numbered, order.number))
            if seen is None or seen.orders is None:
                return None
            each = {identity_of(one) or str(place): one for place, one in enumerate(seen.orders)}
            return self._reading(order, list(each.values()))

        readings = await asyncio.gather(*map(look, orders))
        return [one for one in readings if one is not None]

    def _reading(self, order: Awaited, found: Sequence[Found]) -> Reading:
        found = perhaps_ours(order.state, found, self.others)
        said: Judgement = judged(order.state, orjson.loads(order.body), order.cell, found, self.zone)
        return Reading(
            order.id,
            order.state,
            said.held,
            said.remote_id,
            said.minor,
            said.currency,
            said.cell,
            said.verdict,
            said.differs,
        )

    async def _asked(self, question: Callable[[], Awaitable[OrdersSeen]]) -> OrdersSeen | None:
        """The answer to a question that is asked again while the service is unwell; ``None``: it has ended.

        An answer without orders says that this question will never be answered.
        """
        for failures in range(max(1, self.request.attempts)):
            if self._is_over():
                return None
            seen = await question()
            self._spent += seen.requests
            if seen.orders is not None:
                return seen
            if seen.status in _PERSONS_ACT:
                self.stop(Ending(_PERSONS_ACT[seen.status]))
                return None
            if self._is_over():
                return None
            if seen.status is not None and seen.status not in _UNWELL and seen.status < 500:  # noqa: PLR2004
                self._trouble = f"{UNREAD}: {seen.reason}"
                return seen
            if failures + 1 < self.request.attempts:
                await self._pause(backoff(failures, self.chance()))
        self.stop(Ending("E531", {"last": seen.reason}))
        return None

    def _is_over(self) -> bool:
        """Whether somebody or something has ended the reading meanwhile."""
        return self.ending is not None

    def _keep(self, readings: Sequence[Reading], page: int | None = None, done: int | None = None) -> None:
        self.kept.keep(readings, self.wall(), self._spent, page)
        self._spent = 0
        through = sum(one.verdict != AGAIN for one in readings) if done is None else done
        self.progress.present += through
        self.progress.left = max(0, self.progress.left - through)
        self.progress.rate = self.turns.rate
        self.told(self.progress)

    def _asked_to_pause(self, seconds: float) -> None:
        if seconds > LONGEST_ASKED:
            until = clocks.moment_in_words(self.wall(), seconds)
            self.stop(Ending("E532", {"seconds": int(seconds), "until": until}))

    async def _pause(self, seconds: float) -> None:
        until = self.clock() + seconds
        while self.ending is None and (left := until - self.clock()) > 0:  # noqa: ASYNC110 - a stop is noticed
            await asyncio.sleep(min(left, _LOOK))


def _reason(ending: Ending) -> str:
    """Why a reading ended, in words; nothing where it came to its end."""
    if ending.code is None or ending.code not in CATALOGUE:
        return ending.code or ""
    return message_of(Issue(ending.code, facts=ending.facts))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
