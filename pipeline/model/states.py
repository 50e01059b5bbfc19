"""The life of one order, as a table short enough to be wrong in public."""

from enum import Enum


class State(Enum):
    """Where an order stands. What is stored is the value."""

    INVALID = "invalid"  # refused by the checks; never sent
    UNRESOLVED = "unresolved"  # sealed; a record that it names on the target has no id yet
    PLANNED = "planned"  # sealed, not yet sent
    HELD = (
        "held"  # another run of the channel has it in doubt or in conflict; not sent before that is settled
    )
    IN_FLIGHT = "in_flight"  # an attempt may be under way; durable before its first byte leaves
    WAITING = "waiting"  # the last attempt was proven not to have been applied; may be sent again
    IN_DOUBT = "in_doubt"  # an attempt may or may not have been applied; settled before anything else
    ABSENT = "absent"  # the target was asked twice and does not hold it; may be sent again
    CREATED = "created"  # applied because of this run
    ALREADY_PRESENT = "already_present"  # the target held the same order before this run sent it
    REJECTED = "rejected"  # the target judged it and said no
    FAILED = "failed"  # attempts are used up without a judgement; can be retried as it is
    CONFLICT = "conflict"  # the target holds something else under this number; a person decides


class Event(Enum):
    """What happens to an order after planning."""

    RESOLVED = "resolved"  # every record it names has an id; its bytes are finished
    LACKING = "lacking"  # a record it names is not there, or cannot be told from others
    INTENT = "intent"  # an attempt is about to be sent
    REPEAT = "repeat"  # the same bytes go once more: the target cannot be asked, and refuses a second order
    SUSPECTED = "suspected"  # it may have been sent by a process that this journal knows nothing of
    APPLIED = "applied"  # 201 with our number, or found by lookup after an attempt of ours
    FOUND = "found"  # the same order stood there before any attempt that could have created it
    HOLD = "hold"  # the ledger says that another run has it in doubt or in conflict
    RELEASED = "released"  # nothing holds it any more
    RELEASED_OPEN = "released_open"  # the same, for an order that still names a record without an id
    REFUSED = "refused"  # a definitive no, and no earlier attempt in doubt
    NOT_APPLIED = "not_applied"  # proven not to have been applied
    DOUBT = "doubt"  # nothing is proven
    ABSENCE = "absence"  # two lookups, a settle window apart, found nothing
    MISMATCH = "mismatch"  # something else under this number, or several
    EXHAUSTED = "exhausted"  # no attempts left

    # what a person decides
    SAID_CREATED = "said_created"  # it stands on the target, made by this run
    SAID_PRESENT = "said_present"  # it stands on the target, made by somebody else
    SAID_ABSENT = "said_absent"  # the target does not hold it; it may be sent
    SAID_NOT_OURS = "said_not_ours"  # the number belongs to another order; it is left out


_BY_THE_LEDGER = {
    Event.FOUND: State.ALREADY_PRESENT,
    Event.MISMATCH: State.CONFLICT,
    Event.HOLD: State.HELD,
}
"""What other runs of the channel did may settle an order before it is sent, or keep it from being sent."""

TABLE: dict[State, dict[Event, State]] = {
    State.UNRESOLVED: {
        Event.RESOLVED: State.PLANNED,
        Event.LACKING: State.INVALID,
        Event.SUSPECTED: State.IN_DOUBT,
        **_BY_THE_LEDGER,
    },
    State.HELD: {Event.RELEASED: State.PLANNED, Event.RELEASED_OPEN: State.UNRESOLVED},
    State.PLANNED: {Event.INTENT: State.IN_FLIGHT, Event.SUSPECTED: State.IN_DOUBT, **_BY_THE_LEDGER},
    State.WAITING: {
        Event.INTENT: State.IN_FLIGHT,
        Event.EXHAUSTED: State.FAILED,
        Event.SUSPECTED: State.IN_DOUBT,
        **_BY_THE_LEDGER,
    },
    State.ABSENT: {
        Event.INTENT: State.IN_FLIGHT,
        Event.EXHAUSTED: State.FAILED,
        Event.SUSPECTED: State.IN_DOUBT,
        **_BY_THE_LEDGER,
    },
    State.IN_FLIGHT: {
        Event.APPLIED: State.CREATED,
        Event.FOUND: State.ALREADY_PRESENT,
        Event.REFUSED: State.REJECTED,
        Event.NOT_APPLIED: State.WAITING,
        Event.DOUBT: State.IN_DOUBT,
        Event.MISMATCH: State.CONFLICT,
        Event.EXHAUSTED: State.FAILED,
    },
    State.IN_DOUBT: {
        Event.DOUBT: State.IN_DOUBT,
        Event.REPEAT: State.IN_FLIGHT,
        Event.APPLIED: State.CREATED,
        Event.FOUND: State.ALREADY_PRESENT,
        Event.ABSENCE: State.ABSENT,
        Event.MISMATCH: State.CONFLICT,
    },
}
"""Every move the program may make by itself. Whatever is missing here is a bug when it happens."""

SENDABLE = frozenset(state for state, moves in TABLE.items() if Event.INTENT in moves)
FINAL = frozenset(state for state in State if state not in TABLE)
AFTER_CRASH = {State.IN_FLIGHT: State.IN_DOUBT}
"""Silence means doubt: an attempt whose outcome was never written may have been applied."""
REOPENED = {State.FAILED: State.WAITING}
"""What a person asks for by continuing a run: orders proven not to be applied get new attempts."""

_DECIDED = {
    Event.SAID_CREATED: State.CREATED,
    Event.SAID_PRESENT: State.ALREADY_PRESENT,
    Event.SAID_ABSENT: State.ABSENT,
    Event.SAID_NOT_OURS: State.REJECTED,
}
DECISIONS: dict[State, dict[Event, State]] = {
    State.IN_DOUBT: _DECIDED,
    State.CONFLICT: _DECIDED,
    State.FAILED: _DECIDED,
}
"""Every move that only a person may make; each is recorded with who made it, when and why."""
AFTER_RESTORE = AFTER_CRASH | dict.fromkeys(SENDABLE, State.IN_DOUBT)
"""A journal that lost its last commits: every order that it would send may have been sent."""


class ImpossibleMove(Exception):  # noqa: N818
    """The program tried a move that the table does not hold: a bug."""


def move(state: State, event: Event) -> State:
    """The state after ``event``; raises :class:`ImpossibleMove` where the table holds none."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise ImpossibleMove(f"{state.value} --{event.value}--> ?") from None


def decided(state: State, event: Event) -> State:
    """The state after a person's decision; raises :class:`ImpossibleMove` where nothing is to be decided."""
    try:
        return DECISIONS[state][event]
    except KeyError:
        raise ImpossibleMove(f"{state.value} --{event.value}--> ?") from None
