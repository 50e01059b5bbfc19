"""Both transports on real sockets: what was never sent, what is in doubt, and nothing sent twice."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import time
import traceback
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest
from bad_server import (
    CREATED,
    Peer,
    Script,
    answer_everything,
    answering,
    bad_server,
    full_backlog,
    unused_port,
)

from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_errors import AnswerTooLarge, never_sent
from pipeline.target.wire_limits import WireLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio

TOKEN = "invented-token-0123456789"
BODY = b'{"number":"A-1","note":"' + b"x" * 2000 + b'"}'
SHORT = 0.2  # seconds: a deadline that a test waits for
LIMITS = WireLimits(deadline=5.0, connect_timeout=2.0)


def post(url: str, body: bytes = BODY) -> httpx.Request:
    """Make the request under test, token and all."""
    return httpx.Request("POST", url, content=body, headers={"Authorization": f"Token {TOKEN}"})


async def failure_of(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.TransportError:
    """Send a request that must fail, and give the error, which must not tell the token."""
    with pytest.raises(httpx.TransportError) as caught:
        await transport.handle_async_request(request)
    error = caught.value
    assert TOKEN not in "".join(traceback.format_exception(error))
    chain: BaseException | None = error
    while chain is not None:
        assert TOKEN not in repr(chain)
        assert TOKEN not in repr(vars(chain))
        chain = chain.__cause__ or chain.__context__
    return error


# --- in doubt: the request had a connection -----------------------------------------------------------------


async def reset_at_first_byte(peer: Peer) -> None:
    """Reset while most of the request is unread."""
    await peer.reader.read(1)
    peer.reset()


async def reset_instead_of_answer(peer: Peer) -> None:
    """Read it all, then reset."""
    await peer.request()
    peer.reset()


async def close_instead_of_answer(peer: Peer) -> None:
    """Read it all, then hang up politely."""
    await peer.request()


async def reset_in_the_body(peer: Peer) -> None:
    """Reset in the middle of the answer's body."""
    await peer.request()
    await peer.send(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"number":')
    await asyncio.sleep(0.05)
    peer.reset()


async def say_nothing(peer: Peer) -> None:
    """Read it all and never answer."""
    await peer.request()
    await peer.linger()


async def drip(peer: Peer) -> None:
    """Answer one byte at a time."""
    await peer.request()
    await peer.send(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        await peer.send(b"x")
        await asyncio.sleep(0.05)


async def drip_headers(peer: Peer) -> None:
    """Never come to the end of the headers."""
    await peer.request()
    await peer.send(b"HTTP/1.1 201 Created\r\nX-Slow: ")
    for _ in range(1000):
        await peer.send(b"x")
        await asyncio.sleep(0.05)


async def continue_for_ever(peer: Peer) -> None:
    """Promise an answer again and again."""
    await peer.request()
    while True:
        await peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0.01)


async def endless_chunks(peer: Peer) -> None:
    """Answer without end, in chunks."""
    await peer.request()
    await peer.send(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await peer.send(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


async def endless_close_delimited(peer: Peer) -> None:
    """Answer without end, framed by a close that never comes."""
    await peer.request()
    await peer.send(b"HTTP/1.1 201 Created\r\n\r\n")
    while True:
        await peer.send(b"x" * 0x8000)


def bomb(encoding: str) -> bytes:
    """Make an answer of 50 MB of zeros, compressed to 50 kB."""
    squeeze = gzip.compress if encoding == "gzip" else zlib.compress
    body = squeeze(bytes(50_000_000))
    return b"HTTP/1.1 201 Created\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        encoding.encode(),
        len(body),
        body,
    )


def headed(line: bytes) -> bytes:
    """Make an answer that is fine but for one header line."""
    return b"HTTP/1.1 201 Created\r\n" + line + b"\r\nContent-Length: 2\r\n\r\n{}"


IN_DOUBT: dict[str, Script] = {
    "reset_at_first_byte": reset_at_first_byte,
    "reset_instead_of_answer": reset_instead_of_answer,
    "close_instead_of_answer": close_instead_of_answer,
    "reset_in_the_body": reset_in_the_body,
    "cut_off_body": answering(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"number":'),
    "cut_off_headers": answering(b"HTTP/1.1 201 Created\r\nContent-Le"),
    "cut_off_chunk": answering(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc"),
    "missing_last_chunk": answering(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "no_chunk_size": answering(
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
    ),
    "garbage": answering(b"\x00\xff\x13 no protocol of ours\r\n\r\n"),
    "garbage_status": answering(b"HTTP/1.1 twohundredandone Created\r\nContent-Length: 2\r\n\r\n{}"),
    "two_lengths": answering(headed(b"Content-Length: 3")),
    "nul_in_header": answering(headed(b"X-Odd: a\x00b")),
    "ten_thousand_headers": answering(headed(b"\r\n".join(b"X-%d: abcdefgh" % n for n in range(10_000)))),
    "header_of_a_mebibyte": answering(headed(b"X-Long: " + b"x" * (1 << 20))),
    "one_byte_too_long": answering(
        b"HTTP/1.1 201 Created\r\nContent-Length: 1048577\r\n\r\n" + b"x" * 1048577
    ),
    "endless_chunks": endless_chunks,
    "endless_close_delimited": endless_close_delimited,
    "gzip_bomb": answering(bomb("gzip")),
    "deflate_bomb": answering(bomb("deflate")),
    "unknown_encoding": answering(headed(b"Content-Encoding: br")),
    "not_really_gzip": answering(headed(b"Content-Encoding: gzip")),
    "another_protocol": answering(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    ),
    "sixty_layers": answering(headed(b"Content-Encoding: " + b", ".join([b"gzip"] * 60))),
}
LATE: dict[str, Script] = {
    "say_nothing": say_nothing,
    "drip": drip,
    "drip_headers": drip_headers,
    "continue_for_ever": continue_for_ever,
}
TOO_LARGE = {"one_byte_too_long", "endless_chunks", "endless_close_delimited", "gzip_bomb", "deflate_bomb"}


@pytest.mark.parametrize("fault", IN_DOUBT)
async def test_whatever_breaks_after_the_connection_is_in_doubt(kind: TransportKind, fault: str) -> None:
    """A request that had a connection is never called never sent, and reaches the server once."""
    with bad_server(IN_DOUBT[fault]) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            error = await failure_of(transport, post(server.url))
        assert not never_sent(error)
        assert not isinstance(error, httpx.TimeoutException)
        assert isinstance(error, AnswerTooLarge) == (fault in TOO_LARGE)
        assert len(server.requests) <= 1
        assert len(server.connections) == 1


@pytest.mark.parametrize("fault", LATE)
async def test_the_deadline_cuts_every_slow_answer(kind: TransportKind, fault: str) -> None:
    """The deadline counts for the whole attempt, so neither silence nor a drip outlasts it."""
    with bad_server(LATE[fault]) as server:
        async with open_transport(kind, limits=WireLimits(deadline=SHORT)) as transport:
            started = time.monotonic()
            error = await failure_of(transport, post(server.url))
            waited = time.monotonic() - started
        assert isinstance(error, httpx.ReadTimeout)
        assert not never_sent(error)
        assert SHORT * 0.9 < waited < SHORT + 2
        assert len(server.requests) == 1


async def test_a_bomb_does_not_take_the_memory(kind: TransportKind) -> None:
    """Fifty megabytes of zeros in fifty kilobytes never come to exist here."""
    import tracemalloc

    with bad_server(answering(bomb("gzip"))) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            tracemalloc.start()
            await failure_of(transport, post(server.url))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < 8_000_000


async def test_a_write_that_stalls_is_in_doubt(kind: TransportKind) -> None:
    """A body the server never reads ends at the deadline, and part of it was sent."""

    async def stop_reading(peer: Peer) -> None:
        await peer.reader.read(1)
        peer.pause()
        await asyncio.sleep(SHORT * 3)

    with bad_server(stop_reading) as server:
        async with open_transport(kind, limits=WireLimits(deadline=SHORT)) as transport:
            error = await failure_of(transport, post(server.url, bytes(40_000_000)))
        assert isinstance(error, httpx.ReadTimeout)


# --- never sent ---------------------------------------------------------------------------------------------


async def test_a_refused_connection_is_never_sent(kind: TransportKind) -> None:
    """Nobody listens: a connect error, which proves that nothing was sent."""
    async with open_transport(kind, limits=LIMITS) as transport:
        error = await failure_of(transport, post(f"http://127.0.0.1:{unused_port()}/"))
    assert isinstance(error, httpx.ConnectError)
    assert never_sent(error)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".invalid"])
async def test_a_name_that_does_not_resolve_is_never_sent(kind: TransportKind, host: str) -> None:
    """No address, no connection; a label too long for DNS is no exception."""
    async with open_transport(kind, limits=LIMITS) as transport:
        error = await failure_of(transport, post(f"http://{host}/"))
    assert isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
    assert never_sent(error)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog refuses instead")
@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(WireLimits(deadline=5.0, connect_timeout=SHORT), id="connect_timeout"),
        pytest.param(WireLimits(deadline=SHORT, connect_timeout=5.0), id="deadline_while_connecting"),
        pytest.param(WireLimits(deadline=SHORT, connect_timeout=SHORT), id="both_at_once"),
    ],
)
async def test_a_connect_that_hangs_is_never_sent(kind: TransportKind, limits: WireLimits) -> None:
    """Whichever clock runs out first, the request had no connection yet."""
    with full_backlog() as port:
        async with open_transport(kind, limits=limits) as transport:
            started = time.monotonic()
            error = await failure_of(transport, post(f"http://127.0.0.1:{port}/"))
            waited = time.monotonic() - started
    assert isinstance(error, httpx.ConnectTimeout)
    assert never_sent(error)
    assert waited < SHORT + 2


async def test_waiting_for_a_connection_too_long_is_never_sent(kind: TransportKind) -> None:
    """A request whose deadline passes while every connection is busy did not get one."""
    with bad_server(answer_everything) as server:
        async with open_transport(kind, limits=WireLimits(deadline=SHORT, connections=1)) as transport:
            places: asyncio.Semaphore = vars(transport)["_places"]
            async with places:
                error = await failure_of(transport, post(server.url))
            answer = await transport.handle_async_request(post(server.url))
        assert isinstance(error, httpx.PoolTimeout)
        assert never_sent(error)
        assert answer.status_code == 201
        assert len(server.requests) == 1


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http:///path", "http://me:secret@127.0.0.1:1/"])
async def test_a_url_we_do_not_send_to_is_never_sent(kind: TransportKind, url: str) -> None:
    """Another scheme, no host or a user name in the URL stop before any socket."""
    async with open_transport(kind, limits=LIMITS) as transport:
        error = await failure_of(transport, post(url))
    assert isinstance(error, httpx.UnsupportedProtocol)
    assert never_sent(error)


async def test_a_server_that_speaks_first_is_not_understood(kind: TransportKind) -> None:
    """A banner on connecting is not taken for the answer to a request."""

    async def banner(peer: Peer) -> None:
        await peer.send(b"SSH-2.0-OpenSSH_9.9\r\n")
        await peer.linger()

    with bad_server(banner) as server:
        async with open_transport(kind, limits=WireLimits(deadline=SHORT)) as transport:
            await failure_of(transport, post(server.url))


# --- once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
@pytest.mark.parametrize("ending", ["reset", "close"])
async def test_nothing_is_sent_twice_on_a_reused_connection(
    kind: TransportKind, method: str, ending: str
) -> None:
    """A kept-alive connection that dies under a second request does not make it go out again."""

    async def die_at_the_second(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await peer.request()
        if ending == "reset":
            peer.reset()

    with bad_server(die_at_the_second) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            await transport.handle_async_request(post(server.url))
            error = await failure_of(transport, httpx.Request(method, server.url))
        assert not never_sent(error)
        assert len(server.requests) == 2
        assert len(server.connections) == 1


async def test_a_connection_closed_while_idle_is_not_used(kind: TransportKind) -> None:
    """A half-closed keep-alive connection is noticed, and the next request goes out on a new one."""
    with bad_server(answering(CREATED)) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            for _ in range(3):
                answer = await transport.handle_async_request(post(server.url))
                assert answer.status_code == 201
                await asyncio.sleep(0.05)
        assert len(server.requests) == 3
        assert len(server.connections) == 3


async def test_connections_closed_at_random_never_lose_or_double_a_request(kind: TransportKind) -> None:
    """Each request is answered, never sent, or in doubt; the server saw it at most once."""

    async def close_after_a_while(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await asyncio.sleep(0.002 * (len(peer.requests) % 4))

    with bad_server(close_after_a_while) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            unseen = []
            for number in range(60):
                try:
                    await transport.handle_async_request(post(server.url, b"%04d" % number))
                except httpx.TransportError as error:
                    unseen += [number] if never_sent(error) else []
                await asyncio.sleep(0.002 * (number % 3))
        seen = [int(request[-4:]) for request in server.requests]
        assert len(seen) == len(set(seen))
        assert not set(seen) & set(unseen)


async def test_an_answer_nobody_asked_for_is_not_taken_for_the_next(kind: TransportKind) -> None:
    """A second answer that lies in a kept connection is thrown away with it."""
    stray = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nstray"

    async def answer_twice(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await asyncio.sleep(0.05)
        await peer.send(stray)
        await peer.linger()

    with bad_server(answer_twice) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            for _ in range(2):
                answer = await transport.handle_async_request(post(server.url))
                assert answer.content == b"{}"
                await asyncio.sleep(0.15)
        assert len(server.connections) == 2


async def test_cancelling_leaves_no_connection_behind(kind: TransportKind) -> None:
    """A cancelled request stays cancelled, and its connection is closed, not handed to the next."""

    async def first_silent_then_fine(peer: Peer) -> None:
        if len(peer.requests) == 0:
            await say_nothing(peer)
        await answer_everything(peer)

    with bad_server(first_silent_then_fine) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            task = asyncio.create_task(transport.handle_async_request(post(server.url)))
            await asyncio.to_thread(server.asked.wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            answer = await transport.handle_async_request(post(server.url))
        assert answer.status_code == 201
        assert len(server.connections) == 2


async def test_connections_are_kept_and_bounded(kind: TransportKind) -> None:
    """Forty requests over four places use four connections at most, each many times."""
    with bad_server(answer_everything) as server:
        async with open_transport(kind, limits=WireLimits(connections=4)) as transport:
            await asyncio.gather(*(transport.handle_async_request(post(server.url)) for _ in range(40)))
        assert len(server.requests) == 40
        assert len(server.connections) <= 4


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
async def test_failures_leak_no_sockets(kind: TransportKind) -> None:
    """After a hundred broken exchanges no more descriptors are open than before."""
    with bad_server(reset_instead_of_answer) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            await failure_of(transport, post(server.url))
            await asyncio.sleep(0.05)
            before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are not paths here
            for _ in range(100):
                await failure_of(transport, post(server.url))
            await asyncio.sleep(0.1)
            assert len(os.listdir("/proc/self/fd")) <= before + 2  # noqa: PTH208


# --- answers ------------------------------------------------------------------------------------------------


async def test_an_answer_that_arrived_counts_though_the_connection_dies_after(kind: TransportKind) -> None:
    """A reset behind the whole answer changes nothing: it is read, and the next request connects anew."""

    async def answer_then_reset(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await asyncio.sleep(0.1)
        peer.reset()

    with bad_server(answer_then_reset) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            for _ in range(2):
                answer = await transport.handle_async_request(post(server.url))
                assert (answer.status_code, answer.content) == (201, b"{}")
                await asyncio.sleep(0.2)
        assert len(server.connections) == 2


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + CREATED, 201, b"{}", id="after_100"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", id="204"),
        pytest.param(b"HTTP/1.0 201 Created\r\n\r\n{}", 201, b"{}", id="ends_by_closing"),
        pytest.param(b"HTTP/1.1 201 \r\nContent-Length: 0\r\n\r\n", 201, b"", id="no_reason"),
        pytest.param(
            b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            400,
            b"abcde",
            id="chunked",
        ),
        pytest.param(
            b"HTTP/1.1 201 Created\r\nContent-Length: 1048576\r\n\r\n" + b"x" * 1048576,
            201,
            b"x" * 1048576,
            id="as_long_as_the_limit",
        ),
        pytest.param(headed(b"Content-Type: application/json"), 201, b"{}", id="plain"),
        pytest.param(headed("X-City: Şişli".encode()), 201, b"{}", id="utf8_header"),
    ],
)
async def test_answers_come_back_whole(kind: TransportKind, raw: bytes, status: int, body: bytes) -> None:
    """Status and body are the server's, however the body is framed."""
    with bad_server(answering(raw)) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            answer = await transport.handle_async_request(post(server.url))
        assert (answer.status_code, answer.content) == (status, body)
        assert answer.read() == await answer.aread() == body
        assert b"".join([part async for part in answer.aiter_bytes()]) == body
        assert answer.is_closed


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "raw deflate", "gzip, identity"])
async def test_a_compressed_answer_is_read_though_none_was_asked_for(
    kind: TransportKind, encoding: str
) -> None:
    """Gzip and both readings of deflate are undone."""
    squeeze = zlib.compressobj(wbits={"deflate": 15, "raw deflate": -15}.get(encoding, 31))
    body = squeeze.compress(b'{"number":"A-1"}') + squeeze.flush()
    named = encoding.removeprefix("raw ").encode()
    raw = b"HTTP/1.1 201 Created\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        named,
        len(body),
        body,
    )
    with bad_server(answering(raw)) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            answer = await transport.handle_async_request(post(server.url))
            assert answer.json() == {"number": "A-1"}


async def test_an_early_refusal_is_heard_while_the_body_is_still_sent(kind: TransportKind) -> None:
    """A 413 that comes after the headers ends the attempt with that answer, without a hang."""

    async def refuse_early(peer: Peer) -> None:
        await peer.head()
        await peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await peer.linger()

    with bad_server(refuse_early) as server:
        async with open_transport(kind, limits=LIMITS) as transport:
            answer = await transport.handle_async_request(post(server.url, bytes(4_000_000)))
        assert answer.status_code == 413
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_not_an_order(kind: TransportKind, status: int) -> None:
    """The other host is not asked, so it learns neither the token nor the order."""
    with bad_server(answer_everything) as elsewhere:
        away = b"HTTP/1.1 %d Away\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (
            status,
            elsewhere.url.encode(),
        )
        with bad_server(answering(away)) as server:
            async with open_transport(kind, limits=LIMITS) as transport:
                answer = await transport.handle_async_request(post(server.url))
        assert answer.status_code == status
        assert elsewhere.connections == []


async def test_cookies_are_not_kept(kind: TransportKind) -> None:
    """What the server sets with one answer does not come with the next request."""
    with bad_server(answering(headed(b"Set-Cookie: session=1; Path=/"), CREATED)) as server:
        server.host = "localhost"  # cookie jars look down on bare addresses
        async with open_transport(kind, limits=LIMITS) as transport:
            for _ in range(2):
                await transport.handle_async_request(post(server.url))
        assert not any(b"cookie" in request.lower() for request in server.requests)


# --- requests -----------------------------------------------------------------------------------------------


async def test_the_request_goes_out_as_it_was_made(kind: TransportKind) -> None:
    """Method, path, headers and body are the request's own, with nothing added and nothing quoted anew."""
    with bad_server(answer_everything) as server:
        url = f"http://127.0.0.1:{server.port}/a%2Fb/%C5%9F?number=A%201&x=~"
        request = httpx.Request(
            "POST", url, content=BODY, headers={b"X-City": "Şişli".encode(), b"x-two": b"2"}
        )
        async with open_transport(kind, limits=LIMITS) as transport:
            await transport.handle_async_request(request)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        first, *rest = head.split(b"\r\n")
        assert first == b"POST /a%2Fb/%C5%9F?number=A%201&x=~ HTTP/1.1"
        assert sorted(rest) == sorted(name + b": " + value for name, value in request.headers.raw)
        assert body == BODY


async def test_a_streamed_request_goes_out_whole(kind: TransportKind) -> None:
    """A body given in pieces is sent once, under one framing."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"
        yield b"def"

    async def read_it(peer: Peer) -> None:
        peer.requests.append(await peer.reader.readuntil(b"def"))
        await peer.send(CREATED)
        await peer.linger()

    with bad_server(read_it) as server:
        request = httpx.Request("POST", server.url, content=pieces())
        async with open_transport(kind, limits=LIMITS) as transport:
            answer = await transport.handle_async_request(request)
        assert answer.status_code == 201
        head = server.requests[0].lower()
        assert (b"content-length: 6" in head) != (b"transfer-encoding: chunked" in head)


async def test_a_header_that_breaks_the_line_does_not_go_out(kind: TransportKind) -> None:
    """A line end in a token is refused in our own words, which do not quote it."""
    with bad_server(answer_everything) as server:
        request = httpx.Request("POST", server.url, headers={"Authorization": f"Token {TOKEN}\r\nX-Evil: 1"})
        async with open_transport(kind, limits=LIMITS) as transport:
            error = await failure_of(transport, request)
        assert isinstance(error, httpx.LocalProtocolError)
        assert server.requests == []


@pytest.mark.parametrize("poison", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NETRC"])
async def test_the_environment_does_not_reach_in(
    kind: TransportKind, poison: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a proxy nor a password file named by the environment has any effect."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password invented\n")
    with bad_server(answer_everything) as proxy, bad_server(answer_everything) as server:
        monkeypatch.setenv(poison, str(netrc) if poison == "NETRC" else f"http://127.0.0.1:{proxy.port}")
        async with open_transport(kind, limits=LIMITS) as transport:
            await transport.handle_async_request(httpx.Request("POST", server.url, content=BODY))
        assert proxy.connections == []
        assert b"authorization" not in server.requests[0].lower()


async def test_an_httpx_client_works_on_top(kind: TransportKind) -> None:
    """The seam is httpx's: a client posts through it, and its own short read timeout does not apply."""

    async def answer_after_a_while(peer: Peer) -> None:
        await peer.request()
        await asyncio.sleep(0.2)
        await peer.send(CREATED)

    with bad_server(answer_after_a_while) as server:
        transport = open_transport(kind, limits=LIMITS)
        async with httpx.AsyncClient(transport=transport, timeout=0.05) as client:
            answer = await client.post(server.url, content=BODY)
        assert answer.json() == {}


async def test_closing_ends_what_is_under_way_in_doubt(kind: TransportKind) -> None:
    """A transport closed under a request does not pretend that nothing was sent."""
    with bad_server(say_nothing) as server:
        transport = open_transport(kind, limits=WireLimits(deadline=2.0))
        task = asyncio.create_task(failure_of(transport, post(server.url)))
        await asyncio.to_thread(server.asked.wait, 5)
        await transport.aclose()
        assert not never_sent(await task)
