"""The verbs about migration files: writing them for people, and a person's word on one in doubt."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.journal.archive import DECIDED, HANDED_OUT, ArchiveBook, CheckedRun, content_of
from pipeline.journal.archive_fates import FileEnd, StoredFile
from pipeline.journal.lock import Lock
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.archive import FILE_KINDS, ORDERS_PER_FILE, FileKind
from pipeline.model.archive_states import FileState
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.rows import Table
from pipeline.model.states import State
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.accounts.reported import reported
from pipeline.runs.archive.archiving import rows_for
from pipeline.runs.archive.issues import issues_of
from pipeline.runs.archive.part import archive_folder
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.upload.archive_conclusion import Conclusion
from pipeline.upload.archive_decision import Word, decided

PERSON = "person"
ALL = "all"
"""In the place of a file's name: all files that were written for uploading by hand."""


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were written for uploading by hand, in the order in which they have to be uploaded."""

    run_id: str
    files: tuple[Path, ...]
    orders: int


def write_archive(run_id: str | None, folder: Path | None, places: Places) -> Written:
    """Write the migration files of a run's orders that have not had their turn, and upload nothing.

    ``folder`` is the run's own where it is left out. From then on the run does not upload them itself, until
    somebody has said what became of them. Raises :class:`UsageRefused` (E567) where there are none.
    """
    found = find_run(places, run_id)
    folder = folder if folder is not None else archive_folder(places, found)
    with _opened(found, places) as (store, header):
        book = ArchiveBook(store)
        if not book.count_left():
            raise UsageRefused(Issue("E567"))
        if isinstance(store, RunJournal):
            book.after_crash()
            store.note(HANDED_OUT, {"folder": str(folder)}, time.time())
        most = header.get("orders_per_file") or ORDERS_PER_FILE
        try:
            files = tuple(_write_files(book, folder, most))
        except OSError as error:
            facts = {"reason": shown(error.strerror or error), "command": f"orderlift report {found}"}
            raise JournalRefused(Issue("E701", Location(str(folder)), facts=facts)) from error
        return Written(found, files, book.count_left())


def _write_files(book: ArchiveBook, folder: Path, most: int) -> Iterator[Path]:
    """Write what is left, batch by batch, no user and no address twice."""
    written: dict[FileKind, set[str]] = {kind: set() for kind in FILE_KINDS}
    numbers = {kind: int(book.next_name(kind).rpartition("-")[2].partition(".")[0]) for kind in FILE_KINDS}
    batch = book.left(most)
    while batch:
        for kind in FILE_KINDS:
            keys = [key for order in batch for key in order.keys(kind)]
            rows = rows_for(kind, batch, {*book.standing(kind, keys), *written[kind].intersection(keys)})
            if rows:
                path = folder / f"{kind}-{numbers[kind]:04d}.json"
                with replacing(path) as file:
                    file.write(content_of(row.line for row in rows))
                numbers[kind] += 1
                if kind in ("user", "address"):
                    written[kind].update(row.key for row in rows)
                yield path
        batch = book.left(most, batch[-1].at)


def resolve_archive(  # noqa: PLR0913, PLR0917 - the run, the file, and who says what about it, and why
    run_id: str | None, file: str, word: Word, why: str, who: str, places: Places
) -> Result:
    """Record a person's word on a file in doubt, or on ``all`` files that were handed out.

    ``done``: every row of it was stored. ``refused``: none was, and none can be. ``not-started``: none was,
    and its orders may go into another file. Raises :class:`UsageRefused` (E566) where nothing is to decide.
    """
    found = find_run(places, run_id, sendable=True)
    with _opened(found, places) as (store, _):
        if not isinstance(store, RunJournal):
            raise UsageRefused(Issue("E566", value=shown(file), facts={"files": "none"}))
        book = ArchiveBook(store)
        book.after_crash()
        tables = {one.table.index: one.table for one in JournalReader(store.database).tables()}
        facts = {"file": file, "as": word, "why": why, "who": who}
        if file == ALL and book.handed_out():
            if word == "done":
                book.decide_all(State.CREATED, PERSON)
            elif word == "refused":
                said: dict[str, str | int] = {"file": "the files", "complaints": f"{why} (a person's word)"}
                book.decide_all(State.REJECTED, PERSON, Issue("E560", facts=said))
        else:
            _decide(book, _in_doubt(book, file), word, why, tables)
        store.note(DECIDED, facts, time.time())
    return reported(found, places, "report", time.monotonic())


def _in_doubt(book: ArchiveBook, name: str) -> StoredFile:
    files = book.files(FileState.IN_DOUBT)
    named = next((file for file in files if file.name == Path(name).name), None)
    if named is None:
        facts: dict[str, str | int] = {"files": ", ".join(file.name for file in files) or "there are none"}
        raise UsageRefused(Issue("E566", value=shown(name), facts=facts))
    return named


def _decide(book: ArchiveBook, file: StoredFile, word: Word, why: str, tables: Mapping[int, Table]) -> None:
    event, fate = decided(word)
    fates = dict.fromkeys(range(1, file.rows + 1), fate)
    end = Conclusion(fate, {}, f"{why} (a person's word)")
    issues = [*issues_of(book.orders_of(file), file, fates, end, "E560", lambda at: tables[at[0]].at(at[1]))]
    book.conclude(file, event, FileEnd(fates, PERSON, issues, f"{word}: {why}"))


@contextlib.contextmanager
def _opened(run_id: str, places: Places) -> Iterator[tuple[RunJournal | CheckedRun, Mapping[str, Any]]]:
    """A run's journal under its lock, and its header; one that was only checked can be read."""
    with Lock(places.run_dir(run_id) / "run.lock", f"run {run_id}"):
        with closing(JournalReader(places.journal(run_id))) as reader:
            header, sendable, ending = reader.header, reader.sendable, reader.ending()
        path = places.journal(run_id)
        store = RunJournal(path, now=time.time()) if sendable else CheckedRun(path)
        try:
            yield store, header
        finally:
            with contextlib.suppress(JournalRefused):  # that has been raised already
                if isinstance(store, RunJournal):  # why sending ended the last time is as true as before
                    store.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
            store.close()
