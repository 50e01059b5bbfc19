"""The geometry of the report's pictures. Widths and x are per cent of the picture, heights are pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.model.records import Second
from pipeline.reporting.words.figures import clock, grouped

LEAST_WIDTH: Final = 1.0
"""A part that exists is drawn at least this wide (per cent), however small its share."""
MOST_BARS: Final = 120
PLOT_TOP: Final = 20.0
PLOT_BOTTOM: Final = 180.0
LEAST_HEIGHT: Final = 3.0
_SPANS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_TICKS: Final = 6
_NEAR_THE_END: Final = 95.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar."""

    key: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Box:
    """One part of a column of the timeline; ``key`` is created, refused or doubtful."""

    key: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis, and where: per cent on the time axis, pixels on the other."""

    place: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The upload over time: each column stands for ``span`` seconds."""

    boxes: tuple[Box, ...]
    span: int
    seconds: int
    peak: int
    created: int
    refused: int
    doubtful: int
    times: tuple[Tick, ...]
    heights: tuple[Tick, ...]


def segments(counts: Iterable[tuple[str, int]]) -> tuple[Segment, ...]:
    """One bar of 100 per cent, a part for each count that is not zero."""
    there = [(key, count) for key, count in counts if count > 0]
    total = sum(count for _, count in there)
    wide = [max(100 * count / total, LEAST_WIDTH) for _, count in there]
    scale = 100 / sum(wide) if wide else 0.0
    drawn, x = [], 0.0
    for (key, _), width in zip(there, wide, strict=True):
        drawn.append(Segment(key, round(x, 3), round(width * scale, 3)))
        x += width * scale
    return tuple(drawn)


def timeline(seconds: Sequence[Second]) -> Timeline | None:
    """At most 120 columns over the whole time; ``None`` where nothing was sent."""
    if not seconds:
        return None
    length = length_of(seconds)
    span = span_of(length)
    columns = -(-length // span)
    sums = [[0, 0, 0] for _ in range(columns)]
    for second in seconds:
        column = sums[max(second.at, 0) // span]
        column[0] += second.created
        column[1] += second.refused
        column[2] += second.doubtful
    peak = max(sum(column) for column in sums)
    top = round_up(peak)
    return Timeline(
        boxes=tuple(box for i, column in enumerate(sums) for box in _column(i, columns, column, top)),
        span=span,
        seconds=length,
        peak=peak,
        created=sum(column[0] for column in sums),
        refused=sum(column[1] for column in sums),
        doubtful=sum(column[2] for column in sums),
        times=time_ticks(columns * span),
        heights=_heights(top),
    )


def length_of(seconds: Sequence[Second]) -> int:
    """Seconds from the first send to the last thing that happened, at least one: clocks may be set back."""
    return max(0, *(second.at for second in seconds)) + 1


def span_of(length: int, most: int = MOST_BARS) -> int:
    """Return the least round number of seconds of which ``most`` cover the whole time."""
    for span in _SPANS:
        if length <= span * most:
            return span
    return -(-length // most)


def _column(index: int, columns: int, counts: Sequence[int], top: int) -> list[Box]:
    """Return the parts of one column, from the bottom up."""
    width = 100 / columns
    floor = PLOT_BOTTOM
    boxes = []
    for key, count in zip(("created", "refused", "doubtful"), counts, strict=True):
        if count:
            height = max((PLOT_BOTTOM - PLOT_TOP) * count / top, LEAST_HEIGHT)
            floor -= height
            boxes.append(
                Box(
                    key,
                    round((index + 0.1) * width, 3),
                    round(0.8 * width, 3),
                    round(floor, 1),
                    round(height, 1),
                )
            )
    return boxes


def round_up(peak: int) -> int:
    """Return the least round number that is not below ``peak`` and can be halved."""
    unit = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * unit >= peak:
                return step * unit
        unit *= 10


def time_ticks(length: int) -> tuple[Tick, ...]:
    """Round times from the start on, the outer labels within the picture."""
    step = next((span for span in _SPANS if length <= span * _TICKS), -(-length // _TICKS))
    places = ((at, 100 * at / length) for at in range(0, length + 1, step))
    return tuple(
        Tick(
            round(place, 3),
            clock(at),
            "start" if at == 0 else "end" if place > _NEAR_THE_END else "middle",
        )
        for at, place in places
    )


def _heights(top: int) -> tuple[Tick, ...]:
    """Half and whole of the scale."""
    middle = (PLOT_TOP + PLOT_BOTTOM) / 2
    return (Tick(middle, grouped(top // 2)), Tick(PLOT_TOP, grouped(top)))
