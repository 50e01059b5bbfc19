"""The few requests that creating orders needs, as values in and values out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from pipeline.model.exchange import Answer, Lookup, RemoteOrder, Reply
from pipeline.target.list_page import page_in, reason_of, status_of
from pipeline.target.sender import Address, Sender, Turn
from pipeline.target.token import Token

__all__ = ["Address", "OmnitronClient", "Turn"]

_MOST_PAGES = 20


class OmnitronClient:
    """Speaks to one channel of one target.

    Sends each request exactly once through ``transport``; nothing raises for what the target or the wire
    does. Counts its requests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._sender = Sender(transport, address, token, turn)
        self._channel = address.channel
        self._path = f"channel/{address.channel}"
        self._create_url = self._sender.url(f"{self._path}/create_orders/")

    @property
    def requests(self) -> int:
        """How many requests have left."""
        return self._sender.requests

    async def create(self, body: bytes) -> Reply:
        """Post one order's payload, as it is; ``body`` is the whole JSON document.

        The caller has reserved its turn: between that and this call the attempt became durable.
        """
        return await self._sender.post(self._create_url, body)

    async def cancel(self, remote_id: str, body: bytes) -> Reply:
        """Post the request that cancels an order of the channel, as it is; turn and intent as above."""
        path = f"{self._path}/orders/{quote(remote_id, safe='')}/cancel/"
        return await self._sender.post(self._sender.url(path), body)

    async def lookup(self, number: str) -> Lookup:
        """Every order of the channel whose number is exactly ``number``, with its items.

        The target's filter is not believed: each result's number is compared here, pages are followed,
        and a filter that was ignored shows as pages without end, which counts as a failed lookup.
        """
        found: list[RemoteOrder] = []
        requests = 0
        query = f"number={quote(number, safe='')}&channel_id={self._channel}&limit=100"
        for turn in range(1, _MOST_PAGES + 1):
            answer = await self._sender.get(f"{self._path}/orders/?{query}&page={turn}")
            requests += 1
            page = page_in(answer)
            if page is None:
                return Lookup(None, reason_of(answer), requests, status_of(answer))
            for order in page.results:
                if number_fits(order, number) and channel_fits(order, self._channel):
                    remote, last, pages = await self._with_items(order)
                    requests += pages
                    if remote is None:
                        reason = f"its items could not be read: {reason_of(last)}"
                        return Lookup(None, reason, requests, status_of(last))
                    found.append(remote)
            if not page.more:
                return Lookup(tuple(found), requests=requests)
        if found:
            return Lookup(tuple(found), requests=requests)
        return Lookup(None, "the target ignores the number filter", requests)

    async def with_items(self, order: Mapping[str, Any]) -> Lookup:
        """The same for an order that a list has shown already: its items are read, and that it is ours."""
        remote, last, requests = await self._with_items(order)
        if remote is None:
            reason = f"its items could not be read: {reason_of(last)}"
            return Lookup(None, reason, requests, status_of(last))
        return Lookup((remote,), requests=requests)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()

    async def _with_items(self, order: Mapping[str, Any]) -> tuple[RemoteOrder | None, Reply, int]:
        """The order with all of its items (``None``: they cannot be read whole), the last reply, requests."""
        identity = order.get("pk", order.get("id"))
        answer: Reply = Answer(200)
        if not isinstance(identity, int | str) or isinstance(identity, bool):
            return RemoteOrder(None, order, None), answer, 0
        items: list[Mapping[str, Any]] = []
        query = f"order={quote(str(identity), safe='')}&sort=id&limit=100"
        for turn in range(1, _MOST_PAGES + 1):
            answer = await self._sender.get(f"{self._path}/order_items/?{query}&page={turn}")
            page = page_in(answer)
            if page is None:
                return None, answer, turn
            items += [item for item in page.results if str(item.get("order", identity)) == str(identity)]
            if not page.more:
                return RemoteOrder(str(identity), order, tuple(items)), answer, turn
        return None, answer, _MOST_PAGES


def number_fits(order: Mapping[str, Any], number: str) -> bool:
    """Whether an order of a list has exactly this number."""
    found = order.get("number")
    return found is not None and str(found) == number


def channel_fits(order: Mapping[str, Any], channel: int) -> bool:
    """Only a channel that is plainly another one excludes an order: what is not understood proves nothing."""
    found = order.get("channel")
    return not isinstance(found, int | str) or not str(found).isdecimal() or str(found) == str(channel)
