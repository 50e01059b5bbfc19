"""Pace, learnt rate, pauses, breaker and limits, with a clock made of numbers."""

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.upload.backoff import FIRST, MOST, asked_pause, backoff
from pipeline.upload.breaker import Breaker, Flow
from pipeline.upload.limits import ENOUGH_FOR_A_RATE, Limits
from pipeline.upload.pace import CATCH_UP, Pace

UNLIMITED = float("inf")


def sent_times(pace: Pace, count: int, *, start: float = 0.0, late: list[float] | None = None) -> list[float]:
    """Send `count` requests one after the other; `late` says how much too late each wake-up comes."""
    now, times = start, []
    for place in range(count):
        wait = pace.reserve(now)
        now += wait + (late[place % len(late)] if late and wait > 0 else 0.0)
        while (wait := pace.gate(now)) > 0:
            now += wait
        times.append(now)
    return times


def most_in_a_second(times: list[float]) -> int:
    """Count the most requests that any one second holds."""
    return max(bisect_left(times, moment + 1.0) - place for place, moment in enumerate(times))


@pytest.mark.parametrize("rate", [1, 5, 50, 200, 1000])
@pytest.mark.parametrize("late", [0.0, 0.001, 0.02, 0.08])
def test_a_rate_is_reached_and_in_no_second_exceeded(rate: int, late: float) -> None:
    """At least 99 % of what was asked for, and never one request more, also with wake-ups that come late."""
    count = max(30, rate * 10)
    times = sent_times(Pace(rate, 0.0), count, late=[late])
    assert most_in_a_second(times) <= rate
    assert (count - 1) / (times[-1] - times[0]) >= (0.99 if late < 0.05 else 0.98) * rate


@given(
    st.floats(0.3, 300),
    st.lists(st.floats(0, 2), min_size=1, max_size=20),
    st.lists(st.floats(0.3, 300), max_size=3),
)
def test_no_wake_up_however_late_makes_a_second_too_full(
    rate: float, late: list[float], others: list[float]
) -> None:
    """Late timers, standstills and changes of the rate never fill one second above the highest rate."""
    pace, times = Pace(rate, 0.0), list[float]()
    for turn, new in enumerate([rate, *others]):
        pace.rate = new
        times += sent_times(pace, 60, start=times[-1] if turn else 0.0, late=late)
    assert most_in_a_second(times) <= max(1, *(int(new) for new in [rate, *others]))


def test_missed_time_is_made_up_only_for_a_moment() -> None:
    """After a standstill no burst follows: a tenth of a second may be caught up, not the whole pause."""
    pace = Pace(50, 0.0)
    sent_times(pace, 10)
    waits = [pace.reserve(100.0) for _ in range(20)]
    assert sum(wait == 0 for wait in waits) <= CATCH_UP * 50 + 1


@pytest.mark.parametrize("rate", [5.0, UNLIMITED])
def test_a_pause_holds_everybody_and_a_shorter_one_does_not_cut_it(rate: float) -> None:
    """Nothing leaves before the latest moment asked for, whether it had its turn already or not."""
    pace = Pace(rate, 0.0)
    assert pace.reserve(0.0) == 0
    pace.pause_until(30.0)
    pace.pause_until(10.0)
    assert pace.gate(0.0) == 30.0
    assert pace.gate(29.0) == 1.0
    assert pace.reserve(0.0) >= 30.0
    assert pace.gate(30.0) == 0


def test_without_a_limit_nobody_waits() -> None:
    """Infinity means no pace at all."""
    pace = Pace(UNLIMITED, 0.0)
    assert sent_times(pace, 10_000) == [0.0] * 10_000


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_pause_after_failures_grows_and_is_bounded(failures: int, chance: float) -> None:
    """Doubling from a second to a minute, spread over its upper half."""
    ceiling = min(MOST, FIRST * 2.0 ** min(failures, 16))
    assert ceiling / 2 <= backoff(failures, chance) <= ceiling


@pytest.mark.parametrize(
    ("header", "date", "pause"),
    [
        (None, None, None),
        ("3", None, 3.0),
        (" 0 ", None, 0.0),
        ("1000000000000000", None, 1e11),
        ("-5", None, None),
        ("1.5", None, None),
        ("٣", None, None),
        ("soon", None, None),
        ("", None, None),
        ("Wed, 21 Oct 2026 07:28:03 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 3.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:09 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:03 GMT", None, None),
        ("Wed, 21 Oct 2026 07:28:03 GMT", "noon", None),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:03 +9999", "Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_what_retry_after_asks_for(header: str | None, date: str | None, pause: float | None) -> None:
    """Seconds, or a date against the server's own clock; what makes no sense asks for nothing."""
    assert asked_pause(header, date) == pause


@given(st.text(), st.text())
def test_no_header_breaks_the_reading(header: str, date: str) -> None:
    """Whatever a target sends, the answer is a pause or none."""
    pause = asked_pause(header, date)
    assert pause is None or pause >= 0


def test_the_breaker_holds_probes_and_gives_up() -> None:
    """Three failures hold the flow; single probes follow, with growing pauses; after two it is over."""
    breaker = Breaker(trips_after=3, probes=2)
    for _ in range(2):
        breaker.unwell(0.0, 1.0)
        assert breaker.flow(0.0) is Flow.OPEN
    breaker.unwell(0.0, 1.0)
    assert breaker.flow(0.5) is Flow.HELD
    assert breaker.flow(1.0) is Flow.PROBE
    breaker.probe()
    assert breaker.flow(5.0) is Flow.HELD, "one probe at a time"
    breaker.unwell(5.0, 1.0)
    assert (breaker.flow(6.9), breaker.flow(7.0)) == (Flow.HELD, Flow.PROBE)
    breaker.probe()
    breaker.unwell(8.0, 1.0)
    assert breaker.flow(8.0) is Flow.GIVEN_UP


def test_one_good_answer_opens_the_breaker_again() -> None:
    """Failures count in a row; late answers of the bad time do not prolong the pause."""
    breaker = Breaker(trips_after=2, probes=1)
    breaker.unwell(0.0, 1.0)
    breaker.well()
    breaker.unwell(0.0, 1.0)
    assert breaker.flow(0.0) is Flow.OPEN
    breaker.unwell(0.0, 1.0)
    breaker.unwell(0.9, 1.0)
    assert breaker.flow(1.0) is Flow.PROBE
    breaker.probe()
    breaker.well()
    assert breaker.flow(1.0) is Flow.OPEN


@pytest.mark.parametrize(
    ("limits", "done", "errors", "seconds", "code"),
    [
        (Limits(), 10**6, 10**6, 1e9, None),
        (Limits(max_errors=0), 1, 0, 0.0, None),
        (Limits(max_errors=0), 1, 1, 0.0, "E541"),
        (Limits(max_errors=10), 100, 10, 0.0, None),
        (Limits(max_errors=10), 100, 11, 0.0, "E541"),
        (Limits(max_error_rate=0.1), ENOUGH_FOR_A_RATE - 1, ENOUGH_FOR_A_RATE - 1, 0.0, None),
        (Limits(max_error_rate=0.1), 50, 5, 0.0, None),
        (Limits(max_error_rate=0.1), 50, 6, 0.0, "E542"),
        (Limits(max_error_rate=0.0), 50, 1, 0.0, "E542"),
        (Limits(max_duration=60), 0, 0, 60.0, None),
        (Limits(max_duration=60), 0, 0, 60.1, "E543"),
        (Limits(1, 0.0, 1.0), 50, 2, 2.0, "E541"),
    ],
)
def test_a_limit_is_reached_when_it_is_passed(
    limits: Limits, done: int, errors: int, seconds: float, code: str | None
) -> None:
    """Each limit by its own code; a share counts only once there is enough to take it from."""
    assert limits.reached(done, errors, seconds) == code
