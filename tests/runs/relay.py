"""A host between us and the target that does with our requests what it likes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.simulator import Simulator


@dataclass
class Relay:
    """Listens on ``port``. Each POST goes on ``times``; ``loses``: the first so many answers go nowhere."""

    port: int
    times: int
    loses: int
    posts: int = 0

    @property
    def url(self) -> str:
        """Give the address to speak to instead of the target's."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def relay(sim: Simulator, *, times: int = 1, loses: int = 0) -> Iterator[Relay]:
    """Stand before a target until the block ends."""
    between = Relay(0, times, loses)
    target = int(sim.url.rpartition(":")[2])
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def forward(request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", target)
        try:
            writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            return await reader.read(-1)
        finally:
            writer.close()

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = await _request(reader)
            answers = [await forward(request)]
            if request.startswith(b"POST"):
                between.posts += 1
                answers += [await forward(request) for _ in range(between.times - 1)]
                if between.posts <= between.loses:
                    writer.transport.abort()
                    return
            writer.write(answers[0])
            await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
        between.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield between
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return head + await reader.readexactly(length)
