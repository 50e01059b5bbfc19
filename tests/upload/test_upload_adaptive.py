"""The learnt rate: up step by step, down by a share, for the load's sake and not for noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.upload.adaptive import A_BURST, CALM, LOWEST, NEAR, START, AdaptiveRate
from pipeline.upload.answer_times import NEVER_WELL

QUICK = 0.05


def sent_well(
    rate: AdaptiveRate, since: float, until: float, *, takes: float = QUICK, pace: float | None = None
) -> float:
    """Answer as many requests as the rate allows, each after `takes` seconds; returns the time."""
    now = since
    while now < until:
        now += 1.0 / (pace or rate.rate)
        rate.answered(now, takes)
    return now


def test_it_grows_by_one_a_second_while_it_is_used() -> None:
    """Additive: after ten seconds at the pace it allows, some ten requests a second more."""
    rate = AdaptiveRate()
    sent_well(rate, 0.0, 10.0)
    assert START + 7 < rate.rate <= START + 10


def test_a_rate_that_nobody_uses_is_not_raised() -> None:
    """Five answers a second prove nothing about a hundred: no flood is saved up."""
    rate = AdaptiveRate(rate=20.0)
    sent_well(rate, 0.0, 120.0, pace=5.0)
    assert rate.rate == 20.0


def test_push_back_halves_it_once_a_burst() -> None:
    """Refusals of the same bad moment cut once, a later one cuts again, and it never dies."""
    rate = AdaptiveRate(rate=16.0)
    for place in range(10):
        rate.pushed_back(10.0 + place / 10)
    assert rate.rate == 8.0
    rate.pushed_back(10.0 + CALM)
    assert rate.rate == 4.0
    for place in range(20):
        rate.pushed_back(100.0 + place * CALM)
    assert rate.rate < 1.0


def test_after_a_cut_it_comes_back_quickly_and_then_goes_slowly() -> None:
    """What was borne before is reached within seconds, and its edge is not hit again at once."""
    rate = AdaptiveRate(rate=50.0)
    now = sent_well(rate, 0.0, 3.0, pace=50.0)
    rate.pushed_back(now)
    rate.pushed_back(now + CALM)
    low, edge = rate.rate, rate._ceiling or 0.0
    now = sent_well(rate, now + CALM, now + 12.0)
    assert low < 0.75 * edge
    assert NEAR * edge <= rate.rate <= edge
    sent_well(rate, now, now + 10.0)
    assert rate.rate <= 1.02 * edge


def test_single_failures_are_noise_and_a_burst_is_load() -> None:
    """Two in a hundred lost leave the rate alone; many of the last twenty cut it."""
    noisy, burst = AdaptiveRate(rate=40.0), AdaptiveRate(rate=40.0)
    for place in range(500):
        now = place / 40
        if place % 50 == 7:
            noisy.failed(now, QUICK)
        else:
            noisy.answered(now, QUICK)
    assert not noisy.was_cut
    for place in range(A_BURST):
        assert not burst.was_cut
        burst.failed(place / 40, QUICK)
    assert burst.was_cut


def test_one_slow_answer_changes_nothing() -> None:
    """However slow it is: the middle one counts."""
    rate = AdaptiveRate(rate=20.0)
    now = sent_well(rate, 0.0, 5.0)
    before, window = rate.rate, rate.window
    rate.answered(now, 25.0)
    sent_well(rate, now, now + 5.0)
    assert not rate.was_cut
    assert rate.rate > before
    assert rate.window == window


def test_answers_that_take_longer_than_they_used_to_cut_it() -> None:
    """Nothing is refused, but the target is at its limit: four times the usual time is enough to see it."""
    rate = AdaptiveRate(rate=30.0, widest=16)
    now = sent_well(rate, 0.0, 5.0, takes=0.1)
    before = rate.rate
    sent_well(rate, now, now + 6.0, takes=0.4)
    assert rate.rate < 0.8 * before
    assert rate.window < 16


@pytest.mark.parametrize("usual", [0.1, 20.0])
def test_at_twenty_seconds_an_answer_one_request_goes_at_a_time(usual: float) -> None:
    """The window shrinks to one, also where the target has been so slow from the start."""
    rate, now = AdaptiveRate(widest=8), 0.0
    if usual < NEVER_WELL:
        now = sent_well(rate, 0.0, 20.0, takes=usual)
    for _ in range(60):
        now += 20.0 / rate.window
        rate.answered(now, 20.0)
    assert rate.window == 1
    assert rate.rate < 1.0


def test_a_target_that_is_well_again_gets_its_requests_back() -> None:
    """The window opens one by one, and the rate climbs."""
    rate, now = AdaptiveRate(widest=8), 0.0
    for _ in range(40):
        now += 20.0 / rate.window
        rate.answered(now, 20.0)
    assert rate.window == 1
    sent_well(rate, now + 60.0, now + 180.0)
    assert rate.window == 8
    assert rate.rate > START


def test_a_target_that_became_slower_for_good_is_learnt_anew() -> None:
    """A floor that is never left would hold a busy target's traffic down for ever."""
    rate = AdaptiveRate(rate=20.0)
    now = sent_well(rate, 0.0, 10.0, takes=0.1)
    now = sent_well(rate, now, now + 600.0, takes=0.5)
    assert rate.rate > 20.0


def test_what_was_borne_is_known_after_a_while() -> None:
    """Not after a moment, and never more than was answered."""
    rate = AdaptiveRate(rate=30.0)
    sent_well(rate, 0.0, 2.0)
    early = rate.borne
    sent_well(rate, 2.0, 20.0)
    later = rate.borne
    assert early is None
    assert later is not None
    assert 30.0 < later <= rate.rate


@given(st.lists(st.tuples(st.sampled_from("afp"), st.floats(0, 5), st.floats(0, 40)), max_size=80))
def test_it_stays_within_its_bounds_whatever_comes(answers: list[tuple[str, float, float]]) -> None:
    """Between the lowest and the highest, a window of at least one, and upwards only in small steps."""
    rate, now = AdaptiveRate(highest=30.0), 0.0
    for kind, pause, takes in answers:
        now += pause
        before = rate.rate
        if kind == "p":
            rate.pushed_back(now)
        else:
            (rate.answered if kind == "a" else rate.failed)(now, takes)
        assert LOWEST <= rate.rate <= 30.0
        assert rate.rate - before <= 10.0
        assert 1 <= rate.window <= rate.widest
