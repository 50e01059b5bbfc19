"""The client's requests as they go over the wire, and what it makes of answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
import pytest
from bad_server import BadServer, Peer, answering, bad_server, unused_port

from pipeline.model.exchange import Answer, Lookup, NoAnswer, Reply, Wire
from pipeline.simulator import Settings, Simulator
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.origin import parse_target
from pipeline.target.token import Token
from pipeline.target.transport import TransportKind, open_transport
from pipeline.target.wire_limits import WireLimits

Result = TypeVar("Result")
CANARY = "canary-5b1e77aa"
KINDS: list[TransportKind] = ["fast", "plain"]


@dataclass
class Turns:
    """A pace that lets everybody through and remembers who asked."""

    steps: list[str] = field(default_factory=list)

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
    question: Callable[[OmnitronClient], Awaitable[Result]],
    *,
    token: str = "demo-token",
    turns: Turns | None = None,
    kind: TransportKind = "fast",
    deadline: float = 1.0,
    prefix: str = "",
) -> Result:
    """Open a client, ask it one thing, close it."""

    async def ask() -> Result:
        origin, _ = parse_target(url)
        transport = open_transport(kind, limits=WireLimits(deadline=deadline))
        client = OmnitronClient(transport, Address(origin, prefix, 5), Token(token), turns or Turns())
        try:
            return await question(client)
        finally:
            await client.aclose()

    return asyncio.run(ask())


def page(results: list[dict[str, Any]], *, more: bool = False) -> bytes:
    """Give a whole answer with one page of a list."""
    return answer(
        200, {"count": 1, "next": "http://elsewhere.example/" if more else None, "results": results}
    )


def answer(status: int, data: Any) -> bytes:
    """Give a whole answer with a JSON body."""
    body = orjson.dumps(data)
    return (
        b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        + body
    )


def looked_up(*answers: bytes, number: str = "A-17") -> tuple[Lookup, BadServer]:
    """Look a number up at a server that gives these answers."""
    with bad_server(answering(*answers)) as server:
        return asked(server.url, lambda client: client.lookup(number)), server


def body(number: str = "A-17") -> dict[str, Any]:
    """Give a payload that the twin takes."""
    order = {
        "number": number,
        "channel": 5,
        "status": "delivered",
        "date_placed": "2024-03-01T10:00:00+03:00",
        "customer": 201,
        "shipping_address": 301,
        "billing_address": 302,
        "currency": "try",
        "amount": "100.00",
    }
    items = [
        {"product": 101 + place, "quantity": 1, "unit_price": "50.00", "total_price": "50.00"}
        for place in range(2)
    ]
    return {"order": order, "order_item": items}


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_goes_out_as_it_is_and_with_nothing_else(kind: TransportKind) -> None:
    """Method, path, these headers and the very bytes of the payload; no cookie, no further encoding."""
    payload = b'{"order": {"number":  "\xc4\xb0-1"}}\n'
    with bad_server(answering(answer(201, {"number": "İ-1"}))) as server:
        reply = asked(server.url, lambda client: client.create(payload), kind=kind, prefix="/shop")
        head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /shop/api/v1/channel/5/create_orders/ HTTP/1.1"
    assert sorted(line.lower() for line in lines[1:] if not line.lower().startswith("connection:")) == [
        "accept-encoding: identity",
        "accept: application/json",
        "authorization: token demo-token",
        f"content-length: {len(payload)}",
        "content-type: application/json",
        f"host: 127.0.0.1:{server.port}",
        "user-agent: orderlift",
    ]
    assert sent == payload
    assert isinstance(reply, Answer)
    assert reply.data == {"number": "İ-1"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_asked_for_exactly(kind: TransportKind) -> None:
    """Every letter that means something in an address is quoted, and the channel is named."""
    with bad_server(answering(page([]))) as server:
        asked(server.url, lambda client: client.lookup("A/1 &b=ö#?%"), kind=kind)
        line = server.requests[0].split(b"\r\n")[0].decode()
    query = "number=A%2F1%20%26b%3D%C3%B6%23%3F%25&channel_id=5&limit=100&page=1"
    assert line == f"GET /api/v1/channel/5/orders/?{query} HTTP/1.1"


def test_every_request_waits_for_its_turn() -> None:
    """Each page of a lookup takes its place and its turn; an order's place was taken before its intent."""
    turns = Turns()
    with Simulator(settings=Settings(page_limit_max=1)) as sim:
        stored = sim.place(body())
        found = asked(sim.url, lambda client: client.lookup("A-17"), turns=turns)
        assert found.requests == len(sim.truth.log) == 3
        asked(sim.url, lambda client: client.create(stored.raw), turns=turns)
    assert turns.steps == ["reserve", "leave"] * 3 + ["leave"]


def test_an_order_is_found_with_its_items() -> None:
    """The order as the target shows it, its id, and all of its items over several pages."""
    with Simulator(settings=Settings(page_limit_max=1)) as sim:
        sim.place(body("A-18"))
        stored = sim.place(body())
        found = asked(sim.url, lambda client: client.lookup("A-17"))
    assert found.orders is not None
    (remote,) = found.orders
    assert remote.id == str(stored.pk)
    assert remote.order == stored.shown
    assert list(remote.items or ()) == stored.shown_items


@pytest.mark.parametrize("way", ["exact", "ignore_case", "prefix", "ignored"])
def test_only_exactly_this_number_counts(way: str) -> None:
    """However the target compares, numbers that resemble ours are not ours."""
    with Simulator(settings=Settings(lookup_filter=way, page_limit_max=2)) as sim:  # type: ignore[arg-type]
        for close_by in ("a-17", "A-170", "A-17 ", "A-1", "XA-17"):
            sim.place(body(close_by))
        none = asked(sim.url, lambda client: client.lookup("A-17"))
        sim.place(body())
        one = asked(sim.url, lambda client: client.lookup("A-17"))
    assert none.orders == ()
    assert one.orders is not None
    assert [remote.order["number"] for remote in one.orders] == ["A-17"]


def test_two_orders_under_a_number_are_both_found() -> None:
    """A target that took a number twice shows both."""
    with Simulator(settings=Settings(unique_numbers=False)) as sim:
        sim.place(body())
        sim.place(body())
        found = asked(sim.url, lambda client: client.lookup("A-17"))
    assert found.orders is not None
    assert len(found.orders) == 2


def test_pages_without_end_prove_no_absence() -> None:
    """A filter that is ignored over more pages than anybody reads is a failed lookup."""
    more = page([{"number": "A-1"}], more=True)
    found, server = looked_up(*[more] * 30)
    assert found.orders is None
    assert found.requests == len(server.requests) == 20


def test_items_without_end_are_not_taken_for_all() -> None:
    """An order whose items cannot be read whole is not compared with half of them."""
    items = page([{"order": 7}] * 100, more=True)
    found, server = looked_up(page([{"number": "A-17", "pk": 7}]), *[items] * 30)
    assert found.orders is None
    assert found.requests == len(server.requests) == 21


@pytest.mark.parametrize(
    ("order", "fits"),
    [
        ({"number": "A-17"}, True),
        ({"number": "A-17", "channel": 5}, True),
        ({"number": "A-17", "channel": "5"}, True),
        ({"number": "A-17", "channel": None}, True),
        ({"number": "A-17", "channel": {"pk": 6}}, True),
        ({"number": "A-17", "channel": "web"}, True),
        ({"number": "A-17", "channel": 6}, False),
        ({"number": "A-17", "channel": "6"}, False),
        ({"number": None}, False),
        ({}, False),
    ],
)
def test_only_what_is_plainly_of_another_channel_is_left_out(order: dict[str, Any], fits: bool) -> None:
    """A channel in a shape that nobody knows proves no absence."""
    found, _ = looked_up(page([order]))
    assert found.orders is not None
    assert len(found.orders) == fits


def test_a_number_that_is_none_is_not_found_in_an_order_without_one() -> None:
    """The text "None" is no number of an order that has none."""
    found, _ = looked_up(page([{"number": None}]), number="None")
    assert found.orders == ()


def test_an_order_without_an_id_has_items_that_nobody_knows() -> None:
    """Unknown is not the same as none."""
    found, server = looked_up(page([{"number": "A-17"}]))
    assert found.orders is not None
    assert found.orders[0].items is None
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (answer(401, {"detail": "Invalid token."}), 401),
        (answer(403, {}), 403),
        (answer(404, {"detail": "Not found."}), 404),
        (answer(429, {}), 429),
        (answer(500, {}), 500),
        (answer(202, {}), 202),
        (answer(302, {}), 302),
        (answer(200, {}), 200),
        (answer(200, {"results": {}}), 200),
        (answer(200, {"results": [1]}), 200),
        (answer(200, "A-17"), 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html></h", 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{}", None),
        (b"HTTP/1.1 nonsense\r\n\r\n", None),
        (b"", None),
    ],
)
@pytest.mark.parametrize("items", [False, True])
def test_whatever_is_no_list_is_a_failed_lookup(reply: bytes, status: int | None, items: bool) -> None:
    """No answer but a list says what there is, for the order as for its items; the status is kept."""
    first = [page([{"number": "A-17", "pk": 7}])] if items else []
    found, _ = looked_up(*first, reply)
    assert (found.orders, found.status) == (None, status)
    assert found.reason


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_listening_is_known_not_to_have_been_sent(kind: TransportKind) -> None:
    """No connection, no order: that is proven, and told in a word."""
    url = f"http://127.0.0.1:{unused_port()}"
    reply = asked(url, lambda client: client.create(b"{}"), kind=kind)
    assert isinstance(reply, NoAnswer)
    assert reply.wire is Wire.NEVER_SENT
    assert not reply.certificate


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["reset", "close", "half", "silence"])
def test_a_connection_that_breaks_is_in_doubt(end: str, kind: TransportKind) -> None:
    """Once a byte may have left, nothing is proven."""

    async def script(peer: Peer) -> None:
        await peer.request()
        if end == "reset":
            peer.reset()
        elif end == "half":
            await peer.send(answer(201, {"number": "A-17"})[:-4])
        elif end == "silence":
            await peer.linger()

    with bad_server(script) as server:
        reply = asked(server.url, lambda client: client.create(b"{}"), kind=kind, deadline=0.3)
        assert len(server.requests) == 1
    assert isinstance(reply, NoAnswer)
    assert reply.wire is Wire.LOST


def test_an_answer_is_kept_as_far_as_it_is_needed() -> None:
    """Status, parsed body, complaints, and of the headers the two that ask for patience."""
    raw = answer(400, {"order": {"amount": ["Wrong."]}}).replace(
        b"\r\n\r\n", b"\r\nRetry-After: 7\r\nDate: now\r\nSet-Cookie: a=b\r\n\r\n", 1
    )
    with bad_server(answering(raw)) as server:
        reply = asked(server.url, lambda client: client.create(b"{}"))
    assert isinstance(reply, Answer)
    assert reply.status == 400
    assert reply.headers == {"retry-after": "7", "date": "now"}
    assert [str(complaint) for complaint in reply.complaints] == ["order.amount: Wrong."]


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b'{"number": NaN}', b'{"number": "A', b"\xff\xfe", b"[" * 100_000, b'{"a": 1e999}x'],
)
def test_a_body_that_is_no_json_is_none(raw: bytes) -> None:
    """Half, deep, misspelt or wrongly encoded: the answer counts as one without content."""
    whole = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(raw) + raw
    with bad_server(answering(whole)) as server:
        reply = asked(server.url, lambda client: client.create(b"{}"))
    assert reply == Answer(201, {}, None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_token_shows_nowhere(kind: TransportKind, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a repr, a reply, an exception or a log, at the highest verbosity, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = [repr(Token(CANARY)), str(Token(CANARY))]
    garbage = b"HTTP/1.1 200 OK\r\nx: \x00\r\n\r\n"
    for script in (answering(answer(500, {})), answering(garbage), answering(b"")):
        with bad_server(script) as server:
            told.append(repr(asked(server.url, lambda client: client.create(b"{}"), token=CANARY, kind=kind)))
            told.append(repr(asked(server.url, lambda client: client.lookup("A"), token=CANARY, kind=kind)))
            assert any(CANARY.encode() in request for request in server.requests), "it was really sent"
    url = f"http://127.0.0.1:{unused_port()}"
    told.append(asked(url, _described, token=CANARY, kind=kind))
    assert CANARY not in "\n".join(told)
    assert CANARY not in caplog.text


async def _described(client: OmnitronClient) -> str:
    return f"{client!r} {await client.create(b'{}')!r}"


@pytest.mark.parametrize("text", ["", " ", "two words", "a\nb", "a\r\nX: y", "ışık", "a\x00", "x" * 4097])
def test_a_token_that_no_header_can_carry_is_refused(text: str) -> None:
    """One word of plain characters; the refusal does not repeat it."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - what it says is checked below
        Token(text)
    assert not text.strip() or text not in str(refused.value)
