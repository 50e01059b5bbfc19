"""Room on the disk: enough before anything is sent, and a reserve for the last words of a run."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused

BALLAST = 1 << 20
"""Bytes that lie idle until the disk is full; then they make room for the outcomes of requests under way."""
PER_ORDER = 700
"""Bytes that sending an order adds: two attempts, their index, a lookup, an issue (measured: 220 to 640)."""
LOG = 8 << 20
"""Bytes that the write-ahead log takes beside the journal, whatever its size."""
MARGIN = 3


def bytes_needed(orders: int) -> int:
    """The room that must be free before so many orders are sent."""
    return MARGIN * (orders * PER_ORDER + LOG) + BALLAST


def demand_room(journal: Path, orders: int, free: int | None = None) -> None:
    """Raise :class:`JournalRefused` (E619) where the disk has less free than sending may need.

    ``free`` is asked of the disk unless given.
    """
    needed = bytes_needed(orders)
    free = shutil.disk_usage(journal.parent).free if free is None else free
    if free < needed:
        facts = {"needed": _told(needed), "free": _told(free)}
        raise JournalRefused(Issue("E619", Location(str(journal.parent)), facts=facts))


class Ballast:
    """A file beside the journal that is given up when the disk is full."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name("ballast")

    def load(self) -> None:
        """Take the room; on a disk that has none left, do without."""
        with suppress(OSError):
            if self._path.exists() and self._path.stat().st_size == BALLAST:
                return
            try:
                handle = os.open(
                    self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
                )
                with os.fdopen(handle, "wb") as file:
                    file.write(os.urandom(BALLAST))  # zeros might take no room at all
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                self.drop()

    def drop(self) -> bool:
        """Give the room up; returns whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True


def _told(count: int) -> str:
    return f"{count / (1 << 20):,.1f} MiB"
