"""The fast transport: httpx's seam, aiohttp's work."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING, Final

import aiohttp
import httpx
from yarl import URL

from pipeline.target.answer_limit import decoded_body
from pipeline.target.proxy import refuse_in_clear
from pipeline.target.sendable import sendable_url, whole_body
from pipeline.target.whole_answer import WholeAnswer
from pipeline.target.wire_errors import (
    NOT_WIRABLE,
    AnswerTooLarge,
    CertificateRefused,
    TunnelRefused,
    short_text,
)

if TYPE_CHECKING:
    import ssl

    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

    from pipeline.target.origin import Origin
    from pipeline.target.wire_limits import WireLimits

_BEFORE_HANDOVER: Final = "cancelled while connecting: nothing was sent"
_LARGE_BODY: Final = 1 << 20
_URLS_KEPT: Final = 256
_PROTOCOL_ERRORS: Final = (
    aiohttp.ServerDisconnectedError,
    aiohttp.ClientResponseError,
    aiohttp.ClientPayloadError,
)
_NOT_ADDED: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends every request once, over kept-alive HTTP/1.1 connections, and gives back whole, read answers.

    Exactly the request's own method, path, headers and body go out. No redirect is followed, no cookie kept,
    no proxy, netrc or certificate setting taken from the environment. A `proxy` that is given gets a CONNECT
    with the target's host and port; the request follows inside TLS. The timeouts of an httpx client
    (`extensions["timeout"]`) do not apply: they are per read, so a dripping answer passes them; the limits'
    total deadline does apply. May be made anywhere; belongs to the event loop of its first request.

    Raises what `wire_errors.never_sent` tells apart: httpx.ConnectError, ConnectTimeout, PoolTimeout,
    UnsupportedProtocol, CertificateRefused or TunnelRefused if the request never had a connection; another
    httpx.TransportError once it had one, and then it is in doubt whatever the error's name.
    """

    def __init__(self, limits: WireLimits, trust: ssl.SSLContext, proxy: Origin | None = None) -> None:
        self._limits = limits
        self._trust = trust
        self._proxy = proxy
        self._proxy_url = None if proxy is None else URL(str(proxy))
        self._places = asyncio.Semaphore(limits.connections)
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its answer; see the class for what is raised. One call, one sending."""
        body = await whole_body(request)
        url = self._url(request.url)
        headers = _text_headers(request)
        placed = False
        failure: httpx.TransportError
        try:
            async with asyncio.timeout(self._limits.deadline), self._places:
                placed = True
                session = self._session or self._open()
                answer = await session.request(
                    request.method,
                    url,
                    data=_payload(body),
                    headers=headers,
                    skip_auto_headers=_not_given(headers),
                    allow_redirects=False,
                    proxy=self._proxy_url,
                )
                content = await _read(answer, self._limits.answer_bytes)
        except TimeoutError as late:
            failure = _too_late(late, placed=placed)
        except _NotConnectedError as error:
            failure = _not_connected(error.__cause__)
        except _BrokenOffError as error:
            failure = _in_doubt(error.__cause__)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _in_doubt(error)
        else:
            return WholeAnswer(answer.status, answer.raw_headers, content)
        # Raised out here, to have no context: aiohttp's errors carry the request's headers, token and all.
        raise failure

    async def aclose(self) -> None:
        """Close every connection; requests still under way end in doubt, later ones open new connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=_Connector(
                ssl=self._trust,
                limit=0,  # our own places count, so that waiting for one is told from connecting
                keepalive_timeout=self._limits.idle,
                resolver=aiohttp.ThreadedResolver(),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_timeout),
            middlewares=(_send_once,),
        )
        return self._session

    def _url(self, url: httpx.URL) -> URL:
        """Keep the few URLs in use parsed; the text is sent as it is, not quoted anew."""
        text = str(url)
        known = self._urls.get(text)
        if known is None:
            refuse_in_clear(url, self._proxy)
            if len(self._urls) >= _URLS_KEPT:
                self._urls.clear()
            known = self._urls[text] = URL(sendable_url(url), encoded=True)
        return known


class _NotConnectedError(Exception):
    """Raised by our connector alone, from what stopped it: the request never had a connection."""


class _BrokenOffError(Exception):
    """Stands for an error after which aiohttp would send a GET, PUT or DELETE once more by itself."""


class _Connector(aiohttp.TCPConnector):
    """Marks every failure to connect where it happens.

    Afterwards it cannot be told: aiohttp's classes overlap (a refused connect is a ClientOSError, and so is
    a reset amid an answer), and a deadline reaches every phase as the same cancellation. So an error that
    leaves `connect` becomes one of our own, and a cancellation, which must stay itself, is given a note.
    A proxy's CONNECT and the TLS behind it are part of `connect`; the request is written after it.
    """

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        try:
            for _ in range(2):
                connection = await super().connect(req, traces, timeout)
                if not _speaks_unasked(connection):
                    return connection
                connection.close()
        except asyncio.CancelledError as cancelled:
            cancelled.add_note(_BEFORE_HANDOVER)
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _NotConnectedError from error
        raise _NotConnectedError from aiohttp.ClientConnectionError("the server sends before it is asked")


def _speaks_unasked(connection: Connection) -> bool:
    """Tell whether bytes lie in a pooled connection already: they would be taken for the next answer."""
    protocol = connection.protocol
    return protocol is None or protocol.should_close


async def _send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Be the session's middleware that hides broken connections from aiohttp's own second try."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _BrokenOffError from error


def _text_headers(request: httpx.Request) -> list[tuple[str, str]]:
    """Give the request's headers as aiohttp takes them; a body in memory is never sent chunked."""
    return [
        (name.decode(), value.decode())
        for name, value in request.headers.raw
        if name.lower() != b"transfer-encoding"
    ]


def _not_given(headers: list[tuple[str, str]]) -> list[str] | None:
    """Name what aiohttp would add by itself and the request does not have."""
    given = {name.lower() for name, _ in headers}
    return [name for name in _NOT_ADDED if name.lower() not in given] or None


def _payload(body: bytes) -> bytes | BytesIO:
    """Let aiohttp write what is large in pieces, as it wishes; orders are not."""
    return body if len(body) < _LARGE_BODY else BytesIO(body)


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read and decode an answer's body under the limit. Whatever stops this also closes the connection."""
    try:
        body = await _limited_body(answer.content, limit)
        if encodings := answer.headers.getall("Content-Encoding", ()):
            body = decoded_body(body, ",".join(encodings), limit)
    except BaseException:
        answer.close()
        raise
    if not answer.closed:  # aiohttp keeps a connection open for whoever wanted another protocol on it
        answer.close()
        raise httpx.RemoteProtocolError("the server changed to another protocol")
    return body


async def _limited_body(content: aiohttp.StreamReader, limit: int) -> bytes:
    body = await content.readany()
    if not content.at_eof():
        parts, size = [body], len(body)
        while size <= limit and not content.at_eof():
            parts.append(part := await content.readany())
            size += len(part)
        body = b"".join(parts)
    if len(body) > limit:
        raise AnswerTooLarge(f"the answer's body is larger than {limit} bytes")
    return body


def _too_late(late: TimeoutError, *, placed: bool) -> httpx.TimeoutException:
    if not placed:
        return httpx.PoolTimeout("no connection came free before the deadline")
    if _BEFORE_HANDOVER in getattr(late.__cause__, "__notes__", ()):
        return httpx.ConnectTimeout("the deadline passed while connecting")
    return httpx.ReadTimeout("the deadline passed before the whole answer was there")


def _not_connected(error: BaseException | None) -> httpx.TransportError:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return CertificateRefused(short_text(error.certificate_error))
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return TunnelRefused(error.status)
    if isinstance(error, TimeoutError):
        return httpx.ConnectTimeout("the connection was not made in time")
    return httpx.ConnectError(short_text(error))


def _in_doubt(error: BaseException | None) -> httpx.TransportError:
    """Name a failure of a request that had a connection. The name is for people: every one means in doubt."""
    text = short_text(error)
    if isinstance(error, aiohttp.ClientConnectionResetError):
        return httpx.WriteError(text)
    if isinstance(error, _PROTOCOL_ERRORS):
        return httpx.RemoteProtocolError(text)
    if isinstance(error, ValueError):
        return httpx.LocalProtocolError(NOT_WIRABLE)
    return httpx.ReadError(text)
