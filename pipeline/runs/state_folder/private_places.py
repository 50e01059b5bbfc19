"""The folder of the journals belongs to somebody: what everybody may write into is not trusted."""

import os
import stat
from errno import ENOTDIR
from pathlib import Path

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.reporting.files.atomic import make_private_folder
from pipeline.runs.asked.request import Places


def make_state_dir(places: Places) -> None:
    """Make the folder of the journals; raises :class:`JournalRefused` (E607, E693)."""
    runs = places.run_dir("")
    try:
        make_private_folder(runs)
        if not runs.is_dir():
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
        demand_private(places)
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise JournalRefused(Issue("E607", Location(str(runs)), facts=facts)) from error


def demand_private(places: Places) -> None:
    """Raise :class:`JournalRefused` (E693) where everybody may put a journal into the place of another.

    Looks at the state folder and the folders in it that decide what is sent. On Windows rights are those of
    access lists, which no mode tells.
    """
    if os.name != "posix":
        return
    for folder in (places.state_dir, *(places.state_dir / name for name in ("runs", "channels", "witness"))):
        if _open_to_everybody(folder):
            at = Location(str(folder))
            raise JournalRefused(Issue("E693", at, facts={"folder": str(folder)}))


def _open_to_everybody(folder: Path) -> bool:
    try:
        return bool(folder.stat().st_mode & stat.S_IWOTH)
    except OSError:  # not there yet, or told of by whoever opens it
        return False
