"""The budget for repeats: a fifth of the work, a few for free, and then one at a time."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.upload.retry_budget import FLOOR, PAUSE, SHARE, RetryBudget


def test_a_fifth_of_the_first_attempts_may_be_repeated() -> None:
    """A hundred orders pay for twenty repeats beside the free ones; the next has to wait."""
    budget = RetryBudget()
    for _ in range(100):
        budget.sent(0.0, repeat=False)
    free = FLOOR + round(SHARE * 100)
    for _ in range(free):
        assert budget.may_repeat(0.0)
        budget.sent(0.0, repeat=True)
    assert not budget.may_repeat(0.0)
    assert budget.may_repeat(PAUSE)
    budget.sent(PAUSE, repeat=True)
    assert not budget.may_repeat(PAUSE)


def test_more_work_pays_for_more_repeats() -> None:
    """Five first attempts later, one repeat may go at once."""
    budget = RetryBudget(firsts=0, repeats=FLOOR, _next=1e9)
    for _ in range(5):
        assert not budget.may_repeat(0.0)
        budget.sent(0.0, repeat=False)
    assert budget.may_repeat(0.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 0.5)), max_size=400))
def test_repeats_never_outgrow_their_share(wishes: list[tuple[bool, float]]) -> None:
    """Whatever is wished for: the share, the free ones, and one for every pause that has passed."""
    budget, now = RetryBudget(), 0.0
    for repeat, later in wishes:
        now += later
        if not repeat or budget.may_repeat(now):
            budget.sent(now, repeat=repeat)
        assert budget.repeats <= FLOOR + SHARE * budget.firsts + now / PAUSE + 1
