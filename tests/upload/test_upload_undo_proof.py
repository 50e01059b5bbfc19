"""A past that breaks a promise of an undo is found, and one that keeps them all is not."""

from __future__ import annotations

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
