"""The few requests that creating orders needs, as values in and values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import httpx
import orjson

from pipeline.model.exchange import Answer, Lookup, NoAnswer, RemoteOrder, Reply, Wire
from pipeline.target.complaints import complaints_in
from pipeline.target.origin import Origin
from pipeline.target.token import Token
from pipeline.target.wire_errors import CertificateRefused, never_sent, short_text

_KEPT_HEADERS = ("retry-after", "date")
_MOST_PAGES = 20


class Turn(Protocol):
    """Whose turn it is: the pace that all requests of a run share."""

    async def reserve(self) -> None:
        """Wait for a place among the requests to come."""

    async def leave(self) -> None:
        """Wait until a request may leave now; the last thing before it does."""


@dataclass(frozen=True, slots=True)
class Address:
    """One channel of one target; ``prefix`` is the path of the target's base URL, or ``""``."""

    origin: Origin
    prefix: str
    channel: int


class OmnitronClient:
    """Speaks to one channel of one target.

    Sends each request exactly once through ``transport``; nothing raises for what the target or the wire
    does. Counts its requests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._transport = transport
        base = f"{address.origin}{address.prefix}/api/v1/channel/{address.channel}"
        self._channel = address.channel
        self._base = base
        self._create_url = httpx.URL(f"{base}/create_orders/")
        host = httpx.URL(base).netloc.decode("ascii")
        common = {
            "Host": host,
            "Authorization": f"Token {token.reveal()}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "orderlift",
        }
        self._get_headers = httpx.Headers(common)
        self._post_headers = httpx.Headers(
            {**common, "Content-Type": "application/json", "Content-Length": "0"}
        )
        self._turn = turn
        self.requests = 0

    async def create(self, body: bytes) -> Reply:
        """Post one order's payload, as it is; ``body`` is the whole JSON document.

        The caller has reserved its turn: between that and this call the attempt became durable.
        """
        headers = self._post_headers.copy()
        headers["Content-Length"] = str(len(body))
        # A ready stream spares httpx the work of encoding a body and guessing its headers.
        return await self._send(
            httpx.Request("POST", self._create_url, headers=headers, stream=httpx.ByteStream(body))
        )

    async def lookup(self, number: str) -> Lookup:
        """Every order of the channel whose number is exactly ``number``, with its items.

        The target's filter is not believed: each result's number is compared here, pages are followed,
        and a filter that was ignored shows as pages without end, which counts as a failed lookup.
        """
        found: list[RemoteOrder] = []
        requests = 0
        for page in range(1, _MOST_PAGES + 1):
            query = f"number={quote(number, safe='')}&channel_id={self._channel}&limit=100&page={page}"
            answer = await self._get(f"{self._base}/orders/?{query}")
            requests += 1
            results, more = _page(answer)
            if results is None:
                return Lookup(None, _reason(answer), requests, _status(answer))
            for order in results:
                if _number_fits(order, number) and _channel_fits(order, self._channel):
                    remote, last, pages = await self._with_items(order)
                    requests += pages
                    if remote is None:
                        reason = f"its items could not be read: {_reason(last)}"
                        return Lookup(None, reason, requests, _status(last))
                    found.append(remote)
            if not more:
                return Lookup(tuple(found), requests=requests)
        if found:
            return Lookup(tuple(found), requests=requests)
        return Lookup(None, "the target ignores the number filter", requests)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _with_items(self, order: Mapping[str, Any]) -> tuple[RemoteOrder | None, Reply, int]:
        """The order with all of its items (``None``: they cannot be read whole), the last reply, requests."""
        identity = order.get("pk", order.get("id"))
        answer: Reply = Answer(200)
        if not isinstance(identity, int | str) or isinstance(identity, bool):
            return RemoteOrder(None, order, None), answer, 0
        items: list[Mapping[str, Any]] = []
        query = f"order={quote(str(identity), safe='')}&sort=id&limit=100"
        for page in range(1, _MOST_PAGES + 1):
            answer = await self._get(f"{self._base}/order_items/?{query}&page={page}")
            results, more = _page(answer)
            if results is None:
                return None, answer, page
            items += [item for item in results if str(item.get("order", identity)) == str(identity)]
            if not more:
                return RemoteOrder(str(identity), order, tuple(items)), answer, page
        return None, answer, _MOST_PAGES

    async def _get(self, url: str) -> Reply:
        await self._turn.reserve()
        return await self._send(httpx.Request("GET", url, headers=self._get_headers))

    async def _send(self, request: httpx.Request) -> Reply:
        await self._turn.leave()
        self.requests += 1
        try:
            response = await self._transport.handle_async_request(request)
            body = await response.aread()
        except httpx.HTTPError as error:
            wire = Wire.NEVER_SENT if never_sent(error) else Wire.LOST
            return NoAnswer(wire, short_text(error), certificate=isinstance(error, CertificateRefused))
        return _answer(response, body)


def _answer(response: httpx.Response, body: bytes) -> Answer:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        data = None
    status = response.status_code
    if status == 201:  # noqa: PLR2004 - the main road carries nothing it does not need
        return Answer(status, {}, data)
    headers = {name: value for name in _KEPT_HEADERS if (value := response.headers.get(name)) is not None}
    return Answer(status, headers, data, complaints_in(data) if status >= 400 else ())  # noqa: PLR2004


def _page(reply: Reply) -> tuple[list[Mapping[str, Any]] | None, bool]:
    """The objects of a list answer and whether more pages follow; ``None`` where it is no list."""
    if not isinstance(reply, Answer) or reply.status != 200:  # noqa: PLR2004
        return None, False
    data = reply.data
    results = data.get("results") if isinstance(data, dict) else data
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        return None, False
    return results, bool(isinstance(data, dict) and data.get("next"))


def _reason(reply: Reply) -> str:
    if isinstance(reply, NoAnswer):
        return reply.reason
    return f"answer {reply.status}" if reply.status != 200 else "no list, or one without end"  # noqa: PLR2004


def _status(reply: Reply) -> int | None:
    return reply.status if isinstance(reply, Answer) else None


def _number_fits(order: Mapping[str, Any], number: str) -> bool:
    found = order.get("number")
    return found is not None and str(found) == number


def _channel_fits(order: Mapping[str, Any], channel: int) -> bool:
    """Only a channel that is plainly another one excludes an order: what is not understood proves nothing."""
    found = order.get("channel")
    return not isinstance(found, int | str) or not str(found).isdecimal() or str(found) == str(channel)
