"""Whether a run has an archive part, whether its time has come, and what sees it through."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.journal.archive import ArchiveBook
from pipeline.journal.running import RunJournal
from pipeline.model.archive import ORDERS_PER_FILE
from pipeline.model.archive_states import FileState
from pipeline.model.ending import Ending
from pipeline.model.rows import Table
from pipeline.runs.archive.archiving import Archiving
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.connection.turns import Turns
from pipeline.target.migrations import MigrationsClient

FOLDER = "archive"
_NO_HINDRANCE = (None, "E545")
"""Endings of the part before that say nothing against the archive: orders that wait for their records."""


def archive_folder(places: Places, run_id: str) -> Path:
    """Where a run's migration files lie."""
    return places.run_dir(run_id) / FOLDER


def may_follow(before: Ending) -> bool:
    """Whether the archive may follow the orders that are created: not where something stopped them."""
    return before.code in _NO_HINDRANCE


def has_archive(journal: RunJournal) -> bool:
    """Whether anything of the archive is left to be done."""
    book = ArchiveBook(journal)
    return book.count_left() > 0 or bool(book.files(FileState.STARTING, FileState.RUNNING))


def left_for_later(journal: RunJournal, limit: int) -> Ending:
    """The ending of a run that was to send so many orders only: the archive waits for one without a limit."""
    return Ending("E544", {"limit": limit, "left": ArchiveBook(journal).count_left()})


def archiving_of(  # noqa: PLR0913, PLR0917 - what the part is made of
    journal: RunJournal,
    client: MigrationsClient,
    turns: Turns,
    folder: Path,
    request: SendRequest,
    tables: Mapping[int, Table],
    told: Callable[[Progress], None],
) -> Archiving:
    """The archive part of a run."""
    return Archiving(
        ArchiveBook(journal),
        client,
        turns,
        folder,
        most=journal.header.get("orders_per_file") or ORDERS_PER_FILE,
        asking=request.asking,
        attempts=request.attempts,
        limits=request.limits,
        place=lambda at: tables[at[0]].at(at[1]),
        told=told,
    )
