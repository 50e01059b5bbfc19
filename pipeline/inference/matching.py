"""Which column is what: names, values and arithmetic weighed together, each column used once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.inference.facts import ColumnFacts
from pipeline.inference.fitting import AGAINST, STRONG, fit_of
from pipeline.inference.headers import header_scores
from pipeline.inspection.shapes import Shape

ACCEPTED: Final = 0.85
"""A suggestion that is at least so sure is taken without asking."""
LEAST: Final = 0.4
"""One that is less sure is not written, only named as a candidate."""
_LEAST_NAME: Final = 0.55
_VALUES_ALONE: Final = 0.6
_BY_VALUES: Final = ("customer.email", "order.currency", "order.remote_addr", "order.status")
"""Concepts that values alone give away; nobody accepts them without being asked."""
_NEAR: Final = 0.08
_CLEAR: Final = 0.9
_ORDER, _ITEM, _EITHER = "order", "item", "either"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is believed or doubted; what a key means in words is said where it is shown."""

    key: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A column and how sure it is that it is what the concept says, from 0 to 1."""

    column: ColumnFacts
    confidence: float
    reasons: tuple[Reason, ...]
    others: tuple[ColumnFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What arithmetic says of a column: ``share`` of ``count`` orders or lines for it."""

    share: float
    count: int
    formula: str


def level_of(concept: str) -> str:
    """Whether a concept belongs to an order, to an item, or to either."""
    if concept.startswith("."):
        return _EITHER
    return _ITEM if concept.startswith("items.") else _ORDER


_OF_ITEMS: Final = {
    "order.status": "items.status",
    "order.currency": "items.price_currency",
    "order.discount_amount": "items.discount_amount",
    "order.amount": "items.total_price",
}
"""What a name for orders says where the column is one of items."""


def says_item(header: str) -> bool:
    """Whether a column's name speaks of items and of nothing else."""
    names = header_scores(header)
    return bool(names) and all(level_of(one) == _ITEM for one in names) and max(names.values()) > _CLEAR


def _at_level(names: Mapping[str, float], level: str) -> dict[str, float]:
    """The concepts that a column of this level may be."""
    if level == _EITHER:
        return dict(names)
    found = {one: score for one, score in names.items() if level_of(one) in {level, _EITHER}}
    if level == _ITEM:
        for concept, moved in _OF_ITEMS.items():
            if concept in names:
                found[moved] = max(found.get(moved, 0.0), names[concept] * 0.97)
    elif all(level_of(one) == _ITEM for one in names):
        found |= {one: score for one, score in names.items() if score > _CLEAR}
    return found


@dataclass(frozen=True, slots=True)
class Weight:
    """One concept for one column: from its name, its values, and arithmetic."""

    concept: str
    column: ColumnFacts
    name: float
    fit: int
    proof: Proof | None

    @property
    def score(self) -> float:
        """What the columns are compared by."""
        proven = 0.35 * self.proof.share if self.proof else 0.0
        return self.name + 0.05 * self.fit + proven + (0.02 * self.column.filled or -0.2)


def weigh(
    columns: Sequence[ColumnFacts], levels: Mapping[int, str], proofs: Mapping[tuple[str, int], Proof]
) -> list[Weight]:
    """Every concept that every column may be. ``levels`` says ``order``, ``item`` or ``either`` for each."""
    weights = []
    for column in columns:
        names = dict(header_scores(column.name))
        for concept in _BY_VALUES:
            if concept not in names and not _taken(names) and fit_of(concept, column) == STRONG:
                names[concept] = _VALUES_ALONE
        for concept, index in proofs:
            if index == column.index:
                names.setdefault(concept, 0.0)
        for concept, name in _at_level(names, levels[column.index]).items():
            fit = fit_of(concept, column)
            proof = proofs.get((concept, column.index))
            if fit != AGAINST and (name >= _LEAST_NAME or proof is not None):
                weights.append(Weight(concept, column, name, fit, proof))
    return weights


def _taken(names: Mapping[str, float]) -> bool:
    """Whether a name says so clearly what the column is that values need not be asked."""
    return max(names.values(), default=0.0) > _CLEAR


def match(weights: Sequence[Weight]) -> dict[str, Match]:
    """Give every concept its column: the strongest first, and no column twice."""
    found: dict[str, Match] = {}
    used: set[int] = set()
    ordered = sorted(weights, key=lambda one: (-one.score, one.column.index))
    for weight in ordered:
        if weight.concept in found or weight.column.index in used:
            continue
        rivals = _rivals(weight, ordered, used)
        found[weight.concept] = _matched(weight, rivals)
        used.add(weight.column.index)
    return found


def _rivals(weight: Weight, weights: Sequence[Weight], used: set[int]) -> list[Weight]:
    """Other columns for the same concept that are nothing better themselves."""
    best: dict[int, float] = {}
    for one in weights:
        best[one.column.index] = max(best.get(one.column.index, 0.0), one.score)
    return [
        one
        for one in weights
        if one.concept == weight.concept
        and one.column.index != weight.column.index
        and one.column.index not in used
        and one.score >= best[one.column.index]
    ]


def _matched(weight: Weight, rivals: Sequence[Weight]) -> Match:
    confidence, reasons = _sure(weight)
    close = [one for one in rivals if weight.score - one.score < _NEAR]
    if close and confidence >= ACCEPTED:
        confidence = 0.7
    if close:
        reasons.append(Reason("similar", {"column": close[0].column.name}))
    return Match(weight.column, round(confidence, 2), tuple(reasons), tuple(one.column for one in rivals))


def _sure(weight: Weight) -> tuple[float, list[Reason]]:
    reasons = []
    if weight.name >= _LEAST_NAME:
        alone = weight.name == _VALUES_ALONE and weight.concept in _BY_VALUES
        reasons.append(Reason("values_alone" if alone else "name" if weight.name > _CLEAR else "name_near"))
    if weight.fit == STRONG:
        reasons.append(Reason("values"))
    confidence = _by_name(weight.name, strong=weight.fit == STRONG)
    if weight.column.profile.shape is Shape.EMPTY:
        reasons.append(Reason("empty"))
        confidence = min(confidence, 0.88)
    proof = weight.proof
    if proof is not None:
        facts: dict[str, str | int] = {
            "formula": proof.formula,
            "share": f"{proof.share:.1%}",
            "count": proof.count,
        }
        reasons.append(Reason("arithmetic", facts))
        if proof.share >= 0.95:  # noqa: PLR2004
            confidence = max(confidence, 0.97 if weight.name >= _LEAST_NAME else 0.75)
        elif proof.share < 0.5:  # noqa: PLR2004
            confidence = min(confidence, 0.8)
    return confidence, reasons


def _by_name(name: float, *, strong: bool) -> float:
    if name >= 0.97:  # noqa: PLR2004
        return 0.98 if strong else 0.95
    if name >= 0.9:  # noqa: PLR2004
        return 0.95 if strong else 0.9
    if name >= 0.84:  # noqa: PLR2004
        return 0.88 if strong else 0.8
    if name >= 0.7:  # noqa: PLR2004
        return 0.8 if strong else 0.7
    return 0.65 if strong else 0.5
