"""One line of the catalogue."""

from dataclasses import dataclass

from pipeline.model.issue import Issue, Severity


class _Facts(dict[str, object]):
    """Facts of an issue; one that is missing shows as its name, because a message must never fail."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's wording. ``text`` and ``remedy`` may use ``{value}``, ``{order}`` and the facts by name.

    ``why`` explains the cause to somebody who sees the code for the first time.
    """

    code: str
    severity: Severity
    title: str
    text: str
    why: str
    remedy: str

    def message(self, issue: Issue) -> str:
        """The text with the issue's facts."""
        return self.text.format_map(self._facts(issue))

    def fix(self, issue: Issue) -> str:
        """The remedy with the issue's facts."""
        return self.remedy.format_map(self._facts(issue))

    @staticmethod
    def _facts(issue: Issue) -> _Facts:
        return _Facts({"value": issue.value, "order": issue.order, **issue.facts})
