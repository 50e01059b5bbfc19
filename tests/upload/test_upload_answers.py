"""Every status under every body, as bytes off the wire: nothing ambiguous is ever called safe.

What each is worth is written down here as a table, and not taken from the code that is judged.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from pipeline.model.capability import Capability
from pipeline.model.exchange import Reply
from pipeline.model.states import Event, State, move
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.origin import parse_target
from pipeline.target.token import Token
from pipeline.target.wire_errors import AnswerTooLarge, CertificateRefused, TunnelRefused
from pipeline.upload.verdict import Meaning, Stop, event_of, judge

NUMBER = "A-17"
MODES = {"A": Capability(unique=True), "B": Capability(unique=False)}

BODIES: dict[str, tuple[str, bytes]] = {
    # the order that was sent
    "order": ("ours", b'{"pk": 7, "number": "A-17"}'),
    "order without pk": ("ours", b'{"number": "A-17", "amount": "1.00"}'),
    "order after white space": ("ours", b' \r\n\t{"number": "A-17"}\n'),
    # an order, and not that one
    "other order": ("another", b'{"pk": 8, "number": "A-18"}'),
    "other case": ("another", b'{"number": "a-17"}'),
    "trailing space": ("another", b'{"number": "A-17 "}'),
    "number as a number": ("another", b'{"number": 17}'),
    "number in a list": ("another", b'{"number": ["A-17"]}'),
    "two numbers": ("another", b'{"number": "A-17", "number": "SOMEBODY-ELSE"}'),
    # JSON in which the target speaks, of the order or of nothing in particular
    "field": ("speaks", b'{"amount": ["A valid number is required."], "code": "orders_100_1"}'),
    "text": ("speaks", b'{"non_field_errors": "The total does not fit."}'),
    "detail": ("speaks", b'{"detail": "Not possible."}'),
    "no number": ("speaks", b'{"pk": 9}'),
    "other make": ("speaks", b'{"status": "success", "data": {}}'),
    "flood": ("speaks", b'{"detail": [' + b",".join([b'"No."'] * 5000) + b"]}"),
    "huge": ("speaks", b'{"detail": "' + b"x" * 900_000 + b'"}'),
    "names an item": ("about the order", b'{"order_item": [{"product": ["Invalid pk."]}]}'),
    "names a product": ("about the order", b'{"detail": "Product not found."}'),
    "taken": ("taken", b'{"non_field_errors": ["Order with this number already exists."]}'),
    "taken, in Turkish": ("taken", '{"detail": "Bu sipariş numarası zaten mevcut."}'.encode()),
    # whatever proves nothing
    "none": ("dumb", b""),
    "blank": ("dumb", b"   "),
    "html": ("dumb", b"<html><h1>502 Bad Gateway</h1></html>"),
    "html of a taken number": ("dumb", b"<p>Order with this number already exists. A-17</p>"),
    "cut": ("dumb", b'{"pk": 7, "number": "A-1'),
    "cut after the number": ("dumb", b'{"number": "A-17"'),
    "something behind": ("dumb", b'{"number": "A-17"}{"number": "A-17"}'),
    "byte order mark": ("dumb", b'\xef\xbb\xbf{"number": "A-17"}'),
    "no UTF-8": ("dumb", b'{"number": "A-17", "notes": "\xff\xfe"}'),
    "NaN": ("dumb", b'{"number": "A-17", "amount": NaN}'),
    "deep": ("dumb", b"[" * 50_000 + b"]" * 50_000),
    "list": ("dumb", b'[{"number": "A-17"}]'),
    "string": ("dumb", b'"Order with this number already exists."'),
    "null": ("dumb", b"null"),
    "true": ("dumb", b"true"),
    "a number": ("dumb", b"17"),
    "empty object": ("dumb", b"{}"),
    "null number": ("dumb", b'{"number": null}'),
    "only a code": ("dumb", b'{"code": "orders_100_3"}'),
    "compressed": ("dumb", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
}
"""What comes, and what kind of thing it is."""

NOT, NO, DOUBT, TAKEN, ODD = (
    Meaning.NOT_APPLIED,
    Meaning.REFUSED,
    Meaning.DOUBT,
    Meaning.DUPLICATE,
    Meaning.UNCLEAR,
)
KINDS = ("ours", "another", "speaks", "about the order", "taken", "dumb")
JUDGEMENTS = {
    # status: what each kind of body proves, and whether the run stops
    201: ((Meaning.APPLIED, DOUBT, DOUBT, DOUBT, DOUBT, DOUBT), None),
    400: ((NO, NO, NO, NO, TAKEN, NOT), None),
    409: ((NO, NO, NO, NO, TAKEN, NOT), None),
    406: ((NO, NO, NO, NO, TAKEN, ODD), None),
    413: ((NO, NO, NO, NO, NO, NOT), None),
    414: ((NO, NO, NO, NO, NO, NOT), None),
    415: ((NO, NO, NO, NO, NO, NOT), None),
    422: ((NO, NO, NO, NO, NO, NOT), None),
    431: ((NO, NO, NO, NO, NO, NOT), None),
    301: ((NOT,) * 6, Stop.REDIRECTED),
    307: ((NOT,) * 6, Stop.REDIRECTED),
    308: ((NOT,) * 6, Stop.REDIRECTED),
    302: ((DOUBT,) * 6, Stop.REDIRECTED),
    303: ((DOUBT,) * 6, Stop.REDIRECTED),
    401: ((NOT,) * 6, Stop.NOT_AUTHORISED),
    403: ((NOT,) * 6, Stop.FORBIDDEN),
    404: ((NOT, NOT, NOT, NO, NOT, NOT), Stop.NO_SUCH_CHANNEL),
    425: ((NOT,) * 6, None),
}
IN_DOUBT: tuple[tuple[Meaning, ...], Stop | None] = ((DOUBT,) * 6, None)
"""Every status that is not in the table: it was never promised, so it proves nothing."""


class Saying(httpx.AsyncBaseTransport):
    """Answers whatever comes with the same, or fails in the same way."""

    def __init__(self, says: tuple[int, bytes] | httpx.TransportError) -> None:
        self.says = says

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Say it."""
        if isinstance(self.says, httpx.TransportError):
            raise self.says
        return httpx.Response(self.says[0], content=self.says[1], request=request)


class AtOnce:
    """Everybody's turn is now."""

    async def reserve(self) -> None:
        """Wait for nothing."""

    async def leave(self) -> float:
        """Wait for nothing."""
        return 0.0

    def back(self, left: float, reply: Reply) -> None:
        """Learn nothing."""


def replies(says: list[tuple[int, bytes] | httpx.TransportError]) -> list[Reply]:
    """Give what the client makes of each."""

    async def ask() -> list[Reply]:
        transport = Saying((200, b""))
        address = Address(*parse_target("http://127.0.0.1:9"), 5)
        client = OmnitronClient(transport, address, Token("t"), AtOnce())
        found = []
        for said in says:
            transport.says = said
            found.append(await client.create(b"{}"))
        return found

    return asyncio.run(ask())


def judged() -> Iterator[tuple[int, str, str, Reply]]:
    """Give every status, body, kind of body, and the reply that the client makes of it."""
    pairs = [(status, name) for status in range(200, 600) for name in BODIES]
    found = replies([(status, BODIES[name][1]) for status, name in pairs])
    for (status, name), reply in zip(pairs, found, strict=True):
        yield status, name, BODIES[name][0], reply


@pytest.fixture(scope="module")
def answers() -> list[tuple[int, str, str, Reply]]:
    """Give all of them, made once."""
    return list(judged())


@pytest.mark.parametrize("mode", MODES)
def test_every_answer_is_judged_as_the_table_says(
    answers: list[tuple[int, str, str, Reply]], mode: str
) -> None:
    """400 statuses under 40 bodies: each proves what is written here, and the run stops where it says so."""
    wrong = []
    for status, name, kind, reply in answers:
        meanings, stop = JUDGEMENTS.get(status, IN_DOUBT)
        wanted = meanings[KINDS.index(kind)]
        if status == 429 and mode == "A":
            wanted = NOT
        if (status, kind) == (201, "another"):
            stop = Stop.CROSSED_ANSWER
        if (status, kind) == (404, "about the order"):
            stop = None
        verdict = judge(reply, NUMBER, MODES[mode])
        if (verdict.meaning, verdict.stop) != (wanted, stop):
            wrong.append((status, name, verdict.meaning, verdict.stop, wanted, stop))
    assert wrong == []
    assert len(answers) == 400 * len(BODIES)


@pytest.mark.parametrize("mode", MODES)
def test_no_order_that_may_be_there_is_called_safe(
    answers: list[tuple[int, str, str, Reply]], mode: str
) -> None:
    """Whatever is not in doubt afterwards is one of the few answers that prove it: counted."""
    ends = Counter(
        (status, move(State.IN_FLIGHT, event_of(judge(reply, NUMBER, MODES[mode]).meaning)))
        for status, _, _, reply in answers
    )
    sure = {(status, state) for status, state in ends if state is not State.IN_DOUBT}
    assert {status for status, state in sure if state is State.CREATED} == {201}
    assert ends[201, State.CREATED] == sum(kind == "ours" for kind, _ in BODIES.values())
    proven = {status for status in JUDGEMENTS if status not in {201, 302, 303}}
    assert {status for status, state in sure if state is not State.CREATED} == proven | (
        {429} if mode == "A" else set()
    )
    assert {status for status, state in sure if state is State.CONFLICT} == {406}


def subclasses(kind: type[httpx.TransportError]) -> set[type[httpx.TransportError]]:
    """Give a kind of error and all that are of it."""
    return {kind}.union(*(subclasses(below) for below in kind.__subclasses__()))


@pytest.mark.parametrize("mode", MODES)
def test_only_what_never_had_a_connection_was_never_sent(mode: str) -> None:
    """Of all errors the wire knows, six prove that nothing left; each other one is doubt, in every mode."""
    proof = {
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.UnsupportedProtocol,
        CertificateRefused,
        TunnelRefused,
    }
    kinds = sorted(subclasses(httpx.TransportError) | {AnswerTooLarge}, key=lambda kind: kind.__name__)
    ours = [kind for kind in kinds if kind.__module__.startswith(("httpx", "pipeline"))]
    assert proof <= set(ours)
    assert len(ours) > 15
    made = [kind(502) if kind is TunnelRefused else kind("it broke") for kind in ours]
    for kind, reply in zip(ours, replies(list(made)), strict=True):
        verdict = judge(reply, NUMBER, MODES[mode])
        assert (verdict.meaning is Meaning.NOT_APPLIED) == (kind in proof), kind
        assert verdict.meaning in {Meaning.NOT_APPLIED, Meaning.DOUBT}
        assert event_of(verdict.meaning) in {Event.NOT_APPLIED, Event.DOUBT}
