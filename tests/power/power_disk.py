"""A disk that forgets: what SQLite wrote without waiting for it may be lost, torn or out of order.

Files lie on the real disk while the program runs; a list of everything that was asked of them is kept beside.
From a beginning of that list follows what may be left after the power went: what was synchronised before, and
of everything since any part, sector by sector.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import apsw

SECTOR = 512
_names = count()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was asked of a file: write, truncate, sync, create or unlink; or a note of the test."""

    kind: str
    name: str = ""
    at: int = 0
    data: bytes = b""
    synced: bool = False


@dataclass
class Disk:
    """Remembers every step; `fault`, when set, is asked before each one and may raise."""

    steps: list[Step] = field(default_factory=list)
    fault: Callable[[Step], None] | None = None

    def take(self, step: Step) -> None:
        """Remember a step, unless the disk fails it."""
        if self.fault is not None:
            self.fault(step)
        self.steps.append(step)

    def note(self, kind: str) -> None:
        """Remember something that is no step of a file."""
        self.steps.append(Step(kind))

    @contextmanager
    def mounted(self) -> Iterator[str]:
        """Give the name under which SQLite finds the disk."""
        name = f"power{next(_names)}"
        vfs = DiskVFS(name, self)
        try:
            yield name
        finally:
            vfs.unregister()


class DiskVFS(apsw.VFS):
    """The usual files of SQLite, with every step remembered."""

    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> DiskFile:  # noqa: N802
        """Open a file, and remember where it is new."""
        path = str(name.filename()) if isinstance(name, apsw.URIFilename) else name
        if path is not None and not Path(path).exists():
            self._disk.take(Step("create", Path(path).name))
        return DiskFile(self._disk, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Remove a file; without `syncdir` it may come back."""
        self._disk.take(Step("unlink", Path(filename).name, synced=syncdir))
        super().xDelete(filename, syncdir)


class DiskFile(apsw.VFSFile):
    """One file of the disk."""

    def __init__(
        self, disk: Disk, path: str | None, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        self._disk = disk
        self._name = Path(path or "temporary").name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write, which is not yet on the disk."""
        self._disk.take(Step("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut, which is not yet on the disk."""
        self._disk.take(Step("truncate", self._name, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        """Bring everything written so far to the disk (the real one need not be waited for)."""
        self._disk.take(Step("sync", self._name))


class _File:
    """A file: what the disk holds of it for sure, and what it may hold."""

    def __init__(self, durable: bytes = b"") -> None:
        self.durable = bytearray(durable)
        self.since: list[Step] = []

    def sync(self) -> None:
        for step in self.since:
            _apply(self.durable, step)
        self.since.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """Everything since the last sync is kept, lost or torn, each step for itself."""
        image = bytearray(self.durable)
        for step in self.since:
            fate = chance.random()
            if fate < 0.4:
                _apply(image, step)
            elif fate < 0.7 and step.kind == "write":
                for start in range(0, len(step.data), SECTOR):
                    if chance.random() < 0.5:
                        _apply(
                            image, Step("write", at=step.at + start, data=step.data[start : start + SECTOR])
                        )
        return bytes(image)


def _apply(image: bytearray, step: Step) -> None:
    if step.kind == "truncate":
        del image[step.at :]
        return
    if len(image) < step.at:
        image.extend(bytes(step.at - len(image)))
    image[step.at : step.at + len(step.data)] = step.data


class Remains:
    """What may be left of some files, followed along the steps that were asked of them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = {name: _File(data) for name, data in files.items()}
        self._unlinked: dict[str, _File] = {}

    def follow(self, step: Step) -> None:
        """Take one step."""
        name = step.name
        if step.kind == "create":
            self._files[name] = _File()
        elif step.kind in {"write", "truncate"} and name in self._files:
            self._files[name].since.append(step)
        elif step.kind == "sync" and name in self._files:
            self._files[name].sync()
            self._unlinked.pop(name, None)  # SQLite synchronises the folder with a new file's first bytes
        elif step.kind == "unlink" and name in self._files:
            gone = self._files.pop(name)
            if step.synced:
                self._unlinked.pop(name, None)
            else:
                self._unlinked[name] = gone

    def after_cut(self, folder: Path, chance: random.Random) -> None:
        """Write into `folder` what one power cut may leave; what it held before is cleared away."""
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        left = dict(self._files)
        left |= {name: gone for name, gone in self._unlinked.items() if chance.random() < 0.5}
        for name, file in left.items():
            (folder / name).write_bytes(file.after_cut(chance))
