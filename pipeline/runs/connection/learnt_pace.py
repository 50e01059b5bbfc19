"""Where the search for a rate begins: at what the same channel bore the last time."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.learnt_rate import LearntRate, read_learnt_rate, write_learnt_rate
from pipeline.model.issue import Issue
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.turns import Turns
from pipeline.upload.adaptive import HIGHEST, START

SHARE = 0.7
"""A target may be busier than it was: the search begins at this share of what was borne."""


def turns_of(request: SendRequest, kept: Path, clock: Callable[[], float]) -> tuple[Turns, tuple[Issue, ...]]:
    """The turns of a run, and what people should know of where they begin; ``kept`` is the rate's file."""
    learnt = read_learnt_rate(kept) if request.rate is None else None
    start = max(START, min(HIGHEST, SHARE * learnt.rate)) if learnt is not None else START
    turns = Turns(request.rate, clock, start=start, widest=request.concurrency)
    if learnt is None or start <= START:
        return turns, ()
    facts: dict[str, str | int] = {
        "start": f"{start:.1f}",
        "share": f"{SHARE:.0%}",
        "borne": f"{learnt.rate:.1f}",
        "day": learnt.day,
    }
    return turns, (Issue("W570", facts=facts),)


def keep_learnt(turns: Turns, kept: Path, now: float) -> None:
    """Remember what was borne; ``now`` in seconds since 1970.

    A run that never met a limit knows only that its own pace was borne: it does not lower what is known.
    """
    found = turns.learnt.borne if turns.learnt is not None else None
    if turns.learnt is None or found is None:
        return
    before = read_learnt_rate(kept)
    if before is not None and before.rate > found and not turns.learnt.was_cut:
        return
    day = datetime.fromtimestamp(now, tz=UTC).date().isoformat()
    write_learnt_rate(kept, LearntRate(round(found, 2), day))
