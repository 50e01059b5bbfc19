"""Remote ids of orders that stand on the target are registered, in batches, one batch after another.

Before each request the journal says what it is about to do; after a lost answer the batch is read before
anything is repeated, and what is repeated is repeated on the same batch.
"""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import orjson

from pipeline.bookkeeping.batch import (
    FINAL,
    IN_DOUBT,
    REACHED,
    STATUS,
    UNDER_WAY,
    Batch,
    BatchState,
    after_look,
    registered,
)
from pipeline.bookkeeping.chunks import chunks
from pipeline.bookkeeping.many_orders import each_once, questions, strays
from pipeline.bookkeeping.objects import ORDER, Untellable, objects_of
from pipeline.bookkeeping.reply import Meaning, Verdict, judge, pk_of
from pipeline.bookkeeping.requests import actions_path, actions_queries, batches_path, opening, step
from pipeline.journal.books import REGISTER, BookOrder
from pipeline.model.books import RemoteObject
from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import Issue
from pipeline.runs.bookkeeping.desk import Desk, unfinished
from pipeline.upload.backoff import backoff

WINDOW = 100
"""Orders that are looked up before their batches are made."""
Told = TypeVar("Told")


class Batches:
    """Sees single batches through, whatever a process before this one has left of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.freed = False

    async def see_through(self, batch: Batch) -> Batch:
        """Bring a batch to its end; raises :class:`Unfinished` where that cannot be done now."""
        doubts = 0
        while batch.state not in FINAL:
            if batch.state in IN_DOUBT:
                batch = await self._looked(batch)
            if batch.state in FINAL:
                break
            state = batch.state if batch.state is BatchState.FAILING else UNDER_WAY[batch.state]
            batch, verdict = await self._sent(await self._moved(batch, state))
            if verdict.meaning in (Meaning.DOUBT, Meaning.CLASH):
                doubts += 1
                if doubts >= self._desk.attempts:
                    raise unfinished(f"batch {batch.pk or 'request'}: {verdict.reason}")
                if doubts > 1:  # the look that comes next is the first thing that helps
                    await self._desk.after_failure(doubts - 2)
        return batch

    async def open(self, batch: Batch) -> Batch:
        """Bring a batch as far as being there on the target, without objects."""
        doubts = 0
        while batch.state in (BatchState.WANTED, BatchState.OPENING):
            if batch.state is BatchState.OPENING:
                batch = await self._looked(batch)
            if batch.state is BatchState.WANTED:
                batch, verdict = await self._sent(await self._moved(batch, BatchState.OPENING))
                doubts += verdict.meaning is Meaning.DOUBT
                if doubts >= self._desk.attempts:
                    raise unfinished(f"batch request: {verdict.reason}")
                if doubts > 1:
                    await self._desk.after_failure(doubts - 2)
        return batch

    async def close(self, batch: Batch) -> Batch:
        """End a batch without objects, as one that failed."""
        return await self.see_through(await self._moved(batch, BatchState.FAILING))

    async def _moved(self, batch: Batch, state: BatchState, pk: int | None = None) -> Batch:
        moved = replace(batch, state=state, pk=pk or batch.pk)
        requests = self._desk.requests()
        await self._desk.books(lambda books: books.move(moved, requests))
        return moved

    async def _sent(self, batch: Batch) -> tuple[Batch, Verdict]:
        """Send the request that the batch's state speaks of; it is durable that it may have left."""
        desk, state = self._desk, batch.state
        if state is BatchState.OPENING:
            reply = await desk.post(batches_path(desk.channel), opening(desk.channel, self._label(batch)))
        else:
            objects = () if state is BatchState.FAILING else batch.objects
            body = step(desk.channel, STATUS[state], objects)
            reply = await desk.patch(batches_path(desk.channel, batch.pk), body)
        verdict = judge(reply, state)
        return await self._concluded(batch, verdict), verdict

    async def _concluded(self, batch: Batch, verdict: Verdict) -> Batch:
        state = batch.state
        match verdict.meaning:
            case Meaning.TAKEN if state is BatchState.OPENING:
                return await self._moved(batch, BatchState.OPEN, verdict.pk)
            case Meaning.TAKEN if state is BatchState.FAILING:
                return await self._failed(batch)
            case Meaning.TAKEN:
                return await self._moved(batch, REACHED[state])
            case Meaning.STOP:
                raise unfinished(verdict.reason, verdict.code)
            case Meaning.DOUBT:
                return batch
            case Meaning.CLASH if state is BatchState.COMMITTING:
                return await self._held_up(batch)
            case Meaning.REFUSED if state is BatchState.COMMITTING:
                return await self._given_up(batch, verdict.reason, verdict.places)
            case Meaning.EMPTY if state is BatchState.FINISHING:
                return await self._as_registered(batch, "the target holds the batch to be empty")
            case _:
                raise unfinished(f"batch {batch.pk or 'request'} was refused: {verdict.reason}")

    async def _looked(self, batch: Batch) -> Batch:
        """Settle what became of the last request about a batch, by looking."""
        desk = self._desk
        if batch.state is BatchState.OPENING:
            found = await self._by_label(batch)
            return await self._moved(batch, BatchState.WANTED if found is None else BatchState.OPEN, found)
        shown = await desk.record(batches_path(desk.channel, batch.pk))
        state = after_look(batch, shown)
        if state is None and shown.get("status") == "done":
            return await self._as_registered(batch, "the batch has ended, and they are not registered")
        if state is None:
            raise unfinished(f"batch {batch.pk} is in a status that is not documented")
        if state is BatchState.FAILED:
            ours = batch.state is BatchState.FAILING
            return await self._failed(batch, None if ours else f"somebody ended batch {batch.pk} as failed")
        return batch if state is batch.state else await self._moved(batch, state)

    async def _by_label(self, batch: Batch) -> int | None:
        """The id of a batch whose making was not answered, by the label that we gave it."""
        path, label = batches_path(self._desk.channel), self._label(batch)
        for shown in await self._desk.listed(path, [("status", "initialized")]):
            if shown.get("remote_batch_id") == label:
                return pk_of(dict(shown))
        return None

    def _label(self, batch: Batch) -> str:
        return f"orderlift-{self._desk.run_id}-{batch.id}"

    async def _held_up(self, batch: Batch) -> Batch:
        """Wait while another batch is in commit, which the target lets only one of a type be at a time."""
        desk, began, looks = self._desk, self._desk.clock(), 0
        while True:
            query = [("status", "commit"), ("content_type", ORDER)]
            shown = await desk.listed(batches_path(desk.channel), query)
            others = [pk_of(dict(one)) for one in shown if one.get("status") == "commit"]
            others = [pk for pk in others if pk not in (None, batch.pk)]
            if not others:
                return await self._moved(batch, BatchState.OPEN)
            if desk.clock() - began >= desk.patience:
                raise unfinished(f"batch {others[0]}", "E551")
            await desk.pause(min(backoff(looks, 0.5), desk.patience))
            looks += 1

    async def _as_registered(self, batch: Batch, why_not: str) -> Batch:
        """Whether a batch's objects are registered, whatever the batch says of itself."""
        known = await known_of(self._desk, batch.objects)
        if all(known.get(one) == "ours" for one in batch.objects):
            return await self._moved(batch, BatchState.DONE)
        return await self._failed(batch, why_not)

    async def _given_up(self, batch: Batch, reason: str, places: Collection[int]) -> Batch:
        """The target refused objects of a batch: it is ended, and the orders of the others are free again."""
        members = await self._desk.books(lambda books: books.members(batch.id))
        named = {members[place][0] for place in places if place < len(members)}
        refused = await self._refusals(named or {order_id for order_id, _ in members}, reason)
        requests = self._desk.requests()
        await self._desk.books(lambda books: books.settle(refused=refused, requests=requests))
        return await self.close(batch)

    async def _failed(self, batch: Batch, why: str | None = None) -> Batch:
        """A batch has ended without registering anything; ``why`` refuses its orders, else they are free."""
        refused: list[tuple[int, Issue]] = []
        if why is not None:
            members = await self._desk.books(lambda books: books.members(batch.id))
            refused = await self._refusals({order_id for order_id, _ in members}, why)
        self.freed = self.freed or bool(batch.objects)
        await self._desk.books(lambda books: books.settle_failed(batch, refused))
        return replace(batch, state=BatchState.FAILED)

    async def _refusals(self, order_ids: Collection[int], reason: str) -> list[tuple[int, Issue]]:
        orders = await self._desk.books(lambda books: books.orders(order_ids))
        return [self._desk.issue(order, "E553", {"reason": reason}) for order in orders]


class Registering:
    """Registers every order of a run that stands on the target and is not registered yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk)
        self._gate = asyncio.Semaphore(max(1, desk.concurrency))
        self._in_bulk = True

    async def run(self) -> None:
        """Do it; raises :class:`Unfinished` where it cannot be done to the end now."""
        await self._see_through_all()
        again = True
        while again:
            self._batches.freed = False
            open_elsewhere = await self._pass()
            again = self._batches.freed
        if open_elsewhere:
            raise unfinished(f"{open_elsewhere} orders are in a batch of somebody else that has not ended")

    async def _pass(self) -> int:
        """Register what is not registered; returns how many orders are in batches of somebody else."""
        after, open_elsewhere = -1, 0
        while orders := await self._next(after):
            after = orders[-1].id
            open_elsewhere += await self._plan(orders)
            await self._see_through_all()
        return open_elsewhere

    async def _next(self, after: int) -> list[BookOrder]:
        return await self._desk.books(lambda books: books.unregistered(after, WINDOW))

    async def _see_through_all(self) -> None:
        """One after another, each as the journal has it then: what becomes of one may empty another."""
        while batches := await self._desk.books(lambda books: books.unfinished(REGISTER, most=1)):
            await self._batches.see_through(batches[0])

    async def _plan(self, orders: Sequence[BookOrder]) -> int:
        """Make the batches of some orders; returns how many are in batches of somebody else."""
        desk = self._desk
        seen = await self._seen(orders)
        found = await _together([self._objects(order, seen.get(order.number)) for order in orders])
        refused = [
            desk.issue(order, one.code, one.facts)
            for order, one in zip(orders, found, strict=True)
            if isinstance(one, Untellable)
        ]
        told = [
            (order, one) for order, one in zip(orders, found, strict=True) if not isinstance(one, Untellable)
        ]
        known = await known_of(desk, [objects[-1] for _, objects in told])
        words = {order.id: known.get(objects[-1]) for order, objects in told}
        free: list[tuple[int, Sequence[RemoteObject]]] = []
        lines: dict[str, int] = {}
        for order, objects in told:
            issue = await self._in_the_way(order, objects, words[order.id], lines)
            if issue is not None:
                refused.append(issue)
            elif words[order.id] is None:
                free.append((order.id, objects))
        present = [order_id for order_id, word in words.items() if word == "ours"]
        requests = desk.requests()
        await desk.books(lambda books: books.settle(present, refused, requests))
        await desk.books(lambda books: books.plan(chunks(free)))
        return sum(word == "under_way" for word in words.values())

    async def _in_the_way(
        self, order: BookOrder, objects: Sequence[RemoteObject], word: str | None, lines: dict[str, int]
    ) -> tuple[int, Issue] | None:
        """Why an order is not to be registered: an id of its own, or of a line, means something else, too.

        ``lines`` are the line ids of the orders beside it, with their orders; its own are added.
        """
        if word == "taken":
            return self._desk.issue(order, "E554", {"remote_id": objects[-1].remote_id})
        names = {one.remote_id for one in objects if one.kind != ORDER}
        beside = next((name for name in sorted(names) if lines.get(name, order.id) != order.id), None)
        beside = beside or await self._desk.books(lambda books: books.used_elsewhere(order.id, objects))
        if beside is not None:
            return self._desk.issue(order, "E555", {"line": beside})
        lines.update(dict.fromkeys(names, order.id))
        return None

    async def _seen(self, orders: Sequence[BookOrder]) -> dict[str, Mapping[str, object]]:
        """Those of the orders that a list shows, many in one request, as long as the target knows how."""
        desk, seen = self._desk, dict[str, Mapping[str, object]]()
        for query in questions([order.number for order in orders], desk.channel):
            desk.go_on()
            if self._in_bulk:
                seen |= await self._many(query)
        return seen

    async def _many(self, query: list[tuple[str, str]]) -> dict[str, Mapping[str, object]]:
        path = f"channel/{self._desk.channel}/orders/"
        give_up = partial(strays, asked=query)
        answer = await self._desk.records.list_all(path, query, give_up=give_up)
        if answer.records is None or strays(answer.records, query):
            self._in_bulk = False  # one by one from now on
            return {}
        return each_once(answer.records, query[0][1].split(","), self._desk.channel)

    async def _objects(
        self, order: BookOrder, seen: Mapping[str, object] | None
    ) -> tuple[RemoteObject, ...] | Untellable:
        """What of an order is registered, as the target shows it now; waits until it shows it."""
        desk, began, looks = self._desk, self._desk.clock(), 0
        while True:
            async with self._gate:
                found = await desk.asked(lambda: self._lookup(order.number, seen))
            if len(found) == 1 and order.remote_id in (None, found[0].id):
                return objects_of(orjson.loads(order.body), found[0])
            if len(found) == 1:
                return Untellable("E552", {"reason": "another order stands under its number now"})
            if found:
                return Untellable("E552", {"reason": f"the target holds {len(found)} orders of this number"})
            if desk.clock() - began >= desk.patience:
                raise unfinished(f"the target does not show order {order.number}")
            await desk.pause(min(backoff(looks, 0.5), desk.patience))
            looks += 1

    async def _lookup(
        self, number: str, seen: Mapping[str, object] | None
    ) -> tuple[tuple[RemoteOrder, ...] | None, str, int | None]:
        orders = self._desk.orders
        lookup = await (orders.lookup(number) if seen is None else orders.with_items(seen))
        return lookup.orders, lookup.reason, lookup.status


async def _together(work: Sequence[Awaitable[Told]]) -> list[Told]:
    """Do some work side by side, all of it to its end; the first failure is raised then."""
    done = await asyncio.gather(*work, return_exceptions=True)
    failed = next((one for one in done if isinstance(one, BaseException)), None)
    if failed is not None:
        raise failed
    return [one for one in done if not isinstance(one, BaseException)]


async def known_of(desk: Desk, objects: Sequence[RemoteObject]) -> dict[RemoteObject, str]:
    """What the target has registered of these objects."""
    known: dict[RemoteObject, str] = {}
    for some, query in actions_queries(desk.channel, objects):
        known |= registered(some, await desk.listed(actions_path(desk.channel), query))
    return known
