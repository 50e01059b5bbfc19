"""Whom the transports believe, with real certificates on real sockets."""

from __future__ import annotations

import datetime as dt
import ssl
import warnings
from typing import TYPE_CHECKING

import httpx
import pytest
import trustme
from bad_server import BadServer, Peer, answer_everything, bad_server

from pipeline.target.tls_trust import trusted_context, usual_trust
from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_errors import CertificateRefused, never_sent
from pipeline.target.wire_limits import WireLimits

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

LIMITS = WireLimits(deadline=5.0, connect_timeout=2.0)
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


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


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Make a server's TLS settings that show this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def failure_at(server: BadServer, kind: TransportKind, ca_file: Path | None) -> httpx.TransportError:
    """Post to a server that must not be reached, and give the error."""
    async with open_transport(kind, limits=LIMITS, ca_file=ca_file) as transport:
        with pytest.raises(httpx.TransportError) as caught:
            await transport.handle_async_request(httpx.Request("POST", server.url, content=b"{}"))
    assert server.requests == []
    assert never_sent(caught.value)
    return caught.value


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_certificate_from_a_trusted_issuer_is_believed(
    kind: TransportKind, host: str, authority: trustme.CA, ca_file: Path
) -> None:
    """With the issuer in the CA file, an order goes through, and the connection is used again."""
    with bad_server(answer_everything, server_context(authority.issue_cert(host))) as server:
        server.host = host
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file) as transport:
            for _ in range(2):
                answer = await transport.handle_async_request(
                    httpx.Request("POST", server.url, content=b"{}")
                )
                assert answer.status_code == 201
        assert len(server.connections) == 1


async def test_an_unknown_issuer_is_refused(kind: TransportKind, authority: trustme.CA) -> None:
    """Without the CA file the same certificate convinces nobody."""
    with bad_server(answer_everything, server_context(authority.issue_cert("127.0.0.1"))) as server:
        error = await failure_at(server, kind, None)
    assert isinstance(error, CertificateRefused)


async def test_a_self_signed_certificate_is_refused(kind: TransportKind, tmp_path: Path) -> None:
    """A certificate that vouches for itself is refused, though another issuer is trusted."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    lonely = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with lonely.private_key_pem.tempfile() as key, lonely.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    with bad_server(answer_everything, context) as server:
        error = await failure_at(server, kind, other)
    assert isinstance(error, CertificateRefused)


async def test_a_certificate_for_another_host_is_refused(
    kind: TransportKind, authority: trustme.CA, ca_file: Path
) -> None:
    """A trusted issuer does not make another host's certificate ours."""
    with bad_server(answer_everything, server_context(authority.issue_cert("shop.example"))) as server:
        error = await failure_at(server, kind, ca_file)
    assert isinstance(error, CertificateRefused)


async def test_an_expired_certificate_is_refused(
    kind: TransportKind, authority: trustme.CA, ca_file: Path
) -> None:
    """Yesterday's certificate is refused."""
    old = authority.issue_cert("127.0.0.1", not_after=YESTERDAY)
    with bad_server(answer_everything, server_context(old)) as server:
        error = await failure_at(server, kind, ca_file)
    assert isinstance(error, CertificateRefused)


async def test_a_handshake_that_stalls_is_never_sent(kind: TransportKind, ca_file: Path) -> None:
    """A listener that accepts and says nothing ends in a connect timeout."""

    async def say_nothing(peer: Peer) -> None:
        await peer.linger()

    with bad_server(say_nothing) as server:
        server.scheme = "https"
        limits = WireLimits(deadline=5.0, connect_timeout=0.3)
        async with open_transport(kind, limits=limits, ca_file=ca_file) as transport:
            with pytest.raises(httpx.ConnectTimeout):
                await transport.handle_async_request(httpx.Request("POST", server.url, content=b"{}"))


@pytest.mark.parametrize("ending", ["reset", "close", "plain_http"])
async def test_a_handshake_that_breaks_is_never_sent(kind: TransportKind, ending: str, ca_file: Path) -> None:
    """What is no TLS at all is a connect error, and not the certificate's fault."""

    async def break_off(peer: Peer) -> None:
        await peer.reader.read(1)
        if ending == "reset":
            peer.reset()
        if ending == "plain_http":
            await peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with bad_server(break_off) as server:
        server.scheme = "https"
        error = await failure_at(server, kind, ca_file)
    assert isinstance(error, httpx.ConnectError)
    assert not isinstance(error, CertificateRefused)


async def test_an_old_protocol_is_refused(kind: TransportKind, authority: trustme.CA, ca_file: Path) -> None:
    """A server that knows nothing newer than TLS 1.1 gets no order."""
    context = server_context(authority.issue_cert("127.0.0.1"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with bad_server(answer_everything, context) as server:
        await failure_at(server, kind, ca_file)


async def test_a_connection_reset_after_the_handshake_is_in_doubt(
    kind: TransportKind, authority: trustme.CA, ca_file: Path
) -> None:
    """TLS changes nothing about a request that was sent and not answered."""

    async def reset(peer: Peer) -> None:
        await peer.request()
        peer.reset()

    with bad_server(reset, server_context(authority.issue_cert("127.0.0.1"))) as server:
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file) as transport:
            with pytest.raises(httpx.TransportError) as caught:
                await transport.handle_async_request(httpx.Request("POST", server.url, content=b"{}"))
        assert len(server.requests) == 1
    assert not never_sent(caught.value)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_the_environment_adds_no_issuer(
    kind: TransportKind, name: str, authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An issuer named by the environment is not believed."""
    monkeypatch.setenv(name, str(ca_file if name == "SSL_CERT_FILE" else ca_file.parent))
    usual_trust.cache_clear()
    with bad_server(answer_everything, server_context(authority.issue_cert("127.0.0.1"))) as server:
        error = await failure_at(server, kind, None)
    assert isinstance(error, CertificateRefused)


async def test_the_environment_gets_no_session_keys(
    kind: TransportKind,
    authority: trustme.CA,
    ca_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SSLKEYLOGFILE does not make the keys that protect the token end up in a file."""
    keys = tmp_path / "keys.log"
    context = server_context(authority.issue_cert("127.0.0.1"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    with bad_server(answer_everything, context) as server:
        async with open_transport(kind, limits=LIMITS, ca_file=ca_file) as transport:
            await transport.handle_async_request(httpx.Request("POST", server.url, content=b"{}"))
    assert not keys.exists() or "SECRET" not in keys.read_text()


def test_verification_is_on() -> None:
    """The one context there is asks for a certificate, for its host name, and for TLS 1.2."""
    context = trusted_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_that_is_none_is_said_at_once(content: bytes | None, tmp_path: Path) -> None:
    """A missing or empty CA file is an OSError before any request."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(OSError):  # noqa: PT011 - the system's own words differ
        trusted_context(file)
