"""The numbers of an undo as its journal stands, and the exit code that they mean."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_reading import undo_counts, undo_requests
from pipeline.model.ending import INTERRUPTED, TERMINATED
from pipeline.model.issue import Issue
from pipeline.model.undo import (
    HEADER,
    SENDABLE_UNDO,
    Group,
    UndoCount,
    UndoState,
    UndoSummary,
    broken_undo_sums,
)

DONE, BUG, SOME_KEPT, NEEDS_A_PERSON, STOPPED, SAFETY = 0, 1, 3, 4, 5, 6
_BY_ENDING = {
    **dict.fromkeys(("E541", "E542", "E543", "E544", "E664"), SAFETY),
    INTERRUPTED: 130,
    TERMINATED: 143,
}
_DOUBTFUL = (UndoState.IN_DOUBT, UndoState.CANCELLING, UndoState.UNCLEAR)
_NOT_DONE = (UndoState.REFUSED, UndoState.FAILED, UndoState.LEFT_ALONE)


def summarise_undo(
    journal: JournalReader, command: str, counts: Sequence[UndoCount] | None = None
) -> UndoSummary:
    """The summary of an undo; ``counts`` are those of its journal, where they were asked for already."""
    header = journal.header
    orders: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    others: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    cancelled: Counter[str] = Counter()
    for one in undo_counts(journal.ask) if counts is None else counts:
        if one.code is not None:
            reasons[one.code] += one.lines
        if one.kind != "order":
            others[one.kind] += one.lines
            continue
        orders[one.group] += one.lines
        if one.group != Group.REVERSIBLE.value:
            continue
        outcomes[one.state] += one.lines
        listed[one.currency or "?"] += one.minor
        if one.state in (UndoState.CANCELLED.value, UndoState.ASKED.value):
            cancelled[one.currency or "?"] += one.minor
    ended = ending_issue(journal)
    summary = UndoSummary(
        run_id=header["run_id"],
        command=command,
        exit_code=0,
        undoes=header["undoes"],
        target=header["target"],
        channel=header["channel"],
        orders=orders,
        outcomes=outcomes,
        others=others,
        unsettled=header[HEADER].get("unsettled", 0),
        money={
            currency: (_amount(listed[currency]), _amount(cancelled[currency])) for currency in sorted(listed)
        },
        reasons={**reasons, **({ended.code: 1} if ended is not None else {})},
        requests=undo_requests(journal.ask),
    )
    return replace(summary, exit_code=_exit_code(summary, journal.ending().code, command))


def ending_issue(journal: JournalReader) -> Issue | None:
    """Why cancelling ended early, as an issue; ``None`` where it did not, or a person ended it."""
    ending = journal.ending()
    if ending.code is None or not ending.code.startswith("E"):
        return None
    return Issue(ending.code, facts={**ending.facts, "run": journal.header["run_id"]})


def _exit_code(summary: UndoSummary, ending: str | None, command: str) -> int:
    if broken_undo_sums(summary):
        return BUG
    if ending is not None:
        return _BY_ENDING.get(ending, STOPPED)
    if summary.count(*_DOUBTFUL):
        return NEEDS_A_PERSON
    kept = summary.orders.get(Group.TOUCHED.value) or summary.orders.get(Group.IRREVERSIBLE.value)
    if kept or summary.count(*_NOT_DONE):
        return SOME_KEPT
    left = summary.count(*SENDABLE_UNDO)
    return SOME_KEPT if left and command not in ("undo", "status") else DONE


def _amount(hundredths: int) -> str:
    return f"{Decimal(hundredths) / 100:.2f}"
