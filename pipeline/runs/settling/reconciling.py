"""What is in doubt is settled by asking the target; nothing is sent."""

import contextlib
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

from pipeline.journal.deciding import suspect
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.rows import Table
from pipeline.model.states import State
from pipeline.runs.accounts.reported import reported
from pipeline.runs.applying.landing import land_complaints
from pipeline.runs.asked.progress import Progress, Told
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.held_run import ask_about_run
from pipeline.runs.connection.turns import Turns
from pipeline.runs.machine.interrupt import on_interrupt
from pipeline.runs.opening.header import capability_of
from pipeline.runs.sending.agenda import BEFORE_ALL
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.target.client import OmnitronClient

BATCH = 2000
"""Orders in doubt that are in memory at once."""


def reconcile(
    run_id: str | None,
    request: SendRequest,
    places: Places | None = None,
    *,
    everything: bool = False,
    told: Told = lambda _: None,
) -> Result:
    """Settle what is in doubt in a run by looking only; with ``everything`` every order that is not final.

    An order that the target does not hold becomes one to be sent, one that it holds is compared. Raises
    :class:`UsageRefused` (E651) where orders cannot be looked up.
    """
    places = places or Places()
    began = time.monotonic()
    found = find_run(places, run_id, sendable=True)
    demand_lookup(found, places, changed=everything)
    settle_run(found, places, request, everything=everything, told=told)
    return reported(found, places, "reconcile", began)


def demand_lookup(run_id: str, places: Places, *, changed: bool = False) -> None:
    """Raise :class:`UsageRefused` (E651) where the orders of a run cannot be looked up."""
    with closing(JournalReader(places.journal(run_id), changed=changed)) as journal:
        mode = capability_of(journal.header)
    if not mode.lookup:
        raise UsageRefused(Issue("E651", facts={"mode": mode.mode}))


def settle_run(
    run_id: str,
    places: Places,
    request: SendRequest,
    *,
    everything: bool = False,
    told: Callable[[Progress], None] = lambda _: None,
) -> Ending:
    """Look up every order in doubt, and with ``everything`` every one that is not final; why it ended."""

    async def work(
        journal: RunJournal, client: OmnitronClient, turns: Turns, tables: dict[int, Table]
    ) -> Ending:
        since = time.monotonic()
        if everything:
            suspect(journal, time.time())
        recorder = Recorder(journal)
        capability = capability_of(journal.header)
        sending = Sending(recorder, client, turns, request, capability, tables, told=told, look_only=True)
        left = journal.count(State.IN_DOUBT)
        sending.progress.left = sending.progress.in_doubt = left
        try:
            with on_interrupt(lambda name: sending.stop(Ending(name))):
                ending = await _settle_all(recorder, sending, since)
        finally:
            with contextlib.suppress(JournalRefused):  # it has been raised to whoever waited
                await recorder.aclose()
        land_complaints(journal, tables)
        return ending

    return ask_about_run(run_id, places, request, work, restored=everything)


async def _settle_all(recorder: Recorder, sending: Sending, since: float) -> Ending:
    """Settle the doubts of a run, some thousand at a time; ``since`` is when the last may have been sent."""
    after = BEFORE_ALL
    while sending.ending is None:
        doubts = await recorder.read(partial(RunJournal.doubtful, after=after, most=BATCH))
        if not doubts:
            break
        await sending.settle_only(doubts, since)
        after = doubts[-1].at
    return sending.ending or Ending()
