"""The client for lists on the wire: a list is read whole, or it is not read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
import pytest
from bad_server import BadServer, Peer, answering, bad_server, unused_port

from pipeline.model.exchange import Answer, ListAnswer, NoAnswer, Reply, Wire
from pipeline.target.origin import parse_target
from pipeline.target.records import MOST_PAGES, RecordsClient
from pipeline.target.sender import Address
from pipeline.target.token import Token
from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_limits import WireLimits

Result = TypeVar("Result")
KINDS: list[TransportKind] = ["fast", "plain"]
PATH = "channel/5/cities/"


class Turns:
    """A pace that lets everybody through and remembers who asked."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def reserve(self) -> None:
        """Note that a place was asked for."""
        self.steps.append("reserve")

    async def leave(self) -> float:
        """Note that a request leaves."""
        self.steps.append("leave")
        return 0.0

    def back(self, left: float, reply: Reply) -> None:
        """Learn nothing."""


def asked(
    url: str,
    question: Callable[[RecordsClient], Awaitable[Result]],
    *,
    turns: Turns | None = None,
    kind: TransportKind = "fast",
    deadline: float = 1.0,
) -> Result:
    """Open a client, ask it one thing, close it."""

    async def ask() -> Result:
        origin, _ = parse_target(url)
        transport = open_transport(kind, limits=WireLimits(deadline=deadline))
        client = RecordsClient(transport, Address(origin, "", 5), Token("demo-token"), turns or Turns())
        try:
            return await question(client)
        finally:
            await client.aclose()

    return asyncio.run(ask())


def answer(status: int, data: Any) -> bytes:
    """Give a whole answer with a JSON body."""
    body = orjson.dumps(data)
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


def page(first: int, count: int, *, more: bool = False, total: int | None = None) -> bytes:
    """Give one page of a list of records with the ids from `first` on."""
    results = [{"pk": first + n, "name": f"N{first + n}"} for n in range(count)]
    link = "http://elsewhere.example/?page=2" if more else None
    return answer(200, {"count": total, "next": link, "previous": None, "results": results})


def listed(*answers: bytes, **options: Any) -> tuple[ListAnswer, BadServer]:
    """Read a list from a server that gives these answers."""
    with bad_server(answering(*answers)) as server:
        return asked(server.url, lambda client: client.list_all(PATH, **options)), server


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_asked_for_page_by_page(kind: TransportKind) -> None:
    """A hundred at a time, sorted, every value quoted; the link to the next page is never followed."""
    with bad_server(answering(page(0, 100, more=True), page(100, 20))) as server:
        found = asked(
            server.url, lambda client: client.list_all(PATH, [("name", "İ&b=1,2 #/?"), ("x", "")]), kind=kind
        )
    lines = [request.split(b"\r\n")[0].decode() for request in server.requests]
    query = "name=%C4%B0%26b%3D1%2C2%20%23%2F%3F&x=&sort=id&limit=100"
    assert lines == [f"GET /api/v1/{PATH}?{query}&page={n} HTTP/1.1" for n in (1, 2)]
    assert all(b"authorization: token demo-token" in request.lower() for request in server.requests)
    assert found.records is not None
    assert [record["pk"] for record in found.records] == list(range(120))
    assert (found.requests, found.status, found.reason) == (2, 200, "")


def test_a_bare_array_is_the_whole_list() -> None:
    """Some lists are answered without pages."""
    found, server = listed(answer(200, [{"id": n} for n in range(250)]))
    assert found.records is not None
    assert len(found.records) == 250
    assert len(server.requests) == 1


def test_an_empty_list_is_empty() -> None:
    """The one answer that says so."""
    assert listed(page(0, 0, total=0))[0].records == ()
    assert listed(answer(200, []))[0].records == ()


BAD: list[tuple[bytes, int | None]] = [
    (answer(401, {"detail": "Invalid token."}), 401),
    (answer(403, {}), 403),
    (answer(404, {"detail": "Not found."}), 404),
    (answer(429, {}), 429),
    (answer(500, []), 500),
    (answer(502, {"results": []}), 502),
    (answer(202, []), 202),
    (answer(302, []), 302),
    (answer(200, {}), 200),
    (answer(200, {"results": None}), 200),
    (answer(200, {"results": [1]}), 200),
    (answer(200, "nothing"), 200),
    (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>", 200),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n[]", None),
    (b"HTTP/1.1 nonsense\r\n\r\n", None),
    (b"", None),
]


@pytest.mark.parametrize(("reply", "status"), BAD)
@pytest.mark.parametrize("later", [False, True])
def test_whatever_is_no_list_is_failed_and_never_empty(reply: bytes, status: int | None, later: bool) -> None:
    """On the first page or on a later one; the status is kept, and what came before is no answer."""
    first = [page(0, 100, more=True)] if later else []
    found, _ = listed(*first, reply)
    assert found.records is None
    assert found.status == status
    assert found.reason
    assert found.requests == len(first) + 1
    assert len(found.beginning) == 100 * later


def test_silence_is_failed_too() -> None:
    """No answer in time says nothing about what there is."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.linger()

    with bad_server(script) as server:
        found = asked(server.url, lambda client: client.list_all(PATH), deadline=0.3)
    assert (found.records, found.status) == (None, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\n[]", b"HTTP/1.1 nonsense\r\n\r\n", b""]
)
def test_what_was_asked_for_shows_in_no_reason(raw: bytes, kind: TransportKind) -> None:
    """A query holds people's addresses; libraries like to put the whole URL into their errors."""
    with bad_server(answering(raw)) as server:
        found = asked(
            server.url, lambda client: client.list_all(PATH, [("email", "canary@x.example")]), kind=kind
        )
    assert b"canary" in server.requests[0]
    assert found.reason
    assert "canary" not in repr(found)


def test_a_list_that_repeats_itself_is_noticed() -> None:
    """A server that ignores `page` would give its first one for ever."""
    found, server = listed(*[page(0, 100, more=True)] * 5)
    assert found.records is None
    assert len(server.requests) == 2
    assert "repeat" in found.reason


def test_a_list_without_end_is_given_up() -> None:
    """Pages that bring ever new records end at a number of them, and prove nothing."""
    pages = [page(n * 100, 100, more=True) for n in range(8)]
    found, server = listed(*pages, most_pages=5)
    assert found.records is None
    assert found.requests == len(server.requests) == 5
    assert MOST_PAGES > 100


def test_a_list_that_is_shorter_than_it_says_is_not_whole() -> None:
    """Records that moved between two pages are missed; those that a page repeats do not stand for them."""
    assert listed(page(0, 100, more=True, total=120), page(99, 20, total=120))[0].records is None
    assert listed(page(0, 100, more=True, total=120), page(100, 20, total=120))[0].records is not None


def test_reading_ends_where_somebody_has_seen_enough() -> None:
    """A filter that is ignored shows on the first page; a list that ends there is kept all the same."""
    found, server = listed(page(0, 100, more=True), page(100, 1), give_up=lambda _: True)
    assert found.records is None
    assert len(found.beginning) == 100
    assert len(server.requests) == 1
    assert listed(page(0, 9), give_up=lambda _: True)[0].records is not None


def test_every_page_waits_for_its_turn_and_a_creation_has_had_its_place() -> None:
    """As for orders: what is posted reserved its place before its intent became durable."""
    turns = Turns()
    replies = [page(0, 100, more=True), page(100, 1), answer(201, {"pk": 7})]
    with bad_server(answering(*replies)) as server:

        async def both(client: RecordsClient) -> int:
            await client.list_all(PATH)
            await client.post("channel/5/customers/", b'{"email": "x"}')
            return client.requests

        assert asked(server.url, both, turns=turns) == 3
    assert turns.steps == ["reserve", "leave"] * 2 + ["leave"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_goes_out_as_it_is(kind: TransportKind) -> None:
    """Path, type, length and the very bytes; the answer comes back whole."""
    body = '{"line": "Örnek Sok.  1"}\n'.encode()
    complaint = answer(406, {"non_field_errors": "hash_data:abc12345 exists", "code": "x"})
    with bad_server(answering(complaint)) as server:
        reply = asked(server.url, lambda client: client.post("channel/5/addresses/", body), kind=kind)
        head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/channel/5/addresses/ HTTP/1.1\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert sent == body
    assert isinstance(reply, Answer)
    assert [str(one) for one in reply.complaints] == ["hash_data:abc12345 exists"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_creation_that_breaks_off_is_in_doubt_and_one_that_never_left_is_not(kind: TransportKind) -> None:
    """The same two classes as for orders."""
    with bad_server(answering(b"")) as server:
        lost = asked(server.url, lambda client: client.post("channel/5/customers/", b"{}"), kind=kind)
    url = f"http://127.0.0.1:{unused_port()}"
    never = asked(url, lambda client: client.post("channel/5/customers/", b"{}"), kind=kind)
    assert isinstance(lost, NoAnswer)
    assert isinstance(never, NoAnswer)
    assert (lost.wire, never.wire) == (Wire.LOST, Wire.NEVER_SENT)
