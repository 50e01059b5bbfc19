"""By what two problems count as the same one, wherever they stand."""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.model.catalogue import severity_of
from pipeline.model.issue import Issue, Severity


class Signature(NamedTuple):
    """The code, the payload field (and with it the line of the mapping) and the name of the column."""

    code: str
    field: str | None = None
    header: str | None = None


def signature_of(issue: Issue) -> Signature:
    """What a problem is, without where it stands and with which value."""
    return Signature(issue.code, issue.field, issue.at.header if issue.at is not None else None)


def refusing(issues: Iterable[Issue]) -> frozenset[Signature]:
    """The signatures of those that refuse something."""
    return frozenset(signature_of(one) for one in issues if severity_of(one) is not Severity.WARNING)


def shown_by(seen: Iterable[Issue], wanted: frozenset[Signature], allowed: frozenset[Signature]) -> bool:
    """Whether everything that is wanted is there, and nothing is refused that was not refused before."""
    issues = list(seen)
    return wanted <= set(map(signature_of, issues)) and refusing(issues) <= wanted | allowed
