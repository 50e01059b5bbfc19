"""How a run is getting on, for whoever looks from another process: the journal itself is locked then."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.progress import Progress

NAME = "progress.json"
EVERY = 2.0


class ProgressFile:
    """Writes the progress of a running upload beside its journal, at most every two seconds.

    ``counted`` names what is counted: the outcomes of orders, unless told otherwise.
    """

    def __init__(self, folder: Path, counted: Callable[[Progress], Mapping[str, Any]] | None = None) -> None:
        self._path, self._counted = folder / NAME, counted or orders_counted
        self._began = self._written = time.monotonic()

    def told(self, progress: Progress) -> None:
        """Write if it is time; a full disk is the journal's business and not this file's."""
        now = time.monotonic()
        if now - self._written < EVERY:
            return
        self._written = now
        seconds = now - self._began
        facts = {
            "pid": os.getpid(),
            "seconds": round(seconds, 1),
            **self._counted(progress),
            "orders_per_second": round(progress.done / seconds, 2) if seconds else 0.0,
            "rate": progress.rate if progress.rate != float("inf") else None,
            "repeats": progress.repeats,
            "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left),
        }
        try:
            with replacing(self._path) as file:
                file.write(orjson.dumps(facts))
        except OSError:
            return

    def remove(self) -> None:
        """The run has ended; the journal says the rest."""
        self._path.unlink(missing_ok=True)


def orders_counted(progress: Progress) -> dict[str, Any]:
    """The numbers of an upload by the names that another process reads them under."""
    return {
        "created": progress.created,
        "already_present": progress.present,
        "refused": progress.refused,
        "in_doubt": progress.in_doubt,
        "left": progress.left,
    }


def read_progress(folder: Path) -> dict[str, Any] | None:
    """What a running upload last wrote, or ``None`` where none is running."""
    try:
        facts = orjson.loads((folder / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return facts if isinstance(facts, dict) else None
