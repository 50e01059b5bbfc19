"""Which orders that a run refused stand on the target by now, because a retry of it has sent them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.journal.ledger import AT_ONCE, Ledger
from pipeline.journal.outstanding import refused_keys
from pipeline.journal.reading import JournalReader
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State
from pipeline.model.summary import Repaired, Summary
from pipeline.runs.accounts.summing import HOMELESS, UNCHANGED
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import list_runs
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.target.origin import OriginRefusedError

_STANDS = (State.CREATED, State.ALREADY_PRESENT)


def with_repairs(summary: Summary, journal: JournalReader, places: Places) -> Summary:
    """The summary with what retries of the run made good; as it is where they did not, or nobody can say."""
    orders = summary.orders
    refused = orders.invalid + orders.rejected + orders.failed + orders.conflict
    if not refused:
        return summary
    later = _retries(places, summary.run_id)
    by_run = _sent_later(journal, places, set(later)) if later else {}
    if not by_run:
        return summary
    sent = sum(by_run.values())
    unregistered = summary.bookkeeping.refused if summary.bookkeeping is not None else 0
    beside = sum(summary.issues.get(code, 0) for code in HOMELESS | UNCHANGED) + unregistered
    left = refused - sent + beside
    return replace(summary, repaired=Repaired(sent, left, tuple(run for run in later if run in by_run)))


def _retries(places: Places, run_id: str) -> list[str]:
    """The retries of a run and theirs, the earliest first."""
    found = [run_id]
    for card in reversed(list_runs(places)):
        if card.retries in found:
            found.append(card.run_id)
    return found[1:]


def _sent_later(journal: JournalReader, places: Places, later: set[str]) -> Mapping[str, int]:
    """How many refused orders stand by each of the ``later`` runs; none that an undo has taken back.

    Orders whose numbers may collide are counted once: only one of them can stand.
    """
    path = _ledger(places, journal.header)
    found: dict[str, int] = {}
    if path is None or not path.exists():
        return found
    try:
        with closing(Ledger(path)) as ledger:
            for keys in _refused(journal):
                cancelled = ledger.cancelled(keys)
                for key, entries in ledger.entries(keys).items():
                    runs = [one.run for one in entries if one.run in later and one.state in _STANDS]
                    if runs and key not in cancelled:
                        found[runs[0]] = found.get(runs[0], 0) + 1
    except JournalRefused:
        return {}  # in use, or damaged: the next run that sends will say so
    return found


def _refused(journal: JournalReader) -> Iterator[list[str]]:
    """The collision keys of the refused orders, each once, some at a time."""
    last = ""
    while keys := refused_keys(journal, last, AT_ONCE):
        yield keys
        last = keys[-1]


def _ledger(places: Places, header: Mapping[str, Any]) -> Path | None:
    if header["target"] is None:
        return None
    try:
        return ledger_file(places, header["target"], header["channel"])
    except OriginRefusedError:
        return None
