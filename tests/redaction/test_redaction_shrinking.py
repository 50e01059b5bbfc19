"""Sets become as small as what they show allows."""

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.restoring import restored
from pipeline.redaction.shrinking import Budget, smallest


def plenty(questions: int = 10_000) -> Budget:
    """Give a budget whose clock stands still."""
    return Budget(questions, 1.0, lambda: 0.0)


@given(st.integers(1, 40), st.data())
def test_what_is_left_is_exactly_what_is_needed(size: int, data: st.DataObject) -> None:
    """Where a set of units shows it together, just those are left, in their order."""
    needed = data.draw(st.sets(st.integers(0, size - 1)))
    found = smallest(range(size), lambda some: needed <= set(some), plenty())
    assert found == sorted(needed)


@given(st.integers(2, 30), st.data())
def test_no_unit_of_the_result_can_be_left_out_alone(size: int, data: st.DataObject) -> None:
    """Also where several sets show it and none contains the others, the result is 1-minimal."""
    ways = data.draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), min_size=1, max_size=4))

    def shows(some: Sequence[int]) -> bool:
        return any(way <= set(some) for way in ways)

    found = smallest(range(size), shows, plenty())
    assert shows(found)
    assert not any(shows([unit for unit in found if unit != left]) for left in found)


def test_a_used_up_budget_ends_with_something_that_was_seen_to_show_it() -> None:
    """Too few questions, or too late: the result is larger than it need be, and never wrong."""
    for questions in range(12):
        found = smallest(range(16), lambda some: {3, 11} <= set(some), plenty(questions))
        assert {3, 11} <= set(found)
    late = Budget(100, 1.0, lambda: 2.0)
    assert smallest(range(5), lambda _: True, late) == [0, 1, 2, 3, 4]
    assert late.questions == 100


def test_questions_grow_with_what_is_left_and_not_with_what_there_was() -> None:
    """One needed unit of 4,096 is found with some two questions for every halving."""
    budget = plenty()
    assert smallest(range(4096), lambda some: 4000 in some, budget) == [4000]
    assert 10_000 - budget.questions < 40


GROUPS = [("dates", [1, 2]), ("codes", [3, 4]), ("names", [5, 6, 7])]


def test_nothing_is_restored_where_the_disguise_shows_it() -> None:
    """The first question is about no real cell at all."""
    assert restored(GROUPS, lambda _: True, plenty()) == frozenset()


def test_one_group_is_restored_the_least_personal_first_and_of_it_only_the_needed_cells() -> None:
    """Codes or names would do: codes it is, and of them the one cell."""
    assert restored(GROUPS, lambda some: bool({4, 6} & set(some)), plenty()) == frozenset({4})


def test_several_groups_are_restored_together_where_one_is_not_enough() -> None:
    """A cell of the first and one of the last group are needed: those two stay, nothing between them."""
    assert restored(GROUPS, lambda some: {2, 7} <= set(some), plenty()) == frozenset({2, 7})


def test_it_is_told_where_even_real_values_do_not_help() -> None:
    """None, so that nothing real is shared for nothing."""
    assert restored(GROUPS, lambda _: False, plenty()) is None


def test_without_time_every_group_is_asked_about_together_before_giving_up() -> None:
    """A budget of nothing restores all that it takes rather than claiming that nothing helps."""

    def shows(some: Collection[int]) -> bool:
        return {2, 7} <= set(some)

    assert restored(GROUPS, shows, plenty(0)) == frozenset({1, 2, 3, 4, 5, 6, 7})
