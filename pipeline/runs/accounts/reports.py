"""Every report of a run, written from its journal and from nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.journal.fingerprints import fingerprint
from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.money import MoneyBook
from pipeline.model.money_sums import broken_money
from pipeline.model.refusal import JournalRefused
from pipeline.model.summary import Summary
from pipeline.reporting.files.atomic import make_private_folder
from pipeline.reporting.files.decisions_json import write_decisions
from pipeline.reporting.files.issues_jsonl import as_it_is, write_issues_jsonl
from pipeline.reporting.files.money_csv import write_money_csv, write_money_differences
from pipeline.reporting.files.orders_csv import write_orders_csv
from pipeline.reporting.files.summary_json import write_summary
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.shown.decisions import masked_decisions
from pipeline.runs.accounts.failed_rows import write_failed
from pipeline.runs.accounts.repaired import with_repairs
from pipeline.runs.accounts.report_page import write_page
from pipeline.runs.accounts.summing import BUG, summarise
from pipeline.runs.asked.request import Places
from pipeline.runs.fixing.exporting import FixBooks, fix_beside_reports
from pipeline.runs.opening.header import decisions_of, places_of, zone_of
from pipeline.runs.state_folder.overlay_store import numbered

DIFFERENCES = "money-differences.csv"


def write_reports(
    journal: JournalReader,
    folder: Path,
    command: str,
    *,
    seconds: float = 0.0,
    places: Places | None = None,
) -> Summary:
    """Write ``report.html``, ``summary.json``, ``orders.csv``, ``issues.jsonl``, ``failed/``, ``fix.xlsx``.

    The last one only with ``places``, which know what was corrected before. Personal data is masked in all
    of them but ``failed/`` and ``fix.xlsx``, which are there to be loaded again, unless ``places.show_pii``.
    Returns the summary, with the names of the files. Raises :class:`JournalRefused` (E701) where the folder
    cannot be written; the journal is not touched.
    """
    try:
        return _write(journal, folder, command, seconds, places)
    except OSError as error:
        again = f"orderlift report {journal.header['run_id']}"
        facts = {"reason": shown(error.strerror or error), "command": again}
        raise JournalRefused(Issue("E701", Location(str(folder)), facts=facts)) from error


def _write(
    journal: JournalReader, folder: Path, command: str, seconds: float, places: Places | None
) -> Summary:
    make_private_folder(folder)
    header, show_pii = journal.header, places is not None and places.show_pii
    seen = as_it_is if show_pii else mask_issue
    came_with = numbered(places, header["run_id"], 0) if places is not None else None
    failed, troubles = write_failed(journal, folder, came_with.overlay if came_with is not None else None)
    fix = fix_beside_reports(journal, folder, places) if places is not None else FixBooks(header["run_id"])
    troubles += fix.issues
    write_orders_csv(folder / "orders.csv", journal.orders(seen=seen))
    write_issues_jsonl(folder / "issues.jsonl", _issues(journal, troubles), places_of(header), seen=seen)
    book = journal.money_book(zone_of(header))
    differs = _write_money(journal, folder, book)
    decisions = decisions_of(header)
    if decisions.listed:
        shown_ones = decisions if show_pii else masked_decisions(decisions)
        write_decisions(folder / "decisions.json", shown_ones, header["run_id"], header["mapping"])
    files = {
        "report": folder / "report.html",
        "summary": folder / "summary.json",
        "orders": folder / "orders.csv",
        "issues": folder / "issues.jsonl",
        "money": folder / "money.csv",
        **({"money_differences": folder / DIFFERENCES} if differs else {}),
        **({"failed": folder / "failed"} if failed else {}),
        **({"decisions": folder / "decisions.json"} if decisions.listed else {}),
        **({"fix": fix.files[0]} if fix.files else {}),
    }
    named = {name: path.as_posix() for name, path in files.items()}
    summary = summarise(journal, command, seconds=seconds, files=named)
    if places is not None:
        summary = with_repairs(summary, journal, places)
    if int(journal.meta["epoch"]):
        summary = replace(summary, fingerprint=fingerprint(journal.database).text)
    if troubles:
        summary = replace(summary, issues={**summary.issues, **Counter(issue.code for issue in troubles)})
    if broken_money(book, summary):
        summary = replace(summary, exit_code=BUG, issues={**summary.issues, "E631": 1})
    write_summary(folder / "summary.json", summary)
    beside = [path for name, path in files.items() if name not in {"report", "failed", "fix"}]
    write_page(journal, summary, folder, book, [*beside, *failed, *fix.files], places=places)
    return summary


def _write_money(journal: JournalReader, folder: Path, book: MoneyBook) -> bool:
    """Write the money by day, status and currency; returns whether there are orders that differ."""
    write_money_csv(folder / "money.csv", book)
    if not book.stand.differing:
        (folder / DIFFERENCES).unlink(missing_ok=True)  # of an earlier reading
        return False
    write_money_differences(folder / DIFFERENCES, journal.money_differences())
    return True


def _issues(journal: JournalReader, troubles: list[Issue]) -> Iterable[Issue]:
    yield from journal.issues()
    yield from troubles
