"""Every report of a run, written from its journal and from nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.inspection.found import Inspection
from pipeline.journal.reading import JournalReader
from pipeline.loaders.copying import copy_rows
from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.money import MoneyBook
from pipeline.model.money_sums import broken_money
from pipeline.model.overlay import Overlay
from pipeline.model.records import OrderRecord, RowVerdict
from pipeline.model.refusal import InputRefused, JournalRefused, Refusal
from pipeline.model.rows import FileFacts, Table
from pipeline.model.states import State
from pipeline.model.summary import Summary
from pipeline.reporting.atomic import make_private_folder
from pipeline.reporting.charts import span_of
from pipeline.reporting.decisions_json import write_decisions
from pipeline.reporting.grouping import IssueGroup
from pipeline.reporting.html import write_report
from pipeline.reporting.issues_jsonl import write_issues_jsonl
from pipeline.reporting.money_csv import write_money_csv, write_money_differences
from pipeline.reporting.money_page import money_section
from pipeline.reporting.money_view import MOST_DIFFERENCES
from pipeline.reporting.orders_csv import write_orders_csv
from pipeline.reporting.outcome import outcome_of
from pipeline.reporting.page import ReportPage
from pipeline.reporting.summary_json import write_summary
from pipeline.runs.covering import needless_in
from pipeline.runs.explaining_many import explained_of
from pipeline.runs.fix_exporting import FixBooks, fix_beside_reports
from pipeline.runs.header import decisions_of, header_value, places_of, read_limits_of, zone_of
from pipeline.runs.inspecting import inspect
from pipeline.runs.overlay_store import numbered
from pipeline.runs.overlaying import key_of
from pipeline.runs.request import Places
from pipeline.runs.summing import BUG, summarise, sums_that_differ

EXAMPLES = 10
WORTH_A_LOOK = 4 << 20
"""Bytes of all inputs up to which a check looks at every column once more, which takes about a second."""
_WRITTEN_AS_XLSX = {"xlsm", "xlsb", "xls", "ods"}
NOT_GREEN = 50
_DOUBTFUL = (State.IN_DOUBT, State.IN_FLIGHT, State.CONFLICT)
_GREEN = (State.CREATED, State.ALREADY_PRESENT)
_NOT_GREEN_STATES = (_DOUBTFUL, tuple(state for state in State if state not in (*_DOUBTFUL, *_GREEN)))
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

    The last one only with ``places``, which know what was corrected before. Returns the summary, with the
    names of the files. Raises :class:`JournalRefused` (E701) where the folder cannot be written; the journal
    is not touched.
    """
    try:
        return _write(journal, folder, command, seconds, places)
    except OSError as error:
        facts: dict[str, str | int] = {
            "reason": shown(error.strerror or error),
            "run": journal.header["run_id"],
        }
        raise JournalRefused(Issue("E701", Location(str(folder)), facts=facts)) from error


def _write(
    journal: JournalReader, folder: Path, command: str, seconds: float, places: Places | None
) -> Summary:
    make_private_folder(folder)
    header = journal.header
    came_with = numbered(places, header["run_id"], 0) if places is not None else None
    failed, troubles = _write_failed(journal, folder, came_with.overlay if came_with is not None else None)
    fix = fix_beside_reports(journal, folder, places) if places is not None else FixBooks(header["run_id"])
    troubles += fix.issues
    write_orders_csv(folder / "orders.csv", journal.orders())
    write_issues_jsonl(folder / "issues.jsonl", _issues(journal, troubles), places_of(header))
    book = journal.money_book(zone_of(header))
    differs = _write_money(journal, folder, book)
    decisions = decisions_of(header)
    if decisions.listed:
        write_decisions(folder / "decisions.json", decisions, header["run_id"], header["mapping"])
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
    if troubles:
        summary = replace(summary, issues={**summary.issues, **Counter(issue.code for issue in troubles)})
    if broken_money(book, summary):
        summary = replace(summary, exit_code=BUG, issues={**summary.issues, "E631": 1})
    write_summary(folder / "summary.json", summary)
    write_page(journal, summary, folder, book, [*failed, *fix.files])
    return summary


def write_page(
    journal: JournalReader, summary: Summary, folder: Path, book: MoneyBook, failed: Sequence[Path] = ()
) -> None:
    """Write ``report.html`` alone; ``failed`` are files beside it. Raises ``OSError``."""
    page = _page(journal, summary, failed, folder)
    money = money_section(book, summary, journal.money_differences(MOST_DIFFERENCES))
    links = {"money.csv": "money.csv"} | ({DIFFERENCES: DIFFERENCES} if book.stand.differing else {})
    broken = (*page.broken, *broken_money(book, summary))
    write_report(
        folder / "report.html",
        replace(page, money_days=money, broken=broken, files={**page.files, **links}),
    )


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


def _page(journal: JournalReader, summary: Summary, failed: Sequence[Path], folder: Path) -> ReportPage:
    tables = journal.tables()
    groups = [
        IssueGroup(code, number, tuple(journal.examples(code, EXAMPLES)))
        for code, number in summary.issues.items()
    ]
    files = {"orders.csv": "orders.csv", "issues.jsonl": "issues.jsonl", "summary.json": "summary.json"}
    decisions = decisions_of(journal.header)
    files |= {"decisions.json": "decisions.json"} if decisions.listed else {}
    open_orders = tuple(not_green(journal))
    own = [path.relative_to(folder).as_posix() for path in failed]
    files |= dict(zip(own, own, strict=True))
    return ReportPage(
        header=header_value(journal.header, tables),
        summary=summary,
        issues=tuple(groups),
        timeline=tuple(journal.seconds(span_of(journal.sending_length()))),
        not_green=open_orders,
        not_checked=tuple(journal.header["not_checked"]),
        files=files,
        broken=tuple(sums_that_differ(journal, summary)),
        inspection=_inspection(journal, summary.command),
        decisions=decisions,
        needless=needless_in(journal.header),
        fates=tuple(journal.fates()),
        weights=tuple(journal.weights()),
        explained=explained_of(journal, summary, folder, open_orders),
    )


def not_green(journal: JournalReader) -> Iterator[OrderRecord]:
    """The first orders that do not stand on the target, those in doubt or in conflict before all others."""
    left = NOT_GREEN
    for states in _NOT_GREEN_STATES:
        for record in journal.orders(only=states, most=left):
            left -= 1
            yield record


def _inspection(journal: JournalReader, command: str) -> Inspection | None:
    """What the files of a check really are, if they are small and still the same; else nobody looks again."""
    header = journal.header
    inputs = [FileFacts(**given) for given in header["inputs"]]
    if command != "check" or sum(facts.bytes for facts in inputs) > WORTH_A_LOOK:
        return None
    try:
        found = inspect(
            [Path(facts.path) for facts in inputs], Path(header["mapping"]), read_limits_of(header)
        )
    except Refusal:
        return None
    known = {facts.path: facts.sha256 for facts in inputs}
    same = all(one.facts is not None and known.get(one.path) == one.facts.sha256 for one in found.files)
    return found if same else None


def _write_failed(
    journal: JournalReader, folder: Path, overlay: Overlay | None
) -> tuple[list[Path], list[Issue]]:
    """The rows of every order that was refused, and rows that belong to none, as the run has read them.

    Returns the files written and warnings about sources that changed since they were read.
    """
    tables = {record.table.index: record.table for record in journal.tables()}
    limits = read_limits_of(journal.header)
    verdicts = _row_verdicts(journal, tables)
    written: list[Path] = []
    troubles: list[Issue] = []
    for facts in (FileFacts(**given) for given in journal.header["inputs"]):
        chosen = [
            (table, verdicts.get(index, {})) for index, table in tables.items() if table.file == facts.path
        ]
        if not any(rows for _, rows in chosen):
            continue
        out = _free_name(folder / "failed", facts, written)
        try:
            make_private_folder(out.parent)
            cells = overlay.cells if overlay is not None else {}
            corrections = {table.index: cells.get(key_of(facts, table), {}) for table, _ in chosen}
            copy_rows(facts, chosen, out, limits, corrections)
            out.chmod(0o600)
            written.append(out)
        except (InputRefused, FileNotFoundError):
            troubles.append(Issue("W710", Location(facts.path), facts={"run": journal.header["run_id"]}))
    return written, troubles


def _free_name(folder: Path, facts: FileFacts, taken: list[Path]) -> Path:
    """The input's own name; a second file of the same name from another folder gets a number.

    Workbooks are written as XLSX, whatever they were.
    """
    name = Path(facts.path).name
    if facts.packing is None and facts.kind in _WRITTEN_AS_XLSX:
        name = Path(name).with_suffix(".xlsx").name
    stem, dot, suffixes = name.partition(".")
    out = folder / name
    number = 2
    while out in taken:
        out = folder / f"{stem}-{number}{dot}{suffixes}"
        number += 1
    return out


def _row_verdicts(journal: JournalReader, tables: dict[int, Table]) -> dict[int, dict[int, RowVerdict]]:
    """What to say behind each row, by table and row number; orders share one verdict among their rows."""
    verdicts: dict[int, dict[int, RowVerdict]] = {}
    names = {(table.file, table.sheet): index for index, table in tables.items()}
    for issue in journal.homeless():
        if issue.at is not None and issue.at.row is not None:
            index = names[(issue.at.file, issue.at.sheet)]
            verdicts.setdefault(index, {})[issue.at.row] = RowVerdict(
                "ignored", issue.code, message_of(issue)
            )
    for at, rows, state, order_id, number in journal.refused():
        reason = journal.reason(order_id, state, tables[at[0]].at(at[1]), number)
        verdict = RowVerdict(
            _status(state), reason.code if reason else "", message_of(reason) if reason else ""
        )
        for tab, row in rows:
            verdicts.setdefault(tab, {})[row] = verdict
    return verdicts


def _status(state: State) -> str:
    return outcome_of(state).key
