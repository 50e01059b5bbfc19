"""What is remembered of a journal outside of its own folder, so that an older copy of it is noticed.

A journal that is restored from a backup is whole and wrong: it does not know what was sent since. Two small
files beside the runs, in ``witness/``, know better:

* ``<run>.json`` holds the epoch. It is on the disk before an epoch sends anything.
* ``<run>.commits`` holds the commits that returned. It is only written, not brought to the disk: it must
  never know less than the disk forgets, and after a crash of the program alone it knows everything. Where it
  survived a power cut that the journal's last commits did not, the disk has lied, and that is noticed, too.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import orjson

from pipeline.journal.folders import write_durably
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused

SCHEMA = "orderlift/witness/1"


class Mark(NamedTuple):
    """How far a journal got: the epoch of its last process, and the commits since sealing."""

    epoch: int
    commits: int


class Witness:
    """The witness of one journal. Raises :class:`JournalRefused` (E615) where it cannot be used."""

    def __init__(self, journal: Path) -> None:
        folder = _folder_of(journal)
        self._run = journal.parent.name
        self._sealed = folder / f"{self._run}.json" if folder else None
        self._counter = folder / f"{self._run}.commits" if folder else None
        self._descriptor: int | None = None

    def seen(self) -> Mark:
        """The furthest that the journal is known to have got; nothing where there is no witness."""
        epoch = self._epoch()
        return Mark(epoch, self._commits())

    def begin(self, mark: Mark) -> None:
        """Write, and bring to the disk, that an epoch has begun."""
        if self._sealed is None or self._counter is None:
            return
        told = {"schema": SCHEMA, "run": self._run, "epoch": mark.epoch}
        try:
            write_durably(self._sealed, orjson.dumps(told) + b"\n")
            flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self._counter, flags, 0o600)
        except OSError as error:
            raise _trouble(self._sealed, error.strerror or str(error)) from error
        self.committed(mark.commits)

    def committed(self, commits: int) -> None:
        """Write that so many commits have returned, without waiting for the disk."""
        if self._descriptor is not None:
            with suppress(OSError):  # it knows less then, and nothing wrong
                _write_first(self._descriptor, _counted(commits))

    def close(self) -> None:
        """Bring the count to the disk and let go of the file."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _epoch(self) -> int:
        if self._sealed is None:
            return 0
        try:
            told = orjson.loads(self._sealed.read_bytes())
            if told["schema"] != SCHEMA or told["run"] != self._run:
                raise _trouble(self._sealed, "it speaks of something else")
            return int(told["epoch"])
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise _trouble(self._sealed, error.strerror or str(error)) from error
        except (ValueError, TypeError, KeyError) as error:
            raise _trouble(self._sealed, "it is damaged") from error

    def _commits(self) -> int:
        """The count; nothing where it was torn, which it may be: it is a help and no promise."""
        try:
            data = self._counter.read_bytes() if self._counter else b""
            commits = int(data[:20] or b"0")
        except (OSError, ValueError):
            return 0
        return commits if data == _counted(commits) else 0


if hasattr(os, "pwrite"):

    def _write_first(descriptor: int, data: bytes) -> None:
        os.pwrite(descriptor, data, 0)

else:

    def _write_first(descriptor: int, data: bytes) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, data)


def _counted(commits: int) -> bytes:
    """Always as many bytes, so that writing over the last ones is one step of the disk."""
    digits = b"%020d" % commits
    return b"%s %08x\n" % (digits, crc32(digits))


def traces_of(journal: Path) -> list[Path]:
    """The files that remember a journal outside of its folder, whether they are there or not."""
    folder, run = _folder_of(journal), journal.parent.name
    return [folder / f"{run}.json", folder / f"{run}.commits"] if folder else []


def _folder_of(journal: Path) -> Path | None:
    """``witness/`` beside ``runs/``; ``None`` for a journal that does not lie in a folder of runs."""
    runs = journal.absolute().parent.parent
    return runs.parent / "witness" if runs.name == "runs" else None


def _trouble(path: Path, reason: str) -> JournalRefused:
    return JournalRefused(Issue("E615", Location(str(path)), facts={"reason": shown(reason)}))
