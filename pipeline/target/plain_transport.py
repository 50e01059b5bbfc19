"""The plain transport: httpx's own, held to the same promises as the fast one."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import httpx

from pipeline.target.answer_limit import decoded_body
from pipeline.target.proxy import refuse_in_clear
from pipeline.target.sendable import sendable_url, whole_body
from pipeline.target.whole_answer import WholeAnswer
from pipeline.target.wire_errors import (
    NOT_WIRABLE,
    AnswerTooLarge,
    CertificateRefused,
    TunnelRefused,
    never_sent,
    short_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpcore

    from pipeline.target.origin import Origin
    from pipeline.target.wire_limits import WireLimits


class PlainTransport(httpx.AsyncBaseTransport):
    """Does what AiohttpTransport does, and raises what it raises, by httpx's own means.

    Slower by an order of magnitude; there for whoever distrusts, or cannot install, the other. Uses the
    request extensions "timeout" and "trace" itself.
    """

    def __init__(self, limits: WireLimits, trust: ssl.SSLContext, proxy: Origin | None = None) -> None:
        self._limits = limits
        self._proxy = proxy
        self._places = asyncio.Semaphore(limits.connections)
        self._inner = httpx.AsyncHTTPTransport(
            verify=trust,
            trust_env=False,
            http1=True,
            http2=False,
            retries=0,
            proxy=None if proxy is None else str(proxy),
            limits=httpx.Limits(
                # httpcore keeps a tunnel whose TLS failed among its connections in use, for good. Our own
                # places count already, so through a proxy its count is left out: it would fill up.
                max_connections=limits.connections if proxy is None else None,
                max_keepalive_connections=limits.connections,
                keepalive_expiry=limits.idle,
            ),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its answer; see AiohttpTransport for what is raised."""
        await whole_body(request)
        sendable_url(request.url)
        refuse_in_clear(request.url, self._proxy)
        phase = _Phase(self._limits.connect_timeout)
        request.extensions = {**request.extensions, "timeout": phase.timeouts, "trace": phase.note}
        failure: httpx.TransportError
        try:
            async with asyncio.timeout(self._limits.deadline), self._places:
                phase.placed = True
                answer = await self._inner.handle_async_request(request)
                content = await _read(answer, self._limits.answer_bytes)
        except TimeoutError:
            failure = phase.too_late()
        except (httpx.TransportError, OSError, ValueError) as error:
            failure = phase.failure(error)
        else:
            return WholeAnswer(answer.status_code, answer.headers.raw, content)
        finally:
            await phase.hang_up()
        raise failure

    async def aclose(self) -> None:
        """Close every connection; requests still under way end in doubt, later ones open new connections."""
        await self._inner.aclose()


class _Phase:
    """How far one request came, as httpcore itself tells, step by step."""

    def __init__(self, connect_timeout: float) -> None:
        self.placed = False
        self.handed_over = False
        self._socket: httpcore.AsyncNetworkStream | None = None
        # httpcore looks here at each step. Until the request itself is written, only a proxy is read from.
        self.timeouts = {
            "connect": connect_timeout,
            "pool": None,
            "read": connect_timeout,
            "write": connect_timeout,
        }

    async def note(self, step: str, facts: Mapping[str, Any]) -> None:
        """Be called by httpcore before and after each step. To httpcore, a CONNECT is a request like any."""
        if step == "connection.connect_tcp.complete":
            self._socket = facts["return_value"]
        if not step.startswith("http11.send_request") or not step.endswith(".started"):
            return
        if getattr(facts.get("request"), "method", None) != b"CONNECT":
            self.handed_over = True
            self.timeouts.update(read=None, write=None)

    async def hang_up(self) -> None:
        """Close what was opened for a request that never came to use it; httpcore may hold on to it."""
        if self._socket is not None and not self.handed_over:
            await self._socket.aclose()

    def too_late(self) -> httpx.TimeoutException:
        if not self.placed:
            return httpx.PoolTimeout("no connection came free before the deadline")
        if not self.handed_over:
            return httpx.ConnectTimeout("the deadline passed while connecting")
        return httpx.ReadTimeout("the deadline passed before the whole answer was there")

    def failure(self, error: Exception) -> httpx.TransportError:
        """Name a failure by how far the request came, not by what it is called below."""
        if isinstance(error, httpx.LocalProtocolError):
            return httpx.LocalProtocolError(NOT_WIRABLE)
        if _is_certificate_error(error) and not self.handed_over:
            return CertificateRefused(short_text(error))
        if isinstance(error, httpx.ProxyError) and not self.handed_over:
            return TunnelRefused(str(error).partition(" ")[0])
        if isinstance(error, httpx.TimeoutException) and not self.handed_over:
            return httpx.ConnectTimeout("the connection was not made in time")
        if isinstance(error, httpx.TransportError) and never_sent(error) != self.handed_over:
            return error
        named = httpx.ReadError if self.handed_over else httpx.ConnectError
        return named(short_text(error))


def _is_certificate_error(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _read(answer: httpx.Response, limit: int) -> bytes:
    """Read and decode an answer's body under the limit. Whatever stops this also closes the connection."""
    parts, size = [], 0
    try:
        async for part in answer.aiter_raw():
            parts.append(part)
            size += len(part)
            if size > limit:
                raise AnswerTooLarge(f"the answer's body is larger than {limit} bytes")
    finally:
        await answer.aclose()
    return decoded_body(b"".join(parts), answer.headers.get("content-encoding", ""), limit)
