"""One order of an undo: what was seen and done of it, by its journal."""

from contextlib import closing

from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_reading import undo_lives
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import UsageRefused
from pipeline.reporting.terminal.undo_explained import UndoExplained
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import list_runs


def explain_undone(words: str, places: Places) -> UndoExplained | None:
    """What an undo did of the order that ``UNDO:ORDER`` names; ``None`` where the words name no undo.

    Raises :class:`UsageRefused` (E681) where it lists no such order, :class:`JournalRefused` where its
    journal cannot be read.
    """
    run, colon, number = (part.strip() for part in words.partition(":"))
    fitting = [card for card in list_runs(places) if run and card.run_id.startswith(run)]
    if not colon or len(fitting) != 1 or fitting[0].undoes is None:
        return None
    run_id = fitting[0].run_id
    with closing(JournalReader(places.journal(run_id))) as journal:
        lives, header = undo_lives(journal.ask, number), journal.header
    if not lives:
        facts: dict[str, str | int] = {"folder": str(places.state_dir), "where": f" ({run}: names a run)"}
        raise UsageRefused(Issue("E681", value=shown(number), facts=facts))
    return UndoExplained(run_id, header["undoes"], header["target"], header["channel"], lives)
