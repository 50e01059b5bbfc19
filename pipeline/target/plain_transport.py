"""The plain transport: httpx's own, held to the same promises as the fast one."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx

from pipeline.target.answer_limit import decoded_body
from pipeline.target.sendable import sendable_url, whole_body
from pipeline.target.whole_answer import WholeAnswer
from pipeline.target.wire_errors import (
    NOT_WIRABLE,
    AnswerTooLarge,
    CertificateRefused,
    never_sent,
    short_text,
)

if TYPE_CHECKING:
    from pipeline.target.wire_limits import WireLimits


class PlainTransport(httpx.AsyncBaseTransport):
    """Does what AiohttpTransport does, and raises what it raises, by httpx's own means.

    Slower by an order of magnitude; there for whoever distrusts, or cannot install, the other. Uses the
    request extensions "timeout" and "trace" itself.
    """

    def __init__(self, limits: WireLimits, trust: ssl.SSLContext) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.connections)
        self._inner = httpx.AsyncHTTPTransport(
            verify=trust,
            trust_env=False,
            http1=True,
            http2=False,
            retries=0,
            limits=httpx.Limits(
                max_connections=limits.connections,
                max_keepalive_connections=limits.connections,
                keepalive_expiry=limits.idle,
            ),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its answer; see AiohttpTransport for what is raised."""
        await whole_body(request)
        sendable_url(request.url)
        phase = _Phase()
        timeouts = {"connect": self._limits.connect_timeout, "pool": None, "read": None, "write": None}
        request.extensions = {**request.extensions, "timeout": timeouts, "trace": phase.note}
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
        raise failure

    async def aclose(self) -> None:
        """Close every connection; requests still under way end in doubt."""
        await self._inner.aclose()


class _Phase:
    """How far one request came, as httpcore itself tells, step by step."""

    def __init__(self) -> None:
        self.placed = False
        self.handed_over = False

    async def note(self, step: str, _facts: object) -> None:
        """Be called by httpcore before and after each step."""
        if step.startswith("http11.send_request"):
            self.handed_over = True

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
