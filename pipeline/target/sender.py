"""One request out, one reply in: what every client of the target shares."""

import re
from dataclasses import dataclass
from typing import Protocol

import httpx
import orjson

from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.target.complaints import complaints_in
from pipeline.target.origin import Origin
from pipeline.target.token import Token
from pipeline.target.wire_errors import CertificateRefused, never_sent, short_text

_QUERY = re.compile(r"\?\S*")
_KEPT_HEADERS = ("retry-after", "date")
SHORT_TEXT = 200
"""Bytes of a 200 that are kept where it is no JSON."""


class Turn(Protocol):
    """Whose turn it is: the pace that all requests of a run share."""

    async def reserve(self) -> None:
        """Wait for a place among the requests to come."""

    async def leave(self) -> float | None:
        """Wait until a request may leave now; the last thing before it does.

        Returns the moment by its own clock; ``None`` means that nothing may leave any more.
        """

    def back(self, left: float, reply: Reply) -> None:
        """A request that left at that moment has been answered, or has not been."""


@dataclass(frozen=True, slots=True)
class Address:
    """One channel of one target; ``prefix`` is the path of the target's base URL, or ``""``."""

    origin: Origin
    prefix: str
    channel: int

    @property
    def api(self) -> str:
        """The URL below which all paths of the API lie, without a slash at its end."""
        return f"{self.origin}{self.prefix}/api/v1"


class Sender:
    """Sends each request exactly once, at its turn; nothing raises for what the target or the wire does.

    The token goes to the origin of ``address`` and nowhere else: every URL is put together from it here,
    and no link of an answer is followed. Counts its requests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._transport = transport
        self._api = address.api
        self._turn = turn
        self._token, self._renewals = token, token.renewals
        common = {
            "Host": httpx.URL(self._api).netloc.decode("ascii"),
            "Authorization": f"Token {token.reveal()}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "orderlift",
        }
        self._get_headers = httpx.Headers(common)
        self._post_headers = httpx.Headers(
            {**common, "Content-Type": "application/json", "Content-Length": "0"}
        )
        self.requests = 0

    def url(self, path: str) -> httpx.URL:
        """The URL of a path below the API, such as ``channel/5/orders/?number=7``, quoted already."""
        return httpx.URL(f"{self._api}/{path}")

    async def get(self, path: str) -> Reply:
        """Reserve a turn and ask for what is below the API at ``path``."""
        await self._turn.reserve()
        headers, _ = self._with_token()
        return await self._send(httpx.Request("GET", self.url(path), headers=headers))

    async def post(self, url: httpx.URL, body: bytes, content_type: str | None = None) -> Reply:
        """Post a whole body, as it is; JSON unless told otherwise. The caller has reserved its turn."""
        return await self._send_body("POST", url, body, content_type)

    async def patch(self, url: httpx.URL, body: bytes) -> Reply:
        """Send the JSON document that changes a record, as it is. The caller has reserved its turn."""
        return await self._send_body("PATCH", url, body)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _send_body(
        self, method: str, url: httpx.URL, body: bytes, content_type: str | None = None
    ) -> Reply:
        # A ready stream spares httpx the work of encoding a body and guessing its headers.
        request = httpx.Request(method, url, headers=self._with_token()[1], stream=httpx.ByteStream(body))
        request.headers["Content-Length"] = str(len(body))  # the request has copied them
        if content_type is not None:
            request.headers["Content-Type"] = content_type
        return await self._send(request)

    async def _send(self, request: httpx.Request) -> Reply:
        left = await self._turn.leave()
        if left is None:
            return NoAnswer(Wire.NEVER_SENT, "the run was stopped before it left")
        self.requests += 1
        reply = await self._exchange(request)
        self._turn.back(left, reply)
        return reply

    async def _exchange(self, request: httpx.Request) -> Reply:
        try:
            response = await self._transport.handle_async_request(request)
            body = await response.aread()
        except httpx.HTTPError as error:
            wire = Wire.NEVER_SENT if never_sent(error) else Wire.LOST
            return NoAnswer(
                wire, _without_query(short_text(error)), certificate=isinstance(error, CertificateRefused)
            )
        return _answer(response, body)

    def _with_token(self) -> tuple[httpx.Headers, httpx.Headers]:
        """The headers of a GET and of a POST; made anew when the token is another one."""
        if self._renewals != self._token.renewals:
            self._renewals = self._token.renewals
            for headers in (self._get_headers, self._post_headers):
                headers["Authorization"] = f"Token {self._token.reveal()}"
        return self._get_headers, self._post_headers


def _without_query(text: str) -> str:
    """An error's text without what was asked for: libraries quote URLs, and a query may name a person."""
    return _QUERY.sub("?…", text)


def _answer(response: httpx.Response, body: bytes) -> Answer:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        data = None
    status = response.status_code
    if status == 201:  # noqa: PLR2004 - the main road carries nothing it does not need
        return Answer(status, {}, data)
    headers = {name: value for name in _KEPT_HEADERS if (value := response.headers.get(name)) is not None}
    text = body[:SHORT_TEXT].decode("utf-8", "replace") if status == 200 and data is None else ""  # noqa: PLR2004
    return Answer(status, headers, data, complaints_in(data) if status >= 400 else (), text)  # noqa: PLR2004
