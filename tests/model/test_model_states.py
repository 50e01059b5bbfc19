"""The life of an order: what the table promises."""

import pytest

from pipeline.model.states import AFTER_CRASH, FINAL, SENDABLE, TABLE, Event, ImpossibleMove, State, move


def _reachable(start: State) -> set[State]:
    seen: set[State] = set()
    ahead = [start]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead += TABLE.get(state, {}).values()
    return seen


def test_every_state_is_final_or_leads_somewhere() -> None:
    """No state is forgotten, and none is both."""
    assert set(TABLE) | FINAL == set(State)
    assert not set(TABLE) & FINAL
    assert all(TABLE.values())


def test_the_final_states_are_the_outcomes_of_a_report() -> None:
    """What the program never leaves by itself is what a report counts."""
    assert {
        State.INVALID,
        State.CREATED,
        State.ALREADY_PRESENT,
        State.REJECTED,
        State.FAILED,
        State.CONFLICT,
    } == FINAL


@pytest.mark.parametrize("state", list(TABLE))
def test_no_order_can_get_stuck(state: State) -> None:
    """From wherever an order stands some outcome can be reached."""
    assert _reachable(state) & FINAL


def test_every_state_is_reached_from_the_two_in_which_orders_are_sealed() -> None:
    """The table has no state that nothing leads to."""
    assert _reachable(State.PLANNED) | _reachable(State.UNRESOLVED) == set(State)


def test_an_order_that_is_held_can_only_be_released() -> None:
    """It is never sent from there, and what it is released to is looked at again before it is sent."""
    assert set(TABLE[State.HELD].values()) == {State.PLANNED, State.UNRESOLVED}


def test_nothing_in_doubt_or_under_way_may_be_sent() -> None:
    """Only a state in which it is proven that the target does not hold the order lets it be sent."""
    assert frozenset({State.PLANNED, State.WAITING, State.ABSENT}) == SENDABLE


def test_an_order_in_doubt_is_sent_again_only_after_its_absence_was_seen() -> None:
    """Leaving doubt towards sending needs the event of two lookups that found nothing."""
    towards_sending = {event for event, state in TABLE[State.IN_DOUBT].items() if state in SENDABLE}
    assert towards_sending == {Event.ABSENCE}


def test_doubt_is_never_judged_a_failure() -> None:
    """An order that may have been created is never reported as failed or rejected."""
    assert not set(TABLE[State.IN_DOUBT].values()) & {State.FAILED, State.REJECTED, State.WAITING}


def test_a_crash_turns_silence_into_doubt() -> None:
    """What was under way when the process died may have been applied."""
    assert {State.IN_FLIGHT: State.IN_DOUBT} == AFTER_CRASH


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("state", list(State))
def test_a_move_is_in_the_table_or_a_bug(state: State, event: Event) -> None:
    """What the table does not hold is raised, never guessed."""
    expected = TABLE.get(state, {}).get(event)
    if expected is None:
        with pytest.raises(ImpossibleMove, match=f"{state.value} --{event.value}-->"):
            move(state, event)
    else:
        assert move(state, event) is expected
