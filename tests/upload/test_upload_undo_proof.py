"""A past that breaks a promise of an undo is found, and one that keeps them all is not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from pipeline.upload.undo_proof import UNDO_PROMISES, UndoPast

GOOD = UndoPast(
    "A-1",
    reversible=True,
    state="cancelled",
    attempts=2,
    moves=(
        ("listed", "cancelling", 1),
        ("cancelling", "in_doubt", 1),
        ("in_doubt", "waiting", 1),
        ("waiting", "cancelling", 2),
        ("cancelling", "in_doubt", 2),
        ("in_doubt", "cancelled", 2),
    ),
    tries=((1, 1, "absent"), (2, 2, "accepted")),
    looks=(
        (0, 1, "as_planned"),
        (1, 1, "as_planned"),
        (1, 1, "as_planned"),
        (1, 2, "as_planned"),
        (2, 2, "cancelled"),
    ),
)
KEPT = UndoPast("A-2", reversible=False, state="kept", attempts=0)


def broken(line: UndoPast) -> set[str]:
    """Give the promises that do not hold."""
    return {name.removeprefix("undo: ") for name, _, ask in UNDO_PROMISES if list(ask(line))}


@pytest.mark.parametrize("line", [GOOD, KEPT])
def test_a_good_past_breaks_nothing(line: UndoPast) -> None:
    """Not even one with a request that was lost."""
    assert broken(line) == set()


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"tries": GOOD.tries[:1]}, "intent first"),
        ({"attempts": 3}, "intent first"),
        ({"reversible": False}, "intent first"),
        ({"looks": GOOD.looks[1:]}, "read first"),
        ({"looks": ((0, 2, "as_planned"), *GOOD.looks[1:])}, "read first"),
        ({"tries": ((1, 1, None), (2, 2, "accepted"))}, "none twice"),
        ({"tries": ((1, 1, "accepted"), (2, 2, "accepted"))}, "none twice"),
        ({"looks": (GOOD.looks[0], *GOOD.looks[3:])}, "none twice"),
        ({"moves": GOOD.moves[:-1]}, "final is final"),
        ({"moves": (*GOOD.moves, ("cancelled", "waiting", 2)), "state": "waiting"}, "final is final"),
        ({"looks": GOOD.looks[:-1]}, "no claim alone"),
    ],
)
def test_a_past_that_breaks_a_promise_is_found(changes: dict[str, Any], promise: str) -> None:
    """Each promise by a past that breaks it."""
    assert promise in broken(GOOD._replace(**changes))


def test_a_refusal_needs_an_answer_and_a_cancelled_order_a_request() -> None:
    """Outcomes have grounds."""
    refused = KEPT._replace(reversible=True, state="refused", looks=((0, 1, "as_planned"),))
    assert "no claim alone" in broken(refused)
    assert "no claim alone" in broken(refused._replace(state="cancelled", looks=((0, 1, "cancelled"),)))


WAITED = KEPT._replace(reversible=True)
"""A line to begin others with."""


def past(state: str, *moves: str, tries: Any = (), looks: Any = ()) -> UndoPast:
    """Give a past whose moves lead through these states, by one process."""
    way = ("listed", *moves)
    each = tuple((before, after, 1) for before, after in pairwise(way))
    return WAITED._replace(state=state, attempts=len(tries), moves=each, tries=tries, looks=looks)


PLANNED = (0, 1, "as_planned")
SENT = ("cancelling", "in_doubt")


@pytest.mark.parametrize(
    "line",
    [
        past("listed"),
        past("already_cancelled", "already_cancelled", looks=((0, 1, "cancelled"),)),
        past("already_cancelled", "already_cancelled", looks=((0, 1, "asked"),)),
        past("left_alone", "left_alone", looks=((0, 1, "other"),)),
        past("left_alone", "left_alone", looks=((0, 1, "nothing"),)),
        past("cancelled", *SENT, "cancelled", tries=((1, 1, "doubt"),), looks=(PLANNED, (1, 1, "cancelled"))),
        past("asked", *SENT, "asked", tries=((1, 1, "accepted"),), looks=(PLANNED, (1, 1, "asked"))),
        past("refused", *SENT, "refused", tries=((1, 1, "refused"),), looks=(PLANNED, (1, 1, "as_planned"))),
        past("unclear", *SENT, "unclear", tries=((1, 1, "accepted"),), looks=(PLANNED, (1, 1, "other"))),
        past(
            "failed",
            "cancelling",
            "waiting",
            "cancelling",
            "waiting",
            "failed",
            tries=((1, 1, "not_applied"), (2, 1, "not_applied")),
            looks=(PLANNED, (1, 1, "as_planned")),
        ),
        past(
            "waiting",
            "cancelling",
            "waiting",
            "failed",
            "waiting",
            tries=((1, 1, "not_applied"),),
            looks=(PLANNED,),
        ),
        past("in_doubt", *SENT, tries=((1, 1, None),), looks=(PLANNED,)),
    ],
    ids=lambda line: line.state,
)
def test_every_end_that_has_its_grounds_is_good(line: UndoPast) -> None:
    """Whatever became of the order."""
    assert broken(line) == set()


@pytest.mark.parametrize(
    ("state", "looks"),
    [
        ("cancelled", ((1, 1, "asked"),)),
        ("asked", ((1, 1, "cancelled"),)),
        ("refused", ((1, 1, "cancelled"),)),
        ("cancelled", ((0, 1, "cancelled"),)),
    ],
)
def test_an_end_that_was_read_otherwise_is_found(state: str, looks: Any) -> None:
    """What was read before the last request does not count."""
    line = past(state, *SENT, state, tries=((1, 1, "refused"),), looks=(PLANNED, *looks))
    assert [fault for _, _, ask in UNDO_PROMISES for fault in ask(line)] == [
        f"it is {state}, and was never read so"
    ]


@pytest.mark.parametrize(
    ("state", "look"),
    [("already_cancelled", "other"), ("left_alone", "as_planned"), ("left_alone", "cancelled")],
)
def test_an_order_that_was_not_sent_was_read_for_what_it_is(state: str, look: str) -> None:
    """Cancelled by somebody else, or changed."""
    line = past(state, state, looks=((0, 1, look),))
    assert broken(line) == {"no claim alone"}


def faults(line: UndoPast) -> list[str]:
    """Give what is found, in words."""
    return [fault for _, _, ask in UNDO_PROMISES for fault in ask(line)]


def test_faults_are_told_with_their_numbers() -> None:
    """So that somebody can look them up in the journal."""
    assert faults(GOOD._replace(attempts=3)) == [
        "its requests are numbered [1, 2], and 3 are counted",
        "request 3 follows one that may have been applied",
        "it is cancelled, and was never read so",
    ]
    assert faults(GOOD._replace(tries=GOOD.tries[:1])) == [
        "its requests are numbered [1], and 2 are counted",
        "it was sent 2 times, with 1 requests",
    ]
    assert faults(GOOD._replace(looks=(*GOOD.looks[:2], *GOOD.looks[3:]))) == []
    assert faults(GOOD._replace(looks=(GOOD.looks[0], *GOOD.looks[2:4], *GOOD.looks[4:]))) == []
    assert faults(GOOD._replace(looks=(GOOD.looks[0], *GOOD.looks[3:]))) == [
        "request 1 was given up without two looks"
    ]
    assert faults(GOOD._replace(looks=GOOD.looks[1:])) == ["it was not read as planned before request 1"]
    refused = past(
        "refused", *SENT, "refused", tries=((1, 1, "doubt"),), looks=(PLANNED, (1, 1, "as_planned"))
    )
    assert faults(refused) == ["it is refused, and no answer said so"]
    unsent = past("cancelled", looks=((0, 1, "cancelled"),))._replace(moves=(("waiting", "cancelled", 1),))
    assert faults(unsent) == ["it began as waiting", "it is cancelled without a request"]
    assert faults(KEPT._replace(state="listed")) == ["it began as listed"]


def test_moves_are_a_chain_from_the_list_to_the_state() -> None:
    """A gap is found though each move alone is in the table, and so is an end that is another."""
    gap = past("in_doubt", tries=((1, 1, None),), looks=(PLANNED,))
    gap = gap._replace(
        moves=(("listed", "cancelling", 1), ("waiting", "failed", 1), ("failed", "waiting", 1))
    )
    assert faults(gap) == [
        "it was cancelling, and moved from waiting to failed",
        "its moves lead to waiting, and it is in_doubt",
    ]
