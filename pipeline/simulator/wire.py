"""One connection as the faults see it: answer on it, write raw bytes to it, reset it, leave it hanging."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline.simulator.socket_access import reset, transport_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from pipeline.simulator.answer import Answer, Headers

ENDLESS_CHUNKS = 16_384
CHUNK = b"x" * 65_536


class Wire:
    """The way back to the client for one request. `closing` is set when the server stops."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, closing: asyncio.Event) -> None:
        self._receive = receive
        self._send = send
        self._closing = closing
        self.transport = transport_of(scope)

    async def body(self, limit: int) -> bytes | None:
        """Give the whole body; None if longer than `limit`. Raises ConnectionError if it broke off."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client left before its request was complete")
        first: bytes = message["body"]
        if not message["more_body"]:
            return first if len(first) <= limit else None
        parts = [first]
        size = len(first)
        while message["more_body"]:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the client left before its request was complete")
            size += len(message["body"])
            if size > limit:
                return None
            parts.append(message["body"])
        return b"".join(parts)

    async def answer(self, answer: Answer) -> None:
        """Send an ordinary answer."""
        await self.start(answer, len(answer.body))
        await self._send({"type": "http.response.body", "body": answer.body})

    async def start(self, answer: Answer, length: int | None) -> None:
        """Send status and headers only; without a length the body will be chunked."""
        headers: list[tuple[bytes, bytes]] = [(b"content-type", answer.content_type), *answer.headers]
        if length is not None and answer.status != HTTPStatus.NO_CONTENT:
            headers.append((b"content-length", str(length).encode()))
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})

    async def piece(self, body: bytes, *, last: bool = False) -> None:
        """Send a part of a body that was started."""
        await self._send({"type": "http.response.body", "body": body, "more_body": not last})

    async def raw(self, data: bytes) -> None:
        """Write bytes that need not be HTTP and end the connection after them."""
        if not self.transport.is_closing():
            self.transport.write(data)
        await self.close()

    async def reset(self) -> None:
        """End the connection with RST."""
        reset(self.transport)
        await self.gone()

    async def close(self) -> None:
        """End the connection with FIN, after everything that was written."""
        self.transport.close()
        await self.gone()

    async def gone(self) -> None:
        """Return when the client has left, or the server stops and cuts the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def hang(self) -> None:
        """Keep the connection open without a word until the client gives up."""
        await self.gone()

    async def pause(self, seconds: float) -> None:
        """Give waits; ends early when the server stops. A client that leaves meanwhile changes nothing."""
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    @property
    def is_open(self) -> bool:
        """Whether there is still somebody to write to."""
        return not self.transport.is_closing() and not self._closing.is_set()


def head(status: int, headers: Headers) -> bytes:
    """Give a status line and headers as bytes, for answers no server would send."""
    phrase = HTTPStatus(status).phrase.encode()
    lines = [b"HTTP/1.1 %d %s" % (status, phrase), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
