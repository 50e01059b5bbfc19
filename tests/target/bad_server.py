"""A server that misbehaves on purpose: raw sockets, one script per connection, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

CREATED = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LONGEST_WAIT = 10.0


@dataclass
class Peer:
    """One connection as the server sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    requests: list[bytes]
    asked: threading.Event

    async def head(self) -> bytes:
        """Read a request up to its empty line and count it. Raises IncompleteReadError at the end."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.requests.append(head)
        self.asked.set()
        return head

    async def request(self) -> bytes:
        """Read one whole request with a Content-Length (or no body) and count it."""
        head = await self.head()
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        body = await self.reader.readexactly(length)
        self.requests[-1] += body
        return head + body

    async def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    def pause(self) -> None:
        """Take no more bytes from the socket, so that the sender's buffers fill up."""
        transport = self.writer.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()

    def reset(self) -> None:
        """End the connection with a RST instead of a FIN."""
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def linger(self) -> None:
        """Stay silent until the client goes away."""
        with contextlib.suppress(OSError):
            while await self.reader.read(65536):
                pass


Script = Callable[[Peer], Awaitable[None]]


@dataclass
class BadServer:
    """What a test sees of the server: where it is, and what reached it."""

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    requests: list[bytes] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    connections: list[Peer] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Give the address of the create-orders path."""
        return f"{self.scheme}://{self.host}:{self.port}/api/v1/channel/5/create_orders/"


@contextlib.contextmanager
def bad_server(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[BadServer]:
    """Run `script` for each connection to a free loopback port until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = BadServer(listener.getsockname()[1], "https" if tls else "http")
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    running: set[asyncio.Task[None]] = set()

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        peer = Peer(reader, writer, server.requests, server.asked)
        server.connections.append(peer)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await script(peer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client hung up, or the test is over
        finally:
            running.discard(task)
            writer.close()

    async def serve() -> None:
        accepting = await asyncio.start_server(serve_one, sock=listener, ssl=tls, limit=1 << 22)
        await stop.wait()
        await a_few_turns()  # a connection accepted while the listener closes would never be closed itself
        accepting.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for peer in server.connections:
            peer.writer.transport.abort()
        await a_few_turns()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda _loop, _context: None)  # refused handshakes are the point
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(LONGEST_WAIT)


async def a_few_turns() -> None:
    """Let the loop come round often enough for transports to open and to close."""
    for _ in range(10):
        await asyncio.sleep(0)


async def answer_everything(peer: Peer) -> None:
    """Behave: answer every request of a connection with 201."""
    while True:
        await peer.request()
        await peer.send(CREATED)


def answering(*answers: bytes) -> Script:
    """Make a script that gives one answer per request of a connection, then closes it."""

    async def script(peer: Peer) -> None:
        for answer in answers:
            await peer.request()
            await peer.send(answer)

    return script


def unused_port() -> int:
    """Give a loopback port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """Give a port whose queue of connections is full: a further connect gets no answer at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
