"""Did a sender keep its pace? Judged from the moments it sent at, nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

SMALLEST_SHARE = 0.99


class Pace(NamedTuple):
    """What a list of sends amounts to."""

    sent: int
    seconds: float  # from the first send to the last
    achieved: float  # sends per second; 0.0 where there are fewer than two moments
    worst_second: int  # most sends in any one second, wherever it starts


class Verdict(NamedTuple):
    """A pace against the rate that was asked for."""

    pace: Pace
    rate: float
    fast_enough: bool  # at least 99 % of the rate
    never_faster: bool  # no second holds more sends than the rate allows

    @property
    def kept(self) -> bool:
        """Both."""
        return self.fast_enough and self.never_faster


def most_in_any_window(stamps: Sequence[float], width: float = 1.0) -> int:
    """Return the most stamps that lie in any window ``[t, t + width)``, in whatever order they come."""
    ordered = sorted(stamps)
    most = first = 0
    for last, stamp in enumerate(ordered):
        while stamp - ordered[first] >= width:
            first += 1
        most = max(most, last - first + 1)
    return most


def pace_of(stamps: Sequence[float]) -> Pace:
    """Sum up sends given as monotonic seconds. ``n`` sends span ``n - 1`` intervals."""
    seconds = max(stamps) - min(stamps) if stamps else 0.0
    achieved = (len(stamps) - 1) / seconds if seconds > 0 else 0.0
    return Pace(len(stamps), seconds, achieved, most_in_any_window(stamps))


def judge(stamps: Sequence[float], rate: float) -> Verdict:
    """Judge sends, in monotonic seconds, against ``rate`` per second."""
    pace = pace_of(stamps)
    return Verdict(pace, rate, pace.achieved >= SMALLEST_SHARE * rate, pace.worst_second <= rate)
