"""Paths and runs as callers write them."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from pipeline.runs.asked.request import OverlayUse, Places, default_state_dir
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.overlay_store import named

AnyPath: TypeAlias = str | PathLike[str]
AnyRun: TypeAlias = str | Result | None


def paths(sources: Sequence[AnyPath]) -> list[Path]:
    """Several paths; raises :class:`TypeError` for one alone, whose letters would be taken for paths."""
    if isinstance(sources, str | PathLike):
        raise TypeError("sources is a list of paths, not one path")
    return [Path(source) for source in sources]


def path(given: AnyPath | None) -> Path | None:
    """One path, or none."""
    return None if given is None else Path(given)


def id_of(run: AnyRun) -> str | None:
    """The id of a run, or the beginning of it; ``None`` means the newest."""
    return run.run_id if isinstance(run, Result) else run


def places_of(
    run: AnyRun, state_dir: AnyPath | None, report_dir: AnyPath = "reports", *, show_pii: bool = False
) -> Places:
    """Where journals and reports go: a result knows where its own journal lies."""
    if state_dir is not None:
        state = Path(state_dir)
    else:
        state = run.state_dir if isinstance(run, Result) else default_state_dir()
    return Places(state, Path(report_dir), show_pii)


def overlay_of(overlay: AnyRun | AnyPath, places: Places) -> OverlayUse | None:
    """The corrections of a run, or of a file; raises :class:`UsageRefused` (E623, E624, E679)."""
    if overlay is None:
        return None
    kept = named(places, overlay.run_id if isinstance(overlay, Result) else str(overlay))
    return OverlayUse(kept.overlay, kept.sha256)
