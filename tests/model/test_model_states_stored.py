"""The words in which journals keep an order's life, and its moves once more, written out."""

import pytest

from pipeline.model.states import Event, State, move

MOVES = """
unresolved resolved planned
unresolved lacking invalid
planned intent in_flight
waiting intent in_flight
waiting exhausted failed
absent intent in_flight
absent exhausted failed
in_flight applied created
in_flight found already_present
in_flight refused rejected
in_flight not_applied waiting
in_flight doubt in_doubt
in_flight mismatch conflict
in_flight exhausted failed
in_doubt doubt in_doubt
in_doubt applied created
in_doubt found already_present
in_doubt absence absent
in_doubt mismatch conflict
"""
"""From where, by what, to where: in the words of the journal."""


@pytest.mark.parametrize("line", MOVES.split("\n")[1:-1])
def test_a_move_leads_where_it_always_led(line: str) -> None:
    """A journal of an earlier day is understood, and no move changes its end unnoticed."""
    state, event, after = line.split()
    assert move(State(state), Event(event)) is State(after)
