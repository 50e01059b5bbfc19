"""What the ledgers know of runs, for a list of them: read in passing, left out where that cannot be done."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from pipeline.journal.ledger import Ledger
from pipeline.model.ledger import LedgerRun
from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import RunCard
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.target.origin import OriginRefusedError


def ledger_facts(places: Places, cards: Iterable[RunCard]) -> dict[str, LedgerRun]:
    """What is known of each run, by its id, as of when its ledger was last brought up to date."""
    found: dict[str, LedgerRun] = {}
    for path in dict.fromkeys(_ledger(places, card) for card in cards):
        if path is not None and path.exists():
            try:
                with closing(Ledger(path)) as ledger:
                    found |= ledger.runs()
            except JournalRefused:
                continue  # in use, or damaged: the next run that sends will say so
    return found


def _ledger(places: Places, card: RunCard) -> Path | None:
    if card.target is None or card.channel is None:
        return None
    try:
        return ledger_file(places, card.target, card.channel)
    except OriginRefusedError:
        return None
