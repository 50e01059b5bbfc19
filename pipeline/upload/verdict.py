"""What an answer means for the order that was sent, and for the run.

The question behind every line is what the target may hold now. "Not applied" needs proof; whatever is
not proven is doubt, and doubt is settled by looking before anything is sent again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import Enum

from pipeline.model.capability import Capability
from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.issue import shown
from pipeline.model.states import Event
from pipeline.upload.duplicate import says_duplicate


class Meaning(Enum):
    """What one attempt's answer proves. The value is what the journal stores with the attempt."""

    APPLIED = "applied"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    NOT_APPLIED = "not_applied"
    DOUBT = "doubt"
    UNCLEAR = "unclear"  # refused in words that nobody taught us: a person reads them


class Stop(Enum):
    """Why no further order may be sent, whatever the order at hand became."""

    NOT_AUTHORISED = "E501"
    FORBIDDEN = "E502"
    NO_SUCH_CHANNEL = "E503"
    REDIRECTED = "E504"
    CERTIFICATE = "E505"
    CROSSED_ANSWER = "E506"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one answer.

    ``code`` and ``facts`` word it where there is something to say. ``unwell`` marks answers that speak of
    the service and not of the order. ``retry_after`` is the raw header where one came.
    """

    meaning: Meaning
    code: str | None = None
    facts: Mapping[str, str | int] = made_by(default_factory=dict)
    stop: Stop | None = None
    unwell: bool = False
    retry_after: str | None = None
    remote_id: str | None = None


_JUDGED = frozenset({400, 406, 409, 413, 414, 415, 422, 431})
_NOT_FOLLOWED = frozenset({301, 307, 308})
_SEE_ELSEWHERE = frozenset({302, 303})
_ABOUT_THE_ORDER = re.compile(
    r"product|sku|item|customer|address|cargo|payment|ürün|kalem|müşteri|adres|kargo|ödeme", re.IGNORECASE
)


def judge(reply: Reply, number: str, capability: Capability) -> Verdict:
    """The verdict on the reply to a create-order request for ``number``. Never raises."""
    if isinstance(reply, NoAnswer):
        return _no_answer(reply)
    status = reply.status
    if status == 201:  # noqa: PLR2004
        return _created(reply, number)
    if status in _JUDGED:
        return _judged(reply)
    if status == 401:  # noqa: PLR2004
        return Verdict(Meaning.NOT_APPLIED, "E501", stop=Stop.NOT_AUTHORISED)
    if status == 403:  # noqa: PLR2004
        return Verdict(Meaning.NOT_APPLIED, "E502", stop=Stop.FORBIDDEN)
    if status == 404:  # noqa: PLR2004
        return _not_found(reply)
    if status in _NOT_FOLLOWED | _SEE_ELSEWHERE:
        meaning = Meaning.NOT_APPLIED if status in _NOT_FOLLOWED else Meaning.DOUBT
        return Verdict(meaning, "E504", {"status": status}, Stop.REDIRECTED)
    if status == 425:  # noqa: PLR2004
        return Verdict(Meaning.NOT_APPLIED, "E522", {"status": status}, unwell=True)
    if status == 429:  # noqa: PLR2004
        meaning = Meaning.NOT_APPLIED if capability.unique else Meaning.DOUBT
        return Verdict(meaning, "E524", unwell=True, retry_after=reply.headers.get("retry-after"))
    return _doubt(reply)


def event_of(meaning: Meaning, capability: Capability | None = None, *, earlier: bool = False) -> Event:
    """How an attempt's answer moves its order.

    A refusal as duplicate is evidence, not an outcome: the order is looked up before anything is said. Where
    ``capability`` says that it cannot be, ``earlier`` decides, which tells whether an attempt before this one
    is in doubt: then the number is ours, else somebody else's. Any other no says nothing about that attempt.
    """
    if capability is None or capability.lookup:
        return _EVENTS[meaning]
    if meaning is Meaning.DUPLICATE:
        return Event.APPLIED if earlier and capability.unique else Event.MISMATCH
    if earlier and meaning is not Meaning.APPLIED:
        return Event.DOUBT
    return _EVENTS[meaning]


_EVENTS = {
    Meaning.APPLIED: Event.APPLIED,
    Meaning.REFUSED: Event.REFUSED,
    Meaning.DUPLICATE: Event.DOUBT,
    Meaning.NOT_APPLIED: Event.NOT_APPLIED,
    Meaning.DOUBT: Event.DOUBT,
    Meaning.UNCLEAR: Event.MISMATCH,
}


def _no_answer(reply: NoAnswer) -> Verdict:
    if reply.certificate:
        return Verdict(Meaning.NOT_APPLIED, "E505", {"reason": reply.reason}, Stop.CERTIFICATE)
    if reply.wire is Wire.NEVER_SENT:
        return Verdict(Meaning.NOT_APPLIED, "E525", {"reason": reply.reason}, unwell=True)
    return Verdict(Meaning.DOUBT, "E521", {"reason": reply.reason}, unwell=True)


def _created(reply: Answer, number: str) -> Verdict:
    data = reply.data
    if not isinstance(data, dict) or data.get("number") is None:
        return Verdict(Meaning.DOUBT, "E521", {"reason": "201 without an order in it"}, unwell=True)
    echoed = str(data["number"])
    if echoed != number:
        return Verdict(Meaning.DOUBT, "E506", {"echoed": shown(echoed)}, Stop.CROSSED_ANSWER)
    identity = data.get("pk", data.get("id"))
    return Verdict(Meaning.APPLIED, remote_id=str(identity) if isinstance(identity, int | str) else None)


def _judged(reply: Answer) -> Verdict:
    facts: dict[str, str | int] = {"status": reply.status, "complaints": complaints_text(reply)}
    if not reply.complaints:
        if reply.status == 406:  # noqa: PLR2004
            return Verdict(Meaning.UNCLEAR, "E516", facts)
        return Verdict(Meaning.NOT_APPLIED, "E522", facts, unwell=True)
    if says_duplicate(reply):
        return Verdict(Meaning.DUPLICATE, "E514", facts)
    return Verdict(Meaning.REFUSED, "E512" if reply.status == 406 else "E511", facts)  # noqa: PLR2004


def _not_found(reply: Answer) -> Verdict:
    names_the_order = any(
        (c.path and c.path[0] in {"order", "order_item"}) or _ABOUT_THE_ORDER.search(c.message)
        for c in reply.complaints
    )
    if names_the_order:
        return Verdict(Meaning.REFUSED, "E511", {"status": 404, "complaints": complaints_text(reply)})
    return Verdict(Meaning.NOT_APPLIED, "E503", {"complaints": complaints_text(reply)}, Stop.NO_SUCH_CHANNEL)


def _doubt(reply: Answer) -> Verdict:
    kind = "undocumented success" if reply.status < 300 else "answer"  # noqa: PLR2004
    facts: dict[str, str | int] = {"reason": f"{kind} {reply.status}"}
    return Verdict(Meaning.DOUBT, "E521", facts, unwell=True, retry_after=reply.headers.get("retry-after"))


def complaints_text(reply: Answer, most: int = 10) -> str:
    """The target's complaints on one line, control characters escaped."""
    texts = [shown(str(complaint)) for complaint in reply.complaints[:most]]
    more = len(reply.complaints) - most
    return "; ".join(texts) + (f"; and {more} more" if more > 0 else "")
