"""Named checks that hold for every order: no expressions, each with its own settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.mapping.examples import grammar
from pipeline.mapping.examples.grammar import Property
from pipeline.mapping.examples.holding import SeenOrder, as_text

EXAMPLES = 5
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(slots=True)
class Held:
    """What became of one property: how many values were looked at, and those for which it is not so.

    ``examples`` are (order number, value) of the first of ``broken``.
    """

    said: Property
    looked_at: int = 0
    broken: int = 0
    examples: list[tuple[str, str]] = made_by(default_factory=list)
    seen: set[str] = made_by(default_factory=set, repr=False)

    @property
    def title(self) -> str:
        """The property as its file says it."""
        said = self.said.model_dump(exclude={"check", "field"}, exclude_none=True)
        more = "".join(f" {name} {as_text(value)}" for name, value in said.items())
        return f"{getattr(self.said, 'field', 'orders')} {self.said.check}{more}"

    @property
    def holds(self) -> bool:
        """Whether it is so for every value."""
        if isinstance(self.said, grammar.FewRefused):
            return self.broken <= self.said.count
        return not self.broken

    def begin(self) -> None:
        """Begin with other files: what came once in each of them has not come twice."""
        self.seen.clear()

    def look_at(self, order: SeenOrder) -> None:
        """Look at one order. One that is refused has no fields."""
        if isinstance(self.said, grammar.FewRefused):
            self.looked_at += 1
            if order.payload is None:
                self._break(order.number, grammar.REFUSED)
            return
        if order.payload is None:
            return
        for value in values_of(order.payload, self.said.field):
            self.looked_at += 1
            if not self._is_so(value):
                self._break(order.number, as_text(value) or "nothing")

    def _break(self, number: str, value: str) -> None:
        self.broken += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((number, value))

    def _is_so(self, value: Any) -> bool:  # noqa: ANN401 - a value of a payload, PLR0911
        said = self.said
        if isinstance(said, grammar.Sent):
            return value not in _EMPTY
        if isinstance(said, grammar.NotSent):
            return value in _EMPTY
        if value is None:
            return True
        text = as_text(value) or ""
        return self._fits(text)

    def _fits(self, text: str) -> bool:
        said = self.said
        if isinstance(said, grammar.Unique):
            known = text in self.seen
            self.seen.add(text)
            return not known
        if isinstance(said, grammar.OneOf):
            return text in said.values
        if isinstance(said, grammar.NoLonger):
            return len(text) <= said.length
        if isinstance(said, grammar.Positive):
            number = _number(text)
            return number is not None and number > 0
        return not isinstance(said, grammar.Between) or _within(text, said.least, said.most)


def values_of(payload: Mapping[str, Any], field: str) -> Iterator[Any]:
    """The values of a field (``order.amount``, ``order_item.price``), each ``None`` where it is left out."""
    section, _, name = field.partition(".")
    outer, dot, inner = name.partition(".")
    for part in [payload["order"]] if section == "order" else payload["order_item"]:
        value = part.get(outer)
        yield (value.get(inner) if isinstance(value, Mapping) else None) if dot else value


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _within(text: str, least: str | None, most: str | None) -> bool:
    """Whether a number or a point in time lies within bounds; what cannot be compared does not."""
    value: Any = _comparable(text)
    bounds: list[tuple[Any, int]] = [
        (_comparable(bound), sign) for bound, sign in ((least, 1), (most, -1)) if bound is not None
    ]
    return all(
        value is not None and type(value) is type(bound) and (value >= bound if sign > 0 else value <= bound)
        for bound, sign in bounds
    )


def _comparable(text: str) -> Decimal | datetime | None:
    number = _number(text)
    if number is not None:
        return number
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
