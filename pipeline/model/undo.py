"""An undo: what a run created, and what became of taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import Enum
from typing import Any, NamedTuple

SCHEMA = "orderlift/undo-result/1"
HEADER = "undo"
"""The key of a run's header that makes it an undo: the run it undoes, the reason, the digest of its list."""


class Group(Enum):
    """What can be done about something that a run created."""

    REVERSIBLE = "reversible"  # the target may be asked to cancel it
    TOUCHED = "touched"  # somebody has changed it since; it is left to them
    IRREVERSIBLE = "irreversible"  # nothing that is known takes it back


class UndoState(Enum):
    """Where one line of an undo stands. What is stored is the value."""

    KEPT = "kept"  # touched or irreversible when it was planned; nothing is ever sent
    LISTED = "listed"  # sealed, nothing was sent
    CANCELLING = "cancelling"  # a request may be under way; durable before its first byte leaves
    IN_DOUBT = "in_doubt"  # a request may or may not have been applied; settled by reading the order back
    WAITING = "waiting"  # the last request was proven not to have been applied; may be sent again
    CANCELLED = "cancelled"  # read back as cancelled after a request of ours
    ASKED = "asked"  # read back as waiting for its cancellation after a request of ours
    ALREADY = "already_cancelled"  # somebody else cancelled it first
    LEFT_ALONE = "left_alone"  # changed between the plan and the request: nothing was sent
    REFUSED = "refused"  # the target said no, and the order stands as it did
    FAILED = "failed"  # attempts are used up without a judgement; can be tried again
    UNCLEAR = "unclear"  # what stands there is neither what was there nor cancelled; a person looks


class UndoEvent(Enum):
    """What happens to a line of an undo."""

    INTENT = "intent"
    NOT_APPLIED = "not_applied"  # proven not to have been applied
    DOUBT = "doubt"  # an answer, or none: the order is read back
    READ_CANCELLED = "read_cancelled"
    READ_ASKED = "read_asked"
    READ_ALREADY = "read_already"
    READ_CHANGED = "read_changed"  # before anything was sent
    READ_REFUSED = "read_refused"  # the target said no, and the order stands untouched
    READ_UNCLEAR = "read_unclear"
    READ_ABSENT = "read_absent"  # the request's time is over, and the order stands untouched
    EXHAUSTED = "exhausted"


_BEFORE = {
    UndoEvent.INTENT: UndoState.CANCELLING,
    UndoEvent.READ_ALREADY: UndoState.ALREADY,
    UndoEvent.READ_CANCELLED: UndoState.CANCELLED,  # an earlier request of ours, applied late
    UndoEvent.READ_ASKED: UndoState.ASKED,
    UndoEvent.READ_CHANGED: UndoState.LEFT_ALONE,
    UndoEvent.EXHAUSTED: UndoState.FAILED,
}
UNDO_TABLE: dict[UndoState, dict[UndoEvent, UndoState]] = {
    UndoState.LISTED: {
        name: state for name, state in _BEFORE.items() if name is not UndoEvent.READ_CANCELLED
    },
    UndoState.WAITING: _BEFORE,
    UndoState.CANCELLING: {
        UndoEvent.NOT_APPLIED: UndoState.WAITING,
        UndoEvent.DOUBT: UndoState.IN_DOUBT,
    },
    UndoState.IN_DOUBT: {
        UndoEvent.READ_CANCELLED: UndoState.CANCELLED,
        UndoEvent.READ_ASKED: UndoState.ASKED,
        UndoEvent.READ_REFUSED: UndoState.REFUSED,
        UndoEvent.READ_UNCLEAR: UndoState.UNCLEAR,
        UndoEvent.READ_ABSENT: UndoState.WAITING,
    },
    UndoState.ASKED: {
        UndoEvent.READ_CANCELLED: UndoState.CANCELLED,
        UndoEvent.READ_UNCLEAR: UndoState.UNCLEAR,
    },
}
"""Every move the program may make by itself. Whatever is missing here is a bug when it happens."""

UNDO_AFTER_CRASH = {UndoState.CANCELLING: UndoState.IN_DOUBT}
"""Silence means doubt: a request whose outcome was never written may have been applied."""
UNDO_REOPENED = {UndoState.FAILED: UndoState.WAITING}
OPEN_UNDO = frozenset({*UNDO_TABLE, *UNDO_REOPENED, UndoState.UNCLEAR})
"""Orders of which something is still to come, by the next ``resume`` or by the person who has to look."""
SENDABLE_UNDO = frozenset(state for state, moves in UNDO_TABLE.items() if UndoEvent.INTENT in moves)
TAKEN_BACK = frozenset(
    {
        UndoState.CANCELLED,
        UndoState.ASKED,
        UndoState.ALREADY,
        UndoState.CANCELLING,
        UndoState.IN_DOUBT,
        UndoState.UNCLEAR,
    }
)
"""Orders that no later run may take for standing: they are cancelled, or may be."""


def move_undo(state: UndoState, event: UndoEvent) -> UndoState:
    """The state after ``event``; raises :class:`ValueError` where the table holds none: a bug."""
    try:
        return UNDO_TABLE[state][event]
    except KeyError:
        raise ValueError(f"{state.value} --{event.value}--> ?") from None


class CreatedOrder(NamedTuple):
    """An order that a run created, as its journal knows it.

    ``file``, ``sheet`` and ``row`` say where its row stands; ``amount_minor`` is in hundredths of
    ``currency``. ``body`` is the payload as it was sent, ``sent_at`` when its last attempt
    ended (seconds since 1970, UTC).
    """

    id: int
    number: str
    collision: str
    file: str
    sheet: str | None
    row: int
    currency: str | None
    amount_minor: int | None
    remote_id: str | None
    via: str | None
    route: str
    body: bytes
    sent_at: float | None
    registered: bool


class CreatedRecord(NamedTuple):
    """A customer or address that a run created, or a customer it changed; nothing takes it back.

    ``number`` is that of an order by which it is known where it has no id.
    """

    kind: str
    remote_id: str | None
    order_id: int | None = None
    number: str = ""


class UndoLine(NamedTuple):
    """One thing that a run created, and what can be done about it, as it is sealed.

    ``kind`` is ``order``, ``customer``, ``address``, ``customer_change``, ``archive_customer`` or
    ``registration``. ``body`` is the request that cancels it, ``seen`` the order as it was read, both empty
    where it is not reversible.
    ``code`` and ``facts`` say why it is not.
    """

    kind: str
    group: Group
    number: str = ""
    collision: str = ""
    file: str = ""
    sheet: str | None = None
    row: int | None = None
    currency: str | None = None
    amount_minor: int | None = None
    remote_id: str | None = None
    status: str | None = None
    body: bytes = b""
    seen: bytes = b""
    code: str | None = None
    facts: Mapping[str, str | int] = {}


class UndoOrder(NamedTuple):
    """One reversible order as undoing takes it from the journal.

    ``seen`` is the order and its items as the plan saw them, ``attempts`` counts the requests made so far;
    ``last`` is what the last one's answer said: ``accepted``, ``refused``, ``doubt`` or ``None``.
    """

    id: int
    number: str
    remote_id: str
    body: bytes
    seen: Mapping[str, Any]
    state: UndoState
    attempts: int
    last: str | None = None
    reason: str | None = None


class UndoRecord(NamedTuple):
    """One line of an undo for people.

    ``when`` is the last time that the order was read or asked for since the plan (seconds since 1970, UTC).
    """

    kind: str
    number: str
    file: str
    sheet: str | None
    row: int | None
    remote_id: str | None
    status: str | None
    currency: str | None
    amount: str | None
    group: Group
    state: UndoState
    code: str | None
    facts: Mapping[str, str | int]
    attempts: int
    when: float | None = None


class UndoCount(NamedTuple):
    """How many lines have all of this in common, and their money in hundredths of ``currency``."""

    kind: str
    group: str
    state: str
    currency: str | None
    lines: int
    minor: int
    code: str | None = None


class UndoReason(NamedTuple):
    """One reason why lines are not taken back: how many have it, and the first few of them as examples."""

    code: str
    facts: Mapping[str, str | int]
    lines: int
    names: tuple[str, ...]


BY_STATUS = "status"
"""The fact of a reason that is a status and nothing else: its code."""


class UndoAgreed(NamedTuple):
    """What was asked for when an undo was planned.

    ``reason`` is the id of the target's reason for cancelling, ``statuses`` are the codes of orders that are
    cancelled, ``ignore_modified`` takes orders for untouched that were modified later.
    """

    reason: int
    statuses: tuple[str, ...]
    ignore_modified: bool = False


class UndoReasons(NamedTuple):
    """The commonest reasons first; ``kinds`` counts all there are, of which only some are ``listed``."""

    listed: tuple[UndoReason, ...] = ()
    kinds: int = 0


class UndoLook(NamedTuple):
    """How an order read once: ``at`` in seconds since 1970 (UTC), ``attempt`` requests made before it."""

    at: float
    attempt: int
    seen: str


class UndoTry(NamedTuple):
    """One request to cancel an order; times as in :class:`UndoLook`; no ``outcome`` where none is known."""

    attempt: int
    started: float
    finished: float | None
    outcome: str | None
    status: int | None
    reason: str | None


class UndoLife(NamedTuple):
    """One order of an undo with everything that was seen and done of it; ``states`` in their order."""

    record: UndoRecord
    looks: tuple[UndoLook, ...]
    tries: tuple[UndoTry, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndoSummary:
    """One finished command about an undo.

    ``orders`` counts orders by group, ``outcomes`` reversible orders by state, ``others`` what else the run
    created, by kind; ``unsettled`` counts orders of the run that are in doubt or in conflict and on no list.
    ``money`` is the sum of reversible orders that were cancelled, or asked to be, and of all that are listed.
    """

    run_id: str
    command: str
    exit_code: int
    undoes: str
    target: str
    channel: int
    orders: Mapping[str, int]
    outcomes: Mapping[str, int]
    others: Mapping[str, int]
    unsettled: int
    money: Mapping[str, tuple[str, str]]
    reasons: Mapping[str, int]
    requests: int = 0
    seconds: float = 0.0
    files: Mapping[str, str] = made_by(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether it was applied, be it in part: then something was sent, or read and left alone."""
        return self.requests > 0 or any(
            count for state, count in self.outcomes.items() if state != UndoState.LISTED.value
        )

    def count(self, *states: UndoState) -> int:
        """How many reversible orders are in these states."""
        return sum(self.outcomes.get(state.value, 0) for state in states)

    def as_json(self) -> dict[str, object]:
        """The object of ``--json`` and ``summary.json``: every key always there, money as text."""
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "command": self.command,
            "exit_code": self.exit_code,
            "undoes": self.undoes,
            "target": self.target,
            "channel": self.channel,
            "orders": {one.value: self.orders.get(one.value, 0) for one in Group},
            "outcomes": {
                one.value: self.outcomes.get(one.value, 0) for one in UndoState if one is not UndoState.KEPT
            },
            "others": dict(sorted(self.others.items())),
            "unsettled": self.unsettled,
            "money": {
                currency: {"listed": listed, "cancelled": cancelled}
                for currency, (listed, cancelled) in sorted(self.money.items())
            },
            "issues": dict(sorted(self.reasons.items())),
            "http": {"requests": self.requests},
            "seconds": round(self.seconds, 3),
            "files": dict(self.files),
        }


def broken_undo_sums(summary: UndoSummary) -> list[str]:
    """The identities that do not hold: every reversible order has exactly one outcome."""
    reversible, told = summary.orders.get(Group.REVERSIBLE.value, 0), sum(summary.outcomes.values())
    return [f"orders.reversible {reversible} ≠ {told} outcomes"] if reversible != told else []
