"""The words in which journals keep an order's life, and its moves once more, written out."""

import pytest

from pipeline.model.states import (
    AFTER_RESTORE,
    DECISIONS,
    REOPENED,
    SENDABLE,
    TABLE,
    Event,
    ImpossibleMove,
    State,
    decided,
    move,
)

MOVES = """
unresolved resolved planned
unresolved lacking invalid
unresolved suspected in_doubt
unresolved found already_present
unresolved mismatch conflict
unresolved hold held
held released planned
held released_open unresolved
planned intent in_flight
planned suspected in_doubt
planned found already_present
planned mismatch conflict
planned hold held
waiting intent in_flight
waiting exhausted failed
waiting suspected in_doubt
waiting found already_present
waiting mismatch conflict
waiting hold held
absent intent in_flight
absent exhausted failed
absent suspected in_doubt
absent found already_present
absent mismatch conflict
absent hold held
in_flight applied created
in_flight found already_present
in_flight refused rejected
in_flight not_applied waiting
in_flight doubt in_doubt
in_flight mismatch conflict
in_flight exhausted failed
in_doubt doubt in_doubt
in_doubt repeat in_flight
in_doubt applied created
in_doubt found already_present
in_doubt absence absent
in_doubt mismatch conflict
"""
"""From where, by what, to where: in the words of the journal."""
DECIDED = """
in_doubt said_created created
in_doubt said_present already_present
in_doubt said_absent absent
in_doubt said_not_ours rejected
conflict said_created created
conflict said_present already_present
conflict said_absent absent
conflict said_not_ours rejected
failed said_created created
failed said_present already_present
failed said_absent absent
failed said_not_ours rejected
"""
"""The same for what a person decides."""


def _lines(text: str) -> list[str]:
    return text.split("\n")[1:-1]


def _written(table: dict[State, dict[Event, State]]) -> list[str]:
    return sorted(f"{a.value} {by.value} {b.value}" for a, moves in table.items() for by, b in moves.items())


@pytest.mark.parametrize("line", _lines(MOVES))
def test_a_move_leads_where_it_always_led(line: str) -> None:
    """A journal of an earlier day is understood, and no move changes its end unnoticed."""
    state, event, after = line.split()
    assert move(State(state), Event(event)) is State(after)


@pytest.mark.parametrize("line", _lines(DECIDED))
def test_a_decision_leads_where_it_always_led(line: str) -> None:
    """What a person decides is never what the program may decide."""
    state, event, after = line.split()
    assert decided(State(state), Event(event)) is State(after)
    assert Event(event) not in {by for moves in TABLE.values() for by in moves}


def test_no_move_is_added_without_being_written_out() -> None:
    """Both lists are whole."""
    assert sorted(_lines(MOVES)) == _written(TABLE)
    assert sorted(_lines(DECIDED)) == _written(DECISIONS)


@pytest.mark.parametrize("state", [state for state in State if state not in DECISIONS])
def test_nothing_is_decided_where_nothing_is_open(state: State) -> None:
    """An order that a person may not settle is a bug to ask about."""
    for event in Event:
        with pytest.raises(ImpossibleMove, match=f"{state.value} --{event.value}-->"):
            decided(state, event)


def test_what_was_restored_is_doubted_before_it_is_sent() -> None:
    """Whatever a restored journal would send, or was sending, may have been sent."""
    assert set(AFTER_RESTORE) == {*SENDABLE, State.IN_FLIGHT}
    assert set(AFTER_RESTORE.values()) == {State.IN_DOUBT}


def test_only_what_failed_gets_new_attempts() -> None:
    """A judgement of the target is never asked for again by itself."""
    assert REOPENED == {State.FAILED: State.WAITING}
