"""The moves that people make, and those that look like sending and are not."""

import pytest

from pipeline.model.states import (
    DECISIONS,
    FINAL,
    REOPENED,
    SENDABLE,
    TABLE,
    Event,
    ImpossibleMove,
    State,
    decided,
)

SAID = {Event.SAID_CREATED, Event.SAID_PRESENT, Event.SAID_ABSENT, Event.SAID_NOT_OURS}


def test_people_decide_about_what_the_program_cannot_settle_and_nothing_else() -> None:
    """What is known, refused by the checks, or still to be sent needs no decision."""
    assert set(DECISIONS) == {State.IN_DOUBT, State.CONFLICT, State.FAILED}
    assert all(set(moves) == SAID for moves in DECISIONS.values())


def test_the_program_never_makes_a_move_of_a_person() -> None:
    """No decision stands in the table of the program, nor the other way round."""
    assert not SAID & {event for moves in TABLE.values() for event in moves}


def test_only_the_word_absent_makes_an_order_sendable_again() -> None:
    """Every other decision ends its life."""
    for state, moves in DECISIONS.items():
        assert {event for event in moves if decided(state, event) in SENDABLE} == {Event.SAID_ABSENT}
        assert all(decided(state, event) in FINAL for event in moves if event is not Event.SAID_ABSENT)


@pytest.mark.parametrize("state", [state for state in State if state not in DECISIONS])
def test_there_is_nothing_to_decide_elsewhere(state: State) -> None:
    """It is raised, never guessed."""
    with pytest.raises(ImpossibleMove, match=f"{state.value} --said_created-->"):
        decided(state, Event.SAID_CREATED)


def test_an_order_is_repeated_only_out_of_doubt() -> None:
    """Sending again as a question is no way out of any other state."""
    assert [state for state, moves in TABLE.items() if Event.REPEAT in moves] == [State.IN_DOUBT]
    assert TABLE[State.IN_DOUBT][Event.REPEAT] is State.IN_FLIGHT


def test_suspicion_falls_on_what_is_still_to_be_sent_and_leads_to_doubt() -> None:
    """Whatever could be sent can be suspected of having been sent already."""
    suspects = {state for state, moves in TABLE.items() if Event.SUSPECTED in moves}
    assert suspects == SENDABLE | {State.UNRESOLVED}
    assert all(TABLE[state][Event.SUSPECTED] is State.IN_DOUBT for state in suspects)


def test_only_the_failed_are_opened_again_by_going_on() -> None:
    """Their attempts are proven not to have been applied."""
    assert {State.FAILED: State.WAITING} == REOPENED
