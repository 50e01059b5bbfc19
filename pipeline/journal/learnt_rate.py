"""The rate that a target channel has borne: one small file for each, kept from run to run."""

import contextlib
import json
import math
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

SCHEMA = "orderlift/learnt-rate/1"
MOST_BYTES = 10_000
FASTEST = 10_000.0


@dataclass(frozen=True, slots=True)
class LearntRate:
    """``rate`` in requests a second; ``day`` (ISO 8601) is when it was borne, for people."""

    rate: float
    day: str


def read_learnt_rate(path: Path) -> LearntRate | None:
    """What was learnt, ``None`` where nothing was, or where the file does not say it."""
    try:
        with path.open("rb") as file:
            facts = json.loads(file.read(MOST_BYTES))
        rate, day = float(facts["rate"]), str(facts["day"])[:10]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return LearntRate(rate, day) if math.isfinite(rate) and 0 < rate <= FASTEST else None


def write_learnt_rate(path: Path, learnt: LearntRate) -> None:
    """Put the file in place as a whole; one that cannot be written is not worth a word."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"schema": SCHEMA, **asdict(learnt)}, file)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
