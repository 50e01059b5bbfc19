"""The judgement of a sender's pace: from moments to a verdict."""

import runpy
from pathlib import Path
from typing import Any

import pytest

WINDOWS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "windows.py"))  # scripts, no package
judge: Any = WINDOWS["judge"]
pace_of: Any = WINDOWS["pace_of"]
most_in_any_window: Any = WINDOWS["most_in_any_window"]

GRID = [100.0 + n / 64 for n in range(640)]  # ten seconds at 64 a second; exact in binary


def test_an_even_grid_keeps_its_rate() -> None:
    """Sends exactly one interval apart are at the rate, and no second holds more."""
    verdict = judge(GRID, 64)

    assert verdict.kept
    assert verdict.pace.sent == 640
    assert verdict.pace.achieved == 64.0
    assert verdict.pace.worst_second == 64


def test_a_second_includes_its_start_and_not_its_end() -> None:
    """Two sends exactly one second apart are never in the same second."""
    assert most_in_any_window([5.0, 6.0]) == 1
    assert most_in_any_window([5.0, 5.5, 6.0]) == 2


def test_one_send_too_many_in_one_second_is_seen_wherever_the_second_starts() -> None:
    """A burst across the turn of a clock second is counted in the window that holds it."""
    verdict = judge([*GRID, 103.5001], 64)

    assert verdict.pace.worst_second == 65
    assert not verdict.never_faster
    assert not verdict.kept


def test_two_full_quotas_back_to_back_are_a_burst() -> None:
    """A limiter that counts by clock second and lets two quotas meet is found out."""
    stamps = [10.0 + 0.9 + n / 1000 for n in range(50)] + [11.0 + n / 1000 for n in range(50)]

    assert judge(stamps, 50).pace.worst_second == 100


@pytest.mark.parametrize(("interval", "fast_enough"), [(1 / 64 / 0.995, True), (1 / 64 / 0.985, False)])
def test_a_sender_may_lose_one_percent_of_its_rate(interval: float, fast_enough: bool) -> None:
    """At 99.5 % of the rate a sender is fast enough, at 98.5 % it is not; neither is too fast."""
    verdict = judge([n * interval for n in range(640)], 64)

    assert verdict.fast_enough is fast_enough
    assert verdict.never_faster


def test_the_order_of_the_moments_does_not_matter() -> None:
    """Moments gathered from many tasks are judged as if they came sorted."""
    assert judge(GRID[::-1], 64) == judge(GRID, 64)


@pytest.mark.parametrize(("stamps", "worst"), [([], 0), ([7.0], 1), ([7.0, 7.0], 2)])
def test_too_few_moments_have_no_rate(stamps: list[float], worst: int) -> None:
    """Without a span of time no rate was achieved, whatever was sent."""
    pace = pace_of(stamps)

    assert pace.achieved == 0.0
    assert pace.seconds == 0.0
    assert pace.worst_second == worst
    assert not judge(stamps, 50).kept
