"""The canary: a few orders of every kind go first, and are read back before the rest follows."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from pipeline.journal.canary import KIND, Chosen, chosen, kinds, steps
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import shown
from pipeline.model.states import State
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.target.client import OmnitronClient
from pipeline.upload.backoff import backoff
from pipeline.upload.canary import choose
from pipeline.upload.read_back import ReadBack, described, read_back

ON_TARGET = frozenset({State.CREATED, State.ALREADY_PRESENT})
JUDGED = frozenset({State.INVALID, State.REJECTED, State.CONFLICT, State.FAILED})
LIMITED = "E544"


class Canary:
    """The canary of one process that sends one run.

    ``asked`` as in :class:`SendRequest`. What is chosen, and how it went, are events of the journal: a canary
    that was begun has to pass, in whichever process, until somebody gives up on it. ``capability`` says how
    long an order that was confirmed may still not be found. Times are seconds of ``clock``, ``wall`` those
    since 1970 (UTC).
    """

    def __init__(  # noqa: PLR0913 - what the canary is made of
        self,
        recorder: Recorder,
        client: OmnitronClient,
        sending: Sending,
        capability: Capability,
        asked: int | None,
        *,
        attempts: int,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._recorder, self._client, self._sending = recorder, client, sending
        self._patience, self._asked, self._attempts = capability.settle_window, asked, attempts
        self._clock, self._wall = clock, wall

    async def run(self, ids: Sequence[int]) -> Ending | None:
        """Send the orders that were :meth:`chosen` and read them back; ``None``: the rest may follow.

        Raises :class:`JournalRefused` as sending does.
        """
        if not ids:
            return None
        sent = await self._sending.run(ids)
        orders = await self._recorder.read(lambda journal: chosen(journal, ids))
        judged = next((order for order in orders if order.state in JUDGED), None)
        if judged is not None and sent.code in (None, LIMITED):
            facts = {"order": judged.number, "state": judged.state.value, "code": judged.code or "-"}
            return await self._stopped(Ending("E547", facts), 0, len(ids))
        if any(order.state not in ON_TARGET for order in orders):
            return sent
        return await self._compared(orders)

    async def chosen(self) -> Sequence[int]:
        """The orders of the canary, by id; none where none was asked for, or where it is behind us."""
        past = await self._recorder.read(steps)
        last = past[-1]["step"] if past else None
        begun: list[int] = next((step["orders"] for step in reversed(past) if step["step"] == "chosen"), [])
        if last == "passed" or (self._asked is None and last == "dismissed"):
            return ()
        if self._asked == 0:
            if begun and last != "dismissed":
                await self._note({"step": "dismissed"})
            return ()
        if begun and last != "dismissed":
            return tuple(begun)
        if self._asked is None:
            return ()
        size = self._asked
        sample = await self._recorder.read(lambda journal: choose(kinds(journal), size))
        if sample.ids:
            facts = {"step": "chosen", "asked": size, "kinds": sample.strata, "orders": list(sample.ids)}
            await self._note(facts)
        return sample.ids

    async def _compared(self, orders: Sequence[Chosen]) -> Ending | None:
        """Read every order back; the first that is not what was sent, or cannot be read, ends the run."""
        values, hidden = 0, set[str]()
        for equal, order in enumerate(orders):
            remote = await self._read(order)
            if isinstance(remote, Ending):
                return remote if remote.code != "E548" else await self._stopped(remote, equal, len(orders))
            result = read_back(orjson.loads(order.body), remote)
            if result.differences:
                return await self._stopped(_differs(order, result), equal, len(orders))
            values, hidden = values + result.compared, hidden | result.not_shown
        told = f"{len(orders)} of {len(orders)} orders read back equal, {values} values compared"
        told += f"; not shown by the target: {', '.join(sorted(hidden))}" if hidden else ""
        await self._note(
            {"step": "passed", "equal": len(orders), "compared": values, "not_shown": sorted(hidden)}
        )
        self._tell(told)
        return None

    async def _stopped(self, ending: Ending, equal: int, number: int) -> Ending:
        await self._note({"step": "stopped", "code": ending.code, "equal": equal})
        self._tell(f"{equal} of {number} orders read back equal, then the run was stopped")
        return ending

    async def _read(self, order: Chosen) -> RemoteOrder | Ending:
        """The order as the target holds it now.

        Asked again while the lookup fails, as often as an order is sent, and while nothing is found, as long
        as the target may take to show it.
        """
        began, failures, looks = self._clock(), 0, 0
        while True:
            if self._sending.ending is not None:
                return self._sending.ending
            lookup = await self._client.lookup(order.number)
            looks += 1
            found = None if lookup.orders is None else len(lookup.orders)
            for _ in range(lookup.requests):
                self._recorder.lookup(order.id, self._wall(), found)
            if lookup.status in (401, 403):
                return Ending("E501" if lookup.status == 401 else "E502")  # noqa: PLR2004 - HTTP
            if lookup.orders and len(lookup.orders) == 1:
                return lookup.orders[0]
            if found is not None and found > 1:
                return _unread(order, f"the target holds {found} orders under this number")
            if found is None:
                failures += 1
                if failures >= self._attempts:
                    return _unread(order, f"lookup failed: {shown(lookup.reason)}")
            elif self._clock() - began >= self._patience:
                return _unread(order, f"not found within {self._patience:g} seconds")
            await self._sending.pause(min(backoff(looks - 1, 0.5), self._patience))

    async def _note(self, facts: Mapping[str, Any]) -> None:
        at = self._wall()
        await self._recorder.flush()
        await self._recorder.read(lambda journal: journal.note(KIND, facts, at))

    def _tell(self, how: str) -> None:
        self._sending.progress.canary = f"canary: {how}"
        self._sending.tell()


def _unread(order: Chosen, reason: str) -> Ending:
    return Ending("E548", {"order": order.number, "reason": reason})


def _differs(order: Chosen, result: ReadBack) -> Ending:
    first = result.differences[0]
    sent, read = described(first)
    facts: dict[str, str | int] = {
        "order": order.number,
        "field": first.field,
        "sent": sent,
        "read": read,
        "differing": len(result.differences),
    }
    return Ending("E546", facts)
