"""An order's states with their times, from what the journal keeps beside them."""

from pipeline.model.order_life import AttemptMade, LookedUp, Moved, OrderLife, PersonSaid
from pipeline.model.states import State
from pipeline.upload.life_steps import ANSWER, ATTEMPT, LOOKUP, PERSON, RUN, SILENCE, life_steps

EMPTY = OrderLife(
    1, (0, 2), "A-1", State.PLANNED, None, 0, None, "TRY", 100, 1, "[[0, [2]]]", None,
    None, None, True, (), (), (), (), (), (), {}, (), (), {1: 10.0, 2: 50.0},
)  # fmt: skip


def test_an_order_that_was_never_sent_has_one_state() -> None:
    """The one that it was planned in."""
    assert [(step.state, step.at, step.cause) for step in life_steps(EMPTY, 5.0)] == [("planned", 5.0, RUN)]


def test_every_state_has_its_time_and_its_cause() -> None:
    """Lost without an answer, found in doubt at the next start, looked up, sent again, created."""
    life = EMPTY._replace(
        state=State.CREATED,
        tries=(
            AttemptMade(1, 1, 11.0, None, "absent", None, None),
            AttemptMade(2, 2, 60.0, 60.5, "applied", 201, None),
        ),
        moves=(
            Moved("planned", "in_flight", 1),
            Moved("in_flight", "in_doubt", 2),
            Moved("in_doubt", "absent", 2),
            Moved("absent", "in_flight", 2),
            Moved("in_flight", "created", 2),
        ),
        lookups=(LookedUp(52.0, 0), LookedUp(54.0, 0), LookedUp(70.0, 1)),
    )
    assert [(step.state, step.at, step.cause, step.number) for step in life_steps(life, 5.0)] == [
        ("planned", 5.0, RUN, None),
        ("in_flight", 11.0, ATTEMPT, 1),
        ("in_doubt", 50.0, SILENCE, 1),
        ("absent", 54.0, LOOKUP, None),
        ("in_flight", 60.0, ATTEMPT, 2),
        ("created", 60.5, ANSWER, 2),
    ]


def test_a_decision_names_who_and_why() -> None:
    """It is told apart from what the target said, and has the time of the decision."""
    life = EMPTY._replace(
        state=State.CREATED,
        tries=(AttemptMade(1, 1, 11.0, 12.0, "doubt", None, "connection lost"),),
        moves=(
            Moved("planned", "in_flight", 1),
            Moved("in_flight", "in_doubt", 1),
            Moved("in_doubt", "created", 2),
        ),
        decisions=(PersonSaid(55.0, "ayse", "seen in the panel", "said_created", "in_doubt", "created"),),
        lookups=(LookedUp(20.0, None),),
    )
    last = life_steps(life, 5.0)[-1]
    assert (last.state, last.at, last.cause, last.said) == (
        "created",
        55.0,
        PERSON,
        "ayse: seen in the panel",
    )
