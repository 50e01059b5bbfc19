"""The reports of a run are written, and its result is what they say."""

import time
from contextlib import closing

from pipeline.journal.reading import JournalReader
from pipeline.runs.accounts.reports import write_reports
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import Result


def reported(run_id: str, places: Places, command: str, began: float, *, whole: bool = True) -> Result:
    """Write the reports of a run as its journal stands; ``began`` in seconds of the monotonic clock.

    A journal that this process has just sealed is not searched as a ``whole`` again.
    """
    with closing(JournalReader(places.journal(run_id), whole=whole)) as journal:
        return result_of(journal, places, command, began)


def result_of(journal: JournalReader, places: Places, command: str, began: float) -> Result:
    """Write the reports; the result's ending is what the journal remembers."""
    run_id = journal.header["run_id"]
    seconds = time.monotonic() - began
    summary = write_reports(journal, places.reports(run_id), command, seconds=seconds, places=places)
    return Result(summary, places.journal(run_id), journal.ending())
