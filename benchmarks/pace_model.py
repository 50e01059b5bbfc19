"""The learnt rate against targets made of numbers: what share of what they bear is reached, and how far over.

No request is sent and nobody waits: time is a number, so ten minutes take a second.

    python benchmarks/pace_model.py
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from pipeline.upload.adaptive import AdaptiveRate
from pipeline.upload.pace import Pace

Course = Callable[[float], float]


class Target(Protocol):
    """Anything that answers: (whether it refuses for the load, whether it fails, seconds it takes)."""

    def answer(self, now: float) -> tuple[bool, bool, float]:
        """Answer a request that arrives at this moment."""


@dataclass
class Limited:
    """Refuses with 429 what exceeds its limit in a second; a sliding window, as gateways have."""

    limit: Course
    latency: float = 0.08
    noise: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    taken: list[float] = field(default_factory=list)

    def answer(self, now: float) -> tuple[bool, bool, float]:
        """Answer."""
        self.taken = [moment for moment in self.taken if moment > now - 1.0]
        if len(self.taken) >= self.limit(now):
            return True, False, 0.01
        self.taken.append(now)
        return False, self.chance.random() < self.noise, self.latency


@dataclass
class Queue:
    """Refuses nothing, but serves one after the other, so many a second: what is too much has to wait."""

    capacity: Course
    latency: float = 0.05
    free_at: float = 0.0

    def answer(self, now: float) -> tuple[bool, bool, float]:
        """Answer."""
        self.free_at = max(now, self.free_at) + 1.0 / self.capacity(now)
        return False, False, self.free_at - now + self.latency


@dataclass
class SentRun:
    """What happened: moments of answers, refusals, and how rate and window went."""

    good: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    latencies: list[tuple[float, float]] = field(default_factory=list)
    rates: list[tuple[float, float, int]] = field(default_factory=list)

    def reached(self, since: float, until: float) -> float:
        """Good answers a second."""
        return sum(since <= moment < until for moment in self.good) / (until - since)

    def refusals(self, since: float, until: float) -> float:
        """Refusals as a share of all answers."""
        bad = sum(since <= moment < until for moment in self.refused)
        return bad / max(1, bad + sum(since <= moment < until for moment in self.good))

    def highest_rate(self, since: float, until: float) -> float:
        """The highest rate that was tried."""
        return max(rate for moment, rate, _ in self.rates if since <= moment < until)

    def typical_latency(self, since: float, until: float) -> float:
        """The middle one of the answers' times, in seconds."""
        some = sorted(seconds for moment, seconds in self.latencies if since <= moment < until)
        return some[len(some) // 2]


def send(
    target: Target, seconds: float, *, workers: int = 32, start: float = 5.0, asks_for_a_second: bool = True
) -> SentRun:
    """Send as the program does, for so long."""
    learnt = AdaptiveRate(rate=start, widest=workers)
    pace, course, order = Pace(learnt.rate, 0.0), SentRun(), count()
    answers: list[tuple[float, int, bool, bool, float]] = []
    now, ready_at = 0.0, 0.0
    while now < seconds:
        if len(answers) < learnt.window and (not answers or ready_at <= answers[0][0]):
            now = max(now, ready_at)
            if (wait := pace.gate(now)) > 0:
                ready_at = now + wait
                continue
            refused, failed, took = target.answer(now)
            heapq.heappush(answers, (now + took, next(order), refused, failed, took))
            ready_at = now + pace.reserve(now)
            continue
        moment, _, refused, failed, took = heapq.heappop(answers)
        now = max(now, moment)
        if refused:
            course.refused.append(now)
            learnt.pushed_back(now)
            if asks_for_a_second:
                pace.pause_until(now + 1.0)
        elif failed:
            learnt.failed(now, took)
        else:
            course.good.append(now)
            course.latencies.append((now, took))
            learnt.answered(now, took)
        pace.rate = learnt.rate
        course.rates.append((now, learnt.rate, learnt.window))
    return course


def steps(*parts: tuple[float, float]) -> Course:
    """A course that changes: (from this second on, so much)."""
    return lambda now: [value for since, value in parts if since <= now][-1]


def scenes() -> list[tuple[str, Target, float, float, float]]:
    """Name, target, from when to when it is looked at, and what it bears then."""
    return [
        ("refuses above 10/s", Limited(lambda _: 10), 60, 660, 10),
        ("refuses above 50/s", Limited(lambda _: 50), 120, 720, 50),
        ("refuses above 200/s", Limited(lambda _: 200), 180, 780, 200),
        ("50/s, and 2 % of the answers are lost", Limited(lambda _: 50, noise=0.02), 120, 720, 49),
        ("50/s becomes 20/s", Limited(steps((0, 50), (300, 20))), 360, 660, 20),
        ("20/s becomes 50/s", Limited(steps((0, 20), (300, 50))), 480, 780, 50),
        ("serves 50/s, the rest queues", Queue(lambda _: 50), 120, 720, 50),
        ("serves 50/s, then 20/s", Queue(steps((0, 50), (300, 20))), 360, 660, 20),
        ("serves 200/s, the rest queues", Queue(lambda _: 200), 240, 840, 200),
    ]


def main() -> None:
    print("| target | bears | reached | share | refused | highest rate tried | typical answer |")
    print("|---|---|---|---|---|---|---|")
    for name, target, since, until, bears in scenes():
        course = send(target, until)
        reached = course.reached(since, until)
        print(
            f"| {name} | {bears:g}/s | {reached:.1f}/s | {reached / bears:.0%} "
            f"| {course.refusals(since, until):.1%} | {course.highest_rate(since, until):.0f}/s "
            f"| {course.typical_latency(since, until) * 1000:.0f} ms |"
        )


if __name__ == "__main__":
    main()
