"""Decisions: many rows that are refused for one reason, and the answer that a mapping lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NamedTuple, TypeAlias, cast

RulePath: TypeAlias = tuple[str | int, ...]
"""Where a rule or a table stands in a mapping file: ``("order", "status")``."""

AnswerKind: TypeAlias = Literal["value", "empty", "format", "locale", "default"]


class Asks(Enum):
    """What a decision wants to know."""

    VALUE = "value"  # what a word stands for
    DATE = "date"  # the format of dates that look alike
    NUMBER = "number"  # the locale of a column of numbers
    DEFAULT = "default"  # what stands in for an empty cell


class Answer(NamedTuple):
    """What is decided: ``value`` as the payload wants it, ``empty`` (the word means that nothing is there),
    a date ``format`` in the letters of ``strptime``, a ``locale`` or a ``default``.
    """

    kind: AnswerKind
    text: str = ""


class Key(NamedTuple):
    """What makes two issues the same question: where its answer goes, and the folded word or the shape."""

    asks: Asks
    path: RulePath
    word: str


@dataclass(frozen=True, slots=True)
class RulePlace:
    """What a rule of a mapping already knows, for questions about its column.

    ``path`` is the rule's, ``table`` where its value table stands or would be made, ``entries`` what is in
    it. ``takes`` are the only values that the field takes, in the payload's words; empty where any may come.
    ``locale`` is that of its
    numbers, ``formats`` those of its dates, ``columns`` what it reads.
    """

    path: RulePath
    columns: tuple[str, ...]
    table: RulePath | None = None
    entries: Mapping[str, str] = made_by(default_factory=dict)
    takes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    locale: str = ""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that somebody may mean, and why it is thought of."""

    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of preparing a decision's orders again with suggested answers applied.

    Of ``measured`` orders ``alone`` are ready by this answer alone, ``together`` when every suggestion is
    taken. ``measured`` is less than the decision's orders only where there are very many.
    """

    measured: int
    alone: int
    together: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One question, with how many orders wait for its answer.

    ``word`` is the value as a cell holds it, or a sample of those that look alike; ``field`` is a payload
    field that it goes into and ``column`` the header above it. ``money`` adds up the orders that wait for it
    and whose total could be read: hundredths by currency.
    """

    key: Key
    code: str
    field: str
    column: str
    word: str
    orders: int
    rows: int
    samples: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    suggested: Answer | None = None
    effect: Effect | None = None
    id: str = ""
    money: Mapping[str, int] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of a check, those with most orders first.

    ``orders`` were refused by the checks; ``open`` of them wait for nothing but decisions of the list,
    ``further`` decisions are too many to be listed. ``ready`` become so when every suggestion is taken, of
    ``measured`` orders that were prepared again.
    """

    listed: tuple[Decision, ...] = ()
    orders: int = 0
    open: int = 0
    further: int = 0
    ready: int = 0
    measured: int = 0


def as_data(decisions: Decisions) -> dict[str, Any]:
    """The decisions as plain data, for a journal and for ``decisions.json``."""
    return {
        "orders": decisions.orders,
        "open": decisions.open,
        "further": decisions.further,
        "measured": decisions.measured,
        "ready": decisions.ready,
        "decisions": [_one(decision) for decision in decisions.listed],
    }


def _one(one: Decision) -> dict[str, Any]:
    effect = one.effect
    return {
        "id": one.id,
        "asks": one.key.asks.value,
        "code": one.code,
        "field": one.field,
        "column": one.column,
        "value": one.word,
        "samples": list(one.samples),
        "orders": one.orders,
        "rows": one.rows,
        "money": {currency: f"{Decimal(minor).scaleb(-2):.2f}" for currency, minor in one.money.items()},
        "place": list(one.key.path),
        "key": one.key.word,
        "suggested": {one.suggested.kind: one.suggested.text} if one.suggested is not None else None,
        "effect": {"measured": effect.measured, "alone": effect.alone, "together": effect.together}
        if effect is not None
        else None,
        "candidates": [{c.answer.kind: c.answer.text, "why": c.why} for c in one.candidates],
    }


def from_data(data: Mapping[str, Any]) -> Decisions:
    """The decisions that :func:`as_data` was made of."""
    return Decisions(
        tuple(_decision(one) for one in data["decisions"]),
        data["orders"],
        data["open"],
        data["further"],
        data["ready"],
        data["measured"],
    )


def _decision(one: Mapping[str, Any]) -> Decision:
    effect = one["effect"]
    return Decision(
        key=Key(Asks(one["asks"]), tuple(one["place"]), one["key"]),
        code=one["code"],
        field=one["field"],
        column=one["column"],
        word=one["value"],
        orders=one["orders"],
        rows=one["rows"],
        samples=tuple(one["samples"]),
        candidates=tuple(Candidate(_answer(given), given["why"]) for given in one["candidates"]),
        suggested=_answer(one["suggested"]) if one["suggested"] is not None else None,
        effect=Effect(effect["measured"], effect["alone"], effect["together"])
        if effect is not None
        else None,
        id=one["id"],
        money={name: int(Decimal(text).scaleb(2)) for name, text in one.get("money", {}).items()},
    )


def _answer(data: Mapping[str, str]) -> Answer:
    kind, text = next((kind, text) for kind, text in data.items() if kind != "why")
    return Answer(cast("AnswerKind", kind), text)
