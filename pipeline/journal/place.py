"""Whether a journal lies on a disk of this machine: elsewhere, others vouch for locks and flushing."""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import NamedTuple

NETWORK = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "davfs2",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs3",
        "nfs4",
        "ocfs2",
        "orangefs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    }
)
"""File systems of other machines, as Linux, macOS and Windows name them."""
_LOCAL_FUSE = frozenset({"fuseblk", "fuse.ext2", "fuse.ntfs", "fuse.ntfs-3g", "fuse.fuse-overlayfs"})
SYNCED = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "cloudstorage": "a cloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "nextcloud": "Nextcloud",
    "box sync": "Box",
}
"""Folders that other programs copy from machine to machine, by the beginning of their names."""


class NotLocal(NamedTuple):
    """Why a place is not fit: ``kind`` is ``network`` or ``synced``, ``name`` the file system or service."""

    kind: str
    name: str


def not_local(folder: Path) -> NotLocal | None:
    """Why a journal should not lie in this folder, which exists; ``None`` where nothing speaks against it."""
    whole = folder.resolve()
    return judged(file_system_of(whole), whole)


def judged(file_system: str | None, folder: PurePath) -> NotLocal | None:
    """The judgement, from the name of the file system (``None`` where it is unknown) and the whole path."""
    name = (file_system or "").casefold()
    if name in NETWORK or (name.startswith("fuse.") and name not in _LOCAL_FUSE):
        return NotLocal("network", name)
    for part in folder.parts:
        for beginning, service in SYNCED.items():
            if _begins(part.casefold(), beginning):
                return NotLocal("synced", service)
    return None


def _begins(part: str, word: str) -> bool:
    """Whether a folder is called so, or so and something behind a space, dash or bracket."""
    return part == word or (part.startswith(word) and part[len(word)] in " -_(")


def mounted_at(folder: PurePath, mounts: Iterable[str]) -> str | None:
    """The file system of a folder, by the lines of ``/proc/self/mountinfo``; of several, the innermost."""
    best: tuple[int, str | None] = (-1, None)
    for line in mounts:
        before, _, behind = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not behind:  # noqa: PLR2004 - the fifth is where it is mounted
            continue
        point = PurePath(fields[4].encode().decode("unicode_escape"))
        if (folder == point or point in folder.parents) and len(point.parts) >= best[0]:
            best = len(point.parts), behind.split(" ")[0]
    return best[1]


if sys.platform == "win32":

    def file_system_of(folder: Path) -> str | None:
        """``smb`` for a drive of another machine, ``None`` for all else."""
        remote = 4
        drive = os.path.splitdrive(folder)[0]
        if drive.startswith("\\\\"):
            return "smb"
        return "smb" if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote else None

elif sys.platform == "darwin":

    def file_system_of(folder: Path) -> str | None:
        """The name that ``statfs`` gives; it stands behind 72 bytes of numbers."""
        library = ctypes.CDLL(None)
        ask = getattr(library, "statfs$INODE64", None) or library.statfs
        answer = ctypes.create_string_buffer(4096)
        if ask(os.fsencode(folder), answer) != 0:
            return None
        return answer.raw[72:88].split(b"\0")[0].decode("ascii", "replace")

else:

    def file_system_of(folder: Path) -> str | None:
        """What the kernel says is mounted there, ``None`` where it does not say."""
        try:
            with Path("/proc/self/mountinfo").open(encoding="utf-8", errors="surrogateescape") as mounts:
                return mounted_at(folder, mounts)
        except OSError:
            return None
