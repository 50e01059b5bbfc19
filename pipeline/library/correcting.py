"""Refused rows go out as a workbook, and come back corrected."""

from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.library.frames import fix_frame
from pipeline.library.places import AnyPath, AnyRun, id_of, path, places_of
from pipeline.model.issue import Issue
from pipeline.runs.fixing.exporting import FixBooks, export_fix
from pipeline.runs.fixing.taking import FixedCell, take_fix_book

if TYPE_CHECKING:
    import pandas as pd

STILL_WRONG = 3
"""The exit code where something of a workbook is still wrong."""


@dataclass(frozen=True, slots=True)
class FixTaken:
    """What came of a correction workbook.

    ``cells`` are those that say something new, with what they said before, as they are; :meth:`to_frame`
    shows them masked. ``rows`` counts the rows they stand in, ``ready`` and ``still_wrong`` the orders that
    these belong to. ``overlay`` names the corrections as they are kept beside the run, ``None`` for a dry run
    and where nothing was new. ``answers`` counts answers that went into the mapping, whose earlier text is in
    ``mapping_before``. ``issues`` are what is still wrong, or could not be taken. ``retryable`` says that
    :func:`retry` can send them; corrections of a check are for :func:`run` with ``overlay``.
    """

    run_id: str
    dry_run: bool
    rows: int
    ready: int
    still_wrong: int
    answers: int
    overlay: str | None
    mapping_before: Path | None
    retryable: bool
    ok: bool
    cells: tuple[FixedCell, ...] = made_by(repr=False)
    issues: tuple[Issue, ...] = made_by(repr=False)

    @property
    def exit_code(self) -> int:
        """0 where everything that was corrected is right now, and everything could be taken; else 3."""
        return 0 if self.ok else STILL_WRONG

    def to_frame(self, *, show_pii: bool = False) -> "pd.DataFrame":
        """The corrected cells as a data frame: place, ``before``, ``after``, and the codes of what is wrong.

        ``wrong`` is about the cell, ``order_wrong`` about what else its order lacks; ``None`` means right.
        Values are text as the workbook shows them; personal ones are masked unless ``show_pii``.
        """
        return fix_frame(self.cells, show_pii=show_pii)


def fix_export(
    run: AnyRun = None,
    output: AnyPath | None = None,
    *,
    everything: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> FixBooks:
    """Write the rows of refused orders into a correction workbook, wrong cells in red with the reason.

    ``output`` is the workbook; the run's own ``fix.xlsx`` beside its reports where it is left out. Of more
    than 20,000 rows there are several, numbered: the value's ``files`` are all of them, none where nothing is
    to correct. With ``everything`` also orders that are ready by what was corrected before. A workbook that
    somebody has worked on is kept under another name, which ``issues`` tell. It holds the customer's rows as
    they are, personal data included: that is what is to be corrected.

    Raises :class:`UsageRefused`, :class:`JournalRefused`, and :class:`InputRefused` where a source is not
    what was checked.
    """
    places = places_of(run, state_dir, report_dir)
    return export_fix(id_of(run), path(output), places, everything=everything)


def fix_import(
    workbook: AnyPath,
    *,
    dry_run: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> FixTaken:
    """Take up what was corrected in a workbook, check it again, and leave the source files alone.

    The workbook knows its run. What is taken up is kept beside it, for :func:`retry`; with ``dry_run``
    nothing is kept. The value holds the difference, cell by cell::

        taken = pipeline.fix_import("fix.xlsx", dry_run=True)
        taken.to_frame()[["cell", "before", "after", "wrong"]]

    Raises :class:`InputRefused` where the workbook cannot be taken as a whole (E671, E673, E674, E678),
    :class:`UsageRefused` where its run is not here (E672), :class:`JournalRefused`.
    """
    taken = take_fix_book(Path(workbook), places_of(None, state_dir, report_dir), dry_run=dry_run)
    return FixTaken(
        taken.run_id,
        dry_run,
        taken.rows,
        taken.ready,
        taken.still_wrong,
        taken.answers,
        taken.stored.overlay.name if taken.stored is not None else None,
        taken.kept,
        taken.sendable,
        taken.all_well,
        tuple(taken.cells),
        tuple(taken.issues),
    )
