"""One line of the catalogue."""

from dataclasses import dataclass

from pipeline.model.issue import Issue, Severity


class _Facts(dict[str, object]):
    """Facts of an issue; one that is missing shows as its name, because a message must never fail."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


class _Quoted(str):
    """A value that is safe to show already: ``{value!r}`` puts quotation marks around it and no more."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{self}'"


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
        value = _Quoted(issue.value) if issue.value is not None else None
        return _Facts({"value": value, "order": issue.order, **issue.facts})
