"""The cheapest server that answers correctly, so that what is measured is the client.

Speaks HTTP/1.1 with keep-alive and Content-Length; pipelined and partial requests are fine, chunked bodies
are refused with 411. Every POST is answered 201 with the order's number and a new pk; every GET with an
empty page. The port is the first line on stdout; the counts, as one JSON object, the last, on SIGTERM.
"""

import argparse
import asyncio
import json
import signal
import time
from pathlib import Path
from typing import cast

EMPTY_PAGE = b'{"count":0,"next":null,"previous":null,"results":[]}'
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(EMPTY_PAGE),
    EMPTY_PAGE,
)
LENGTH_REQUIRED = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LONGEST_HEAD = 65_536


class Counts:
    """What the server has seen."""

    def __init__(self, *, stamping: bool) -> None:
        self.creates = 0
        self.lookups = 0
        self.body_bytes = 0
        self.stamps: list[float] | None = [] if stamping else None


def number_in(body: bytes) -> bytes:
    """Find the text of the first ``"number"`` member, with or without a blank after the colon."""
    at = body.find(b'"number"')
    if at < 0:
        return b""
    start = body.find(b'"', at + 8) + 1
    return body[start : body.find(b'"', start)]


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.buffer = b""
        self.promised = False  # "100 Continue" was said for the request at the head of the buffer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by type

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole; keep the rest."""
        buffer = self.buffer + data if self.buffer else data
        start = 0
        answers: list[bytes] = []
        closing = False
        while not closing:
            head_end = buffer.find(b"\r\n\r\n", start)
            if head_end < 0:
                closing = len(buffer) - start > LONGEST_HEAD
                break
            body_start = head_end + 4
            head = buffer[start:body_start].lower()
            length = self.length_of(head)
            if length < 0:
                answers.append(LENGTH_REQUIRED if b"\r\ntransfer-encoding:" in head else BAD_REQUEST)
                closing = True
                break
            end = body_start + length
            if len(buffer) < end:
                if not self.promised and b"\r\nexpect: 100-continue" in head:
                    self.promised = True
                    answers.append(b"HTTP/1.1 100 Continue\r\n\r\n")
                break
            answers.append(self.answer(head, buffer[body_start:end]))
            closing = b"\r\nconnection: close" in head
            self.promised = False
            start = end
        self.buffer = buffer[start:]
        if answers:
            self.transport.write(b"".join(answers))
        if closing:
            self.transport.close()

    @staticmethod
    def length_of(head: bytes) -> int:
        """Return the length of the body; -1 where it is chunked or not a number."""
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            return -1 if b"\r\ntransfer-encoding:" in head else 0
        text = head[at + 17 : head.find(b"\r", at + 17)].strip()
        return int(text) if text.isdigit() else -1

    def answer(self, head: bytes, body: bytes) -> bytes:
        """Count a request and return its answer."""
        counts = self.counts
        if not head.startswith(b"post "):
            counts.lookups += 1
            return PAGE
        counts.creates += 1
        counts.body_bytes += len(body)
        if counts.stamps is not None:
            counts.stamps.append(time.monotonic())
        content = b'{"number": "%b", "pk": %d}' % (number_in(body), counts.creates)
        return b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            len(content),
            content,
        )


async def serve(port: int, stamps: Path | None) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    counts = Counts(stamping=stamps is not None)
    server = await loop.create_server(lambda: Connection(counts), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()
    if stamps is not None:
        stamps.write_text(json.dumps(counts.stamps), encoding="utf-8")  # noqa: ASYNC240  served all
    seen = {"creates": counts.creates, "lookups": counts.lookups, "body_bytes": counts.body_bytes}
    print(json.dumps(seen), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--stamps", type=Path, help="write the monotonic second of every POST here on SIGTERM"
    )
    options = parser.parse_args()
    try:
        import uvloop  # noqa: PLC0415  optional
    except ImportError:
        asyncio.run(serve(options.port, options.stamps))
    else:
        uvloop.run(serve(options.port, options.stamps))


if __name__ == "__main__":
    main()
