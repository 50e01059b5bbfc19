"""How the payloads of orders change between two mappings: field by field, counted by kind of change."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

MOST_PAIRS = 2_000
"""Distinct (field, before, after) that are counted one by one."""
EXAMPLES = 3
_MISSING = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one order: ``before`` or ``after`` is ``None`` where it is not sent.

    ``how`` is ``added``, ``removed`` or ``changed``.
    """

    field: str
    how: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class KindOfChange:
    """All changes of one field in one way: how many values, of how many orders, and a few of them.

    ``examples`` are (order number, before, after).
    """

    field: str
    how: str
    orders: int = 0
    values: int = 0
    examples: list[tuple[str, str | None, str | None]] = made_by(default_factory=list)
    pairs: Counter[tuple[str | None, str | None]] = made_by(default_factory=Counter)
    more_pairs: bool = False

    def add(self, number: str, changes: list[FieldChange]) -> None:
        """Count what changed in one order."""
        self.orders += 1
        self.values += len(changes)
        if len(self.examples) < EXAMPLES:
            self.examples.append((number, changes[0].before, changes[0].after))
        for one in changes:
            pair = one.before, one.after
            if pair in self.pairs or len(self.pairs) < MOST_PAIRS:
                self.pairs[pair] += 1
            else:
                self.more_pairs = True


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """What differs between two payloads; items are compared in their order."""
    yield from _fields("order", before["order"], after["order"])
    items, others = before["order_item"], after["order_item"]
    if len(items) != len(others):
        yield FieldChange("order_item", "changed", f"{len(items)} items", f"{len(others)} items")
    for one, other in zip(items, others, strict=False):
        yield from _fields("order_item", one, other)


def _fields(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key, _MISSING), after.get(key, _MISSING)
        if one is other or (type(one) is type(other) and one == other):
            continue
        field = f"{name}.{key}"
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _fields(field, one, other)
        else:
            how = "added" if one is _MISSING else "removed" if other is _MISSING else "changed"
            yield FieldChange(field, how, _text(one), _text(other))


def _text(value: Any) -> str | None:  # noqa: ANN401 - plain data
    if value is _MISSING:
        return None
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_text(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(str(_text(one)) for one in value) + "]"
    return str(value)


@dataclass(slots=True)
class Sent:
    """What earlier runs did with changed orders: how many stand on the target or may, and a few of them."""

    count: int = 0
    examples: list[tuple[str, str, str]] = made_by(default_factory=list)


@dataclass(slots=True)
class MappingDiff:
    """All changes between two mappings.

    ``newly_refused`` and ``newly_ready`` hold order numbers (the first few) and the codes of the issues that
    refuse, ``only_before`` and ``only_after`` count orders that one of the mappings does not read at all.
    ``sent`` is ``None`` where no ledger was asked.
    """

    same: int = 0
    changed: int = 0
    refused_by_both: int = 0
    kinds: dict[tuple[str, str], KindOfChange] = made_by(default_factory=dict)
    newly_refused: int = 0
    newly_ready: int = 0
    refused_examples: list[tuple[str, tuple[str, ...]]] = made_by(default_factory=list)
    ready_examples: list[tuple[str, tuple[str, ...]]] = made_by(default_factory=list)
    why_refused: Counter[str] = made_by(default_factory=Counter)
    why_was_refused: Counter[str] = made_by(default_factory=Counter)
    only_before: int = 0
    only_after: int = 0
    not_compared: int = 0
    sent: Sent | None = None

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(
            self.changed
            or self.newly_refused
            or self.newly_ready
            or self.only_before
            or self.only_after
            or self.not_compared
        )

    def add_changed(self, number: str, found: list[FieldChange]) -> None:
        """Count an order whose payload changes."""
        self.changed += 1
        by_kind: dict[tuple[str, str], list[FieldChange]] = {}
        for one in found:
            by_kind.setdefault((one.field, one.how), []).append(one)
        for (field, how), some in by_kind.items():
            self.kinds.setdefault((field, how), KindOfChange(field, how)).add(number, some)

    def add_refused(self, number: str, codes: tuple[str, ...]) -> None:
        """Count an order that was ready and is refused now."""
        self.newly_refused += 1
        self.why_refused.update(set(codes))
        if len(self.refused_examples) < EXAMPLES:
            self.refused_examples.append((number, codes))

    def add_ready(self, number: str, codes: tuple[str, ...]) -> None:
        """Count an order that was refused, by ``codes``, and is ready now."""
        self.newly_ready += 1
        self.why_was_refused.update(set(codes))
        if len(self.ready_examples) < EXAMPLES:
            self.ready_examples.append((number, codes))
