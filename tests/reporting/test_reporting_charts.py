"""The pictures say what the numbers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.records import Second
from pipeline.reporting.page.charts import LEAST_WIDTH, MOST_BARS, PLOT_BOTTOM, segments, timeline
from pipeline.reporting.words.figures import clock, duration, share, size


def test_a_bar_is_divided_by_the_counts() -> None:
    """Parts stand side by side in proportion, and what is zero is not there."""
    assert [(s.key, s.x, s.width) for s in segments([("a", 3), ("b", 0), ("c", 1)])] == [
        ("a", 0.0, 75.0),
        ("c", 75.0, 25.0),
    ]


def test_one_in_a_million_can_be_seen() -> None:
    """A part that exists is never too small to find."""
    good, bad = segments([("created", 999_999), ("in_doubt", 1)])
    assert bad.width > LEAST_WIDTH * 0.9
    assert good.width + bad.width == pytest.approx(100)


def test_nothing_is_an_empty_bar() -> None:
    """No orders, no parts."""
    assert segments([("a", 0)]) == ()
    assert timeline([]) is None


@given(
    st.lists(st.builds(Second, st.integers(0, 200_000), *[st.integers(0, 50)] * 3), min_size=1, max_size=60)
)
def test_a_timeline_of_any_length_has_few_columns_and_loses_nothing(seconds: list[Second]) -> None:
    """At most 120 columns, within the picture, and their sums are the sums of the seconds."""
    picture = timeline(seconds)
    assert picture is not None
    assert len({box.x for box in picture.boxes}) <= MOST_BARS
    assert picture.created == sum(second.created for second in seconds)
    assert picture.refused == sum(second.refused for second in seconds)
    assert picture.doubtful == sum(second.doubtful for second in seconds)
    assert all(box.x >= 0 and box.x + box.width <= 100.01 for box in picture.boxes)
    assert all(box.y > 0 and box.y + box.height <= PLOT_BOTTOM + 0.1 for box in picture.boxes)


def test_columns_of_a_night_stand_for_round_times() -> None:
    """Nine hours are drawn in columns of five minutes, labelled with round times."""
    picture = timeline([Second(0, 1), Second(9 * 3600, 1)])
    assert picture is not None
    assert picture.span == 300
    assert [tick.label for tick in picture.times] == ["0:00", "2:00:00", "4:00:00", "6:00:00", "8:00:00"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "–"),
        (0, 10, "0.0 %"),
        (1, 1_000_000, "< 0.1 %"),
        (999_999, 1_000_000, "> 99.9 %"),
        (1, 1, "100.0 %"),
    ],
)
def test_a_share_never_rounds_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    """One order of a million is not zero per cent, and one missing is not a hundred."""
    assert share(part, whole) == text


def test_figures_are_written_for_people() -> None:
    """Sizes, spans and times have units."""
    assert [size(999), size(41_221), size(1_204_551)] == ["999 bytes", "41.2 KB", "1.2 MB"]
    assert [duration(0.84), duration(14), duration(185), duration(34_320)] == [
        "0.8 s",
        "14 s",
        "3 min 05 s",
        "9 h 32 min",
    ]
    assert [clock(45), clock(750), clock(34_320)] == ["0:45", "12:30", "9:32:00"]
