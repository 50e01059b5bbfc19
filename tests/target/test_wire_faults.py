"""What may happen between us and the target that no answer of the target shows."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from bad_server import CREATED, Peer, bad_server

from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.origin import parse_target
from pipeline.target.token import Token
from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_limits import WireLimits

pytestmark = pytest.mark.anyio


class AtOnce:
    """Everybody's turn is now."""

    async def reserve(self) -> None:
        """Wait for nothing."""

    async def leave(self) -> float:
        """Wait for nothing."""
        return 0.0

    def back(self, left: float, reply: Reply) -> None:
        """Learn nothing."""


def client_for(port: int, kind: TransportKind, **limits: float) -> OmnitronClient:
    """Give a client that speaks to a port of this machine."""
    origin, prefix = parse_target(f"http://127.0.0.1:{port}")
    transport = open_transport(kind, limits=WireLimits(**limits))  # type: ignore[arg-type]
    return OmnitronClient(transport, Address(origin, prefix, 5), Token("t"), AtOnce())


@contextlib.asynccontextmanager
async def speaking_to(port: int, kind: TransportKind, **limits: float):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Open such a client for a block."""
    client = client_for(port, kind, **limits)
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_cancelled_order_is_nobody_s_answer(kind: TransportKind) -> None:
    """Who is cancelled while the answer is awaited hears of the cancellation, never of "not sent"."""

    async def take_and_wait(peer: Peer) -> None:
        await peer.request()
        await peer.linger()

    with bad_server(take_and_wait) as server:
        async with speaking_to(server.port, kind) as client:
            sending = asyncio.create_task(client.create(b'{"order":{}}'))
            await asyncio.to_thread(server.asked.wait, 5)
            await asyncio.sleep(0.05)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
        assert len(server.requests) == 1


@pytest.mark.parametrize("after", [0.0, 0.005])
async def test_a_connection_that_closes_while_we_send_is_never_used_twice_for_one_order(
    kind: TransportKind, after: float
) -> None:
    """The server ends idle connections just as the next order leaves: it arrives at most once."""

    async def close_after(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await asyncio.sleep(after)
        peer.writer.close()

    with bad_server(close_after) as server:
        async with speaking_to(server.port, kind, deadline=2.0) as client:
            unsent = set()
            for number in range(15):
                reply = await client.create(b'{"n":%04d}' % number)
                if isinstance(reply, NoAnswer) and reply.wire is Wire.NEVER_SENT:
                    unsent.add(number)
                await asyncio.sleep(after)
        seen = [int(request[-5:-1]) for request in server.requests]
    assert len(seen) == len(set(seen))
    assert not unsent & set(seen)


ODD = {
    "no UTF-8": b"X-Odd: \xff\xfe\r\n",
    "no colon": b"this is no header\r\n",
    "a folded line": b"X-Folded: a\r\n b\r\n",
    "a negative length": b"Content-Length: -1\r\n",
    "length and chunks": b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
}


@pytest.mark.parametrize("header", ODD)
async def test_odd_headers_end_in_an_answer_or_in_doubt(kind: TransportKind, header: str) -> None:
    """However strange a head is, it raises nothing, hangs nowhere and is never called "not sent"."""
    body = b'{"number": "A-17"}'
    length = b"" if "length" in header else b"Content-Length: %d\r\n" % len(body)

    async def answer_oddly(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 201 Created\r\n" + length + ODD[header] + b"\r\n" + body)

    with bad_server(answer_oddly) as server:
        async with speaking_to(server.port, kind, deadline=3.0) as client:
            reply: Reply = await client.create(b'{"n":1}')
        assert len(server.requests) == 1
    if isinstance(reply, Answer):
        assert reply.status == 201
    else:
        assert reply.wire is Wire.LOST
        assert len(reply.reason) < 400


STATUS_LINES = [
    b"HTTP/1.1 099 Odd\r\n",
    b"HTTP/1.1 999 Odd\r\n",
    b"HTTP/1.1 20x Odd\r\n",
    b"HTTP/9.9 201 Created\r\n",
    b"HTTP/1.1 201\r\n",
    b"ICY 200 OK\r\n",
    b"\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 500 Oh\r\n",
]


@pytest.mark.parametrize("line", STATUS_LINES)
async def test_odd_status_lines_are_never_a_refusal_or_nothing_sent(kind: TransportKind, line: bytes) -> None:
    """A status nobody knows is an answer that proves nothing, or a doubt."""

    async def answer_oddly(peer: Peer) -> None:
        await peer.request()
        await peer.send(line + b"Content-Length: 2\r\n\r\n{}")

    with bad_server(answer_oddly) as server:
        async with speaking_to(server.port, kind, deadline=2.0) as client:
            reply = await client.create(b'{"n":1}')
    assert not isinstance(reply, NoAnswer) or reply.wire is Wire.LOST
    if isinstance(reply, Answer):
        assert reply.status in {99, 200, 201, 500, 999}
