"""A test channel is tried out: what does it do with an order number that it already holds?"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.model.capability import PROBED, Capability, Evidence, agreed
from pipeline.model.exchange import Lookup, Reply
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import TargetRefused, UsageRefused
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.asking import ask_at
from pipeline.runs.connection.held_run import channel_held
from pipeline.runs.connection.turns import Turns
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.runs.state_folder.evidence_file import write_evidence
from pipeline.target.client import OmnitronClient
from pipeline.target.token import Token
from pipeline.target.transport import Transport
from pipeline.upload.probe import (
    Numbers,
    Variant,
    looked_up,
    numbers,
    payload_for,
    reason_in_words,
    sameness,
    second_sending,
    variants_in_words,
)
from pipeline.upload.verdict import Meaning, Verdict, judge

LOOKS = 6
"""So often the first order is looked for, a second apart, before it counts as not to be found."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe found out, the numbers it created orders under, what to know, where it is kept."""

    capability: Capability
    created: Sequence[str]
    issues: Sequence[Issue]
    path: Path


def draw_numbers() -> Numbers:
    """Numbers for one probe, drawn at random."""
    return numbers(secrets.randbelow(100_000_000))


def probe_order(places: Places, file: Path | None, run_id: str | None) -> Mapping[str, Any]:
    """The payload to probe with: of a JSON file, or the first of a run.

    Raises :class:`UsageRefused` (E723) where there is none that could be sent.
    """
    if file is not None:
        try:
            payload = orjson.loads(file.read_bytes())
            payload_for(payload if isinstance(payload, dict) else {}, "-", 1)
            return dict(payload)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            facts: dict[str, str | int] = {"reason": shown(reason)}
            raise UsageRefused(Issue("E723", Location(str(file)), facts=facts)) from None
    if run_id is None:
        raise UsageRefused(Issue("E723", facts={"reason": "none was named"}))
    found = find_run(places, run_id)
    with closing(JournalReader(places.journal(found))) as journal:
        bodies, nonce = journal.payloads(1), str(journal.header.get("nonce", "-"))
    if not bodies:
        raise UsageRefused(Issue("E723", facts={"reason": f"run {found} has no order that may be sent"}))
    if f'"{nonce}:'.encode() in bodies[0]:
        reason = f"the first order of run {found} names records whose ids are looked up only when it is sent"
        raise UsageRefused(Issue("E723", facts={"reason": reason}))
    first: Mapping[str, Any] = orjson.loads(bodies[0])
    return first


def probe(  # noqa: PLR0913, PLR0917 - what a probe is made of
    target: str,
    channel: int,
    payload: Mapping[str, Any],
    chosen: Numbers,
    request: SendRequest,
    places: Places,
    *,
    by: str,
    settle_window: float = 120.0,
    between_looks: float = 1.0,
) -> Probed:
    """Send one number twice, look it up, send variants of it; what was seen is kept for later plans.

    Creates two to five orders, under ``chosen`` numbers only. Raises :class:`TargetRefused` (E724, E725)
    where nothing is proven: then nothing is kept either.
    """
    address = address_of(target, channel)

    async def ask(transport: Transport, token: Token, turns: Turns) -> "_Probing":
        client = OmnitronClient(transport, address, token, turns)
        probing = _Probing(client, turns, payload, chosen, channel, between_looks)
        await probing.run()
        return probing

    with channel_held(places, address):
        seen = ask_at(address, request, ask)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        evidence = Evidence(PROBED, at, by, tuple(seen.seen), tuple(variant.how for variant in seen.same))
        found = Capability(seen.unique, settle_window, seen.lookup, evidence)
        capability = agreed(Capability(settle_window=settle_window), found)
        path = write_evidence(places, target, channel, capability)
    return Probed(capability, tuple(seen.created), tuple(seen.issues), path)


class _Probing:
    """One probe on its way, and what it has seen."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a probe is made of
        self,
        client: OmnitronClient,
        turns: Turns,
        payload: Mapping[str, Any],
        chosen: Numbers,
        channel: int,
        between_looks: float,
    ) -> None:
        self._client, self._turns, self._pause = client, turns, between_looks
        self._payload, self._numbers, self._channel = payload, chosen, channel
        self.unique = self.lookup = False
        self.seen: list[str] = []
        self.same: list[Variant] = []
        self.created: list[str] = []
        self.issues: list[Issue] = []

    async def run(self) -> None:
        """Do it all, one request after the other."""
        await self._first(self._numbers.first)
        verdict, reply = await self._create(self._numbers.first)
        second = second_sending(verdict)
        if second is None:
            raise self._nothing(verdict, reply)
        self.unique = second.unique
        self.seen.append(second.seen)
        if second.unknown_words:
            self.issues.append(Issue("W724", facts={"reason": second.unknown_words}))
        await self._look()
        if self.unique:
            await self._variants()

    async def _first(self, number: str) -> None:
        """An order that the target has to take: nothing holds its number."""
        verdict, reply = await self._create(number)
        if verdict.meaning is Meaning.APPLIED:
            return
        if verdict.meaning in (Meaning.REFUSED, Meaning.DUPLICATE, Meaning.UNCLEAR):
            facts: dict[str, str | int] = {"reason": shown(reason_in_words(verdict, reply))}
            raise TargetRefused(Issue("E724", order=number, facts=facts))
        raise self._nothing(verdict, reply)

    async def _create(self, number: str) -> tuple[Verdict, Reply]:
        body = orjson.dumps(payload_for(self._payload, number, self._channel))
        await self._turns.reserve()
        reply = await self._client.create(body)
        verdict = judge(reply, number, Capability())
        if verdict.meaning is Meaning.APPLIED:
            self.created.append(number)
        return verdict, reply

    async def _look(self) -> None:
        sent = payload_for(self._payload, self._numbers.first, self._channel)
        lookup = Lookup(None)
        for turn in range(LOOKS):
            if turn:
                await asyncio.sleep(self._pause)
            lookup = await self._client.lookup(self._numbers.first)
            if lookup.orders:
                break
        self.lookup, words = looked_up(lookup, sent)
        self.seen.append(words)
        if self.unique and lookup.orders and len(lookup.orders) > 1:
            self.unique = False
            self.seen.append("so the refusal did not keep it from being created")

    async def _variants(self) -> None:
        await self._first(self._numbers.digits)
        for variant in self._numbers.variants:
            verdict, reply = await self._create(variant.number)
            answer = sameness(verdict)
            if answer is None:
                words = f"whether numbers that differ {variant.how} are the same to it was not seen"
                self.seen.append(f"{words} ({shown(reason_in_words(verdict, reply))})")
                continue
            self.seen.append(
                f"numbers that differ {variant.how} are {'' if answer else 'not '}the same to it"
            )
            self.same += [variant] if answer else []
        if self.same:
            self.issues.append(Issue("W723", facts={"variants": variants_in_words(self.same)}))
        if self.same and not self.lookup:
            self.seen.append("so a refusal may be about another number, which could not be looked up")

    def _nothing(self, verdict: Verdict, reply: Reply) -> TargetRefused:
        reason = shown(reason_in_words(verdict, reply))
        if verdict.stop is not None:
            return TargetRefused(Issue(verdict.stop.value, facts=verdict.facts))
        left = ", ".join(self.created) or "none is known to exist"
        return TargetRefused(Issue("E725", facts={"reason": f"{reason} (created so far: {left})"}))
