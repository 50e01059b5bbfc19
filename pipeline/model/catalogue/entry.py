"""One line of the catalogue."""

from dataclasses import dataclass

from pipeline.model.issue import Issue, Severity
from pipeline.model.language import _, retold

IN_WORDS = frozenset(
    {
        "because",
        "cells",
        "first",
        "words",
        "second",
        "other",
        "delimiter",
        "fields",
        "before",
        "near",
        "part",
        "by",
        "closed",
        "complaints",
        "differences",
        "fault",
        "filter",
        "found",
        "given",
        "gives",
        "growing",
        "hint",
        "how",
        "kind",
        "kinds",
        "lacking",
        "listed",
        "missing",
        "needed",
        "orders",
        "place",
        "range",
        "read",
        "reason",
        "record",
        "rows",
        "rule",
        "seen",
        "setting",
        "size",
        "takes",
        "test",
        "unit",
        "until",
        "variants",
        "wanted",
        "what",
        "when",
        "where",
        "who",
        "why",
        "written",
    }
)
"""Facts that hold words of this program, which are translated; the others come from files and targets."""
_LISTED = "kinds"
"""The one that is a list of names, each with its count."""


def _spoken(name: str, fact: str) -> str:
    """A fact in the language spoken now; of a list (``date cells (44), dd.mm.yyyy (3)``) each name."""
    if name != _LISTED:
        return retold(fact)
    parts = (one.partition(" (") for one in fact.split(", "))
    return ", ".join(f"{retold(kind)}{bracket}{count}" for kind, bracket, count in parts)


class _Facts(dict[str, object]):
    """Facts of an issue; one that is missing shows as its name, because a message must never fail.

    A hint may always be missing, in journals that are older than it, too.
    """

    def __missing__(self, key: str) -> str:
        return "" if key == "hint" else f"<{key}>"


class _Quoted(str):
    """A value that is safe to show already: ``{value!r}`` puts quotation marks around it and no more."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{self}'"


@dataclass(frozen=True, slots=True)
class Entry:
    """A code's wording, in English. ``text`` and ``remedy`` use ``{value}``, ``{order}`` and facts by name.

    ``why`` explains the cause to somebody who sees the code for the first time. It and ``title`` are
    translated by whoever shows them, ``text`` and ``remedy`` by ``message`` and ``fix``.
    """

    code: str
    severity: Severity
    title: str
    text: str
    why: str
    remedy: str

    def message(self, issue: Issue) -> str:
        """The text with the issue's facts, in the language spoken now."""
        return _(self.text).format_map(self._facts(issue))

    def fix(self, issue: Issue) -> str:
        """The remedy with the issue's facts, in the language spoken now."""
        return _(self.remedy).format_map(self._facts(issue))

    @staticmethod
    def _facts(issue: Issue) -> _Facts:
        value = _Quoted(issue.value) if issue.value is not None else None
        facts = {
            name: _spoken(name, fact) if isinstance(fact, str) and name in IN_WORDS else fact
            for name, fact in issue.facts.items()
        }
        return _Facts({"value": value, "order": issue.order, **facts})
