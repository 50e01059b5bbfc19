"""What a suggestion is worth, held against the right answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from layouts import Layout

from pipeline.inference.settings import separator_of
from pipeline.inference.suggestion import Choice, FieldSuggestion, Suggestion
from pipeline.runs.rehearsing.suggesting import suggest

FREE = ("extra_field.", "attributes.")
"""Objects that hold what anybody likes: they have no right answer."""


@dataclass
class Verdict:
    """Right and all fields that have a right answer; what is wrong; what is wrong though it was not asked."""

    right: int = 0
    all: int = 0
    wrong: list[str] = field(default_factory=list)
    wrong_unasked: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of right fields."""
        return self.right / self.all


def columns_of(rule: Any) -> tuple[str, ...]:
    """The columns that a rule of a mapping file reads, in alphabetical order."""
    return tuple(sorted(set(_columns(rule))))


def _columns(rule: Any) -> Iterator[str]:
    if isinstance(rule, str):
        yield rule
    elif isinstance(rule, Mapping):
        if "column" in rule:
            yield rule["column"]
        yield from rule.get("multiply", ())
        yield from rule.get("columns", {}).values()
        if "lookup" in rule:
            for part in (*rule["by"].values(), *rule.get("within", {}).values()):
                yield from _places(part)


def _places(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping) and not {"column", "constant", "template"} & set(part):
        for inner in part.values():
            yield from _columns(inner)
    else:
        yield from _columns(part)


def judge(
    suggestion: Suggestion,
    expected: Mapping[str, tuple[str, ...]],
    dates: Mapping[str, Any],
    *,
    constants: Mapping[str, str] | None = None,
    allowed: frozenset[str] = frozenset(),
) -> Verdict:
    """Hold a suggestion against the right columns and date formats.

    A field that was not expected is wrong where it is sure of itself, unless its columns are ``allowed``.
    """
    verdict = Verdict()
    for name, columns in expected.items():
        verdict.all += 1
        given = suggestion.field(name)
        choice = given.choice if given is not None else None
        if choice is not None and _same(choice, columns, dates.get(name)):
            verdict.right += 1
            continue
        told = choice.rule if choice is not None else None
        verdict.wrong.append(f"{name}: {told} instead of {columns} {dates.get(name, '')}")
        if given is not None and given.accepted:
            verdict.wrong_unasked.append(verdict.wrong[-1])
    verdict.wrong_unasked += _surplus(suggestion, expected, constants or {}, allowed)
    return verdict


def _same(choice: Choice, columns: tuple[str, ...], date: Any) -> bool:
    if tuple(sorted(choice.columns)) != tuple(sorted(columns)):
        return False
    if date is None:
        return True
    given = choice.rule.get("date") if isinstance(choice.rule, Mapping) else None
    right = [date] if isinstance(date, str) else list(date)
    found = [given] if isinstance(given, str) else list(given or [])
    return set(found) <= set(right) and bool(found)


def _surplus(
    suggestion: Suggestion, expected: Mapping[str, Any], constants: Mapping[str, str], allowed: frozenset[str]
) -> Iterator[str]:
    for one in suggestion.fields:
        if one.name in expected or not one.accepted or one.choice is None or one.name in allowed:
            continue
        if one.field.startswith(FREE) or _follows(one, suggestion):
            continue
        rule = one.choice.rule
        constant = rule.get("constant") if isinstance(rule, Mapping) else None
        if constant is not None and constants.get(one.name, constant) == constant:
            continue
        yield f"{one.name}: {rule} though nothing was expected"


def _follows(one: FieldSuggestion, suggestion: Suggestion) -> bool:
    """Fields that repeat another one on purpose: a flat file's currency stands beside every price."""
    currency = suggestion.field("order.currency")
    if one.name == "items.price_currency" and currency is not None and currency.choice is not None:
        return one.choice is not None and one.choice.columns == currency.choice.columns
    price = suggestion.field("items.unit_price")
    return one.name in {"items.price", "items.retail_price"} and price is not None and (
        one.choice is not None and price.choice is not None and one.choice.columns == price.choice.columns
    )  # fmt: skip


def judge_layout(layout: Layout, folder: Path) -> tuple[Verdict, Suggestion]:
    """Write the files of a layout, suggest, and hold the suggestion against its answers."""
    suggestion = suggest(layout.write(folder))
    verdict = judge(suggestion, layout.expected, layout.dates, allowed=layout.allowed)
    verdict.all += 2
    for told, right in (
        (separator_of(suggestion.setting("locale").value), separator_of(layout.locale)),
        (suggestion.sums.order_total, layout.order_total),
    ):
        if told == right:
            verdict.right += 1
        else:
            verdict.wrong.append(f"{told} instead of {right}")
    return verdict, suggestion


def shipped(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, Any], dict[str, str]]:
    """What a shipped mapping says: columns, date formats and constants by field."""
    text: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    columns: dict[str, tuple[str, ...]] = {}
    dates: dict[str, Any] = {}
    constants: dict[str, str] = {}
    for section in ("order", "items"):
        for name, rule in _rules(text[section]):
            full = f"{section}.{name}"
            if isinstance(rule, Mapping) and "constant" in rule:
                constants[full] = rule["constant"]
            elif not name.startswith(FREE):
                columns[full] = columns_of(rule)
            if isinstance(rule, Mapping) and "date" in rule:
                dates[full] = rule["date"]
    return columns, dates, constants


def _rules(section: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, rule in section.items():
        if f"{name}." in FREE:
            yield from ((f"{name}.{inner}", one) for inner, one in rule.items())
        else:
            yield name, rule
