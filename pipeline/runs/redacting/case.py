"""What is to be shown: of a run's issues one of each kind, with the orders and rows that have it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from pipeline.journal.cases import Case, CaseOrder, Cases
from pipeline.journal.money import CODES
from pipeline.journal.reading import JournalReader
from pipeline.model.catalogue import severity_of
from pipeline.model.issue import Issue, Severity, shown
from pipeline.model.refusal import UsageRefused
from pipeline.model.rows import FileFacts, RowRef, Table
from pipeline.redaction.signature import Signature, signature_of
from pipeline.runs.redacting.request import RedactRequest

_EACH = 2
"""Issues of each kind that are looked at: the first one, and another should it not show alone."""
_STATES = ("rejected", "failed", "conflict", "in_doubt", "in_flight")
_DOUBT, _DOUBTFUL = "E521", ("in_doubt", "in_flight")
"""No issue of the journal says that an order is in doubt: its state does."""
_NEAR = {"E308", "E310", "E301"}
"""Issues about rows that damaged ones stand beside."""
_OF_FILES = ("W10", "W12", "W43")
"""Warnings about whole files, which say nothing of an order."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a bundle starts from. ``loose`` rows belong to no order; ``company`` are orders without a problem.

    ``held`` are orders that nothing was found wrong with before they were sent. ``beside`` counts what was
    left out.
    """

    header: Mapping[str, Any]
    tables: Mapping[int, Table]
    inputs: tuple[FileFacts, ...]
    cases: tuple[Case, ...]
    orders: tuple[CaseOrder, ...]
    company: tuple[CaseOrder, ...]
    loose: tuple[RowRef, ...]
    held: frozenset[int]
    beside: Mapping[str, int]
    of_orders: int
    cut_to: int | None

    @property
    def wanted(self) -> frozenset[Signature]:
        """What the inputs are to show."""
        return frozenset(signature_of(case.issue) for case in self.cases)


def choose(journal: JournalReader, request: RedactRequest) -> Chosen:
    """Choose the problems of a run.

    Raises :class:`UsageRefused` where there is none like that (E695), or none that rows could show (E698).
    """
    cases = journal.cases()
    tables = {record.table.index: record.table for record in journal.tables()}
    found = _wanted(cases, request)
    standing = [] if request.order is not None else _standing(cases, request.issue)
    named = cases.numbered(request.order) if request.order is not None else []
    wrong = any(severity_of(case.issue) is not Severity.WARNING for case in found)
    if not wrong and not standing and all(order.state not in _STATES for order in named):
        _demand_in_inputs(journal, request)
    if not found and not standing and not named:
        raise UsageRefused(_nothing(journal, request))
    first: dict[Signature, Case] = {}
    for case in found:
        first.setdefault(signature_of(case.issue), case)
    ids = list(dict.fromkeys([case.order for case in found if case.order is not None]))
    ids += [order.id for order in (*standing, *named) if order.id not in ids]
    orders = cases.orders(ids) if ids else []
    kept = set(ids[: request.most_orders]) | {order.id for order in orders if order.id not in ids}
    orders = [order for order in orders if order.id in kept][: 4 * request.most_orders]
    company = [order for order in cases.sound(2) if order.id not in ids]
    counts = journal.issue_counts()
    return Chosen(
        journal.header,
        tables,
        tuple(FileFacts(**given) for given in journal.header["inputs"]),
        tuple(case for case in found if case.order is None or case.order in kept),
        tuple(orders),
        tuple(company),
        tuple(_loose(found, tables)),
        frozenset(order.id for order in (*standing, *named)) - {case.order for case in found},
        {code: number for code, number in counts.items() if all(code != one.code for one in first)},
        journal.order_counts().read,
        request.most_orders if len(ids) > request.most_orders else None,
    )


def _wanted(cases: Cases, request: RedactRequest) -> list[Case]:
    found = cases.of_order(request.order) if request.order is not None else cases.of_each(_EACH)
    if request.issue is not None:
        return [case for case in found if case.issue.code == request.issue]
    errors = [case for case in found if severity_of(case.issue) is not Severity.WARNING]
    return errors or [case for case in found if not case.issue.code.startswith(_OF_FILES)]


def _standing(cases: Cases, issue: str | None) -> list[CaseOrder]:
    """Orders that the target, or its silence, left standing: one of each state."""
    states = _STATES if issue is None else _DOUBTFUL if issue == _DOUBT else ()
    return cases.in_state(states, 1)


def _loose(found: Iterable[Case], tables: Mapping[int, Table]) -> Iterable[RowRef]:
    """Rows that issues stand at which belong to no order, and those beside damaged ones."""
    places = {(table.file, table.sheet): index for index, table in tables.items()}
    for case in found:
        at = case.issue.at
        tab = places.get((at.file, at.sheet)) if at is not None else None
        if at is None or at.row is None or tab is None:
            continue
        if case.order is None:
            yield (tab, at.row)
        if case.issue.code in _NEAR:
            told = case.issue.facts.get("row")
            middle = told if isinstance(told, int) else at.row
            yield from ((tab, row) for row in (middle - 1, middle, middle + 1))


def _demand_in_inputs(journal: JournalReader, request: RedactRequest) -> None:
    """Raise :class:`UsageRefused` (E698) where what is asked for is what the target shows otherwise."""
    if request.issue not in (None, *CODES.values()):
        return
    differing = [
        one
        for one in journal.money_differences()
        if request.order in (None, one.number) and request.issue in (None, one.code)
    ]
    if differing:
        run = journal.header["run_id"]
        facts: dict[str, str | int] = {
            "codes": ", ".join(sorted({one.code for one in differing})),
            "run": run,
            "named": quote(f"{run}:{shown(differing[0].number)}"),
        }
        raise UsageRefused(Issue("E698", facts=facts))


def _nothing(journal: JournalReader, request: RedactRequest) -> Issue:
    asked = request.issue or "problem"
    if request.order is not None:
        asked += f" of an order {shown(request.order)}"
    codes = ", ".join(journal.issue_counts()) or "none"
    facts: dict[str, str | int] = {"what": asked, "codes": codes}
    return Issue("E695", value=journal.header["run_id"], facts=facts)


def rows_of(orders: Sequence[CaseOrder], loose: Iterable[RowRef]) -> list[tuple[RowRef, ...]]:
    """What may be left out one by one: the rows of each order, and each row of none."""
    units = [order.rows for order in orders]
    taken = {ref for rows in units for ref in rows}
    return [*units, *((ref,) for ref in dict.fromkeys(loose) if ref not in taken)]
