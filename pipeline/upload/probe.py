"""Finding out what a target does with an order number that it already holds: what to send, what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.model.exchange import Lookup, Reply
from pipeline.upload.compare import differences
from pipeline.upload.verdict import Meaning, Verdict


class Variant(NamedTuple):
    """Two numbers that differ in one way only, and that way in words."""

    how: str
    number: str
    like: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one probe: ``first`` is sent twice, all others once."""

    first: str
    digits: str

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The numbers sent only where the target refused the first one's second sending."""
        return (
            Variant("in case only", self.first.swapcase(), self.first),
            Variant("by a space at the end only", f"{self.first} ", self.first),
            Variant("by a leading zero only", f"0{self.digits}", self.digits),
        )

    @property
    def most(self) -> tuple[str, ...]:
        """Every number under which an order may be created."""
        return (self.first, self.digits, *(variant.number for variant in self.variants))


def numbers(tag: int) -> Numbers:
    """The numbers of a probe that nobody else uses; ``tag`` is drawn at random, from 0 to 99,999,999."""
    return Numbers(f"OL-Probe-{tag:08d}", f"9{tag:08d}")


def payload_for(payload: Mapping[str, Any], number: str, channel: int) -> dict[str, Any]:
    """The order of the probe under one of its numbers. Raises :class:`ValueError` where it is no payload."""
    order, items = payload.get("order"), payload.get("order_item")
    if not isinstance(order, dict) or not isinstance(items, list) or not items:
        raise ValueError("it has not the two keys order and order_item")
    return {"order": {**order, "number": number, "channel": channel}, "order_item": items}


class Second(NamedTuple):
    """What the second sending of a number brought: is it refused, and in words that are understood?"""

    unique: bool
    seen: str
    unknown_words: str = ""


def second_sending(verdict: Verdict) -> Second | None:
    """What the answer to the second sending says; ``None`` where it proves nothing."""
    words = str(verdict.facts.get("complaints") or "without words")
    status = verdict.facts.get("status")
    match verdict.meaning:
        case Meaning.APPLIED:
            return Second(unique=False, seen="a second order with the same number was created")
        case Meaning.DUPLICATE:
            seen = f"a second order with the same number was refused ({status}: {words})"
            return Second(unique=True, seen=seen)
        case Meaning.REFUSED | Meaning.UNCLEAR:
            seen = f"a second order with the same number was refused in unknown words ({status}: {words})"
            return Second(unique=False, seen=seen, unknown_words=f"{status}: {words}")
        case _:
            return None


def sameness(verdict: Verdict) -> bool | None:
    """Whether the target takes a variant for the number it is like; ``None`` where its answer is unclear."""
    if verdict.meaning is Meaning.DUPLICATE:
        return True
    return False if verdict.meaning is Meaning.APPLIED else None


def looked_up(lookup: Lookup, sent: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether orders can be relied on to be found by number, and what was seen; ``sent`` is the payload."""
    if lookup.orders is None:
        return False, f"looking it up failed ({lookup.reason})"
    if not lookup.orders:
        return False, "it was not found by its number"
    different = [line for order in lookup.orders for line in differences(sent, order)]
    if different:
        return False, f"it was found by its number, but not as it was sent ({'; '.join(different)})"
    count = len(lookup.orders)
    return True, "it was found by its number" if count == 1 else f"{count} orders were found by its number"


def variants_in_words(same: Sequence[Variant]) -> str:
    """``in case only, by a leading zero only``."""
    return ", ".join(variant.how for variant in same)


def reason_in_words(verdict: Verdict, reply: Reply) -> str:
    """Why an order of the probe was not created, in a few words."""
    facts = verdict.facts
    said = str(facts.get("complaints") or facts.get("reason") or "")
    status = getattr(reply, "status", None)
    return " ".join(filter(None, (f"answer {status}" if status else "", said))) or verdict.meaning.value
