"""Through a proxy, on real sockets: it learns a host and a port, and whatever it breaks is told apart."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
import trustme
from bad_server import CREATED, Peer, Script, answer_everything, bad_server, unused_port

from pipeline.model.exchange import Answer
from pipeline.model.refusal import UsageRefused
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.connecting import connection
from pipeline.runs.connection.turns import Turns
from pipeline.target.client import OmnitronClient
from pipeline.target.proxy import ProxyRefusedError, parse_proxy, without_user
from pipeline.target.token import Token
from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_errors import CertificateRefused, TunnelRefused, never_sent
from pipeline.target.wire_limits import WireLimits

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

TOKEN = "invented-token-0123456789"
BODY = b'{"number":"A-1","note":"canary-of-an-order"}'
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HOST = "shop.invalid"  # no name server knows it: only the proxy can lead there
SHORT = 0.3  # seconds: a bound that a test waits for
LIMITS = WireLimits(deadline=5.0, connect_timeout=2.0, connections=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Give an issuer of certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the issuer's own certificate as a file to trust."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Give the target's TLS settings."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


def request_to(port: int, method: str = "POST") -> httpx.Request:
    """Make an order's request, token and all, to a target only the proxy finds."""
    headers = {"Authorization": f"Token {TOKEN}"}
    url = f"https://{HOST}:{port}/api/v1/channel/5/create_orders/"
    return httpx.Request(method, url, content=BODY if method == "POST" else None, headers=headers)


def tunnel(reply: bytes = ESTABLISHED, seen: bytearray | None = None) -> Script:
    """Make a proxy's script: one CONNECT, then bytes both ways to that port here, and resets passed on."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if seen is not None:
                seen.extend(data)
            writer.write(data)
            await writer.drain()

    async def script(peer: Peer) -> None:
        head = await peer.head()
        if seen is not None:
            seen.extend(head)
        port = int(head.split(b" ")[1].rpartition(b":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await peer.send(reply)
        out = asyncio.create_task(carry(peer.reader, writer))
        try:
            await carry(reader, peer.writer)
        except ConnectionResetError:
            peer.reset()
        finally:
            out.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await out
            writer.transport.abort()

    return script


def saying(answer: bytes) -> Script:
    """Make a proxy's script that answers the CONNECT like this and hangs up."""

    async def script(peer: Peer) -> None:
        await peer.head()
        await peer.send(answer)

    return script


async def reset_in_connect(peer: Peer) -> None:
    """Read the CONNECT and reset."""
    await peer.head()
    peer.reset()


async def reset_at_once(peer: Peer) -> None:
    """Reset while the CONNECT is unread."""
    await peer.reader.read(1)
    peer.reset()


async def say_nothing(peer: Peer) -> None:
    """Read the CONNECT and never answer."""
    await peer.head()
    await peer.linger()


async def reset_in_handshake(peer: Peer) -> None:
    """Agree to the CONNECT, then reset at the first byte of TLS."""
    await peer.head()
    await peer.send(ESTABLISHED)
    await peer.reader.read(1)
    peer.reset()


async def stall_in_handshake(peer: Peer) -> None:
    """Agree to the CONNECT, then say nothing."""
    await peer.head()
    await peer.send(ESTABLISHED)
    await peer.linger()


async def failure_through(
    proxy: str, kind: TransportKind, ca_file: Path | None, limits: WireLimits = LIMITS
) -> httpx.TransportError:
    """Send an order that must fail through a proxy, to a target that must not be reached; give the error."""
    with bad_server(answer_everything) as target:
        async with open_transport(kind, limits=limits, ca_file=ca_file, proxy=proxy) as transport:
            with pytest.raises(httpx.TransportError) as caught:
                await transport.handle_async_request(request_to(target.port))
        assert target.connections == []
    assert TOKEN not in repr(caught.value)
    assert caught.value.__context__ is None or TOKEN not in repr(vars(caught.value.__context__))
    return caught.value


# --- the way through ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply", [ESTABLISHED, b"HTTP/1.0 200 OK\r\nProxy-agent: old\r\n\r\n"], ids=["1.1", "1.0"]
)
async def test_an_order_arrives_once_and_the_proxy_reads_nothing(
    kind: TransportKind, reply: bytes, tls: ssl.SSLContext, ca_file: Path
) -> None:
    """Two orders arrive through one tunnel, and the proxy sees a CONNECT without token, name or order."""
    seen = bytearray()
    with bad_server(answer_everything, tls) as target, bad_server(tunnel(reply, seen)) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file, proxy=address) as transport:
            for _ in range(2):
                answer = await transport.handle_async_request(request_to(target.port))
                assert (answer.status_code, answer.content) == (201, b"{}")
        assert len(target.requests) == 2
        assert all(request.endswith(BODY) and TOKEN.encode() in request for request in target.requests)
        assert len(proxy.requests) == 1
        assert proxy.requests[0].startswith(f"CONNECT {HOST}:{target.port} HTTP/1.1\r\n".encode())
        assert b"authorization" not in proxy.requests[0].lower()
        assert len(seen) > len(proxy.requests[0])
        for secret in (TOKEN.encode(), b"canary-of-an-order", b"create_orders"):
            assert secret not in seen


async def test_a_slow_answer_is_waited_for(kind: TransportKind, tls: ssl.SSLContext, ca_file: Path) -> None:
    """The bound on connecting ends with the tunnel: an answer may take until the deadline."""

    async def take_time(peer: Peer) -> None:
        await peer.request()
        await asyncio.sleep(3 * SHORT)
        await peer.send(CREATED)

    limits = WireLimits(deadline=5.0, connect_timeout=2 * SHORT)
    with bad_server(take_time, tls) as target, bad_server(tunnel()) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=limits, ca_file=ca_file, proxy=address) as transport:
            answer = await transport.handle_async_request(request_to(target.port))
    assert answer.status_code == 201


@pytest.mark.parametrize("explicit", [True, False], ids=["explicit", "none"])
async def test_the_environment_names_no_proxy(
    kind: TransportKind,
    explicit: bool,
    authority: trustme.CA,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its proxies get no connection, with a proxy of ours and without, and its exceptions do not count."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with (
        bad_server(answer_everything, context) as target,
        bad_server(tunnel()) as ours,
        bad_server(tunnel()) as theirs,
    ):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{theirs.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{theirs.port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "*" if explicit else "")
        address = f"http://127.0.0.1:{ours.port}" if explicit else None
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file, proxy=address) as transport:
            await transport.handle_async_request(httpx.Request("POST", target.url, content=BODY))
        assert len(target.requests) == 1
        assert len(ours.connections) == int(explicit)
        assert theirs.connections == []


# --- never sent: the tunnel did not come to be --------------------------------------------------------------


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Authenticate", "302 Found", "502 Bad Gateway"])
async def test_a_proxy_that_says_no_is_never_sent(kind: TransportKind, status: str, ca_file: Path) -> None:
    """Whatever is no success ends the attempt, named by its status, without a byte of the order."""
    answer = f"HTTP/1.1 {status}\r\nLocation: https://other.invalid/\r\nContent-Length: 2\r\n\r\nno"
    with bad_server(saying(answer.encode())) as proxy:
        error = await failure_through(f"http://127.0.0.1:{proxy.port}", kind, ca_file)
        assert len(proxy.requests) == 1
    assert isinstance(error, TunnelRefused)
    assert str(error) == f"the proxy answered {status[:3]}"
    assert never_sent(error)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(reset_at_once, id="reset at once"),
        pytest.param(reset_in_connect, id="reset"),
        pytest.param(saying(b""), id="hang up"),
        pytest.param(saying(b"HTTP/1.1 2"), id="cut short"),
        pytest.param(saying(b"\x00\xff no http\r\n\r\n"), id="garbage"),
        pytest.param(saying(ESTABLISHED), id="hang up before TLS"),
        pytest.param(saying(ESTABLISHED + b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="no TLS"),
        pytest.param(reset_in_handshake, id="reset in TLS"),
    ],
)
async def test_a_proxy_that_breaks_off_is_never_sent(
    kind: TransportKind, script: Script, ca_file: Path
) -> None:
    """A tunnel that ends before its TLS stands is a connect error, and not the certificate's fault."""
    with bad_server(script) as proxy:
        error = await failure_through(f"http://127.0.0.1:{proxy.port}", kind, ca_file)
    assert never_sent(error)
    assert not isinstance(error, CertificateRefused)


@pytest.mark.parametrize("script", [say_nothing, stall_in_handshake])
async def test_a_proxy_that_hangs_is_a_connect_timeout(
    kind: TransportKind, script: Script, ca_file: Path
) -> None:
    """Silence to the CONNECT or to TLS is waited for no longer than for a connection."""
    limits = WireLimits(deadline=5.0, connect_timeout=SHORT)
    began = time.monotonic()
    with bad_server(script) as proxy:
        error = await failure_through(f"http://127.0.0.1:{proxy.port}", kind, ca_file, limits)
        assert time.monotonic() - began < 2.0
    assert isinstance(error, httpx.ConnectTimeout)


@pytest.mark.parametrize("script", [say_nothing, stall_in_handshake])
async def test_a_deadline_in_the_tunnel_is_never_sent(
    kind: TransportKind, script: Script, ca_file: Path
) -> None:
    """The deadline of the whole attempt may pass first; the connection to the proxy is closed even then."""
    closed = threading.Event()

    async def watched(peer: Peer) -> None:
        await script(peer)
        closed.set()

    with bad_server(watched) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        limits = WireLimits(deadline=SHORT, connect_timeout=2.0)
        async with open_transport(kind, limits=limits, ca_file=ca_file, proxy=address) as transport:
            with pytest.raises(httpx.ConnectTimeout):
                await transport.handle_async_request(request_to(1))
            assert await asyncio.to_thread(closed.wait, 5)


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://proxy.invalid:{port}"])
async def test_a_proxy_that_is_not_there_is_never_sent(
    kind: TransportKind, address: str, ca_file: Path
) -> None:
    """Neither a refused connection nor an unknown name leads around the proxy."""
    error = await failure_through(address.format(port=unused_port()), kind, ca_file)
    assert isinstance(error, httpx.ConnectError)


@pytest.mark.parametrize("fault", ["issuer", "host"])
async def test_a_certificate_is_verified_through_the_proxy(
    kind: TransportKind, fault: str, authority: trustme.CA, ca_file: Path
) -> None:
    """A proxy that stands in for the target itself convinces nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("proxy.invalid" if fault == "host" else HOST).configure_cert(context)
    trusted = ca_file if fault == "host" else None
    with bad_server(answer_everything, context) as target, bad_server(tunnel()) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=LIMITS, ca_file=trusted, proxy=address) as transport:
            with pytest.raises(CertificateRefused) as caught:
                await transport.handle_async_request(request_to(target.port))
        assert target.requests == []
    assert never_sent(caught.value)


@pytest.mark.parametrize("first", [reset_in_handshake, reset_in_connect, stall_in_handshake])
async def test_a_failed_tunnel_gives_its_place_back(
    kind: TransportKind, first: Script, tls: ssl.SSLContext, ca_file: Path
) -> None:
    """With one place only, the next order still goes through after a tunnel that failed."""
    scripts = iter([first])

    async def recover(peer: Peer) -> None:
        await next(scripts, tunnel())(peer)

    limits = WireLimits(deadline=5.0, connect_timeout=2 * SHORT, connections=1)
    with bad_server(answer_everything, tls) as target, bad_server(recover) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=limits, ca_file=ca_file, proxy=address) as transport:
            with pytest.raises((httpx.ConnectError, httpx.ConnectTimeout)):
                await transport.handle_async_request(request_to(target.port))
            answer = await transport.handle_async_request(request_to(target.port))
        assert answer.status_code == 201
        assert len(target.requests) == 1


async def test_nothing_goes_to_a_proxy_in_clear(kind: TransportKind) -> None:
    """A request without TLS, which a proxy would read, is refused before any connection."""
    with bad_server(answer_everything) as target, bad_server(answer_everything) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=LIMITS, proxy=address) as transport:
            with pytest.raises(httpx.UnsupportedProtocol) as caught:
                await transport.handle_async_request(httpx.Request("POST", target.url, content=BODY))
        assert never_sent(caught.value)
        assert (proxy.connections, target.connections) == ([], [])


# --- in doubt: the tunnel stood -----------------------------------------------------------------------------


async def reset_after_request(peer: Peer) -> None:
    """Read it all, then reset."""
    await peer.request()
    peer.reset()


async def silent_after_request(peer: Peer) -> None:
    """Read it all and never answer."""
    await peer.request()
    await peer.linger()


async def close_after_request(peer: Peer) -> None:
    """Read it all, then hang up."""
    await peer.request()


@pytest.mark.parametrize("script", [reset_after_request, silent_after_request, close_after_request])
async def test_an_answer_lost_on_the_way_back_is_in_doubt(
    kind: TransportKind, script: Script, tls: ssl.SSLContext, ca_file: Path
) -> None:
    """What breaks after the order left is in doubt, though a proxy stands between; nothing is sent twice."""
    limits = WireLimits(deadline=3 * SHORT, connect_timeout=5.0)
    with bad_server(script, tls) as target, bad_server(tunnel()) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=limits, ca_file=ca_file, proxy=address) as transport:
            with pytest.raises(httpx.TransportError) as caught:
                await transport.handle_async_request(request_to(target.port))
        assert not never_sent(caught.value)
        assert len(target.requests) == 1


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_tunnel_that_breaks_in_use_is_in_doubt_and_not_repeated(
    kind: TransportKind, method: str, tls: ssl.SSLContext, ca_file: Path
) -> None:
    """The second request of a tunnel is lost with it: sent once, in doubt, of any method."""

    async def answer_one(peer: Peer) -> None:
        await peer.request()
        await peer.send(CREATED)
        await peer.request()
        peer.reset()

    with bad_server(answer_one, tls) as target, bad_server(tunnel()) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file, proxy=address) as transport:
            await transport.handle_async_request(request_to(target.port))
            with pytest.raises(httpx.TransportError) as caught:
                await transport.handle_async_request(request_to(target.port, method))
        assert not never_sent(caught.value)
        assert len(target.requests) == 2
        assert len(proxy.connections) == 1


# --- the address and the wiring -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("HTTP://Proxy.Example.COM:3128/", "http://proxy.example.com:3128"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://proxy:443", "http://proxy:443"),
    ],
)
def test_a_proxy_is_a_host_and_a_port(text: str, place: str) -> None:
    """A name or an address with its port is taken, on this machine or beyond."""
    assert str(parse_proxy(text)) == place


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not_a_url"),
        ("proxy.example.com:3128", "not_a_url"),
        ("http://proxy .example.com:3128", "not_a_url"),
        ("http://proxy.example.com:3128\r\nX-Evil: 1", "not_a_url"),
        ("https://proxy.example.com:3128", "scheme"),
        ("socks5://proxy.example.com:1080", "scheme"),
        ("http://someone:secret@proxy.example.com:3128", "userinfo"),
        ("http://@proxy.example.com:3128", "userinfo"),
        ("http://:3128", "host"),
        ("http://127.1:3128", "host"),
        ("http://proxy.example.com", "port"),
        ("http://proxy.example.com:", "port"),
        ("http://[::1]", "port"),
        ("http://proxy.example.com:0", "port"),
        ("http://proxy.example.com:65536", "port"),
        ("http://proxy.example.com:3128/path", "path"),
        ("http://proxy.example.com:3128/..", "path"),
        ("http://proxy.example.com:3128?a=1", "query"),
        ("http://proxy.example.com:3128#a", "fragment"),
    ],
)
def test_anything_else_is_no_proxy(kind: TransportKind, text: str, fault: str) -> None:
    """Each spelling that is refused is refused for its reason, without being repeated."""
    with pytest.raises(ProxyRefusedError) as caught:
        open_transport(kind, proxy=text)
    assert caught.value.fault == fault
    assert str(caught.value) == fault


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://someone:secret@proxy:1", "…@proxy:1"),
        ("http://someone:se/cr@et@proxy:1", "…@proxy:1"),
        ("someone:secret@proxy:1", "…@proxy:1"),
        ("http://proxy:1/x", "http://proxy:1/x"),
    ],
)
def test_a_password_in_an_address_is_not_shown(text: str, shown: str) -> None:
    """What stands before the last @ is left out, all else stays."""
    assert without_user(text) == shown


def turns() -> Turns:
    """Make a pace without limit."""
    return Turns(float("inf"), time.monotonic)


@pytest.mark.parametrize(
    ("target", "proxy", "value", "said"),
    [
        ("https://shop.example.com", "http://me:secret@proxy:1", "…@proxy:1", "password"),
        ("https://shop.example.com", "socks5://proxy:1", "socks5://proxy:1", "http://"),
        ("http://127.0.0.1:8000", "http://proxy:1", "http://proxy:1", "this machine"),
    ],
)
def test_a_run_refuses_a_proxy_it_cannot_use(target: str, proxy: str, value: str, said: str) -> None:
    """E712 names proxy and reason, and no password; a target here without https takes no proxy at all."""
    with pytest.raises(UsageRefused) as caught:
        connection(address_of(target, 5), SendRequest(TOKEN, proxy=proxy))
    (issue,) = caught.value.issues
    assert (issue.code, issue.value) == ("E712", value)
    assert said in str(issue.facts["reason"])


async def test_a_run_sends_through_its_proxy(kind: TransportKind, tls: ssl.SSLContext, ca_file: Path) -> None:
    """What a run asks for reaches the wire: its client goes through the proxy."""
    with bad_server(answer_everything, tls) as target, bad_server(tunnel()) as proxy:
        request = SendRequest(TOKEN, transport=kind, ca_file=ca_file, proxy=f"http://127.0.0.1:{proxy.port}")
        address = address_of(f"https://{HOST}:{target.port}", 5)
        client = OmnitronClient(connection(address, request)[0], address, Token(TOKEN), turns())
        try:
            assert await client.create(BODY) == Answer(201, {}, {})
        finally:
            await client.aclose()
        assert len(proxy.requests) == len(target.requests) == 1
