"""``issues.jsonl``: every issue of a run, one JSON object a line."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue
from pipeline.model.location import Mark, column_letters
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.files.json_bytes import json_bytes
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.words.source_line import mapping_mark


def write_issues_jsonl(
    path: Path,
    issues: Iterable[Issue],
    places: Mapping[str, Mark],
    catalogue: Mapping[str, Entry] = CATALOGUE,
    seen: Callable[[Issue], Issue] = mask_issue,
) -> int:
    """Write the issues in the order given, one at a time; the answer is how many there were.

    ``places`` says where the mapping speaks of a payload field (``order.status``). Every key is always
    there; what is not known is ``null``. Personal data is masked by ``seen``; the place, which stays, leads
    to the value, and ``masked`` says where that is needed. Raises ``OSError``.
    """
    count = 0
    with replacing(path) as file:
        for issue in issues:
            shown = seen(issue)
            hidden = (shown.value, shown.facts) != (issue.value, issue.facts)
            file.write(json_bytes(issue_object(shown, places, catalogue[issue.code], masked=hidden)))
            count += 1
    return count


def as_it_is(issue: Issue) -> Issue:
    """Return the issue with its value as read, for whoever asked for that."""
    return issue


def issue_object(
    issue: Issue, places: Mapping[str, Mark], entry: Entry, *, masked: bool = False
) -> dict[str, object]:
    """One issue with its place, wording and facts, as JSON knows values."""
    at = issue.at
    mark = mapping_mark(issue, places)
    return {
        "code": issue.code,
        "severity": entry.severity.value,
        "file": at.file if at else None,
        "sheet": at.sheet if at else None,
        "row": at.row if at else None,
        "column": column_letters(at.column) if at and at.column is not None else None,
        "cell": at.cell if at else None,
        "header": at.header if at else None,
        "value": issue.value,
        "masked": masked,
        "order": issue.order,
        "field": issue.field,
        "mapping": str(mark) if mark else None,
        "message": entry.message(issue),
        "remedy": entry.fix(issue),
        "facts": dict(issue.facts),
    }
