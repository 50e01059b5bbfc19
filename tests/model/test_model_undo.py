"""The words in which a journal keeps the life of an undo, its moves written out, and what a summary says."""

import pytest

from pipeline.model.undo import (
    SENDABLE_UNDO,
    TAKEN_BACK,
    UNDO_AFTER_CRASH,
    UNDO_REOPENED,
    UNDO_TABLE,
    Group,
    UndoEvent,
    UndoState,
    UndoSummary,
    broken_undo_sums,
    move_undo,
)

MOVES = """
listed intent cancelling
listed read_already already_cancelled
listed read_asked asked
listed read_changed left_alone
listed exhausted failed
waiting intent cancelling
waiting read_already already_cancelled
waiting read_cancelled cancelled
waiting read_asked asked
waiting read_changed left_alone
waiting exhausted failed
cancelling not_applied waiting
cancelling doubt in_doubt
in_doubt read_cancelled cancelled
in_doubt read_asked asked
in_doubt read_refused refused
in_doubt read_unclear unclear
in_doubt read_absent waiting
asked read_cancelled cancelled
asked read_unclear unclear
"""
"""From where, by what, to where: in the words of the journal."""
LINES = MOVES.strip().split("\n")
SUMMARY = UndoSummary(
    "7f3a",
    "undo",
    3,
    "1b2c",
    "https://shop.example",
    5,
    {"reversible": 3, "touched": 1},
    {"cancelled": 2, "refused": 1},
    {"customer": 2, "address": 1},
    4,
    {"TRY": ("30.00", "20.00"), "EUR": ("1.00", "0.00")},
    {"W688": 1, "E688": 1},
    requests=9,
    seconds=1.23456,
    files={"undo": "undo.csv"},
)


@pytest.mark.parametrize("line", LINES)
def test_a_move_of_an_undo_leads_where_it_always_led(line: str) -> None:
    """A journal of an earlier day is understood, and no move changes its end unnoticed."""
    state, event, after = line.split()
    assert move_undo(UndoState(state), UndoEvent(event)) is UndoState(after)


def test_every_other_move_of_an_undo_is_a_bug() -> None:
    """The list is whole, and what is not in it is raised, never guessed."""
    written = {tuple(line.split()[:2]) for line in LINES}
    others = [
        (state, event)
        for state in UndoState
        for event in UndoEvent
        if (state.value, event.value) not in written
    ]
    assert len(others) == len(UndoState) * len(UndoEvent) - len(LINES)
    for state, event in others:
        with pytest.raises(ValueError, match=f"^{state.value} --{event.value}--> [?]$"):
            move_undo(state, event)


def test_only_what_is_proven_not_to_be_applied_may_be_sent() -> None:
    """Listed: nothing was sent. Waiting: the last request was proven not to have been applied."""
    assert {UndoState.LISTED, UndoState.WAITING} == SENDABLE_UNDO


def test_no_way_leads_from_doubt_to_a_request_but_through_an_absence() -> None:
    """Whatever may have been applied is read before it is sent again."""
    towards = {event for event, state in UNDO_TABLE[UndoState.IN_DOUBT].items() if state in SENDABLE_UNDO}
    assert towards == {UndoEvent.READ_ABSENT}


def test_a_crash_turns_a_cancelling_into_doubt_and_a_failure_can_be_tried_again() -> None:
    """Nothing else moves when an undo is opened again."""
    assert {UndoState.CANCELLING: UndoState.IN_DOUBT} == UNDO_AFTER_CRASH
    assert {UndoState.FAILED: UndoState.WAITING} == UNDO_REOPENED


def test_what_is_cancelled_or_may_be_stands_for_no_other_run() -> None:
    """An order that was left alone, refused, or never sent stands."""
    assert {one.value for one in TAKEN_BACK} == {
        "cancelled",
        "asked",
        "already_cancelled",
        "cancelling",
        "in_doubt",
        "unclear",
    }


def test_groups_are_stored_by_these_words() -> None:
    """As the sealed list has them."""
    assert [group.value for group in Group] == ["reversible", "touched", "irreversible"]


def test_a_summary_of_an_undo_has_every_key() -> None:
    """Groups and outcomes that did not happen are 0, money is text, and names are sorted."""
    told = SUMMARY.as_json()
    assert told == {
        "schema": "orderlift/undo-result/1",
        "run_id": "7f3a",
        "command": "undo",
        "exit_code": 3,
        "undoes": "1b2c",
        "target": "https://shop.example",
        "channel": 5,
        "orders": {"reversible": 3, "touched": 1, "irreversible": 0},
        "outcomes": {
            "listed": 0,
            "cancelling": 0,
            "in_doubt": 0,
            "waiting": 0,
            "cancelled": 2,
            "asked": 0,
            "already_cancelled": 0,
            "left_alone": 0,
            "refused": 1,
            "failed": 0,
            "unclear": 0,
        },
        "others": {"address": 1, "customer": 2},
        "unsettled": 4,
        "money": {
            "EUR": {"listed": "1.00", "cancelled": "0.00"},
            "TRY": {"listed": "30.00", "cancelled": "20.00"},
        },
        "issues": {"E688": 1, "W688": 1},
        "http": {"requests": 9},
        "seconds": 1.235,
        "files": {"undo": "undo.csv"},
    }
    for name in ("others", "money", "issues"):
        assert list(told[name]) == sorted(told[name])  # type: ignore[call-overload]


def test_an_undo_that_was_only_planned_has_sent_nothing() -> None:
    """What is not given is nothing."""
    bare = UndoSummary("1", "undo", 0, "2", "t", 5, {}, {}, {}, 0, {}, {})
    assert (bare.requests, bare.seconds, dict(bare.files)) == (0, 0.0, {})


def test_every_reversible_order_has_one_outcome() -> None:
    """One too few and one too many are said, with both numbers."""
    assert broken_undo_sums(SUMMARY) == []
    fewer = UndoSummary("1", "undo", 0, "2", "t", 5, {"reversible": 3}, {"cancelled": 2}, {}, 0, {}, {})
    assert broken_undo_sums(fewer) == ["orders.reversible 3 ≠ 2 outcomes"]
    none = UndoSummary("1", "undo", 0, "2", "t", 5, {}, {"refused": 1}, {}, 0, {}, {})
    assert broken_undo_sums(none) == ["orders.reversible 0 ≠ 1 outcomes"]
