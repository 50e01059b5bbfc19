"""The orders of a run that its report explains."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.journal.order_life import LifeReader
from pipeline.journal.reading import JournalReader
from pipeline.model.records import OrderRecord
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef
from pipeline.model.states import State
from pipeline.model.summary import Summary
from pipeline.reporting.shown.explained_order import ExplainedOrder
from pipeline.runs.asked.request import Places
from pipeline.runs.explaining.one_order import explained

MOST = 50
SMALL = 4 << 20
"""Bytes of all inputs up to which a report looks into them once more, to show cells and steps."""
OWN = frozenset({"orders", "lines"})
"""The sources whose rows are orders."""
TROUBLED = (
    State.INVALID,
    State.REJECTED,
    State.FAILED,
    State.CONFLICT,
    State.IN_DOUBT,
    State.IN_FLIGHT,
    State.HELD,
)


def explained_of(
    journal: JournalReader,
    summary: Summary,
    folder: Path,
    not_green: Sequence[OrderRecord],
    places: Places | None = None,
) -> tuple[ExplainedOrder, ...]:
    """The first orders of a run with which something is wrong, in source order; ``folder`` is its report's.

    ``not_green`` are the first orders that do not stand on the target, among which they may be already.
    Cells and steps are shown where the files are small, else places alone: a report of a large run comes from
    its journal. ``places`` know what was corrected. Nothing of it is masked yet.
    """
    counts = summary.orders
    troubled = counts.invalid + counts.rejected + counts.failed + counts.in_doubt + counts.conflict
    if not troubled:
        return ()
    lives = LifeReader(journal)
    known = [record for record in not_green if record.state in TROUBLED][:MOST]
    whole = len(known) >= min(MOST, troubled)
    found = lives.at(_rows(journal, known)) if whole else lives.first(TROUBLED, MOST)
    small = sum(one["bytes"] for one in journal.header["inputs"]) <= SMALL
    places = replace(places or Places(), report_dir=folder.parent)
    try:
        return tuple(explained(lives, places, found, look=small))
    except JournalRefused:
        return ()  # whatever is damaged is told where the journal is opened


def _rows(journal: JournalReader, records: Sequence[OrderRecord]) -> list[RowRef]:
    """Where orders stand, by table and row."""
    tables = {
        (one.table.file, one.table.sheet, one.table.source): one.table.index for one in journal.tables()
    }
    own = {(file, sheet): index for (file, sheet, source), index in tables.items() if source in OWN}
    return [(own[one.at.file, one.at.sheet], one.at.row or 0) for one in records]
