"""``report.html`` of a run: what its journal holds, brought together for the page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.inspection.found import Inspection
from pipeline.journal.reading import JournalReader
from pipeline.model.money import MoneyBook
from pipeline.model.money_sums import broken_money
from pipeline.model.records import OrderRecord
from pipeline.model.refusal import Refusal
from pipeline.model.rows import FileFacts
from pipeline.model.states import State
from pipeline.model.summary import Summary
from pipeline.reporting.files.issues_jsonl import as_it_is
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.page.charts import span_of
from pipeline.reporting.page.money_section import money_section
from pipeline.reporting.page.money_view import MOST_DIFFERENCES
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.page.report_html import write_report
from pipeline.reporting.words.grouping import IssueGroup
from pipeline.runs.accounts.summing import sums_that_differ
from pipeline.runs.asked.request import Places
from pipeline.runs.explaining.many_orders import explained_of
from pipeline.runs.opening.header import decisions_of, header_value, read_limits_of
from pipeline.runs.preparing.covering import needless_in
from pipeline.runs.rehearsing.inspecting import inspect

EXAMPLES = 10
WORTH_A_LOOK = 4 << 20
"""Bytes of all inputs up to which a check looks at every column once more, which takes about a second."""
NOT_GREEN = 50
_DOUBTFUL = (State.IN_DOUBT, State.IN_FLIGHT, State.CONFLICT)
_GREEN = (State.CREATED, State.ALREADY_PRESENT)
_NOT_GREEN_STATES = (_DOUBTFUL, tuple(state for state in State if state not in (*_DOUBTFUL, *_GREEN)))


def write_page(  # noqa: PLR0913 - a run, its sums, and where to
    journal: JournalReader,
    summary: Summary,
    folder: Path,
    book: MoneyBook,
    beside: Sequence[Path] = (),
    *,
    places: Places | None = None,
) -> None:
    """Write ``report.html`` alone; ``beside`` are files of the folder to link to. Raises ``OSError``."""
    page = _page(journal, summary, beside, folder, places)
    money = money_section(book, summary, journal.money_differences(MOST_DIFFERENCES))
    broken = (*page.broken, *broken_money(book, summary))
    write_report(folder / "report.html", replace(page, money_days=money, broken=broken))


def _page(
    journal: JournalReader, summary: Summary, beside: Sequence[Path], folder: Path, places: Places | None
) -> ReportPage:
    show_pii = places is not None and places.show_pii
    tables = journal.tables()
    groups = [
        IssueGroup(code, number, tuple(journal.examples(code, EXAMPLES)))
        for code, number in summary.issues.items()
    ]
    open_orders = tuple(not_green(journal, show_pii=show_pii))
    files = [path.relative_to(folder).as_posix() for path in beside]
    return ReportPage(
        header=header_value(journal.header, tables),
        summary=summary,
        issues=tuple(groups),
        timeline=tuple(journal.seconds(span_of(journal.sending_length()))),
        not_green=open_orders,
        not_checked=tuple(journal.header["not_checked"]),
        files=dict(zip(files, files, strict=True)),
        broken=tuple(sums_that_differ(journal, summary)),
        inspection=_inspection(journal, summary.command),
        decisions=decisions_of(journal.header),
        needless=needless_in(journal.header),
        fates=tuple(journal.fates()),
        weights=tuple(journal.weights()),
        explained=explained_of(journal, summary, folder, open_orders, places),
        show_pii=show_pii,
    )


def not_green(journal: JournalReader, *, show_pii: bool = False) -> Iterator[OrderRecord]:
    """The first orders that do not stand on the target, those in doubt or in conflict before all others."""
    left, seen = NOT_GREEN, as_it_is if show_pii else mask_issue
    for states in _NOT_GREEN_STATES:
        for record in journal.orders(only=states, most=left, seen=seen):
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
