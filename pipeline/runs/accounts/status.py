"""Where a run stands: from its journal, or from what a running process last wrote beside it."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import JournalRefused
from pipeline.model.summary import Summary
from pipeline.runs.accounts.repaired import with_repairs
from pipeline.runs.accounts.summing import summarise
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.runs.state_folder.progress_file import read_progress


@dataclass(frozen=True, slots=True)
class Running:
    """A run that another process is working on.

    ``facts`` are what it last wrote while sending, some two seconds old; empty before it wrote anything.
    """

    run_id: str
    facts: Mapping[str, Any]


def status(run_id: str | None, places: Places) -> Summary | Running:
    """Where a run stands, the newest where none is named. Raises a :class:`Refusal` where there is none."""
    found = find_run(places, run_id)
    try:
        with closing(JournalReader(places.journal(found))) as journal:
            return with_repairs(summarise(journal, "status"), journal, places)
    except JournalRefused as refusal:
        if refusal.issues[0].code != "E605":
            raise
        return Running(found, read_progress(places.run_dir(found)) or {})
