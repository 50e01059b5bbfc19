"""One process per run and per target channel: a lock that dies with its process."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused


class Lock:
    """An exclusive lock on a file, held from ``with`` to its end or to the death of the process."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock at once; raises :class:`JournalRefused` (E609) where another process holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            raise JournalRefused(
                Issue("E609", Location(str(self._path)), facts={"what": self._what})
            ) from None
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back; the file stays, because removing it would race with the next holder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
