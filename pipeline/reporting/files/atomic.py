"""Files that are either whole or untouched, and readable by their owner alone."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_NO_FOLDER_SYNC = {errno.EACCES, errno.EBADF, errno.EINVAL, errno.EISDIR, errno.ENOTSUP, errno.EPERM}
"""What systems answer that cannot flush a folder; any other trouble is real."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of ``path`` when the block ends well.

    The bytes go to a new file in the same folder (mode 0600, never through a symbolic link) and reach the
    disk before the name changes hands. Where the block or the disk fails, ``path`` stays as it was and
    nothing is left behind. Missing folders are made with mode 0700. Raises ``OSError``, also for a full disk.
    """
    make_private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    draft = Path(name)
    file = os.fdopen(handle, "wb")
    try:
        yield file
        file.flush()
        os.fsync(file.fileno())
        file.close()
        draft.replace(path)
    except BaseException:
        with suppress(OSError):  # closing flushes again, and a full disk is still full
            file.close()
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and its missing parents, each with mode 0700; folders that exist stay as they are."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where the system can open and flush a folder (Windows cannot)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as trouble:
        if trouble.errno not in _NO_FOLDER_SYNC:
            raise
