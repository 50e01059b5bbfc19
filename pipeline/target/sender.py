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
        return await self._send(httpx.Request("GET", self.url(path), headers=self._get_headers))

    async def post(self, url: httpx.URL, body: bytes) -> Reply:
        """Post a whole JSON document, as it is. The caller has reserved its turn."""
        headers = self._post_headers.copy()
        headers["Content-Length"] = str(len(body))
        # A ready stream spares httpx the work of encoding a body and guessing its headers.
        return await self._send(httpx.Request("POST", url, headers=headers, stream=httpx.ByteStream(body)))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def _send(self, request: httpx.Request) -> Reply:
        await self._turn.leave()
        self.requests += 1
        try:
            response = await self._transport.handle_async_request(request)
            body = await response.aread()
        except httpx.HTTPError as error:
            wire = Wire.NEVER_SENT if never_sent(error) else Wire.LOST
            return NoAnswer(
                wire, _without_query(short_text(error)), certificate=isinstance(error, CertificateRefused)
            )
        return _answer(response, body)


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
    return Answer(status, headers, data, complaints_in(data) if status >= 400 else ())  # noqa: PLR2004
