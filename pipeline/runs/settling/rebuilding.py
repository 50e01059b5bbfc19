"""A journal that was lost is made again: planned anew, and every number looked up before anything is sent."""

import time
from dataclasses import replace

from pipeline.model.issue import Issue
from pipeline.model.refusal import UsageRefused
from pipeline.runs.accounts.reported import reported
from pipeline.runs.applying.stages import look_up_run
from pipeline.runs.asked.progress import Told
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.address import demand_target
from pipeline.runs.planning.stages import prepare_run
from pipeline.runs.preparing.filling import Progress as Preparing
from pipeline.runs.preparing.filling import nothing_to_tell
from pipeline.runs.settling.reconciling import settle_run
from pipeline.runs.state_folder.evidence_file import agreed_capability
from pipeline.runs.state_folder.private_places import make_state_dir


def rebuild(
    planned: PlanRequest,
    request: SendRequest,
    places: Places | None = None,
    *,
    progress: Preparing = nothing_to_tell,
    told: Told = lambda _: None,
) -> Result:
    """Plan a run whose orders may all have been sent already, and look every number up; nothing is sent.

    What stands on the target and is equal becomes already present, what differs is in conflict, and what is
    not there once the settle window has passed can be sent by resuming the run. An order in doubt from the
    beginning stays so until it is settled, whatever stops this. Raises :class:`UsageRefused` (E651) where
    orders cannot be looked up.
    """
    places = places or Places()
    began = time.monotonic()
    demand_target(planned.target, planned.channel, needed=True)
    capability = agreed_capability(planned, places)
    if not capability.lookup:
        raise UsageRefused(Issue("E651", facts={"mode": capability.mode}))
    make_state_dir(places)
    run_id = prepare_run(planned, places, "rebuild", sendable=True, progress=progress, suspect=True)
    resolved = look_up_run(run_id, places, request)
    if resolved.ending is None:
        settle_run(run_id, places, request, told=told)
    return replace(reported(run_id, places, "rebuild", began), resolved=resolved if resolved.open else None)
