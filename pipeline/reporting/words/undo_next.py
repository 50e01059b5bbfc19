"""What to do next about an undo, and about one order of it."""

from collections.abc import Iterator, Sequence
from shlex import quote

from pipeline.model.catalogue import remedy_of
from pipeline.model.language import _
from pipeline.model.payload import STATUSES
from pipeline.model.undo import (
    BY_STATUS,
    Group,
    UndoAgreed,
    UndoReason,
    UndoRecord,
    UndoState,
    UndoSummary,
)
from pipeline.reporting.words.next_step import Step
from pipeline.reporting.words.undo_words import issue_of

TO_CANCEL = (UndoState.LISTED, UndoState.WAITING)
TO_SETTLE = (UndoState.IN_DOUBT, UndoState.CANCELLING)


def undo_steps(summary: UndoSummary) -> tuple[Step, ...]:
    """The most useful first; none where nothing is left to do."""
    return tuple(_steps(summary))


def _steps(summary: UndoSummary) -> Iterator[Step]:
    run = summary.run_id
    if not summary.begun:
        if summary.count(UndoState.LISTED):
            yield Step("orderlift apply PLAN --canary 1", _("cancel what is listed, one order first"))
    elif summary.count(*TO_CANCEL, *TO_SETTLE, UndoState.FAILED):
        yield Step(f"orderlift resume {run}", _("settle what is in doubt, cancel what is left"))
    elif summary.count(UndoState.ASKED):
        yield Step(f"orderlift resume {run}", _("look once more at what waits for its cancellation"))
    if summary.unsettled:
        command = f"orderlift reconcile {summary.undoes}"
        yield Step(command, _("settle the orders of the run that are on no list"))
    if summary.begun:
        yield Step(f"orderlift prove {run}", _("hold the journal of the undo against every promise"))


def wider_step(
    summary: UndoSummary, reasons: Sequence[UndoReason], agreed: UndoAgreed, plan: str = "PLAN"
) -> Step | None:
    """How to plan again with the orders that only their status kept; ``None`` where there are none.

    ``plan`` is the path of the plan file. What is listed already, and not begun, stays on the list.
    """
    kept = [str(one.facts[BY_STATUS]) for one in reasons if BY_STATUS in one.facts]
    if not kept:
        return None
    before = () if summary.begun or not summary.orders.get(Group.REVERSIBLE.value) else agreed.statuses
    statuses = "".join(f" --status {quote(STATUSES.get(code, code))}" for code in (*before, *sorted(kept)))
    command = f"orderlift undo {summary.undoes} -o {quote(plan)} --reason {agreed.reason}{statuses}"
    command += " --ignore-modified" if agreed.ignore_modified else ""
    return Step(command, _("list those as well that only their status keeps; the target decides about them"))


def next_of(record: UndoRecord, run_id: str) -> str:
    """What to do about one order, in words; empty where nothing is."""
    resume = f"orderlift resume {run_id}"
    if record.state in TO_SETTLE:
        return _("Nobody knows yet: {command} reads it back before anything else.").format(command=resume)
    if record.state in TO_CANCEL:
        return _("{command} cancels it, if it still is what the plan saw.").format(command=resume)
    if record.state is UndoState.ASKED:
        told = _("Somebody has to agree in the target's panel; then {command} looks once more.")
        return told.format(command=resume)
    if record.state is UndoState.FAILED:
        told = _("{command} tries again once the cause is gone; else cancel it by hand.")
        return told.format(command=resume)
    issue = issue_of(record)
    return remedy_of(issue) if issue is not None else ""
