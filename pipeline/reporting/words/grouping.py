"""Issues put together by code: few examples to look at, and how many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue, Severity

_RANK: Final = {Severity.FATAL: 0, Severity.ERROR: 1, Severity.WARNING: 2}


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """All issues of one code: how many there are, and the first of them."""

    code: str
    count: int
    examples: tuple[Issue, ...] = ()


def group_issues(
    issues: Iterable[Issue], *, examples: int = 10, counts: Mapping[str, int] | None = None
) -> list[IssueGroup]:
    """Return the issues by code, codes in the order they are first met; reads any number in bounded memory.

    ``counts`` says how many there are in all where ``issues`` holds only a selection; a code counted but
    not met comes last, without examples.
    """
    met: dict[str, int] = {}
    first: dict[str, list[Issue]] = {}
    for issue in issues:
        met[issue.code] = met.get(issue.code, 0) + 1
        kept = first.setdefault(issue.code, [])
        if len(kept) < examples:
            kept.append(issue)
    totals = {**met, **(counts or {})}
    return [IssueGroup(code, count, tuple(first.get(code, ()))) for code, count in totals.items() if count]


def by_weight(groups: Iterable[IssueGroup], catalogue: Mapping[str, Entry]) -> list[IssueGroup]:
    """Return what stops the run before what refuses orders before warnings; frequent codes first."""
    return sorted(groups, key=lambda g: (_RANK[catalogue[g.code].severity], -g.count, g.code))
