"""What became of a run, from its journal: money, status, and which runs there are."""

from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.journal.reading import JournalReader
from pipeline.library.frames import money_frame
from pipeline.library.places import AnyPath, AnyRun, id_of, places_of
from pipeline.model.summary import Summary
from pipeline.runs.accounts import status as standing
from pipeline.runs.accounts.status import Running
from pipeline.runs.opening.header import zone_of
from pipeline.runs.state_folder import catalogue_of_runs
from pipeline.runs.state_folder.catalogue_of_runs import RunCard, find_run

if TYPE_CHECKING:
    import pandas as pd


def money(run: AnyRun = None, *, state_dir: AnyPath | None = None) -> "pd.DataFrame":
    """The money of a run as a data frame: one row for every day, status and currency, as in ``money.csv``.

    ``day`` is the date of ``date_placed`` (``2024-03-01``) in the time zone of the mapping, UTC where that
    names none; ``currency`` is in capitals. What could not be read is told under ``unknown`` and ``???``,
    so that grouping loses no order. Then a count and a sum for ``source`` and for each outcome (``invalid``,
    ``created``, ``already_present``, ``refused``, ``in_doubt``, ``unprocessed``), for ``archived``, and for
    ``read_back`` and ``difference``, which are empty (``<NA>``, ``None``) as long as :func:`report` has not
    read them back; pandas adds those up to 0, so whether it balances is told by ``summary.read_back`` alone.
    Counts are whole numbers (``Int64``). Sums are :class:`~decimal.Decimal` with two places, in the row's
    currency, never floats: ``frame.groupby("currency")["created_sum"].sum()`` is exact.
    Raises :class:`UsageRefused` where there is no such run, :class:`JournalRefused` where it cannot be read.
    """
    places = places_of(run, state_dir)
    with closing(JournalReader(places.journal(find_run(places, id_of(run))))) as journal:
        return money_frame(journal.money_book(zone_of(journal.header)))


def status(run: AnyRun = None, *, state_dir: AnyPath | None = None) -> Summary | Running:
    """Where a run stands: its summary, or :class:`Running` while another process works on it."""
    return standing.status(id_of(run), places_of(run, state_dir))


def list_runs(*, state_dir: AnyPath | None = None) -> list[RunCard]:
    """Every run that was sealed, undos included, the newest first; ``created`` is UTC, ISO 8601."""
    return catalogue_of_runs.list_runs(places_of(None, state_dir))
