"""How long the target took to answer, over time: a picture, and a table of a few lines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.model.records import Second
from pipeline.reporting.page.charts import (
    PLOT_BOTTOM,
    PLOT_TOP,
    Tick,
    length_of,
    round_up,
    span_of,
    time_ticks,
)
from pipeline.reporting.words.figures import answer_time, clock, grouped

MOST_PERIODS: Final = 12
_MEDIAN, _MOST = 50, 95
_LEAST_HEIGHT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Span:
    """One column: half of the answers came up to ``middle``, 95 of 100 up to ``y``; pixels from the top."""

    x: float
    width: float
    y: float
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Answer times over the upload; ``p50`` and ``p95`` of all, as texts."""

    spans: tuple[Span, ...]
    p50: str
    p95: str
    times: tuple[Tick, ...]
    heights: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A part of the upload as a line of the table; texts, ``–`` where nothing was answered."""

    time: str
    created: str
    refused: str
    doubtful: str
    rate: str
    p50: str
    p95: str


def latency(seconds: Sequence[Second]) -> Latency | None:
    """The picture; ``None`` where no answer time is known."""
    everything = _counted(seconds)
    if not everything:
        return None
    length = length_of(seconds)
    span = span_of(length)
    columns = -(-length // span)
    parts = {at: _counted(group) for at, group in _grouped(seconds, span).items()}
    most = {at: (quantile(times, _MEDIAN), quantile(times, _MOST)) for at, times in parts.items() if times}
    top = round_up(max(high for _, high in most.values()))
    return Latency(
        spans=tuple(_span(at, columns, pair, top) for at, pair in sorted(most.items())),
        p50=answer_time(quantile(everything, _MEDIAN)),
        p95=answer_time(quantile(everything, _MOST)),
        times=time_ticks(columns * span),
        heights=(
            Tick((PLOT_TOP + PLOT_BOTTOM) / 2, answer_time(top // 2)),
            Tick(PLOT_TOP, answer_time(top)),
        ),
    )


def periods(seconds: Sequence[Second]) -> tuple[Period, ...]:
    """The upload in at most 12 parts of a round length."""
    if not seconds:
        return ()
    length = length_of(seconds)
    span = span_of(length, MOST_PERIODS)
    return tuple(_period(at, span, length, group) for at, group in sorted(_grouped(seconds, span).items()))


def quantile(times: Mapping[int, int], percent: int) -> int:
    """The least time within which ``percent`` of 100 answers came; ``times`` counts answers by time."""
    wanted = sum(times.values()) * percent
    met = 0
    for time in sorted(times):
        met += times[time] * 100
        if met >= wanted:
            return time
    return 0


def _period(at: int, span: int, length: int, group: Sequence[Second]) -> Period:
    begin, end = at * span, min((at + 1) * span, length)
    created, refused, doubtful = (
        sum(getattr(second, name) for second in group) for name in ("created", "refused", "doubtful")
    )
    times = _counted(group)
    return Period(
        time=f"{clock(begin)} – {clock(end)}",
        created=grouped(created),
        refused=grouped(refused),
        doubtful=grouped(doubtful),
        rate=f"{(created + refused + doubtful) / max(end - begin, 1):.1f}",
        p50=answer_time(quantile(times, _MEDIAN)) if times else "–",
        p95=answer_time(quantile(times, _MOST)) if times else "–",
    )


def _grouped(seconds: Iterable[Second], span: int) -> dict[int, list[Second]]:
    groups: dict[int, list[Second]] = {}
    for second in seconds:
        groups.setdefault(max(second.at, 0) // span, []).append(second)
    return groups


def _counted(seconds: Iterable[Second]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for second in seconds:
        for time, number in second.times:
            counts[time] += number
    return counts


def _span(at: int, columns: int, pair: tuple[int, int], top: int) -> Span:
    width = 100 / columns
    scale = (PLOT_BOTTOM - PLOT_TOP) / top
    middle, high = (PLOT_BOTTOM - time * scale for time in pair)
    return Span(
        x=round((at + 0.1) * width, 3),
        width=round(0.8 * width, 3),
        y=round(min(high, middle - _LEAST_HEIGHT), 1),
        middle=round(middle, 1),
        height=round(max(middle - high, _LEAST_HEIGHT), 1),
    )
