"""A person decides what became of an order that the program cannot settle."""

import time

from pipeline.journal.deciding import Decision, NamedOrder, decide, numbered
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import UsageRefused
from pipeline.model.rows import Table
from pipeline.model.states import DECISIONS, Event
from pipeline.runs.accounts.reported import reported
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.held_run import change_run
from pipeline.runs.state_folder.catalogue_of_runs import find_run

SAYINGS = {
    "created": Event.SAID_CREATED,
    "present": Event.SAID_PRESENT,
    "absent": Event.SAID_ABSENT,
    "not-ours": Event.SAID_NOT_OURS,
}
"""What a person may say of an order, as the command line takes it."""


def resolve(  # noqa: PLR0913, PLR0917 - what a decision is made of
    number: str,
    said: str,
    why: str,
    by: str,
    run_id: str | None = None,
    places: Places | None = None,
    *,
    remote_id: str | None = None,
) -> Result:
    """Record a decision about one order and move the order by it.

    ``said`` is one of :data:`SAYINGS`. Raises :class:`UsageRefused`: no reason or nobody's (E653), no such
    order in the run (E652), nothing to decide about it (E656).
    """
    places = places or Places()
    began = time.monotonic()
    if not why.strip() or not by.strip():
        raise UsageRefused(Issue("E653", order=number))
    found = find_run(places, run_id, sendable=True)
    decision = Decision(SAYINGS[said], by.strip(), why.strip(), time.time(), remote_id)

    def work(journal: RunJournal, tables: dict[int, Table]) -> None:
        order = _the_one(journal, number, found)
        issue = None
        if decision.event is Event.SAID_NOT_OURS:
            at = tables[order.at[0]].at(order.at[1])
            facts: dict[str, str | int] = {"by": shown(decision.by), "why": shown(decision.why)}
            issue = Issue("E657", at, order=number, facts=facts)
        decide(journal, order, decision, issue)

    change_run(found, places, work)
    return reported(found, places, "resolve", began)


def _the_one(journal: RunJournal, number: str, run_id: str) -> NamedOrder:
    """The order of this number about which there is something to decide."""
    orders = numbered(journal, number)
    if not orders:
        raise UsageRefused(Issue("E652", value=shown(number), facts={"run": run_id}))
    open_ones = [order for order in orders if order.state in DECISIONS]
    if len(open_ones) != 1:
        states = ", ".join(order.state.value for order in orders)
        raise UsageRefused(Issue("E656", value=shown(number), facts={"state": states, "run": run_id}))
    return open_ones[0]
