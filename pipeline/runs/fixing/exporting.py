"""Correction workbooks on disk: beside the reports of a run, and wherever somebody wants them."""

from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused, JournalRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.files.fix_book import write_fix_book
from pipeline.reporting.words.figures import counted
from pipeline.runs.asked.request import Places
from pipeline.runs.fixing.making import broken, fix_books, ready_rows
from pipeline.runs.opening.sources import sha256_of
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.runs.state_folder.overlay_store import current, folder_of

BESIDE_REPORTS = 3
"""Workbooks written with every report; what is beyond is written when somebody asks for it."""
NAME = "fix.xlsx"
_WRITTEN = "written.json"


@dataclass(frozen=True, slots=True)
class FixBooks:
    """What was written: ``volumes`` are all that there would be, ``strays`` rows that belong to no order."""

    run_id: str
    files: tuple[Path, ...] = ()
    rows: int = 0
    orders: int = 0
    volumes: int = 0
    issues: tuple[Issue, ...] = ()
    strays: int = 0


def export_fix(
    run_id: str | None, output: Path | None, places: Places, *, everything: bool = False
) -> FixBooks:
    """Write all correction workbooks of a run, the newest unless named; beside its reports unless told.

    With ``everything`` also the orders that are ready by what was corrected since.

    Raises :class:`UsageRefused`, :class:`JournalRefused`, and :class:`InputRefused` where a source is
    not what was checked.
    """
    found = find_run(places, run_id)
    path = output if output is not None else places.reports(found) / NAME
    with closing(JournalReader(places.journal(found))) as journal:
        try:
            return write_fix(journal, path, places, everything=everything)
        except OSError as error:
            facts = {"reason": shown(error.strerror or error), "command": f"orderlift report {found}"}
            raise JournalRefused(Issue("E701", Location(str(path)), facts=facts)) from error


def fix_beside_reports(journal: JournalReader, folder: Path, places: Places) -> FixBooks:
    """Write the first correction workbooks into a folder of reports; raises ``OSError``.

    A source that is not what it was is told, and stops nothing.
    """
    try:
        return write_fix(journal, folder / NAME, places, most=BESIDE_REPORTS)
    except (InputRefused, FileNotFoundError) as refused:
        what = refused.issues[0] if isinstance(refused, InputRefused) else None
        if what is not None and what.code == "W674":
            return FixBooks(journal.header["run_id"], issues=(what,))
        at = (what.at if what is not None else None) or Location(str(folder / NAME))
        facts: dict[str, str | int] = {"reason": "a source is not what was checked, or not there"}
        return FixBooks(journal.header["run_id"], issues=(Issue("W674", Location(at.file), facts=facts),))


def write_fix(
    journal: JournalReader,
    path: Path,
    places: Places,
    *,
    most: int | None = None,
    everything: bool = False,
) -> FixBooks:
    """Write the workbooks of a run: ``path``, and beside it the same name with -2, -3 …

    One that somebody has worked on since it was written is kept under another name, and told.
    """
    run_id = journal.header["run_id"]
    kept = current(places, run_id)
    overlay, base = (kept.overlay, kept.place) if kept is not None else (None, 0)
    written = _Written(folder_of(places, run_id) / _WRITTEN)
    files: list[Path] = []
    issues: list[Issue] = []
    mended = kept is not None and kept.place > 0 and not everything
    wrong = broken(journal, most, ready_rows(journal, kept.overlay) if kept is not None and mended else ())
    for book in fix_books(journal, wrong, overlay, base):
        out = path if book.volume == 1 else path.with_name(f"{path.stem}-{book.volume}{path.suffix}")
        issues += written.put_aside(out)
        write_fix_book(out, book)
        written.note(out)
        files.append(out)
    if not files:
        return FixBooks(run_id, issues=tuple(issues))
    if wrong.count > 1:
        issues.append(_in_volumes(wrong.rows, wrong.orders, files, wrong.count))
    return FixBooks(run_id, tuple(files), wrong.rows, wrong.orders, wrong.count, tuple(issues), wrong.strays)


def _in_volumes(rows: int, orders: int, files: list[Path], volumes: int) -> Issue:
    if len(files) == volumes:
        told = f"{files[0].name} to {files[-1].name}"
    else:
        told = f"the first of them in {counted(len(files), 'workbook')}, of {volumes} that there would be"
    return Issue(
        "W671", Location(files[0].as_posix()), facts={"rows": rows, "orders": orders, "written": told}
    )


class _Written:
    """The digests of workbooks as they were written, by their place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digests: dict[str, str] = {}
        with suppress(OSError, orjson.JSONDecodeError):
            told = orjson.loads(path.read_bytes())
            self._digests = told if isinstance(told, dict) else {}

    def put_aside(self, path: Path) -> Iterable[Issue]:
        """Keep a file that is not as it was written, under another name."""
        with suppress(OSError):
            if not path.is_file() or sha256_of(path) == self._digests.get(str(path.absolute())):
                return []
            number = 1
            while (aside := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")).exists():
                number += 1
            path.rename(aside)
            return [Issue("W677", Location(str(path)), shown(aside.name))]
        return []

    def note(self, path: Path) -> None:
        """Remember a file that was written."""
        self._digests[str(path.absolute())] = sha256_of(path)
        with replacing(self._path) as file:
            file.write(orjson.dumps(self._digests))
