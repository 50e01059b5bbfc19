"""The promises that a journal answers for, one order at a time."""

from itertools import pairwise
from typing import Any

import pytest

from pipeline.model.capability import Capability
from pipeline.model.history import AttemptRecord, DecisionRecord, MoveRecord, OrderHistory
from pipeline.model.states import State
from pipeline.upload import proof
from pipeline.upload.proof import (
    amount_is_that_sent,
    attempts_are_counted,
    bytes_are_those_sealed,
    epochs_only_grow,
    moves_are_allowed,
    nothing_goes_twice,
    outcomes_have_grounds,
    people_are_on_record,
)

B, BLIND_A, C = Capability(), Capability(unique=True, lookup=False), Capability(lookup=False)
SAID_ABSENT = DecisionRecord("said_absent", "in_doubt", "absent")


def past(*states: str, outcomes: tuple[str | None, ...] = (), **changes: Any) -> OrderHistory:
    """The history of an order that went through these states, one process all along."""
    tries = tuple(AttemptRecord(place, 1, outcome) for place, outcome in enumerate(outcomes, 1))
    moves = tuple(MoveRecord(*pair, 1) for pair in pairwise(states))
    given: dict[str, Any] = {
        "number": "A",
        "state": states[-1],
        "via": None,
        "sealed": True,
        "waits": False,
        "suspect": False,
        "attempts": len(tries),
        "rows": (),
        "currency": "TRY",
        "amount_minor": 1050,
        "tries": tries,
        "moves": moves,
    }
    return OrderHistory(**{**given, **changes})


CREATED = past("planned", "in_flight", "created", outcomes=("applied",), via="201")
RESENT = past(
    *("planned", "in_flight", "in_doubt", "absent", "in_flight", "created"),
    outcomes=("absent", "applied"),
    via="201",
    empty=2,
)


def every(order: OrderHistory, capability: Capability = B) -> list[str]:
    """Every fault of an order."""
    return [
        *attempts_are_counted(order),
        *moves_are_allowed(order),
        *people_are_on_record(order),
        *nothing_goes_twice(order, capability),
        *outcomes_have_grounds(order),
        *epochs_only_grow(order, 1),
    ]


def test_every_state_has_grounds() -> None:
    """A new state needs a word on what bears it out."""
    assert set(proof._GROUNDS) == {state.value for state in State}


@pytest.mark.parametrize(
    ("order", "capability"),
    [
        (past("planned"), B),
        (past("unresolved", "planned", waits=True), B),
        (past("unresolved", "invalid", waits=True), B),
        (past("invalid", sealed=False), B),
        (CREATED, B),
        (RESENT, B),
        (past("planned", "in_flight", "in_doubt", outcomes=(None,)), C),
        (past("in_doubt", "already_present", suspect=True, found=1, via="lookup"), B),
        (past("planned", "in_doubt", "absent", suspect=True, empty=2, via="lookup"), B),
        (past("planned", "in_flight", "waiting", "in_flight", outcomes=("not_applied", None)), B),
        (past("planned", "in_flight", "failed", "waiting", outcomes=("not_applied",)), B),
        (past("planned", "in_flight", "rejected", outcomes=("refused",)), B),
        (
            past(
                *("planned", "in_flight", "in_doubt", "in_flight", "created"),
                outcomes=("doubt", "duplicate"),
                via="duplicate",
            ),
            BLIND_A,
        ),
        (
            past(
                *("planned", "in_flight", "in_doubt", "absent", "in_flight", "created"),
                outcomes=("absent", "applied"),
                via="201",
                decisions=(SAID_ABSENT,),
            ),
            C,
        ),
    ],
)
def test_a_sound_past_has_no_fault(order: OrderHistory, capability: Capability) -> None:
    """What the program does in each mode fits together."""
    assert every(order, capability) == []


@pytest.mark.parametrize(
    ("order", "capability", "fault"),
    [
        (RESENT._replace(empty=1), B, "without two lookups"),
        (RESENT, C, "without two lookups"),
        (RESENT._replace(tries=(AttemptRecord(1, 1, None), RESENT.tries[1])), B, "is in doubt, and another"),
        (RESENT._replace(tries=(AttemptRecord(1, 1, "refused"), RESENT.tries[1])), B, "was refused, and"),
        (RESENT._replace(tries=RESENT.tries[1:]), B, "numbered [2]"),
        (CREATED._replace(attempts=2), B, "2 attempts are counted, 1 are there"),
        (CREATED._replace(tries=(AttemptRecord(1, 2, "applied"),)), B, "by other processes"),
        (CREATED._replace(moves=()), B, "it began as created"),
        (CREATED._replace(waits=True), B, "it began as planned"),
        (CREATED._replace(sealed=False), B, "it began as planned"),
        (CREATED._replace(state="rejected"), B, "its moves lead to created"),
        (CREATED._replace(via="lookup"), B, "nothing in its past says so"),
        (CREATED._replace(via="duplicate"), B, "nothing in its past says so"),
        (CREATED._replace(via="person"), B, "nothing in its past says so"),
        (CREATED._replace(via=None), B, "nothing in its past says so"),
        (CREATED._replace(state="sent"), B, "its state is 'sent'"),
        (CREATED._replace(decisions=(SAID_ABSENT,)), B, "it did not move so"),
        (past("planned", "created", via="201"), B, "from planned to created, which no rule allows"),
        (past("planned", "in_flight", "created", "absent", outcomes=("applied",)), B, "which no rule allows"),
        (past("planned", "in_flight", "conflict", "absent", outcomes=("unclear",)), B, "without a decision"),
        (past("planned", "in_flight", "failed", outcomes=("doubt",)), B, "nothing in its past says so"),
        (past("planned", "in_flight", "failed", outcomes=("refused",)), B, "nothing in its past says so"),
        (past("planned", "in_flight", "in_doubt", outcomes=("applied",)), B, "nothing in its past says so"),
        (past("in_doubt"), B, "it began as in_doubt"),
    ],
)
def test_a_past_that_does_not_fit_together_is_named(
    order: OrderHistory, capability: Capability, fault: str
) -> None:
    """Each trace that is missing, or one too many, is found out."""
    assert fault in " | ".join(every(order, capability))


@pytest.mark.parametrize("epochs", [(2, 1), (0,), (4,)])
def test_processes_follow_one_another(epochs: tuple[int, ...]) -> None:
    """None before the first, none after the present one, none going back."""
    tries = tuple(AttemptRecord(place, epoch, "not_applied") for place, epoch in enumerate(epochs, 1))
    assert list(epochs_only_grow(past("planned", tries=tries), 3))
    assert not list(epochs_only_grow(CREATED, 1))


def test_the_bytes_are_those_sealed_and_are_there() -> None:
    """A payload that changed, and one that is gone, are faults; an invalid order has none."""
    assert list(bytes_are_those_sealed(CREATED._replace(bodies=((b"{}", True),)))) == []
    assert list(bytes_are_those_sealed(CREATED._replace(bodies=((b"{}", False),))))
    assert list(bytes_are_those_sealed(CREATED))
    assert list(bytes_are_those_sealed(past("invalid", sealed=False))) == []


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"amount": "10.50", "currency": "try"}, 0),
        ({"amount": 10.5, "currency": "TRY"}, 0),
        ({"amount": "10.51", "currency": "try"}, 1),
        ({"amount": "10.50", "currency": "eur"}, 1),
        ({"amount": "ten", "currency": "try"}, 1),
        ({"currency": "try"}, 1),
    ],
)
def test_reports_add_up_what_was_sent(sent: dict[str, Any], faults: int) -> None:
    """Amount and currency of the order against those of its payload."""
    assert len(list(amount_is_that_sent(CREATED, {"order": sent}))) == faults
