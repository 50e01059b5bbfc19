"""Decisions about taking orders back: what may be cancelled, what an answer proves, what a read-back proves.

What the target's cancel endpoint answers is not documented. So an answer never ends anything by itself: what
counts is how the order reads afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import orjson

from pipeline.model.exchange import Answer, Lookup, NoAnswer, RemoteOrder, Reply, Wire
from pipeline.model.issue import shown
from pipeline.model.payload import STATUS_ALIASES, STATUSES
from pipeline.model.undo import BY_STATUS, CreatedOrder, Group, UndoEvent
from pipeline.upload.read_back import read_back
from pipeline.upload.verdict import complaints_text

CANCELLED, ASKED = "100", "50"
BEFORE_SHIPPING = ("200", "300", "350", "400", "450")
"""Statuses of orders that have not left the shop, by their meaning: where a cancelling is first tried."""
TOUCHED, IRREVERSIBLE = "W688", "W689"
LATER = 120.0
"""Seconds by which ``modified_date`` may follow the creation without anybody having touched the order."""
SKEW = 600.0
"""The same, where only our own clock says when the order was sent."""
FIRST_LOOK, MOST_WAIT = 0.5, 30.0
_CODES = {**{name: code for code, name in STATUSES.items()}, **STATUS_ALIASES, **{c: c for c in STATUSES}}
_BELIEVED = frozenset({"201", "lookup", "duplicate"})
"""How a run came to know that it created an order; a person's word is no proof."""
_REFUSED = frozenset({400, 406, 409, 410, 412, 415, 422})
_NO_SUCH = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Sorted:
    """The group of an order and why; ``body`` and ``seen`` where it is reversible."""

    group: Group
    code: str | None = None
    facts: Mapping[str, str | int] = made_by(default_factory=dict)
    status: str | None = None
    remote_id: str | None = None
    body: bytes = b""
    seen: Mapping[str, Any] = made_by(default_factory=dict)


def out_of_reach(order: CreatedOrder) -> Sorted | None:
    """Why an order cannot be taken back whatever the target says; ``None``: it has to be read."""
    if order.route != "create":
        return _irreversible(order, "it stands in the archive, which has no way to cancel")
    if order.via not in _BELIEVED:
        return _irreversible(order, "that this run created it is a person's word, and no proof")
    return None


def sort_order(
    order: CreatedOrder,
    lookup: Lookup,
    reason_id: int,
    statuses: frozenset[str],
    *,
    ignore_modified: bool = False,
) -> Sorted:
    """The group of an order that was looked up; the lookup has succeeded.

    ``statuses`` are codes of those from which cancelling is tried.
    """
    found = lookup.orders or ()
    if len(found) != 1:
        return _touched(order, _not_one(len(found)))
    remote = found[0]
    if remote.id is None or (order.remote_id is not None and remote.id != order.remote_id):
        return _touched(order, "another order stands under its number")
    status = status_of(remote.order)
    if is_taken_back(remote) is not None:
        word = "it is cancelled already" if status != ASKED else "its cancellation is asked for already"
        return _irreversible(order, word, remote)
    payload = orjson.loads(order.body)
    differing = read_back(payload, remote).differences
    if differing:
        names = [one.field for one in differing]
        if "order.status" in names:
            sent = status_of(payload["order"])
            names.insert(0, f"order.status from {_named(sent)} to {_named(status)}")
            names.remove("order.status")
        return _touched(order, f"changed: {_listed(names)}", remote)
    if not ignore_modified and (later := modified_later(order, payload["order"], remote.order)):
        return _touched(order, f"modified_date is {later}", remote)
    if status not in statuses:
        kept = _irreversible(order, f"its status {_named(status)} is not one that is cancelled", remote)
        return replace(kept, facts={**kept.facts, BY_STATUS: status})
    pks = [item.get("pk", item.get("id")) for item in remote.items or ()]
    if not pks or not all(isinstance(pk, int) and not isinstance(pk, bool) for pk in pks):
        return _irreversible(order, "the target does not show its items, and they have to be named", remote)
    if not remote.id.isdecimal():
        return _irreversible(order, "its id is no number", remote)
    return Sorted(
        Group.REVERSIBLE,
        status=status,
        remote_id=remote.id,
        body=cancel_body(int(remote.id), sorted(pks), reason_id),
        seen=as_seen(remote),
    )


def cancel_body(pk: int, items: Sequence[int], reason_id: int) -> bytes:
    """The request that cancels all items of an order, each for the same reason."""
    reasons = {str(item): reason_id for item in items}
    return orjson.dumps({"order": pk, "cancel_items": list(items), "reasons": reasons})


def as_seen(remote: RemoteOrder) -> dict[str, Any]:
    """An order and its items as they were read, for comparing them with a later look."""
    return {
        "id": remote.id,
        "order": dict(remote.order),
        "items": [dict(item) for item in remote.items or ()],
    }


def status_of(fields: Mapping[str, Any]) -> str:
    """The code of a status, of an order or an item; as it is where it is none that is known."""
    text = str(fields.get("status", "")).strip()
    return _CODES.get(text.casefold(), text)


def code_of(text: str) -> str | None:
    """The code of a status given by code or name; ``None`` where there is none such."""
    return _CODES.get(text.strip().casefold())


def is_taken_back(remote: RemoteOrder) -> UndoEvent | None:
    """Whether an order reads as cancelled, or as waiting for it: by itself, or all of its items alike."""
    status = status_of(remote.order)
    if status == CANCELLED:
        return UndoEvent.READ_CANCELLED
    items = remote.items
    if items and all(status_of(item) == CANCELLED for item in items):
        return UndoEvent.READ_CANCELLED
    if status == ASKED or (items and all(_asked(item) for item in items)):
        return UndoEvent.READ_ASKED
    return None


def modified_later(order: CreatedOrder, sent: Mapping[str, Any], found: Mapping[str, Any]) -> str | None:
    """How much later than its creation an order was modified, in words; ``None`` where nothing says so.

    The target's own ``created_date`` is the measure, unless the payload has sent one; then our clock is.
    """
    modified = _moment(found.get("modified_date"))
    if modified is None or sent.get("modified_date"):
        return None
    if not sent.get("created_date") and (created := _moment(found.get("created_date"))) is not None:
        began, allowed = created, LATER
    elif order.sent_at is not None:
        began, allowed = datetime.fromtimestamp(order.sent_at, tz=UTC), SKEW
    else:
        return None
    seconds = (modified - began).total_seconds()
    return f"{seconds:.0f} s later than the order" if seconds > allowed else None


class Told(Enum):
    """What an answer to a cancelling says. The value is what the journal stores with the attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_APPLIED = "not_applied"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class UndoVerdict:
    """The judgement on one answer; ``stop`` is the code that ends the run, ``unwell`` speaks of the service.

    ``no_such``: the target may not know this kind of request at all.
    """

    told: Told
    reason: str = ""
    status: int | None = None
    stop: str | None = None
    unwell: bool = False
    no_such: bool = False


def judge_cancel(reply: Reply) -> UndoVerdict:
    """The verdict on the reply to a cancelling. Only what proves that nothing was applied says so."""
    if isinstance(reply, NoAnswer):
        if reply.certificate:
            return UndoVerdict(Told.NOT_APPLIED, reply.reason, stop="E505")
        told = Told.NOT_APPLIED if reply.wire is Wire.NEVER_SENT else Told.DOUBT
        return UndoVerdict(told, reply.reason, unwell=True)
    status, reason = reply.status, _reason(reply)
    if status == 401:  # noqa: PLR2004 - HTTP
        return UndoVerdict(Told.NOT_APPLIED, reason, status, stop="E501")
    if status == 403:  # noqa: PLR2004 - HTTP
        return UndoVerdict(Told.NOT_APPLIED, reason, status, stop="E502")
    if status in (301, 307, 308):
        return UndoVerdict(Told.NOT_APPLIED, reason, status, stop="E504")
    if status in (425, 429):  # turned away at the door
        return UndoVerdict(Told.NOT_APPLIED, reason, status, unwell=True)
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP
        return UndoVerdict(Told.ACCEPTED, reason, status)
    if status in _REFUSED:
        return UndoVerdict(Told.REFUSED, reason, status)
    if status in _NO_SUCH:
        return UndoVerdict(Told.REFUSED, reason, status, no_such=True)
    return UndoVerdict(Told.DOUBT, reason, status, unwell=True)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after a look: an event with its reason, or to look again at a later time."""

    event: UndoEvent | None = None
    reason: str = ""
    look_again_at: float = 0.0


def before_cancelling(seen: Mapping[str, Any], lookup: Lookup, attempts: int) -> UndoEvent | str | None:
    """Whether an order may be cancelled now: ``None`` if it reads exactly as the plan saw it.

    Else what it reads as, or the reason to leave it alone. ``attempts`` counts our requests so far: where
    there was one, a cancelled order is our own.
    """
    found = lookup.orders or ()
    if len(found) != 1:
        return _not_one(len(found))
    if found[0].id != seen["id"]:
        return "another order stands under its number"
    taken = is_taken_back(found[0])
    if taken is UndoEvent.READ_CANCELLED:
        return taken if attempts else UndoEvent.READ_ALREADY
    if taken is UndoEvent.READ_ASKED:
        return taken if attempts else UndoEvent.READ_ALREADY
    differing = different_from(seen, found[0])
    return f"changed since the plan: {_listed(differing)}" if differing else None


@dataclass(frozen=True, slots=True)
class UndoDoubt:
    """What is known of a request in doubt; times are seconds of one clock that never goes back.

    ``last_sent`` is when it may have left last, ``told`` and ``reason`` are what its answer said;
    ``untouched`` counts looks that found the order as it was.
    """

    last_sent: float
    told: Told = Told.DOUBT
    reason: str = ""
    looks: int = 0
    untouched: int = 0


def settle_cancel(
    doubt: UndoDoubt, seen: Mapping[str, Any], lookup: Lookup, now: float, window: float
) -> Decision:
    """Decide after a look at an order whose cancelling was sent. ``window``: seconds it may still take.

    A look that failed proves nothing. An order that stands untouched proves that a request was not applied
    only when its time is over, and when it was looked at twice; a refusal needs no waiting.
    """
    again = Decision(look_again_at=now + min(MOST_WAIT, FIRST_LOOK * 2 ** min(doubt.looks, 10)))
    if lookup.orders is None:
        return again
    over = now >= doubt.last_sent + window
    if len(lookup.orders) != 1 or lookup.orders[0].id != seen["id"]:
        what = f"the target shows {len(lookup.orders)} orders of its number, or another"
        return Decision(UndoEvent.READ_UNCLEAR, what) if over else again
    remote = lookup.orders[0]
    taken = is_taken_back(remote)
    if taken is not None:
        return Decision(taken)
    differing = different_from(seen, remote)
    if differing:  # a target may change an order bit by bit
        what = f"it reads neither as before nor as cancelled: {_listed(differing)}"
        return Decision(UndoEvent.READ_UNCLEAR, what) if over else again
    if doubt.told is Told.REFUSED:
        return Decision(UndoEvent.READ_REFUSED, doubt.reason)
    if not over or not doubt.untouched:
        later = max(again.look_again_at, doubt.last_sent + window) if doubt.untouched else again.look_again_at
        return Decision(look_again_at=later)
    if doubt.told is Told.ACCEPTED:
        return Decision(UndoEvent.READ_UNCLEAR, "the target accepted the cancelling, and nothing changed")
    return Decision(UndoEvent.READ_ABSENT)


def after_asking(lookup: Lookup, seen: Mapping[str, Any]) -> Decision:
    """What became of an order that read as waiting for its cancellation; no event: it still does."""
    if lookup.orders is None or len(lookup.orders) != 1 or lookup.orders[0].id != seen["id"]:
        return Decision()
    taken = is_taken_back(lookup.orders[0])
    if taken is UndoEvent.READ_CANCELLED:
        return Decision(taken)
    if taken is None:
        return Decision(UndoEvent.READ_UNCLEAR, "it no longer reads as waiting for its cancellation")
    return Decision()


def look_word(seen: Mapping[str, Any], lookup: Lookup) -> str:
    """How an order read, as the journal remembers it."""
    if lookup.orders is None:
        return "unread"
    if len(lookup.orders) != 1:
        return "nothing" if not lookup.orders else "other"
    remote = lookup.orders[0]
    taken = is_taken_back(remote) if remote.id == seen["id"] else None
    if taken is not None:
        return "cancelled" if taken is UndoEvent.READ_CANCELLED else "asked"
    return "other" if remote.id != seen["id"] or different_from(seen, remote) else "as_planned"


def different_from(seen: Mapping[str, Any], remote: RemoteOrder) -> list[str]:
    """The names of fields that read otherwise than the plan saw them; items are told apart by their pk."""
    now = as_seen(remote)
    found = _fields("order", seen["order"], now["order"])
    before = {item.get("pk", item.get("id")): item for item in seen["items"]}
    after = {item.get("pk", item.get("id")): item for item in now["items"]}
    if before.keys() != after.keys():
        return [*found, "order_item"]
    for pk, item in before.items():
        found += _fields("order_item", item, after[pk])
    return list(dict.fromkeys(found))


def _fields(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    missing = object()
    return [
        f"{name}.{key}"
        for key in dict.fromkeys((*before, *after))
        if before.get(key, missing) != after.get(key, missing)
    ]


def _not_one(found: int) -> str:
    return f"the target shows {found} of its number" if found else "the target no longer shows it"


def _asked(item: Mapping[str, Any]) -> bool:
    return status_of(item) == ASKED or str(item.get("cancel_status")).casefold() == "waiting"


def _irreversible(order: CreatedOrder, why: str, remote: RemoteOrder | None = None) -> Sorted:
    return _kept(Group.IRREVERSIBLE, IRREVERSIBLE, order, why, remote)


def _touched(order: CreatedOrder, why: str, remote: RemoteOrder | None = None) -> Sorted:
    return _kept(Group.TOUCHED, TOUCHED, order, why, remote)


def _kept(group: Group, code: str, order: CreatedOrder, why: str, remote: RemoteOrder | None) -> Sorted:
    status = status_of(remote.order) if remote is not None else None
    remote_id = remote.id if remote is not None else order.remote_id
    return Sorted(group, code, {"what": f"order {shown(order.number)}", "reason": why}, status, remote_id)


def _named(status: str) -> str:
    return f"{shown(status)} ({STATUSES[status]})" if status in STATUSES else shown(status)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - 5
    return ", ".join(names[:5]) + (f" and {more} more" if more > 0 else "")


def _reason(reply: Answer) -> str:
    complaints = complaints_text(reply)
    return f"answer {reply.status}{f': {complaints}' if complaints else ''}"


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
