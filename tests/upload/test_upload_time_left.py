"""The time left: within a fifth of the truth after the first minute, doubts included."""

import pytest

from pipeline.upload.time_left import FIRST_GUESS, TimeLeft, in_words

Course = list[tuple[float, float]]


def guesses(course: Course, orders: int) -> list[tuple[float, float | None]]:
    """Send at the paces of the course, told ten times a second; gives (guess, truth) at each second."""
    left, told, now, done = TimeLeft(120.0), list[tuple[float, float | None]](), 0.0, 0.0
    while done < orders:
        pace = [value for since, value in course if since <= now][-1]
        done += pace / 10
        now += 0.1
        left.note(now, int(done), 0)
        told.append((now, left.seconds(now, int(done), orders - int(done))))
    return [(moment, guess) for moment, guess in told[::10]]


@pytest.mark.parametrize(
    ("course", "orders", "settled"),
    [
        ([(0.0, 20.0)], 10_000, 60.0),
        ([(0.0, 2.0), (30.0, 20.0)], 10_000, 90.0),
        ([(0.0, 40.0), (100.0, 10.0)], 12_000, 160.0),
        ([(at * 5.0, 10.0 + 20 * (at % 2)) for at in range(200)], 12_000, 60.0),
    ],
    ids=["even", "slow at first", "slower later", "uneven"],
)
def test_the_guess_is_near_the_truth(course: Course, orders: int, settled: float) -> None:
    """Within 20 % once the pace has been the same for a minute, until shortly before the end."""
    told = guesses(course, orders)
    end = told[-1][0]
    judged = [(end - moment, guess) for moment, guess in told if moment >= settled and end - moment > 45]
    assert len(judged) > 100
    for truth, guess in judged:
        assert guess is not None
        assert abs(guess - truth) <= 0.2 * truth, (truth, guess)


def test_nothing_is_guessed_at_once() -> None:
    """The first seconds of a run tell nothing about its hours."""
    left = TimeLeft(120.0)
    left.note(0.0, 0, 0)
    left.note(FIRST_GUESS / 2, 50, 0)
    assert left.seconds(FIRST_GUESS / 2, 50, 1000) is None


def test_a_standstill_takes_as_long_as_nobody_knows() -> None:
    """Where nothing has come through of late, no number is shown."""
    left = TimeLeft(120.0)
    for second in range(100):
        left.note(float(second), min(second, 20), 0)
    assert left.seconds(99.0, 20, 1000) is None


def test_a_doubt_waits_for_its_window() -> None:
    """With nothing else left it is the rest of the window; among others, its window may come at the end."""
    left = TimeLeft(120.0)
    for second in range(61):
        left.note(float(second), second * 10, 1 if second >= 60 else 0)
    assert left.seconds(60.0, 600, 1) == 120.0
    assert left.seconds(100.0, 600, 1) == 80.0
    among = left.seconds(60.0, 600, 1001)
    assert among is not None
    assert 100 + 120 <= among <= 140 + 120


def test_when_all_is_through_nothing_is_left() -> None:
    """Zero, at once."""
    left = TimeLeft(120.0)
    left.note(0.0, 10, 0)
    assert left.seconds(0.0, 10, 0) == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (89, "89 s"),
        (100, "1.7 min"),
        (1200, "20 min"),
        (5400, "1.5 h"),
        (7200, "2 h"),
        (50_000, "14 h"),
        (300_000, "3.5 d"),
    ],
)
def test_a_duration_is_said_as_exactly_as_it_is_known(seconds: float, words: str) -> None:
    """Two digits are enough."""
    assert in_words(seconds) == words
