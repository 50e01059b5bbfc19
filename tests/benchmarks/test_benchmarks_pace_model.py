"""The learnt rate reaches nine tenths of what a target bears, without going far beyond it."""

import runpy
from pathlib import Path
from typing import Any

import pytest

MODEL = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "pace_model.py"))
SCENES: list[tuple[str, Any, float, float, float]] = MODEL["scenes"]()


@pytest.mark.parametrize("scene", SCENES, ids=[scene[0] for scene in SCENES])
def test_a_target_gets_what_it_bears(scene: tuple[str, Any, float, float, float]) -> None:
    """At least 90 %; of what a limit refuses hardly anything is sent, and queues stay short."""
    _, target, since, until, bears = scene
    course = MODEL["send"](target, until)
    assert course.reached(since, until) >= 0.9 * bears
    assert course.refusals(since, until) <= 0.01
    if isinstance(target, MODEL["Limited"]):
        assert course.highest_rate(since, until) <= 1.05 * bears + 1
    else:
        assert course.typical_latency(since, until) <= 0.3


def test_nobody_is_flooded_on_the_way_up() -> None:
    """From nothing known: one refused request in a hundred at most, and the limit passed by a few."""
    course = MODEL["send"](MODEL["Limited"](lambda _: 50), 120)
    assert course.refusals(0, 120) <= 0.01
    assert course.highest_rate(0, 120) <= 52


def test_a_target_without_manners_is_not_stormed() -> None:
    """Answers rise to twenty seconds: one request under way at a time, until it is well again."""
    slow = MODEL["steps"]((0, 0.1), (60, 20.0), (600, 0.1))

    class Sick:
        def answer(self, now: float) -> tuple[bool, bool, float]:
            return False, False, slow(now)

    course = MODEL["send"](Sick(), 900, workers=8)
    assert {window for moment, _, window in course.rates if 250 < moment < 600} == {1}
    assert course.reached(250, 600) <= 1 / 20 + 0.01
    assert course.rates[-1][2] == 8
