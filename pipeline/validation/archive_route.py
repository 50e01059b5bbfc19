"""Which way an order goes: created, or into the archive."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from pipeline.model.archive import RouteRule
from pipeline.model.cell import plain_text
from pipeline.model.folding import fold


class Routing:
    """The rules with their days made certain: ``now`` (aware) is when the run is planned."""

    def __init__(self, rules: Sequence[RouteRule], now: datetime, where: tzinfo | None) -> None:
        self._rules = [(rule, rule.boundary(now, where)) for rule in rules]

    def into_archive(self, placed: object, cells: Mapping[str, Any]) -> bool:
        """Whether a rule holds for an order placed at ``placed``, with ``cells`` by the rules' names.

        An order whose date cannot be read fits no rule that asks for one.
        """
        return any(_holds(rule, boundary, placed, cells) for rule, boundary in self._rules)


def _holds(rule: RouteRule, boundary: datetime | None, placed: object, cells: Mapping[str, Any]) -> bool:
    if boundary is not None and not (isinstance(placed, datetime) and placed < boundary):
        return False
    if rule.cell is None:
        return True
    text = fold(plain_text(cells.get(rule.cell, "")))
    if rule.test == "empty":
        return not text
    if rule.test == "is":
        return text in rule.words
    if rule.test == "contains":
        return any(word in text for word in rule.words)
    return any(text.startswith(word) for word in rule.words)


def in_words(rules: Sequence[RouteRule], now: datetime, where: tzinfo | None) -> str:
    """The rules as a sentence part, with the days that they came to mean."""
    return "; or ".join(_words(rule, rule.boundary(now, where), where) for rule in rules)


def _words(rule: RouteRule, boundary: datetime | None, where: tzinfo | None) -> str:
    said = []
    if boundary is not None:
        day = (boundary.astimezone(where) if where else boundary).date().isoformat()
        said.append(f"placed before {day}")
    if rule.column is not None:
        test = (rule.test or "").replace("_", " ")
        said.append(
            f"{rule.column} {'is empty' if rule.test == 'empty' else f'{test} '}{' or '.join(rule.words)}"
        )
    return " and ".join(said)
