"""From files to a sealed run in the journal: check and plan."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.planning import Planning
from pipeline.model.catalogue.environment import ORIGIN_FAULTS
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import UsageRefused
from pipeline.runs.catalogue_of_runs import write_card
from pipeline.runs.filling import Filling, Progress
from pipeline.runs.header import header_of
from pipeline.runs.opening import open_sources
from pipeline.runs.request import Places, PlanRequest
from pipeline.target.origin import OriginRefusedError, parse_target


def new_run_id() -> str:
    """A new run's id: eight hex digits."""
    return secrets.token_hex(4)


def nothing_to_tell(_what: str, _more: int) -> None:
    """Progress for nobody."""


def prepare_run(
    request: PlanRequest,
    places: Places,
    command: str,
    *,
    sendable: bool,
    progress: Progress = nothing_to_tell,
) -> str:
    """Check the sources and seal a run in the journal; returns its id.

    A run that is not ``sendable`` was only checked. Raises a :class:`Refusal` where nothing can be checked
    at all; what is wrong with single orders is in the journal, and the rest is ready.
    """
    _demand_target(request, sendable=sendable)
    sources = open_sources(request)
    run_id = new_run_id()
    now = datetime.now(UTC)
    planning = Planning(places.journal(run_id))
    try:
        with _scratch(places.run_dir(run_id) / "spool") as folder:
            totals = Filling(sources, request, planning, now, progress).fill(folder)
        header = header_of(run_id, command, request, sources, now)
        planning.seal(header, totals, sendable=sendable)
    except BaseException:
        planning.close()
        shutil.rmtree(places.run_dir(run_id), ignore_errors=True)  # unsealed: nothing was ever sent from it
        raise
    planning.close()
    write_card(places, header)
    return run_id


def _demand_target(request: PlanRequest, *, sendable: bool) -> None:
    if sendable and (request.target is None or request.channel is None):
        missing = [name for name in ("target", "channel") if getattr(request, name) is None]
        what = " and ".join(f"--{name}" for name in missing)
        raise UsageRefused(Issue("E705", facts={"what": what}))
    if request.target is not None:
        try:
            parse_target(request.target)
        except OriginRefusedError as refused:
            facts = {"reason": ORIGIN_FAULTS[refused.fault]}
            raise UsageRefused(Issue("E704", value=shown(request.target), facts=facts)) from None


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
