"""What the doctor looks at on this machine."""

import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.self_test import locks_hold, sqlite_version, try_journal
from pipeline.model.diagnosis import Finding
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.request import Places
from pipeline.runs.opening.header import tool_version
from pipeline.runs.state_folder.private_places import make_state_dir

LITTLE_ROOM = 1 << 30
FEW_FILES = 256
OVER_THE_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs", "afs", "fuse.rclone"}
)
_MEGABYTE = 1_000_000


def look_at_machine(places: Places) -> list[Finding]:
    """Python, SQLite, the state folder with its disk and locks, the clock: what runs depend on."""
    found = [
        Finding("program", f"orderlift {tool_version()}"),
        Finding(
            "Python", f"{platform.python_implementation()} {platform.python_version()} on {sys.platform}"
        ),
        user(os.geteuid() if os.name == "posix" else None),
        _state_folder(places),
    ]
    if found[-1].issue is not None:
        return found
    folder = places.state_dir
    return [*found, _sqlite(folder), _locks(folder), _file_system(folder), _room(folder), _clock(), _files()]


def file_system_of(path: Path, mounts: str) -> str | None:
    """The type of the file system that a path lies on, by the text of Linux' ``/proc/self/mounts``."""
    best, kind = "", None
    target = str(path)
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:  # noqa: PLR2004 - device, mount point, type
            continue
        point = parts[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def user(number: int | None) -> Finding:
    """Whose rights the program has; ``number`` is the user's, ``None`` where there are no such numbers."""
    if number is None:
        return Finding("user", "rights are those of access lists")
    return Finding("user", f"number {number}", Issue("W690") if number == 0 else None)


def _state_folder(places: Places) -> Finding:
    folder = places.state_dir
    try:
        make_state_dir(places)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except JournalRefused as refusal:
        return Finding("state folder", str(folder), refusal.issues[0])
    except OSError as error:
        facts: dict[str, str | int] = {"reason": error.strerror or str(error)}
        return Finding("state folder", str(folder), Issue("E607", Location(str(folder)), facts=facts))
    return Finding("state folder", f"{folder}, writable")


def _sqlite(folder: Path) -> Finding:
    try:
        try_journal(folder)
    except (JournalRefused, OSError) as error:
        reason: dict[str, str | int] = {"reason": str(error)}
        issue = error.issues[0] if isinstance(error, JournalRefused) else Issue("E607", facts=reason)
        return Finding("SQLite", sqlite_version(), issue)
    return Finding(
        "SQLite", f"{sqlite_version()}; a journal here is synchronised fully and held by one process"
    )


def _locks(folder: Path) -> Finding:
    if locks_hold(folder):
        return Finding("locks", "a second holder is kept out")
    return Finding("locks", "a second holder got in", Issue("E721", Location(str(folder))))


def _file_system(folder: Path) -> Finding:
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Finding("file system", "this system does not tell its type")
    kind = file_system_of(folder.resolve(), mounts) or "unknown"
    network = kind in OVER_THE_NETWORK
    return Finding("file system", kind, Issue("W721", facts={"kind": kind}) if network else None)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    megabytes = free // _MEGABYTE
    little = Issue("W720", facts={"free": megabytes}) if free < LITTLE_ROOM else None
    return Finding("disk", f"{megabytes:,} MB free", little)


def _clock() -> Finding:
    resolution = time.get_clock_info("monotonic").resolution
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Finding("clock", f"{now}, steps of {resolution:g} s")


def _files() -> Finding:
    if os.name != "posix":
        return Finding("open files", "no limit that matters")
    import resource  # noqa: PLC0415 - not on every platform

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    few = limit != resource.RLIM_INFINITY and limit < FEW_FILES
    return Finding("open files", f"up to {limit}", Issue("W725", facts={"limit": limit}) if few else None)
