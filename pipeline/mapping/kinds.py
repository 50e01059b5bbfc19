"""How each kind of payload field is read: from a column, and from a constant in the mapping."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from pipeline.mapping.rule import BooleanWords, DecimalFormat, Rule
from pipeline.mapping.steps import moment, number, words
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.mapping.transforms.chain import Chain
from pipeline.mapping.transforms.shape import Shape
from pipeline.model.payload import CURRENCIES, Kind

TEXTUAL = frozenset({Kind.TEXT, Kind.STATUS, Kind.CURRENCY, Kind.URL, Kind.IP, Kind.IDS})
AS_IT_IS = frozenset({Kind.TEXT, Kind.URL, Kind.IP})
NUMERIC = frozenset({Kind.MONEY, Kind.RATE})
WHOLE = frozenset({Kind.INTEGER, Kind.ID})
DATED = frozenset({Kind.MOMENT, Kind.DAY})


@dataclass(frozen=True, slots=True)
class Setting:
    """What the mapping file says for all its rules. Days before the ``first_year`` are placeholders."""

    locale: str
    zone: tzinfo | None
    status_as: str
    currencies: Sequence[str] = CURRENCIES
    first_year: int = moment.FIRST_YEAR


_OF_SHAPE = {
    Shape.DECIMAL: Kind.MONEY,
    Shape.INTEGER: Kind.INTEGER,
    Shape.BOOLEAN: Kind.BOOLEAN,
    Shape.DAY: Kind.DAY,
    Shape.MOMENT: Kind.MOMENT,
}
TAKES: dict[Shape, frozenset[Kind]] = {
    Shape.TEXT: frozenset(Kind),
    Shape.DECIMAL: NUMERIC | WHOLE,
    Shape.INTEGER: NUMERIC | WHOLE,
    Shape.BOOLEAN: frozenset({Kind.BOOLEAN}),
    Shape.DAY: frozenset({Kind.DAY}),
    Shape.MOMENT: frozenset({Kind.MOMENT}),
}
"""The kinds of field that take what a chain of steps gives; from text each field reads its own kind."""


def kind_of_free_rule(rule: Rule, chain: Chain | None = None) -> Kind:
    """The kind of a value inside a free object such as ``extra_field``: text unless the rule types it."""
    if chain is not None and chain.gives in _OF_SHAPE:
        return _OF_SHAPE[chain.gives]
    if rule.decimal:
        return Kind.MONEY
    if rule.integer:
        return Kind.INTEGER
    if rule.boolean:
        return Kind.BOOLEAN
    return Kind.MOMENT if rule.date else Kind.TEXT


def from_column(kind: Kind, rule: Rule, setting: Setting) -> Step:
    """The step from a cell that is not empty to the field's value."""
    locale = rule.decimal.locale if isinstance(rule.decimal, DecimalFormat) else setting.locale
    if kind in NUMERIC:
        return number.decimal(locale, number.money)
    if kind in WHOLE:
        return number.integer(locale)
    if kind is Kind.BOOLEAN:
        given = rule.boolean if isinstance(rule.boolean, BooleanWords) else None
        return words.boolean(given.true, given.false) if given else words.boolean(words.YES, words.NO)
    if kind in DATED:
        formats = [rule.date] if isinstance(rule.date, str) else list(rule.date or ())
        if kind is Kind.DAY:
            return moment.day(formats, setting.first_year)
        where = (moment.zone(rule.timezone) if rule.timezone else None) or setting.zone
        if where is None:
            raise ValueError("a moment needs a time zone; the review of the mapping asks for it")
        return moment.moment(formats, where, rule.ambiguous or "error")
    return as_text if kind in AS_IT_IS else _then(as_text, from_text(kind, setting))


def from_constant(kind: Kind, setting: Setting) -> Step:
    """The step from text as the payload wants it (a constant, a default, a value table's right side)."""
    if kind in NUMERIC:
        return _then(number.plain_decimal, number.money)
    if kind in WHOLE:
        return number.integer("en_US")
    if kind is Kind.BOOLEAN:
        return words.boolean(("true",), ("false",))
    if kind is Kind.MOMENT:
        return moment.plain_moment(setting.zone or UTC)
    if kind is Kind.DAY:
        return lambda text: moment.plain_day(text, setting.first_year)
    return _then(_sendable, from_text(kind, setting))


def from_shape(shape: Shape, kind: Kind) -> Step:
    """The step from what a chain gives, other than text, to the value of a field that takes it."""
    if shape in (Shape.DECIMAL, Shape.INTEGER):
        finish = number.money if kind in NUMERIC else number.whole
        return lambda value: finish(Decimal(value))
    return lambda value: value


def from_text(kind: Kind, setting: Setting) -> Step:
    """The step from clean text to the value of a textual kind."""
    if kind is Kind.STATUS:
        return words.status(setting.status_as)
    if kind is Kind.CURRENCY:
        return words.currency(setting.currencies)
    if kind is Kind.IDS:
        return _ids
    return str


def _then(first: Step, second: Step) -> Step:
    def both(value: Any) -> Any:  # noqa: ANN401
        return second(first(value))

    return both


def _sendable(text: str) -> str:
    """The text as it is; raises E203 where it holds a character that cannot be sent."""
    as_text(text)
    return text


def _ids(text: str) -> list[int]:
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise CellProblem("E214")
    return [number.whole(Decimal(part)) for part in parts]
