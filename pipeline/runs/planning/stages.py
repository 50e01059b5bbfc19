"""From files to a sealed run in the journal: check and plan."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal.planning import Planning
from pipeline.model.decision import Decisions, as_data
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.connection.address import demand_target
from pipeline.runs.ledger.comparing import compare_planned
from pipeline.runs.opening.header import header_of
from pipeline.runs.opening.sources import open_sources
from pipeline.runs.planning.finding_decisions import find_decisions
from pipeline.runs.preparing.covering import not_needed
from pipeline.runs.preparing.filling import Filling, Progress, nothing_to_tell
from pipeline.runs.references.offline import check_references, read_snapshot
from pipeline.runs.state_folder.catalogue_of_runs import new_run_id, write_card
from pipeline.runs.state_folder.evidence_file import agreed_capability
from pipeline.runs.state_folder.overlay_store import store


def prepare_run(  # noqa: PLR0913 - what a plan is made of
    request: PlanRequest,
    places: Places,
    command: str,
    *,
    sendable: bool,
    progress: Progress = nothing_to_tell,
    suspect: bool = False,
) -> str:
    """Check the sources and seal a run in the journal; returns its id.

    A run that is not ``sendable`` was only checked. With ``suspect`` every order may have been sent already,
    and is in doubt from the beginning. Raises a :class:`Refusal` where nothing can be checked
    at all; what is wrong with single orders is in the journal, and the rest is ready.
    """
    demand_target(request.target, request.channel, needed=sendable)
    now = datetime.now(UTC)
    request = replace(request, capability=agreed_capability(request, places))
    snapshot = read_snapshot(request, now)
    sources = open_sources(request)
    run_id = new_run_id()
    nonce = secrets.token_hex(8)
    planning = Planning(places.journal(run_id))
    try:
        tables = {opened.table.index: opened.table for opened in sources.tables}
        decisions = Decisions()
        with _scratch(places.run_dir(run_id) / "spool") as folder:
            filling = Filling(sources, request, planning, now, progress, nonce, counted=not sendable)
            spool = filling.spool(folder)
            totals = filling.fill(spool)
            if not sendable:
                check_references(planning, tables, snapshot, request.mapping)
                decisions = find_decisions(planning, sources, filling.settings(), spool, snapshot)
        taken = snapshot.directory.taken if snapshot is not None else None
        header = header_of(run_id, command, request, sources, now, snapshot_taken=taken)
        header |= {"nonce": nonce, "retries": request.retries, "decisions": as_data(decisions)}
        if not sendable:
            header["needless"] = [astuple(one) for one in not_needed(sources, filling.used)]
        if suspect:  # what other runs did is not asked: the journal that is lost may be one of them
            planning.suspect()
        elif request.target is not None and request.channel is not None:
            compare_planned(planning, places, header, tables)
        if request.overlay is not None:
            store(places, run_id, request.overlay.overlay, 0)
        planning.seal(header, totals, sendable=sendable)
    except BaseException:
        planning.close()
        shutil.rmtree(places.run_dir(run_id), ignore_errors=True)  # unsealed: nothing was ever sent from it
        raise
    planning.close()
    write_card(places, header)
    return run_id


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
