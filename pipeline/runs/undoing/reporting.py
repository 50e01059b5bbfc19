"""Every report of an undo, written from its journal and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_reading import for_a_person, undo_counts, undo_reasons, undo_records
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import HEADER, UndoCount, UndoReasons, UndoSummary
from pipeline.reporting.files.atomic import make_private_folder, replacing
from pipeline.reporting.files.issues_jsonl import as_it_is, write_issues_jsonl
from pipeline.reporting.files.undo_csv import write_undo_csv
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.page.undo_html import write_undo_report
from pipeline.reporting.page.undo_page import UndoPage, UndoTerms
from pipeline.reporting.words.undo_words import issue_of
from pipeline.runs.undoing.summing import ending_issue, summarise_undo

MOST_ORDERS = 50
MOST_REASONS = 20


def write_undo_reports(
    journal: JournalReader, folder: Path, command: str, *, seconds: float = 0.0, show_pii: bool = False
) -> UndoSummary:
    """Write ``report.html``, ``summary.json``, ``undo.csv`` and ``issues.jsonl``; returns the summary.

    Personal data is masked in all of them unless ``show_pii``. Memory does not grow with the undo. Raises
    :class:`JournalRefused` (E701) where the folder cannot be written; the journal is not touched.
    """
    counts = undo_counts(journal.ask)
    names = {
        "report": folder / "report.html",
        "summary": folder / "summary.json",
        "undo": folder / "undo.csv",
        "issues": folder / "issues.jsonl",
    }
    summary = replace(
        summarise_undo(journal, command, counts),
        seconds=seconds,
        files={name: path.as_posix() for name, path in names.items()},
    )
    try:
        make_private_folder(folder)
        seen = as_it_is if show_pii else mask_issue
        write_undo_csv(names["undo"], undo_records(journal.ask), seen)
        write_issues_jsonl(names["issues"], _issues(journal), {}, seen=seen)
        with replacing(names["summary"]) as file:
            file.write(orjson.dumps(summary.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
        write_undo_report(names["report"], _page(journal, summary, counts, show_pii=show_pii))
    except OSError as error:
        facts = {"reason": shown(error.strerror or error), "command": f"orderlift report {summary.run_id}"}
        raise JournalRefused(Issue("E701", Location(str(folder)), facts=facts)) from error
    return summary


def commonest_reasons(journal: JournalReader, most: int = MOST_REASONS) -> UndoReasons:
    """Why lines of an undo are not taken back."""
    return undo_reasons(journal.ask, most)


def _issues(journal: JournalReader) -> Iterator[Issue]:
    """Why each line is not taken back, in the order of the list, and last why cancelling ended early."""
    for record in undo_records(journal.ask):
        issue = issue_of(record)
        if issue is not None:
            yield issue
    ended = ending_issue(journal)
    if ended is not None:
        yield ended


def _page(
    journal: JournalReader, summary: UndoSummary, counts: Sequence[UndoCount], *, show_pii: bool
) -> UndoPage:
    people, count = for_a_person(journal.ask, MOST_ORDERS)
    beside = ("summary.json", "undo.csv", "issues.jsonl")
    return UndoPage(
        terms=_terms(journal.header, journal.digest),
        summary=summary,
        counts=counts,
        reasons=commonest_reasons(journal),
        people=people,
        open=count,
        ended=ending_issue(journal),
        files=dict(zip(beside, beside, strict=True)),
        show_pii=show_pii,
    )


def _terms(header: Mapping[str, Any], digest: str) -> UndoTerms:
    agreed = header[HEADER]
    return UndoTerms(
        created=datetime.fromisoformat(header["created"]).isoformat(timespec="seconds"),
        digest=digest,
        list_digest=agreed["digest"],
        reason=agreed["reason"],
        statuses=agreed["statuses"],
        ignore_modified=agreed["ignore_modified"],
        version=header["version"],
        versions=tuple(header.get("made_with", {}).items()),
        not_checked=header["not_checked"],
    )
