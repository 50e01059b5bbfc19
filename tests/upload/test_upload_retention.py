"""Which runs may be pruned, as values: age, number, names, open work, and runs that are held."""

import pytest

from pipeline.model.states import State
from pipeline.upload.retention import OPEN, Kept, Retention, due, left_alone, open_orders

CREATED = {"old": 100.0, "twin": 200.0, "also": 200.0, "new": 300.0}


@pytest.mark.parametrize(
    ("older_than", "keep", "runs"),
    [
        (0.0, 0, ["old", "also", "twin", "new"]),
        (100.0, 0, ["old", "also", "twin", "new"]),
        (100.1, 0, ["old", "also", "twin"]),
        (200.0, 0, ["old", "also", "twin"]),
        (300.0, 0, ["old"]),
        (300.1, 0, []),
        (0.0, 1, ["old", "also", "twin"]),
        (0.0, 2, ["old", "also"]),
        (0.0, 9, []),
    ],
)
def test_the_old_beyond_the_newest_are_due(older_than: float, keep: int, runs: list[str]) -> None:
    """The oldest first; of one age by name; exactly old enough is old enough."""
    assert due(CREATED, 400.0, Retention(older_than, keep)) == runs


def test_named_runs_are_due_whatever_their_age() -> None:
    """And no others."""
    assert due(CREATED, 400.0, Retention(9e9, 9, named=frozenset({"new", "old"}))) == ["old", "new"]
    assert due(CREATED, 400.0, Retention(0.0, named=frozenset({"gone"}))) == []


def test_without_being_asked_to_nothing_more_than_age_counts() -> None:
    """None is kept for its number, none is given up, none is named."""
    assert Retention(5.0) == Retention(5.0, 0, also_open=False, named=frozenset())


@pytest.mark.parametrize("state", list(State))
def test_an_order_is_open_as_long_as_anybody_has_to_do_something(state: State) -> None:
    """All but those with an outcome; of a run that was only checked none is."""
    over = {"invalid", "created", "already_present", "rejected"}
    assert open_orders({state.value: 3, "created": 9}, sendable=True) == (0 if state.value in over else 3)
    assert open_orders({state.value: 3}, sendable=False) == 0
    assert (state in OPEN) is (state.value not in over)


def test_open_orders_of_all_states_are_counted_together() -> None:
    """One state does not hide another."""
    assert open_orders({"failed": 1, "in_doubt": 20, "conflict": 300, "created": 4000}, sendable=True) == 321


@pytest.mark.parametrize(
    ("why", "also_open", "alone"),
    [
        (None, False, False),
        (None, True, False),
        (Kept.OPEN, False, True),
        (Kept.OPEN, True, False),
        (Kept.UNREADABLE, False, True),
        (Kept.UNREADABLE, True, False),
        (Kept.HELD, False, True),
        (Kept.HELD, True, True),
    ],
)
def test_open_work_is_given_up_when_asked_for_and_a_held_run_never(
    why: Kept | None, *, also_open: bool, alone: bool
) -> None:
    """Another process works on it."""
    assert left_alone(why, Retention(0.0, also_open=also_open)) is alone


def test_why_a_run_was_kept_is_told_by_these_words() -> None:
    """In the JSON of the command."""
    assert [kept.value for kept in Kept] == ["open", "held", "unreadable"]
