"""Arithmetic brought to the columns: which of them take part, and what the sums that hold prove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.inference.arithmetic import (
    LEAST_EVIDENCE,
    Figures,
    LineSum,
    Numbers,
    OrderParts,
    OrderSum,
    line_sums,
    order_sums,
)
from pipeline.inference.facts import ColumnFacts
from pipeline.inference.fitting import AGAINST, fit_of
from pipeline.inference.headers import header_scores
from pipeline.inference.matching import Proof
from pipeline.inference.numbers import number_of
from pipeline.inference.sampling import DrawnOrder

HOLDS: Final = 0.9
_MOST_COLUMNS: Final = 9
_PRICES: Final = ("items.unit_price", "items.total_price", "items.retail_price")
_OUT: Final = frozenset({"items.tax_rate", ".line_no", "items.id", ".barcode", "items.sku", "customer.id"})


@dataclass(frozen=True)
class Reckoned:
    """The sums that hold, best first, and what they say of (concept, column of its table).

    ``telling`` counts the lines whose quantity is not one, so that they can tell a price from a total.
    """

    telling: int = 0
    lines: tuple[LineSum, ...] = ()
    orders: tuple[OrderSum, ...] = ()
    head_proofs: Mapping[tuple[str, int], Proof] = field(default_factory=dict)
    line_proofs: Mapping[tuple[str, int], Proof] = field(default_factory=dict)

    @property
    def line(self) -> LineSum | None:
        """The line's sum, where one holds."""
        best = self.lines[0] if self.lines else None
        return best if best is not None and best.share >= HOLDS and best.telling >= LEAST_EVIDENCE else None

    @property
    def order(self) -> OrderSum | None:
        """The order's sum, where one holds."""
        best = self.orders[0] if self.orders else None
        return best if best is not None and best.share >= HOLDS and best.orders >= LEAST_EVIDENCE else None


def figures_of(
    orders: Sequence[DrawnOrder],
    heads: Sequence[ColumnFacts],
    lines: Sequence[ColumnFacts],
    separators: tuple[Mapping[int, str], Mapping[int, str]],
) -> Figures:
    """The numbers of the numeric columns, each read by its separator."""
    spans, at = [], 0
    for order in orders:
        spans.append((at, at + len(order.lines)))
        at += len(order.lines)
    of_heads = {
        one.index: [number_of(order.first(one.index), separators[0][one.index]) for order in orders]
        for one in heads
    }
    of_lines = {
        one.index: [
            number_of(row[one.index], separators[1][one.index]) for order in orders for row in order.lines
        ]
        for one in lines
    }
    return Figures(of_heads, of_lines, spans)


def reckon(figures: Figures, heads: Sequence[ColumnFacts], lines: Sequence[ColumnFacts]) -> Reckoned:
    """Try the sums over numeric columns of orders (``heads``) and of items (``lines``)."""
    by_index = {one.index: one for one in lines}
    quantities = _quantities(lines)
    prices = _prices(lines)
    lesses = [one.index for one in lines if _score(one, "items.discount_amount")]
    found = line_sums(figures, quantities, prices, lesses)
    found.sort(key=lambda one: (-round(one.share, 2), -_prior(one, by_index), one.less is not None))
    telling = max((_telling(figures.lines[one]) for one in quantities), default=0)
    best = Reckoned(telling, tuple(found)).line
    names = {one.index: one for one in heads}
    sums = tuple(_ranked(order_sums(figures, _parts(best, heads, lines)), names))
    held = Reckoned(telling, tuple(found), sums).order
    return Reckoned(telling, tuple(found), sums, _head_proofs(held, names), _line_proofs(best, by_index))


def _telling(quantities: Numbers) -> int:
    return sum(one is not None and one != 1 for one in quantities)


def _quantities(lines: Sequence[ColumnFacts]) -> list[int]:
    named = [
        one for one in lines if _score(one, "items.quantity") and fit_of("items.quantity", one) != AGAINST
    ]
    if named:
        return [one.index for one in named]
    return [one.index for one in lines if one.whole and not _OUT & _sure_names(one)][:_MOST_COLUMNS]


def _prices(lines: Sequence[ColumnFacts]) -> list[int]:
    able = [one for one in lines if not _score(one, "items.quantity") and not _OUT & _sure_names(one)]
    able.sort(key=lambda one: -max(_score(one, concept) for concept in _PRICES))
    return [one.index for one in able][:_MOST_COLUMNS]


def _sure_names(column: ColumnFacts) -> set[str]:
    scores = header_scores(column.name)
    return {
        concept for concept, score in scores.items()
        if score >= 0.9 and score == max(scores.values()) and fit_of(concept, column) != AGAINST  # noqa: PLR2004
    }  # fmt: skip


def _score(column: ColumnFacts, concept: str) -> float:
    return header_scores(column.name).get(concept, 0.0)


def _prior(one: LineSum, columns: Mapping[int, ColumnFacts]) -> float:
    """How well the names go with a sum; a total that is named as a price goes badly."""
    return (
        _score(columns[one.quantity], "items.quantity")
        + _score(columns[one.price], "items.unit_price")
        + _score(columns[one.total], "items.total_price")
        - _score(columns[one.price], "items.total_price")
        - _score(columns[one.total], "items.unit_price")
    )


def _parts(best: LineSum | None, heads: Sequence[ColumnFacts], lines: Sequence[ColumnFacts]) -> OrderParts:
    def named(columns: Sequence[ColumnFacts], concept: str) -> list[int]:
        able = [one for one in columns if _score(one, concept) and fit_of(concept, one) != AGAINST]
        return [one.index for one in sorted(able, key=lambda one: -_score(one, concept))]

    amounts = named(heads, "order.amount")
    if not amounts:
        amounts = [one.index for one in heads if not one.whole and not _score(one, ".subtotal")]
    quantity = best.quantity if best else next(iter(named(lines, "items.quantity")), None)
    price = best.price if best else next(iter(named(lines, "items.unit_price")), None)
    total = best.total if best else next(iter(named(lines, "items.total_price")), None)
    taken = set(amounts[:1])
    shippings = [one for one in named(heads, "order.shipping_amount") if one not in taken]
    discounts = [one for one in named(heads, "order.discount_amount") if one not in taken]
    return OrderParts(
        amounts[:4],
        shippings[:3],
        discounts[:3],
        quantity,
        price,
        total,
        named(lines, "items.tax_rate")[:2],
        named(heads, ".order_tax")[:2],
    )


def _ranked(sums: Sequence[OrderSum], heads: Mapping[int, ColumnFacts]) -> list[OrderSum]:
    """The best first. Where a sum of the items alone and one with shipping hold, the second is the total."""

    def rank(one: OrderSum) -> tuple[float, float, float]:
        holds = one.share >= HOLDS
        named = _score(heads[one.amount], "order.amount")
        return (-round(one.share, 2) if not holds else -1.0, -named if holds else 0.0, -one.share)

    return sorted(sums, key=rank)


def _head_proofs(best: OrderSum | None, heads: Mapping[int, ColumnFacts]) -> dict[tuple[str, int], Proof]:
    if best is None:
        return {}
    parts = ["items"]
    if best.shipping is not None:
        parts.append(f"+ {heads[best.shipping].name}")
    if best.discount is not None:
        parts.append(f"− {heads[best.discount].name}")
    formula = f"{' '.join(parts)}{'' if best.tax.included else ' + VAT'} = {heads[best.amount].name}"
    proof = Proof(best.share, best.orders, formula)
    proofs = {("order.amount", best.amount): proof}
    if best.shipping is not None:
        proofs["order.shipping_amount", best.shipping] = proof
    if best.discount is not None:
        proofs["order.discount_amount", best.discount] = proof
    return proofs


def _line_proofs(best: LineSum | None, lines: Mapping[int, ColumnFacts]) -> dict[tuple[str, int], Proof]:
    if best is None:
        return {}
    names = [lines[one].name for one in (best.quantity, best.price, best.total)]
    less = f" − {lines[best.less].name}" if best.less is not None else ""
    proof = Proof(best.share, best.telling, f"{names[0]} × {names[1]}{less} = {names[2]}")
    found = {
        ("items.quantity", best.quantity): proof,
        ("items.unit_price", best.price): proof,
        ("items.total_price", best.total): proof,
    }
    if best.less is not None:
        found["items.discount_amount", best.less] = proof
    return found
