"""Pages at the edges of what a run can be: for looking at, and for a browser to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import sample_run

from pipeline.model.catalogue.entry import Entry
from pipeline.model.decision import Answer, Asks, Decision, Decisions, Effect, Key
from pipeline.model.issue import Issue, Severity
from pipeline.model.location import Location, Mark
from pipeline.model.records import OrderRecord, TableRecord
from pipeline.model.rows import FileFacts
from pipeline.model.states import State
from pipeline.model.summary import OrderCounts, RowCounts
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.page.report_html import render_report
from pipeline.reporting.words.grouping import IssueGroup

LONG_WORD: Final = "muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine"
LONG_NUMBER: Final = "ŞB-2026-" + "0123456789" * 5 + "-Z"
MANY: Final = {
    f"E{code}": Entry(
        f"E{code}",
        Severity.ERROR if code % 3 else Severity.WARNING,
        f"kind {code} of {LONG_WORD}",
        "{value} is wrong",
        f"Because of {LONG_WORD}.",
        "Correct it.",
    )
    for code in range(200, 240)
}
"""Forty codes of a catalogue, with titles of one long word."""


def empty() -> ReportPage:
    """Nothing was read, nothing was sent, nothing was found."""
    head = replace(
        sample_run.header(),
        inputs=(),
        tables=(),
        target=None,
        channel=None,
        promise="",
        evidence="",
        versions=(),
    )
    summary = sample_run.summary(orders=OrderCounts(), rows=RowCounts(), money={}, issues={}, exit_code=0)
    return ReportPage(head, summary)


def check_only() -> ReportPage:
    """A check that sends nothing, with decisions to be taken."""
    one = Decision(
        Key(Asks.VALUE, ("values", "statuses"), "iade"), "E214", "order.status", "DURUM", "İADE", 1200, 1200
    )
    listed = (
        replace(
            one,
            suggested=Answer("value", "refunded"),
            effect=Effect(1200, 1100, 1200),
            money={"TRY": 184_322_50, "EUR": 99},
        ),
        replace(one, word=LONG_WORD, orders=7),
    )
    orders = OrderCounts(200, 4, 196, unprocessed=196)
    return sample_run.page(
        summary=sample_run.summary(command="check", exit_code=3, orders=orders),
        timeline=(),
        fates=(),
        decisions=Decisions(listed, 1500, 1207, 0, 1200, 1200),
    )


def in_doubt() -> ReportPage:
    """Two hundred orders, none of which has an answer."""
    orders = OrderCounts(200, 0, 200, in_doubt=200)
    record = sample_run.records()[8]
    records = tuple(record._replace(number=f"{number}") for number in range(50))
    return sample_run.page(
        summary=sample_run.summary(orders=orders), not_green=records, issues=(), fates=(), weights=()
    )


def long_words() -> ReportPage:
    """Every text is one that no line can break by itself."""
    at = Location(f"{LONG_WORD}.xlsx", LONG_WORD, 1_048_576, 16_384, LONG_WORD)
    issue = Issue(
        "E214", at, LONG_WORD, LONG_NUMBER, f"order.{LONG_WORD}", Mark(LONG_WORD, 1, 1), {"near": LONG_WORD}
    )
    head = sample_run.header()
    facts = FileFacts(f"{LONG_WORD}/{LONG_WORD}.csv", 1, 1, "a" * 64, "csv", "utf-8", ";")
    record = OrderRecord(
        LONG_NUMBER, at, State.CONFLICT, "E512", LONG_WORD, LONG_NUMBER, "TRY", "123456789012.50", 3, 12
    )
    return sample_run.page(
        header=replace(
            head,
            run_id=LONG_WORD,
            mapping=LONG_WORD,
            mapping_name=LONG_WORD,
            target=f"https://{LONG_WORD}.example/{LONG_WORD}",
            promise=LONG_WORD,
            evidence=LONG_WORD,
            versions=((LONG_WORD, LONG_NUMBER),),
            inputs=(facts,),
            tables=(
                TableRecord(
                    replace(head.tables[0].table, file=facts.path, sheet=LONG_WORD, source=LONG_WORD)
                ),
            ),
        ),
        summary=sample_run.summary(run_id=LONG_WORD),
        issues=(IssueGroup("E214", 1_000_000, (issue,) * 10),),
        not_green=(record,),
        not_checked=(LONG_WORD,),
        files={LONG_WORD: LONG_WORD, "orders.csv": "orders.csv"},
        broken=(LONG_WORD,),
    )


def many_files() -> ReportPage:
    """Thirty inputs, each with its table."""
    head = sample_run.header()
    facts, table = head.inputs[1], head.tables[1]
    paths = [f"2019-arşiv/kalemler-{number:02}.csv" for number in range(30)]
    inputs = tuple(replace(facts, path=path) for path in paths)
    tables = tuple(replace(table, table=replace(table.table, file=path)) for path in paths)
    files = {f"failed/{path}": f"failed/{path}" for path in paths}
    return sample_run.page(header=replace(head, inputs=inputs, tables=tables), files=files)


def many_codes() -> ReportPage:
    """Forty kinds of issues."""
    return sample_run.page(
        issues=tuple(
            IssueGroup(code, 1234, tuple(replace(sample_run.status_issue(n), code=code) for n in range(10)))
            for code in MANY
        )
    )


PAGES: Final[dict[str, Callable[[], ReportPage]]] = {
    "sample": sample_run.page,
    "empty": empty,
    "check": check_only,
    "doubt": in_doubt,
    "long": long_words,
    "files": many_files,
    "codes": many_codes,
}


def html_of(name: str) -> str:
    """Render one of the pages."""
    return render_report(
        PAGES[name](), {**sample_run.CATALOGUE, **MANY} if name == "codes" else sample_run.CATALOGUE
    )
