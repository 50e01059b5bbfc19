"""How long the target took, told truly."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.records import Second
from pipeline.reporting.page.charts import PLOT_BOTTOM, timeline
from pipeline.reporting.page.latency import MOST_PERIODS, latency, periods, quantile
from pipeline.reporting.words.figures import answer_time

TIMES = st.dictionaries(st.integers(0, 60_000), st.integers(1, 50), max_size=5)


@given(TIMES.filter(bool), st.sampled_from([50, 95, 100]))
def test_a_quantile_is_the_least_time_that_is_enough(times: dict[int, int], percent: int) -> None:
    """So many of a hundred answers came within it, and fewer within any shorter time."""
    all_times = sorted(time for time, count in times.items() for _ in range(count))
    wanted = all_times[-(-len(all_times) * percent // 100) - 1]
    assert quantile(times, percent) == wanted


def test_nothing_answered_is_no_picture() -> None:
    """Attempts without an answer have no time, and none is invented."""
    assert latency([]) is None
    assert latency([Second(0, doubtful=3)]) is None
    assert [period.p50 for period in periods([Second(0, doubtful=3)])] == ["–"]
    assert periods([]) == ()


@given(
    st.lists(
        st.builds(
            Second,
            st.integers(-5, 200_000),
            *[st.integers(0, 9)] * 3,
            TIMES.map(lambda t: tuple(sorted(t.items()))),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_a_picture_of_any_length_stays_within_itself(seconds: list[Second]) -> None:
    """At most 120 columns and 12 lines; nothing is drawn outside, and no answer is lost from the lines."""
    shown = periods(seconds)
    assert len(shown) <= MOST_PERIODS
    assert sum(int(period.created.replace(" ", "")) for period in shown) == sum(s.created for s in seconds)
    picture = latency(seconds)
    if picture is not None:
        assert len(picture.spans) <= 120
        assert all(span.x >= 0 and span.x + span.width <= 100.01 for span in picture.spans)
        assert all(span.y >= 0 and span.y + span.height <= PLOT_BOTTOM + 0.1 for span in picture.spans)


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    """What seems to have happened before the first send is drawn at the beginning."""
    seconds = [Second(-40, 1, times=((0, 1),))]
    assert [period.created for period in periods(seconds)] == ["1"]
    assert latency(seconds) is not None
    drawn = timeline(seconds)
    assert drawn is not None
    assert (drawn.created, drawn.seconds) == (1, 1)


def test_a_line_counts_answers_a_second() -> None:
    """30 answers in the first ten seconds are three a second; the last part is as long as it is."""
    first, last = periods([Second(9, 25, 3, 2, ((40, 28),)), Second(114, 5, times=((1250, 5),))])
    assert (first.time, first.rate, first.p50, first.p95) == ("0:00 – 0:10", "3.0", "40 ms", "40 ms")
    assert (last.time, last.rate, last.p50) == ("1:50 – 1:55", "1.0", "1.2 s")


def test_times_are_written_for_people() -> None:
    """Milliseconds below a second, then seconds."""
    assert [answer_time(time) for time in (0, 999, 1000, 9940, 14_000)] == [
        "0 ms",
        "999 ms",
        "1.0 s",
        "9.9 s",
        "14 s",
    ]
