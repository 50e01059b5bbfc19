"""Undoing a run, as verbs: plan what can be taken back, apply it, say where it stands.

The verbs for creating orders never take an undo, and these never take anything else.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_reading import first_reversible, undo_records
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.undo import HEADER, UndoAgreed, UndoReasons, UndoRecord, UndoSummary
from pipeline.runs.accounts.status import Running
from pipeline.runs.asked.progress import Progress, harmless
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.state_folder.private_places import make_state_dir
from pipeline.runs.state_folder.progress_file import ProgressFile, read_progress
from pipeline.runs.undoing.applying import undo_run
from pipeline.runs.undoing.plan_file import SAMPLES, undo_of_plan, write_undo_plan
from pipeline.runs.undoing.planning import UndoRequest, seal_undo
from pipeline.runs.undoing.progress import cancellings
from pipeline.runs.undoing.reporting import commonest_reasons, write_undo_reports
from pipeline.runs.undoing.summing import summarise_undo

REASONS = 8
HELD = "E605"
"""Another process has the journal."""


@dataclass(frozen=True, slots=True)
class UndoResult:
    """One finished verb about an undo: its summary, its journal, and why it ended early (no code: not).

    ``reasons`` are the commonest why lines are not taken back, ``agreed`` is what the plan asked for.
    """

    summary: UndoSummary
    journal: Path
    reasons: UndoReasons = made_by(default_factory=UndoReasons)
    ending: Ending = made_by(default_factory=Ending)
    agreed: UndoAgreed | None = None

    @property
    def run_id(self) -> str:
        """The id of the undo."""
        return self.summary.run_id

    @property
    def exit_code(self) -> int:
        """The code a command line would end with."""
        return self.summary.exit_code

    def records(self) -> Iterator[UndoRecord]:
        """Every line as the journal has it now, in the order of the list, one at a time."""
        with closing(JournalReader(self.journal)) as journal:
            yield from undo_records(journal.ask)


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
            write_undo_plan(output, journal, result.summary, first_reversible(journal.ask, SAMPLES))
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
    beside = ProgressFile(places.run_dir(run_id), cancellings)
    write, show = harmless(beside.told), harmless(told)

    def tell(progress: Progress) -> None:
        write(progress)
        show(progress)

    try:
        undo_run(run_id, places, request, tell)
    finally:
        beside.remove()
    return _told(run_id, places, command, began)


def report_undo(run_id: str, places: Places, command: str = "report") -> UndoResult:
    """Write the reports of an undo again; the command ``status`` writes none."""
    return _told(run_id, places, command, time.monotonic())


def undo_status(run_id: str, places: Places) -> UndoResult | Running:
    """Where an undo stands: by its journal, or by what the process that applies it last wrote beside it."""
    try:
        return report_undo(run_id, places, "status")
    except JournalRefused as refusal:
        if refusal.issues[0].code != HELD:
            raise
        return Running(run_id, read_progress(places.run_dir(run_id)) or {})


def is_undo(run_id: str, places: Places) -> bool:
    """Whether a run is an undo. Raises :class:`JournalRefused` where its journal cannot be read."""
    with closing(JournalReader(places.journal(run_id))) as journal:
        return HEADER in journal.header


def _told(run_id: str, places: Places, command: str, began: float) -> UndoResult:
    path = places.journal(run_id)
    with closing(JournalReader(path)) as journal:
        seconds = time.monotonic() - began
        if command == "status":
            summary = replace(summarise_undo(journal, command), seconds=seconds)
        else:
            folder, pii = places.reports(run_id), places.show_pii
            summary = write_undo_reports(journal, folder, command, seconds=seconds, show_pii=pii)
        terms = journal.header[HEADER]
        agreed = UndoAgreed(terms["reason"], tuple(terms["statuses"]), terms["ignore_modified"])
        return UndoResult(summary, path, commonest_reasons(journal, REASONS), journal.ending(), agreed)
