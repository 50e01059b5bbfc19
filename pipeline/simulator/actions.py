"""The vocabulary of faults: every word a script or a rate may use, what it means and what it does.

Grammar of one entry: `[commit_then_ | no_commit_]NAME[:ARGUMENT]`, or a status such as `429`, `502_html`.
The prefixes say whether the request is really processed before the fault strikes; without one each
action's own custom holds. A request that would be refused anyway creates nothing under any prefix.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from pipeline.simulator.refusals import duplicate_order
from pipeline.simulator.spoilt_bodies import (
    array,
    bad_utf8,
    bomb,
    cut,
    deep,
    empty,
    html,
    huge_integer,
    no_number,
    not_a_number,
    other_number,
    other_value,
    scripted,
    twice_the_key,
    wrong_shape,
)
from pipeline.simulator.wire import CHUNK, ENDLESS_CHUNKS, Wire, head

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pipeline.simulator.answer import Answer
    from pipeline.simulator.world import World

    Play: TypeAlias = Callable[[Wire, Answer, str, World], Awaitable[int | None]]

OK_STATUSES = range(200, 300)
RETRY_LATER = frozenset({429, 503})
_STATUS = re.compile(r"([2-5]\d\d)(?:_(json|html|empty|other|product|duplicate))?")


@dataclass(frozen=True, slots=True)
class Kind:
    """One word of the vocabulary.

    `processed`: whether the request is really processed (and an order stored) before `play`.
    `before_body`: strikes before the request's body was asked for, and so cannot know the order number.
    `argument`: what stands behind the colon when nothing is given; `amount` says that it is a number.
    """

    meaning: str
    play: Play
    processed: bool = False
    before_body: bool = False
    argument: str = ""
    amount: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of a script, understood. `store` is how often a good order is stored (0: not at all)."""

    text: str
    name: str
    kind: Kind
    argument: str
    processed: bool
    store: int

    async def play(self, wire: Wire, answer: Answer, world: World) -> int | None:
        """Do it and give back the status that was sent, None if there was none."""
        return await self.kind.play(wire, answer, self.argument, world)


# what the actions do


async def _answer(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.answer(answer)
    return answer.status


async def _reset(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.reset()
    return None


async def _close(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.close()
    return None


async def _hang(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.hang()
    return None


async def _delay_answer(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:
    await wire.pause(float(argument))
    return await _answer(wire, answer, argument, world)


async def _then_close(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.answer(answer)
    seconds = float(argument)
    if seconds:
        asyncio.get_running_loop().call_later(seconds, wire.transport.close)
    else:
        wire.transport.close()
    return answer.status


async def _truncated(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    headers = ((b"content-type", answer.content_type), (b"content-length", b"%d" % (len(answer.body) + 64)))
    await wire.raw(head(answer.status, headers) + answer.body[: len(answer.body) // 2])
    return answer.status


async def _bad_chunks(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    headers = ((b"content-type", answer.content_type), (b"transfer-encoding", b"chunked"))
    await wire.raw(head(answer.status, headers) + b"zz\r\n" + answer.body)
    return answer.status


async def _garbage(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.raw(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    return None


async def _nul_header(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    headers = ((b"x-broken", b"a\x00b"), (b"content-length", b"%d" % len(answer.body)))
    await wire.raw(head(answer.status, headers) + answer.body)
    return answer.status


async def _interim_then_close(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.raw(b"HTTP/1.1 102 Processing\r\n\r\n")
    return None


async def _drip(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.start(answer, len(answer.body))
    for place in range(len(answer.body)):
        if not wire.is_open:
            break
        await wire.piece(answer.body[place : place + 1])
        await wire.pause(float(argument))
    else:
        await wire.piece(b"", last=True)
        return answer.status
    wire.transport.abort()
    await wire.gone()
    return answer.status


async def _endless(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:  # noqa: ARG001
    await wire.start(answer, None)
    for _ in range(ENDLESS_CHUNKS):
        if not wire.is_open:
            break
        await wire.piece(CHUNK)
        await asyncio.sleep(0)
    wire.transport.abort()
    await wire.gone()
    return answer.status


async def _bomb(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:
    return await _answer(wire, bomb(answer, int(argument)), argument, world)


async def _header_flood(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:
    flood = tuple((b"x-flood-%d" % number, b"1") for number in range(int(argument)))
    return await _answer(wire, replace(answer, headers=(*answer.headers, *flood)), argument, world)


async def _header_huge(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:
    huge = (b"x-huge", b"h" * int(argument))
    return await _answer(wire, replace(answer, headers=(*answer.headers, huge)), argument, world)


async def _spoil(
    spoil: Callable[[Answer], Answer], wire: Wire, answer: Answer, argument: str, world: World
) -> int | None:
    return await _answer(wire, spoil(answer), argument, world)


async def _other_value(wire: Wire, answer: Answer, argument: str, world: World) -> int | None:
    return await _answer(wire, other_value(answer, argument), argument, world)


async def _status(
    spoken_of: tuple[int, str], wire: Wire, answer: Answer, argument: str, world: World
) -> int | None:
    """Another status than the real one: a success keeps the real body, all others get their own."""
    status, form = spoken_of
    if status in OK_STATUSES and form == "":
        if answer.status not in OK_STATUSES:
            return await _answer(wire, answer, argument, world)
        body = b"" if status == 204 else answer.body  # noqa: PLR2004 - "No Content"
        return await _answer(wire, replace(answer, status=status, body=body), argument, world)
    if form == "duplicate":
        return await _answer(wire, duplicate_order(status, world.settings.duplicate_shape), argument, world)
    spoken = scripted(status, form)
    if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
        target = argument or world.settings.redirect_to
        spoken = replace(spoken, headers=((b"location", target.encode()),))
    elif argument:
        spoken = replace(spoken, headers=((b"retry-after", _retry_after(argument, world).encode()),))
    return await _answer(wire, spoken, argument, world)


def _retry_after(argument: str, world: World) -> str:
    """Give the header's value: as given, or for "date" and "date+N" a moment on the server's own clock."""
    word, _, seconds = argument.partition("+")
    if word != "date":
        return argument
    ahead = timedelta(seconds=world.settings.clock_skew + float(seconds or 3))
    return format_datetime(world.wall() + ahead, usegmt=True)


# the table

KINDS: Mapping[str, Kind] = {
    "ok": Kind("the real answer", _answer, processed=True),
    "delay": Kind("waits, then processes and answers", _answer, processed=True, argument="1", amount=True),
    "delay_answer": Kind(
        "processes, waits, answers", _delay_answer, processed=True, argument="1", amount=True
    ),
    "late_commit": Kind("never answers; processes after the seconds", _hang, argument="1", amount=True),
    "commit_twice": Kind("the target stores the order twice for one POST", _answer, processed=True, times=2),
    "reset_before_read": Kind("RST before the body is read", _reset, before_body=True),
    "reset": Kind("RST instead of an answer", _reset),
    "close": Kind("FIN instead of an answer", _close),
    "hang": Kind("no answer, connection stays open", _hang),
    "ok_then_close": Kind(
        "the real answer as keep-alive, then FIN", _then_close, processed=True, argument="0", amount=True
    ),
    "413_before_read": Kind(
        "refuses while the body is still coming", partial(_status, (413, "")), before_body=True
    ),
    "truncated_body": Kind("Content-Length promises more than comes", _truncated, processed=True),
    "bad_chunks": Kind("chunked body with a broken chunk", _bad_chunks, processed=True),
    "garbage": Kind("bytes that are no HTTP", _garbage),
    "interim_then_close": Kind("a 102, then FIN", _interim_then_close),
    "drip": Kind("one byte each so many seconds", _drip, processed=True, argument="0.4", amount=True),
    "endless_body": Kind("a body that does not end (cut at 1 GiB)", _endless, processed=True),
    "gzip_bomb": Kind("so many MiB of blanks, packed", _bomb, processed=True, argument="64", amount=True),
    "header_flood": Kind("so many headers", _header_flood, processed=True, argument="10000", amount=True),
    "header_huge": Kind(
        "one header of so many bytes", _header_huge, processed=True, argument="1048576", amount=True
    ),
    "nul_header": Kind("a NUL in a header", _nul_header, processed=True),
    "html_body": Kind("the real status over a page of HTML", partial(_spoil, html), processed=True),
    "empty_body": Kind("the real status over no body", partial(_spoil, empty), processed=True),
    "cut_json": Kind("well framed, but the JSON stops in the middle", partial(_spoil, cut), processed=True),
    "other_number": Kind(
        "another order's number, as if answers had crossed", partial(_spoil, other_number), processed=True
    ),
    "other_value": Kind(
        "a field shows another value than is stored", _other_value, processed=True, argument="amount"
    ),
    "no_number": Kind("the order without its number", partial(_spoil, no_number), processed=True),
    "nan_json": Kind("NaN and Infinity as amounts", partial(_spoil, not_a_number), processed=True),
    "duplicate_keys": Kind("two members named `number`", partial(_spoil, twice_the_key), processed=True),
    "huge_integer": Kind("a pk of 5,000 digits", partial(_spoil, huge_integer), processed=True),
    "array_body": Kind("the object inside a list", partial(_spoil, array), processed=True),
    "wrong_shape": Kind("proper JSON of another make", partial(_spoil, wrong_shape), processed=True),
    "deep_json": Kind("100,000 nested lists", partial(_spoil, deep), processed=True),
    "bad_utf8": Kind("bytes that are no UTF-8", partial(_spoil, bad_utf8), processed=True),
    "lag": Kind("the lookup does not see anything yet", _answer, processed=True),
    "two_matches": Kind("the lookup gives every match twice", _answer, processed=True),
    "fuzzy": Kind("the lookup takes prefixes and ignores case", _answer, processed=True),
    "filter_ignored": Kind("the lookup gives everything", _answer, processed=True),
    "bare_list": Kind("the lookup answers a list without paging", _answer, processed=True),
}
LOOKUP_KINDS = frozenset({"lag", "two_matches", "fuzzy", "filter_ignored", "bare_list"})
ALIASES: Mapping[str, str] = {
    "201": "ok",
    "reset_before_commit": "reset",
    "close_without_answer": "close",
    "timeout": "hang",
    "html": "html_body",
    "invalid_json": "cut_json",
}
_PREFIXES: Mapping[str, bool] = {"commit_then_": True, "no_commit_": False}


def parse_action(text: str) -> Action:
    """Understands one entry of a script. Raises ValueError for a word that is not in the vocabulary."""
    name, _, argument = text.partition(":")
    wanted: bool | None = None
    for prefix, processed in _PREFIXES.items():
        if name.startswith(prefix):
            name, wanted = name.removeprefix(prefix), processed
    name = ALIASES.get(name, name)
    kind = KINDS.get(name) or _status_kind(name)
    if kind is None:
        raise ValueError(f"unknown action {text!r}")
    if kind.before_body and wanted is not None:
        raise ValueError(f"{text!r}: what strikes before the body is read cannot be combined with a prefix")
    argument = argument or kind.argument
    if kind.amount and not _is_amount(argument):
        raise ValueError(f"{text!r}: {argument!r} is not a number")
    stores = kind.processed if wanted is None else wanted
    return Action(text, name, kind, argument, kind.processed or stores, kind.times if stores else 0)


def _status_kind(name: str) -> Kind | None:
    match = _STATUS.fullmatch(name)
    if match is None:
        return None
    status, form = int(match[1]), match[2] or ""
    keeps_body = status in OK_STATUSES and not form
    return Kind(f"answers {name}", partial(_status, (status, form)), processed=keeps_body)


def _is_amount(argument: str) -> bool:
    try:
        return float(argument) >= 0
    except ValueError:
        return False


OK = parse_action("ok")
