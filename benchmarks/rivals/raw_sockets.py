"""The ceiling, not a rival: prepared payloads over bare sockets, fifty connections, nothing parsed.

    raw_sockets.py upload JSONL URL

It counts status lines and believes that an answer arrives whole. What is slower than this is the
client's doing.
"""

import asyncio
import sys
from collections.abc import Iterator
from typing import cast
from urllib.parse import urlsplit

CONNECTIONS = 50


class Sender(asyncio.Protocol):
    """Send the next body whenever an answer has come."""

    def __init__(self, bodies: Iterator[bytes], head: bytes, outcomes: dict[str, int]) -> None:
        self.bodies = bodies
        self.head = head
        self.outcomes = outcomes
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first body."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by type
        self.send()

    def send(self) -> None:
        """Send the next body, or close."""
        body = next(self.bodies, None)
        if body is None:
            self.transport.close()
        else:
            self.transport.write(self.head % len(body) + body)

    def data_received(self, data: bytes) -> None:
        """Count an answer and go on."""
        self.outcomes["created" if data.startswith(b"HTTP/1.1 201") else "failed"] += 1
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, well or badly."""
        if exc is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(exc)


async def upload(bodies: Iterator[bytes], url: str) -> None:
    loop = asyncio.get_running_loop()
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    outcomes = {"created": 0, "failed": 0}
    head = (
        f"POST /api/v1/channel/5/create_orders/ HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    ).encode()
    senders = [
        (await loop.create_connection(lambda: Sender(bodies, head, outcomes), host, port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(sender.done for sender in senders))
    print(outcomes)


def main() -> None:
    match sys.argv[1:]:
        case ["upload", jsonl, url]:
            with open(jsonl, "rb") as file:  # noqa: PTH123
                work = upload((line.rstrip(b"\n") for line in file), url)
                try:
                    import uvloop  # noqa: PLC0415  optional
                except ImportError:
                    asyncio.run(work)
                else:
                    uvloop.run(work)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
