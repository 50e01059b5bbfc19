"""The reports of a run are written, and its result is what they say."""

import time
from contextlib import closing
from dataclasses import replace

from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import JournalRefused
from pipeline.runs.accounts.reports import write_reports
from pipeline.runs.accounts.summing import summarise
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import ReportsNotWritten, Result

NOT_WRITTEN = "E701"


def reported(run_id: str, places: Places, command: str, began: float, *, whole: bool = True) -> Result:
    """Write the reports of a run as its journal stands; ``began`` in seconds of the monotonic clock.

    A journal that this process has just sealed is not searched as a ``whole`` again.
    """
    with closing(JournalReader(places.journal(run_id), whole=whole)) as journal:
        return result_of(journal, places, command, began)


def result_of(journal: JournalReader, places: Places, command: str, began: float) -> Result:
    """Write the reports; the result's ending is what the journal remembers.

    Raises :class:`ReportsNotWritten` (E701), which has the result all the same.
    """
    run_id = journal.header["run_id"]
    seconds = time.monotonic() - began
    try:
        summary = write_reports(journal, places.reports(run_id), command, seconds=seconds, places=places)
    except JournalRefused as refusal:
        if refusal.issues[0].code != NOT_WRITTEN:
            raise
        summary = summarise(journal, command, seconds=seconds)
        summary = replace(summary, issues={**summary.issues, NOT_WRITTEN: 1})
        result = Result(summary, places.journal(run_id), journal.ending())
        raise ReportsNotWritten(result, *refusal.issues) from refusal
    return Result(summary, places.journal(run_id), journal.ending())
