"""A journal that was lost is made again: planned anew, and every number looked up before anything is sent."""

import time
from dataclasses import replace

from pipeline.model.issue import Issue
from pipeline.model.refusal import UsageRefused
from pipeline.runs.address import demand_target
from pipeline.runs.applying import look_up_run
from pipeline.runs.evidence_file import agreed_capability
from pipeline.runs.filling import Progress as Preparing
from pipeline.runs.filling import nothing_to_tell
from pipeline.runs.preparing import prepare_run
from pipeline.runs.private_places import make_state_dir
from pipeline.runs.progress import Told
from pipeline.runs.reconciling import settle_run
from pipeline.runs.reported import reported
from pipeline.runs.request import Places, PlanRequest, SendRequest
from pipeline.runs.result import Result


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
