"""The files that belong to a target channel rather than to a run: its lock and its ledger."""

import hashlib
from pathlib import Path

from pipeline.runs.asked.request import Places
from pipeline.target.origin import OriginRefusedError, parse_target


def channel_file(places: Places, target: str, channel: int, suffix: str) -> Path:
    """A file of the channel. Raises :class:`OriginRefusedError` for a target that may not be spoken to."""
    origin, prefix = parse_target(target)
    name = hashlib.sha256(f"{origin}{prefix}|{channel}".encode()).hexdigest()[:32]
    return places.state_dir / "channels" / f"{name}{suffix}"


def ledger_file(places: Places, target: str, channel: int) -> Path:
    """The channel's ledger."""
    return channel_file(places, target, channel, ".ledger")


def same_channel(one: tuple[str | None, int | None], other: tuple[str | None, int | None]) -> bool:
    """Whether two targets and channels are the same, however they are written."""
    return one[1] == other[1] and _origin(one[0]) == _origin(other[0]) is not None


def _origin(target: str | None) -> tuple[str, str] | None:
    try:
        origin, prefix = parse_target(target or "")
    except OriginRefusedError:
        return None
    return str(origin), prefix


def stamp_of(journal: Path) -> str | None:
    """A text that changes whenever a journal is written; ``None`` where there is none."""
    try:
        stat = journal.stat()
    except OSError:
        return None
    try:
        beside = journal.with_name(f"{journal.name}-wal").stat()
    except OSError:
        waiting = ""
    else:  # an empty one is made by whoever opens the journal, to read it as well
        waiting = f" {beside.st_size} {beside.st_mtime_ns}" if beside.st_size else ""
    return f"{stat.st_size} {stat.st_mtime_ns}{waiting}"
