"""Living customers: a plan lists what changes, and applying it changes exactly that, each once at most.

A customer is read right before it is changed; what is no longer as the plan saw it is left alone. The intent
is durable before the request leaves; a lost answer is settled by reading the customer again.
"""

import asyncio
import time
from collections.abc import Mapping

import orjson

from pipeline.journal.changes import CHANGED, CHANGING, DIFFERS, REFUSED, StoredChange
from pipeline.model.change import Change, Disagreement
from pipeline.model.exchange import Answer, Reply
from pipeline.model.issue import Issue, shown
from pipeline.references.changes import body, change_of, is_after, joined, moved
from pipeline.runs.bookkeeping.desk import Desk, unfinished

AT_ONCE = 200


class Changing:
    """The customers of one run."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def look(self) -> None:
        """List what would change, for a plan; raises :class:`Unfinished` where a customer cannot be read."""
        wishes = await self._desk.changes(lambda changes: changes.wishes())
        if not wishes or await self._desk.changes(lambda changes: changes.are_listed()):
            return
        alike, apart = joined(wishes)
        found: list[Change | None] = []
        gate = asyncio.Semaphore(max(1, self._desk.concurrency))

        async def read(remote_id: int) -> Mapping[str, object]:
            async with gate:
                return await self._record(remote_id)

        for start in range(0, len(alike), AT_ONCE):
            some = alike[start : start + AT_ONCE]
            records = await asyncio.gather(*(read(wish.remote_id) for wish in some))
            found += [change_of(wish, record) for wish, record in zip(some, records, strict=True)]
        issues = [issue for one in apart for issue in await self._disagreement(one)]
        listed, at = [one for one in found if one is not None], time.time()
        await self._desk.changes(lambda changes: changes.add(listed, issues, at))

    async def run(self) -> None:
        """Change what is listed; raises :class:`Unfinished` where that cannot be done to the end now."""
        desk = self._desk
        if await desk.changes(lambda changes: changes.are_listed()):
            for stored in await desk.changes(lambda changes: changes.open()):
                await self._see_through(stored)
        elif await desk.changes(lambda changes: bool(changes.wishes())):
            await desk.changes(lambda changes: changes.warn(Issue("W355")))

    async def _see_through(self, stored: StoredChange) -> None:
        """Change one customer, if it still is what the plan saw."""
        desk, change = self._desk, stored.change
        for failures in range(max(1, desk.attempts)):
            record = await self._record(change.remote_id)
            if is_after(change, record):
                await self._end(stored, CHANGED)
                return
            differing = moved(change, record)
            if differing:
                await self._end(stored, DIFFERS, "E351", {"field": ", ".join(differing)})
                return
            await desk.changes(lambda changes: changes.move(stored.id, CHANGING))
            sent = orjson.dumps(body(change, record, desk.channel))
            reply = await desk.patch(self._path(change.remote_id), sent)
            if await self._concluded(stored, reply):
                return
            if failures:
                await desk.after_failure(failures - 1)
        raise unfinished(f"whether customer {change.remote_id} was changed is not known yet")

    async def _concluded(self, stored: StoredChange, reply: Reply) -> bool:
        """Whether the answer settles it; what it does not settle is read again."""
        if not isinstance(reply, Answer):
            return False
        if reply.status == 200 and isinstance(reply.data, dict) and is_after(stored.change, reply.data):  # noqa: PLR2004
            await self._end(stored, CHANGED)
            return True
        if reply.status in (400, 406) and reply.complaints:
            facts = {"complaints": "; ".join(shown(str(one)) for one in reply.complaints[:5])}
            await self._end(stored, REFUSED, "E352", {"field": ", ".join(stored.change.after), **facts})
            return True
        if reply.status == 401:  # noqa: PLR2004 - HTTP
            raise unfinished("answer 401", "E501")
        if reply.status in (403, 404):
            raise unfinished(f"the target answers {reply.status} to a change of a customer")
        return False

    async def _end(
        self, stored: StoredChange, state: str, code: str = "", facts: Mapping[str, str | int] | None = None
    ) -> None:
        issue = None
        if code:
            whole = {"customer": stored.change.remote_id, **(facts or {})}
            issue = await self._issue(stored.change.order_id, code, whole)
        await self._desk.changes(lambda changes: changes.move(stored.id, state, issue))

    async def _disagreement(self, apart: Disagreement) -> list[tuple[int, Issue]]:
        count = len(apart.order_ids)
        facts: dict[str, str | int] = {"customer": apart.remote_id, "field": apart.field, "count": count}
        return [await self._issue(order_id, "E350", facts) for order_id in apart.order_ids]

    async def _issue(self, order_id: int, code: str, facts: Mapping[str, str | int]) -> tuple[int, Issue]:
        (order,) = await self._desk.books(lambda books: books.orders([order_id]))
        return self._desk.issue(order, code, facts)

    async def _record(self, remote_id: int) -> Mapping[str, object]:
        return await self._desk.record(self._path(remote_id))

    def _path(self, remote_id: int) -> str:
        return f"channel/{self._desk.channel}/customers/{remote_id}/"
