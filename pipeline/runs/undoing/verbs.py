"""Undoing a run, as verbs: plan what can be taken back, apply it, say where it stands.

The verbs for creating orders never take an undo, and these never take anything else.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from decimal import Decimal
from pathlib import Path

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.journal.undoing import undo_counts, undo_records, undo_requests
from pipeline.model.ending import INTERRUPTED, TERMINATED, Ending
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.undo import (
    HEADER,
    SENDABLE_UNDO,
    Group,
    UndoRecord,
    UndoState,
    UndoSummary,
    broken_undo_sums,
)
from pipeline.reporting.atomic import make_private_folder, replacing
from pipeline.reporting.undo_csv import write_undo_csv
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.state_folder.private_places import make_state_dir
from pipeline.runs.undoing.applying import undo_run
from pipeline.runs.undoing.plan_file import undo_of_plan, write_undo_plan
from pipeline.runs.undoing.planning import UndoRequest, seal_undo

DONE, BUG, SOME_KEPT, NEEDS_A_PERSON, STOPPED, SAFETY = 0, 1, 3, 4, 5, 6
_BY_ENDING = {
    **dict.fromkeys(("E541", "E542", "E543", "E544", "E664"), SAFETY),
    INTERRUPTED: 130,
    TERMINATED: 143,
}
_DOUBTFUL = (UndoState.IN_DOUBT, UndoState.CANCELLING, UndoState.UNCLEAR)
_NOT_DONE = (UndoState.REFUSED, UndoState.FAILED, UndoState.LEFT_ALONE)


@dataclass(frozen=True, slots=True)
class UndoResult:
    """One finished verb about an undo: its summary, its lines, and why it ended early (no code: not)."""

    summary: UndoSummary
    records: tuple[UndoRecord, ...]
    ending: Ending = made_by(default_factory=Ending)

    @property
    def run_id(self) -> str:
        """The id of the undo."""
        return self.summary.run_id

    @property
    def exit_code(self) -> int:
        """The code a command line would end with."""
        return self.summary.exit_code


def plan_undo(
    request: UndoRequest,
    sending: SendRequest,
    output: Path | None = None,
    places: Places | None = None,
    *,
    progress: Callable[[str, int], None] = lambda _what, _more: None,
) -> UndoResult:
    """List what a run created by what can be done about it, and seal that; nothing is changed there."""
    places = places or Places()
    began = time.monotonic()
    make_state_dir(places)
    run_id = seal_undo(request, sending, places, progress)
    result = _told(run_id, places, "undo", began)
    if output is not None:
        with closing(JournalReader(places.journal(run_id))) as journal:
            samples = [one for one in result.records if one.group is Group.REVERSIBLE]
            write_undo_plan(output, journal, result.summary, samples)
    return result


def apply_undo(
    planned: Path | UndoResult | str,
    request: SendRequest,
    places: Places | None = None,
    *,
    told: Callable[[Progress], None] = lambda _: None,
    command: str = "apply",
) -> UndoResult:
    """Cancel exactly the orders that an undo lists as reversible: a plan file, a result, or an id."""
    places = places or Places()
    began = time.monotonic()
    if isinstance(planned, Path):
        found = undo_of_plan(planned, places)
        if found is None:
            raise UsageRefused(Issue("E622", Location(str(planned))))
        run_id = found
    else:
        run_id = planned if isinstance(planned, str) else planned.run_id
    undo_run(run_id, places, request, told)
    return _told(run_id, places, command, began)


def report_undo(run_id: str, places: Places, command: str = "report") -> UndoResult:
    """Write the reports of an undo again; a command of another name writes none."""
    return _told(run_id, places, command, time.monotonic())


def is_undo(run_id: str, places: Places) -> bool:
    """Whether a run is an undo. Raises :class:`JournalRefused` where its journal cannot be read."""
    with closing(JournalReader(places.journal(run_id))) as journal:
        return HEADER in journal.header


def _told(run_id: str, places: Places, command: str, began: float) -> UndoResult:
    with closing(JournalReader(places.journal(run_id))) as journal:
        records = tuple(undo_records(journal.ask))
        summary, ending = summarise_undo(journal, command), journal.ending()
    summary = replace(summary, seconds=time.monotonic() - began)
    if command != "status":
        summary = _reported(summary, records, places.reports(run_id))
    return UndoResult(summary, records, ending)


def _reported(summary: UndoSummary, records: tuple[UndoRecord, ...], folder: Path) -> UndoSummary:
    files = {"summary": folder / "summary.json", "orders": folder / "orders.csv"}
    summary = replace(summary, files={name: path.as_posix() for name, path in files.items()})
    try:
        make_private_folder(folder)
        write_undo_csv(files["orders"], records)
        with replacing(files["summary"]) as file:
            file.write(orjson.dumps(summary.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error), "run": summary.run_id}
        raise JournalRefused(Issue("E701", Location(str(folder)), facts=facts)) from error
    return summary


def summarise_undo(journal: JournalReader, command: str) -> UndoSummary:
    """The numbers of an undo as its journal stands, and the exit code that they mean."""
    header = journal.header
    orders: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    others: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    cancelled: Counter[str] = Counter()
    for kind, group, state, currency, count, minor, code in undo_counts(journal.ask):
        if code is not None:
            reasons[code] += count
        if kind != "order":
            others[kind] += count
            continue
        orders[group] += count
        if group != Group.REVERSIBLE.value:
            continue
        outcomes[state] += count
        listed[currency or "?"] += minor
        if state in (UndoState.CANCELLED.value, UndoState.ASKED.value):
            cancelled[currency or "?"] += minor
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
        reasons=reasons,
        requests=undo_requests(journal.ask),
    )
    return replace(summary, exit_code=_exit_code(summary, journal.ending().code, command))


def _exit_code(summary: UndoSummary, ending: str | None, command: str) -> int:
    if broken_undo_sums(summary):
        return BUG
    if ending is not None:
        return _BY_ENDING.get(ending, STOPPED)
    if any(summary.outcomes.get(state.value) for state in _DOUBTFUL):
        return NEEDS_A_PERSON
    kept = summary.orders.get(Group.TOUCHED.value) or summary.orders.get(Group.IRREVERSIBLE.value)
    if kept or any(summary.outcomes.get(state.value) for state in _NOT_DONE):
        return SOME_KEPT
    left = any(summary.outcomes.get(state.value) for state in SENDABLE_UNDO)
    return SOME_KEPT if left and command not in ("undo", "status") else DONE


def _amount(hundredths: int) -> str:
    return f"{Decimal(hundredths) / 100:.2f}"
