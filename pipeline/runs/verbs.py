"""The verbs of the library; the command line is a thin face on them.

Each raises a :class:`~pipeline.model.refusal.Refusal` where it cannot do its work at all. What is wrong
with single orders is no exception: it stands in the result.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.runs.accounts.reported import reported, result_of
from pipeline.runs.applying.stages import look_up_run, send_run
from pipeline.runs.asked.progress import Progress as SendingProgress
from pipeline.runs.asked.progress import Told, harmless
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest, SnapshotRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.planning.plan_file import run_of_plan, write_plan
from pipeline.runs.planning.stages import prepare_run
from pipeline.runs.preparing.filling import Progress as Preparing
from pipeline.runs.preparing.filling import nothing_to_tell
from pipeline.runs.references.snapshotting import SnapshotTaken, take_snapshot
from pipeline.runs.settling.retrying import RetryRequest, request_of_retry
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.runs.state_folder.channel_files import stamp_of
from pipeline.runs.state_folder.private_places import make_state_dir
from pipeline.runs.state_folder.progress_file import ProgressFile


def check(
    request: PlanRequest, places: Places | None = None, *, progress: Preparing = nothing_to_tell
) -> Result:
    """Find everything that can be known without the network, and write the reports.

    With a snapshot in the request, what orders name on the target is looked up in it.
    """
    places = places or Places()
    began = time.monotonic()
    run_id = _prepared(request, places, "check", progress, sendable=False)
    return reported(run_id, places, "check", began, whole=False)


def plan(
    request: PlanRequest,
    output: Path | None = None,
    places: Places | None = None,
    *,
    progress: Preparing = nothing_to_tell,
    online: SendRequest | None = None,
) -> Result:
    """Check, and seal a run that can be sent as it is; ``output`` names a plan file for review.

    With ``online`` the records that orders name are looked up on the target, which is not changed.
    """
    places = places or Places()
    began = time.monotonic()
    run_id = _prepared(request, places, "plan", progress, sendable=True)
    resolved = look_up_run(run_id, places, online) if online is not None else None
    with closing(JournalReader(places.journal(run_id), whole=online is not None)) as journal:
        if output is not None:
            write_plan(output, journal)
        return replace(result_of(journal, places, "plan", began), resolved=resolved)


def apply(
    planned: Path | Result, request: SendRequest, places: Places | None = None, *, told: Told = lambda _: None
) -> Result:
    """Send exactly what was planned: a plan file or the result of :func:`plan`."""
    places = places or Places()
    run_id = run_of_plan(planned, places) if isinstance(planned, Path) else planned.run_id
    return send(run_id, request, places, "apply", told)


def run(
    planned: PlanRequest,
    request: SendRequest,
    places: Places | None = None,
    *,
    progress: Preparing = nothing_to_tell,
    told: Told = lambda _: None,
) -> Result:
    """Check, plan and apply in one."""
    return _planned_and_sent(planned, request, places or Places(), "run", progress, told)


def retry(
    request: RetryRequest,
    sending: SendRequest,
    places: Places | None = None,
    *,
    progress: Preparing = nothing_to_tell,
    told: Told = lambda _: None,
) -> Result:
    """Make a new run of an earlier one, from repaired files or from its own, and send what it did not."""
    places = places or Places()
    return run_again(request_of_retry(request, places), sending, places, progress=progress, told=told)


def run_again(
    planned: PlanRequest,
    request: SendRequest,
    places: Places,
    *,
    progress: Preparing = nothing_to_tell,
    told: Told = lambda _: None,
) -> Result:
    """As :func:`run`, for a request that names the run it retries."""
    return _planned_and_sent(planned, request, places, "retry", progress, told)


def resume(
    run_id: str | None, request: SendRequest, places: Places | None = None, *, told: Told = lambda _: None
) -> Result:
    """Continue a run, the newest where none is named: settle what is in doubt, send what is left."""
    places = places or Places()
    return send(find_run(places, run_id, sendable=True), request, places, "resume", told)


def snapshot(
    request: SnapshotRequest,
    sending: SendRequest,
    places: Places | None = None,
    *,
    progress: Preparing = nothing_to_tell,
) -> SnapshotTaken:
    """Read what orders may name on the target into a file, for :func:`check`; nothing is changed there."""
    places = places or Places()
    make_state_dir(places)
    return take_snapshot(request, sending, places, progress=progress)


def report(run_id: str | None = None, places: Places | None = None) -> Result:
    """Write the reports of a run again, from its journal."""
    places = places or Places()
    return reported(find_run(places, run_id), places, "report", time.monotonic())


def _planned_and_sent(  # noqa: PLR0913, PLR0917 - what to plan and send, and whom to tell
    planned: PlanRequest,
    request: SendRequest,
    places: Places,
    command: str,
    progress: Preparing,
    told: Told,
) -> Result:
    began = time.monotonic()
    run_id = _prepared(planned, places, command, progress, sendable=True)
    sealed = stamp_of(places.journal(run_id))
    return send(run_id, request, places, command, told, began, sealed=sealed)


def _prepared(
    request: PlanRequest, places: Places, command: str, progress: Preparing, *, sendable: bool
) -> str:
    make_state_dir(places)
    return prepare_run(request, places, command, sendable=sendable, progress=progress)


def send(  # noqa: PLR0913, PLR0917 - what to send, how, where, and whom to tell
    run_id: str,
    request: SendRequest,
    places: Places,
    command: str,
    told: Told = lambda _: None,
    began: float | None = None,
    *,
    sealed: str | None = None,
) -> Result:
    """Send what a sealed run still has to send, and write its reports; ``command`` names it in them.

    ``sealed`` is the stamp of a journal that this process has just sealed.
    """
    began = time.monotonic() if began is None else began
    beside = ProgressFile(places.run_dir(run_id))
    write, show = harmless(beside.told), harmless(told)

    def tell(progress: SendingProgress) -> None:
        write(progress)
        show(progress)

    try:
        send_run(run_id, places, request, told=tell, resumed=command == "resume", sealed=sealed)
    finally:
        beside.remove()
    return reported(run_id, places, command, began)


__all__: Sequence[str] = ("apply", "check", "plan", "report", "resume", "retry", "run", "snapshot")
