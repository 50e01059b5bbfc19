"""The numbers of a run, from its journal, and the exit code they mean."""

from dataclasses import replace

from pipeline.journal.money import CODES
from pipeline.journal.reading import JournalReader
from pipeline.journal.standing_rows import HELD_CODES
from pipeline.model.ending import INTERRUPTED, TERMINATED
from pipeline.model.summary import ItemCounts, OrderCounts, RowCounts, Summary, broken_sums

DONE, SOME_REFUSED, NEEDS_A_PERSON, STOPPED_EARLY, SAFETY, JOURNAL, BUG = 0, 3, 4, 5, 6, 7, 1
HOMELESS = {"E301", "E305", "E313"}
"""Rows that belong to no order, though no rule of the mapping leaves them out: somebody should look."""
UNCHANGED = {"E350", "E351", "E352"}
"""Rows whose customer was not changed though the mapping asks for it."""
_BY_ENDING = {
    "E541": SAFETY,
    "E542": SAFETY,
    "E543": SAFETY,
    "E544": SAFETY,
    "E546": SAFETY,
    "E547": SAFETY,
    "E548": SAFETY,
    INTERRUPTED: 130,
    TERMINATED: 143,
}


def summarise(
    journal: JournalReader,
    command: str,
    *,
    seconds: float = 0.0,
    files: dict[str, str] | None = None,
) -> Summary:
    """The summary of a run as its journal stands, for the command that was given."""
    header, tables = journal.header, journal.tables()
    orders = journal.order_counts()
    items_read, items_created = journal.items()
    summary = Summary(
        run_id=header["run_id"],
        command=command,
        exit_code=0,
        target=header["target"],
        channel=header["channel"],
        rows=RowCounts(
            sum(record.read for record in tables),
            sum(record.used for record in tables),
            sum(record.ignored for record in tables),
        ),
        orders=orders,
        items=ItemCounts(items_read, items_created),
        money=journal.money(),
        issues=journal.issue_counts(),
        traffic=journal.traffic(),
        seconds=seconds,
        files=files or {},
        bookkeeping=journal.books(),
        changes=journal.changes(),
        held_back=journal.held_back() if header.get("preset") == "historic" else None,
        archived=journal.archived(),
        unreadable=journal.unreadable(),
        read_back=journal.money_stand() if header.get("lookup", True) else None,
    )
    if sums_that_differ(journal, summary):
        return replace(summary, exit_code=BUG, issues={**summary.issues, "E631": 1})
    return replace(summary, exit_code=_exit_code(orders, summary, journal.ending().code))


def sums_that_differ(journal: JournalReader, summary: Summary) -> list[str]:
    """Every sum that does not hold: within the summary, and between it and what was sealed."""
    sealed = journal.totals
    pairs = [
        ("orders", sealed["orders"], summary.orders.read),
        ("items", sealed["items_read"], summary.items.read),
        ("rows", sealed["rows_read"], summary.rows.read),
        ("rows used", sealed["rows_used"], summary.rows.used),
        ("rows ignored", sealed["rows_ignored"], summary.rows.ignored),
    ]
    return [
        *broken_sums(summary),
        *(
            f"{name}: sealed {wanted} ≠ {found} in the journal"
            for name, wanted, found in pairs
            if wanted != found
        ),
    ]


def code_of_ending(ending: str | None) -> int:
    """The exit code of whatever ended early; 5 where nothing says why."""
    return _BY_ENDING.get(ending or "", STOPPED_EARLY)


def _exit_code(orders: OrderCounts, summary: Summary, ending: str | None) -> int:
    if ending is not None:
        return code_of_ending(ending)
    if orders.in_doubt or orders.conflict or summary.issues.keys() & {*HELD_CODES, *CODES.values()}:
        return NEEDS_A_PERSON
    unregistered = summary.bookkeeping is not None and summary.bookkeeping.refused
    odd = (HOMELESS | UNCHANGED) & summary.issues.keys()
    if orders.invalid or orders.rejected or orders.failed or odd or unregistered:
        return SOME_REFUSED
    return DONE
