"""What the answer to a create request for a customer or an address means.

The question behind every line is what the target may hold now. A refusal needs the target's own words;
whatever proves nothing is doubt, and doubt is settled by looking before anything is sent again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.folding import fold
from pipeline.model.issue import shown
from pipeline.references.record import id_of, plain_id, text_of

_JUDGED = frozenset({400, 404, 406, 409, 413, 414, 415, 422, 431})
_NOT_FOLLOWED = frozenset({301, 302, 303, 307, 308})
_PERSONS_ACT = {401: "E501", 403: "E502"}
_HASH = re.compile(r"hash_data\W{0,3}\s*((?!hash_data)(?=[A-Za-z_-]*\d)[0-9A-Za-z_-]{8,128})")
_TAKEN = re.compile(
    r"already|must be unique|unique set|not unique|duplicate|\bexists\b"
    r"|zaten|mevcut|benzersiz|eşsiz|tekrar eden|kayıtlı",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(r"(does not|doesn't|do not) exist|not found|bulunamad|mevcut değil", re.IGNORECASE)
_UNIQUE = ("email", "channel_code", "phone_number", "erp_code")
_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Created:
    """It is there because of this request."""

    id: int


@dataclass(frozen=True, slots=True)
class Exists:
    """The target says that it holds it: words that are confirmed by a lookup before they are believed.

    ``hash`` names an address that is the same, ``fields`` what of a customer is taken.
    """

    hash: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The target judged it and said no; ``complaints`` on one line, as they may be shown."""

    status: int
    complaints: str


@dataclass(frozen=True, slots=True)
class NotApplied:
    """Proven not to have been applied, and nothing wrong with it: it may be sent again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nothing is proven. ``refused``: the target said no without a word why, so it is not sent again."""

    reason: str
    refused: bool = False
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """No request will succeed until a person acts: a code of the catalogue. ``doubt``: this one may have."""

    code: str
    reason: str = ""
    doubt: bool = False


Outcome: TypeAlias = Created | Exists | Refused | NotApplied | Doubt | Stop


def judge(reply: Reply, sent: Mapping[str, Any]) -> Outcome:
    """What ``reply`` means for the request whose body was ``sent``. Never raises."""
    if isinstance(reply, NoAnswer):
        if reply.certificate:
            return Stop("E505", reply.reason)
        return NotApplied(reply.reason) if reply.wire is Wire.NEVER_SENT else Doubt(reply.reason)
    status = reply.status
    if status == 201:  # noqa: PLR2004
        return _created(reply, sent)
    if status in _PERSONS_ACT:
        return Stop(_PERSONS_ACT[status])
    if status in _NOT_FOLLOWED:
        return Stop("E504", f"answer {status}", doubt=status in (302, 303))
    if status == 425:  # noqa: PLR2004
        return NotApplied(f"answer {status}")
    if status in _JUDGED:
        return _judged(reply, sent)
    return Doubt(f"answer {status}", retry_after=reply.headers.get("retry-after"))


def _created(reply: Answer, sent: Mapping[str, Any]) -> Outcome:
    data = reply.data
    number = id_of(data) if isinstance(data, Mapping) else None
    if number is None:
        return Doubt("201 without an id")
    if _is_another(data, sent):
        return Stop("E506", "an answer to another request", doubt=True)
    return Created(number) if number > 0 else Doubt("201 without an id")


def _is_another(data: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether what was created is plainly not what was sent: answers got crossed on their way."""
    if "customer" in sent:
        owner, line = plain_id(data.get("customer")), text_of(data.get("line"))
        other_owner = owner is not None and owner != sent["customer"]
        return other_owner or (line is not None and fold(line) != fold(str(sent.get("line", ""))))
    email = text_of(data.get("email"))
    return email is not None and email.strip().casefold() != str(sent.get("email", "")).strip().casefold()


def _judged(reply: Answer, sent: Mapping[str, Any]) -> Outcome:
    said = [str(complaint) for complaint in reply.complaints]
    if not said and isinstance(reply.data, str):
        said = [reply.data]
    if not said:
        if reply.status == 404:  # noqa: PLR2004
            return Stop("E503")
        return Doubt(f"answer {reply.status} without a reason", refused=True)
    hashed = next((found[1] for one in said if (found := _HASH.search(one))), None)
    if hashed is not None and "customer" in sent:
        return Exists(hash=hashed)
    taken = [one for one in said if _TAKEN.search(one) and not _NOT_THERE.search(one)]
    if taken:
        named = tuple(name for name in _UNIQUE if any(name in one for one in taken))
        return Exists(fields=named)
    if reply.status == 404 and not any(complaint.path for complaint in reply.complaints):  # noqa: PLR2004
        return Stop("E503", _line(said))
    return Refused(reply.status, _line(said))


def _line(said: list[str]) -> str:
    more = len(said) - _MOST_TOLD
    return "; ".join(shown(one) for one in said[:_MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
