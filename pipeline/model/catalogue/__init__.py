"""Every issue code with its severity, wording, cause and remedy.

One file per family; ``docs/issues.md`` has a heading for each code and a test keeps both in step.
Wording is looked up when somebody wants to read it; code and facts are what the program passes around.
"""

from pipeline.model.catalogue import (
    archive,
    bookkeeping,
    cells,
    changes,
    corrections,
    decisions,
    disk,
    doctor,
    environment,
    explaining,
    files,
    inspection,
    journal,
    language,
    ledger,
    mapping,
    mapping_tests,
    money,
    orders,
    pace,
    redacting,
    references,
    security,
    settling,
    suggesting,
    target,
    undoing,
    workbooks,
)
from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue, Severity

CATALOGUE: dict[str, Entry] = {
    entry.code: entry
    for family in (
        files,
        workbooks,
        inspection,
        cells,
        orders,
        references,
        mapping,
        language,
        decisions,
        mapping_tests,
        target,
        pace,
        changes,
        bookkeeping,
        journal,
        disk,
        security,
        ledger,
        environment,
        settling,
        money,
        corrections,
        doctor,
        archive,
        suggesting,
        explaining,
        undoing,
        redacting,
    )
    for entry in family.ENTRIES
}


def entry_of(issue: Issue) -> Entry:
    """The catalogue's entry for an issue."""
    return CATALOGUE[issue.code]


def severity_of(issue: Issue) -> Severity:
    """What the issue does to the run."""
    return CATALOGUE[issue.code].severity


def message_of(issue: Issue) -> str:
    """What is wrong, in one sentence, with the issue's facts filled in."""
    return CATALOGUE[issue.code].message(issue)


def remedy_of(issue: Issue) -> str:
    """What to do about it, in one sentence."""
    return CATALOGUE[issue.code].fix(issue)
