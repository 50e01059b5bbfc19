"""Corrections of a run as files in its folder: each whole, private, and under its own digest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.overlay import Overlay, as_data, from_data
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import find_run


@dataclass(frozen=True, slots=True)
class StoredOverlay:
    """An overlay with its sha256 (hex). ``place`` is its number in the run's folder, 0 if it came with it."""

    overlay: Overlay
    sha256: str
    place: int


def folder_of(places: Places, run_id: str) -> Path:
    """Where a run keeps its corrections."""
    return places.run_dir(run_id) / "fixed"


def store(places: Places, run_id: str, overlay: Overlay, place: int) -> StoredOverlay:
    """Keep an overlay under a number; raises :class:`JournalRefused` (E607) where that cannot be."""
    data = as_data(overlay)
    digest = _digest(data)
    path = folder_of(places, run_id) / f"{place:04d}.json"
    try:
        with replacing(path) as file:
            file.write(orjson.dumps({"sha256": digest, "overlay": data}))
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise JournalRefused(Issue("E607", Location(str(path)), facts=facts)) from None
    return StoredOverlay(overlay, digest, place)


def read(path: Path) -> StoredOverlay:
    """Read an overlay; raises :class:`UsageRefused` (E679) for what is none, or was changed."""
    try:
        told = orjson.loads(path.read_bytes())
        overlay = from_data(told["overlay"])
        digest = told["sha256"]
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise _unusable(path, "the file is none of corrections") from None
    if _digest(as_data(overlay)) != digest:
        raise _unusable(path, "the file was changed since it was written")
    place = int(path.stem) if path.stem.isdecimal() else overlay.version
    return StoredOverlay(overlay, digest, place)


def current(places: Places, run_id: str) -> StoredOverlay | None:
    """The corrections that hold for a run now; ``None`` where there are none. Raises as :func:`read` does."""
    try:
        names = sorted(path for path in folder_of(places, run_id).iterdir() if path.suffix == ".json")
    except OSError:
        return None
    names = [path for path in names if path.stem.isdecimal()]
    return read(names[-1]) if names else None


def numbered(places: Places, run_id: str, place: int) -> StoredOverlay | None:
    """The corrections under a number; ``None`` for 0 where the run came with none."""
    path = folder_of(places, run_id) / f"{place:04d}.json"
    return None if place == 0 and not path.exists() else read(path)


def named(places: Places, name: str) -> StoredOverlay:
    """The corrections of a run, by its id or a beginning of it, or those of a file.

    Raises :class:`UsageRefused` (E623, E624, E679).
    """
    path = Path(name)
    if path.is_file():
        return read(path)
    run_id = find_run(places, name)
    found = current(places, run_id)
    if found is None:
        facts = {"reason": "nothing was corrected for this run"}
        raise UsageRefused(Issue("E679", value=run_id, facts=facts))
    return found


def _digest(data: object) -> str:
    return hashlib.sha256(orjson.dumps(data)).hexdigest()


def _unusable(path: Path, reason: str) -> UsageRefused:
    return UsageRefused(Issue("E679", Location(str(path)), shown(path.name), facts={"reason": reason}))
