"""One process per run and per target channel: a lock that dies with its process."""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused


class Lock:
    """An exclusive lock on a file, held from ``with`` to its end or to the death of the process.

    The file says who holds it; what it says counts only while the lock is held.
    """

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
            what = self._what + _holder(descriptor)
            os.close(descriptor)
            raise JournalRefused(Issue("E609", Location(str(self._path)), facts={"what": what})) from None
        self._descriptor = descriptor
        _sign(descriptor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back; the file stays, because removing it would race with the next holder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _sign(descriptor: int) -> None:
    """Write into the file who holds it; since when is told by the file's own time."""
    holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode()
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, holder)
    except OSError:
        return  # the lock holds without a signature


def holder_of(path: Path) -> str:
    """Who wrote his name into a lock file last, as words to be added; nothing where nobody did."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        return _holder(descriptor)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Who holds the lock, in words that follow what is held; nothing where the file does not say."""
    try:
        told = json.loads(os.read(descriptor, 500))
        since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
        return f" (process {int(told['pid'])} on {shown(told['host'])}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
    except (OSError, ValueError, TypeError, KeyError):
        return ""


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # far behind what the file says, which others may read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
