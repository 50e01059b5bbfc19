"""Which table holds the orders, which their items, and by which column they find each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.inference.facts import ColumnFacts, TableFacts
from pipeline.inference.fitting import AGAINST, fit_of
from pipeline.inference.headers import header_scores
from pipeline.inspection.shapes import Shape
from pipeline.model.header import header_key

NEARLY_ALL: Final = 0.98
_KEYS: Final = frozenset({Shape.CODE, Shape.WHOLE, Shape.NUMBER_CELL, Shape.TEXT, Shape.MIXED, Shape.PHONE})
_LEAST_COVER: Final = 0.5
_LEAST_DISTINCT: Final = 2
_MOST_KEYS: Final = 8


@dataclass(frozen=True, slots=True)
class Join:
    """Two tables (by index) and their key columns (by index).

    ``items_covered`` is the share of the keys among the items that the orders have, ``orders_covered`` the
    share of orders that have items; estimates where ``exact`` is false.
    """

    orders: int
    items: int
    orders_key: int
    items_key: int
    items_covered: float
    orders_covered: float
    exact: bool
    score: float


@dataclass(frozen=True, slots=True)
class FlatKey:
    """The key of a flat file: a table and a column (by index), and how its name and values speak for it.

    ``fills``: follow-up rows leave it empty. ``others`` are columns that would do nearly as well.
    """

    table: int
    key: int
    score: float
    fills: bool
    others: tuple[int, ...] = ()


def key_score(facts: ColumnFacts) -> float:
    """How much its name says that a column is the order's number, 0 to 1."""
    return header_scores(facts.name).get("order.number", 0.0)


def item_score(table: TableFacts) -> float:
    """How many columns of a table speak of items, such as a quantity."""
    return sum(
        max(
            (score for concept, score in header_scores(facts.name).items() if concept.startswith("items.")),
            default=0.0,
        )
        for facts in table.columns
        if any(fit_of(concept, facts) != AGAINST for concept in header_scores(facts.name))
    )


def best_join(tables: Sequence[TableFacts]) -> Join | None:
    """The pair of tables, and of columns in them, that fits orders and items best; ``None`` for none."""
    joins = [
        join
        for first in range(len(tables))
        for second in range(len(tables))
        if first != second
        for join in _joins(tables, first, second)
    ]
    return max(joins, key=lambda one: one.score, default=None)


def _joins(tables: Sequence[TableFacts], orders: int, items: int) -> Iterator[Join]:
    lean = item_score(tables[items]) - item_score(tables[orders])
    for one in _key_columns(tables[orders]):
        if one.sketch is None or one.sketch.unique < NEARLY_ALL:
            continue
        for other in _key_columns(tables[items]):
            if other.sketch is None:
                continue
            covered = other.sketch.covered_by(one.sketch)
            if covered < _LEAST_COVER:
                continue
            back = one.sketch.covered_by(other.sketch)
            named = key_score(one) + key_score(other) + (header_key(one.name) == header_key(other.name))
            yield Join(
                orders, items, one.index, other.index, covered, back, one.sketch.exact and other.sketch.exact,
                covered + back + named + lean,
            )  # fmt: skip


def _key_columns(table: TableFacts) -> list[ColumnFacts]:
    """The columns whose values may be keys, those with telling names first."""
    able = [
        facts
        for facts in table.columns
        if facts.profile.shape in _KEYS
        and facts.sketch is not None
        and facts.sketch.distinct >= _LEAST_DISTINCT
        and facts.filled > _LEAST_COVER
    ]
    return sorted(able, key=lambda one: -key_score(one))[:_MOST_KEYS]


def flat_key(tables: Sequence[TableFacts]) -> FlatKey | None:
    """The key of the table that has most to say of items; ``None`` where no column may be one."""
    table = max(range(len(tables)), key=lambda one: (item_score(tables[one]), tables[one].rows))
    found = sorted(
        ((_flat_score(facts), facts) for facts in tables[table].columns), key=lambda pair: -pair[0]
    )
    found = [pair for pair in found if pair[0] > 0]
    if not found:
        return None
    score, best = found[0]
    near = tuple(facts.index for other, facts in found[1:] if other > score - 0.3 and key_score(facts))
    fills = 0.05 < 1 - best.filled < 0.95 and key_score(best) > 0  # noqa: PLR2004
    return FlatKey(table, best.index, score, fills, near)


def _flat_score(facts: ColumnFacts) -> float:
    """A key has a telling name, or values such as #1001; it is short, filled, and repeats itself."""
    named = key_score(facts)
    if facts.profile.shape not in _KEYS or facts.sketch is None:
        return 0.0
    if facts.sketch.distinct < _LEAST_DISTINCT and not named:
        return 0.0
    numbered = all(one.startswith("#") for one in facts.profile.samples) and bool(facts.profile.samples)
    if not named and not numbered:
        return 0.0
    repeats = 0.0 if facts.sketch.unique == 1.0 else 0.2
    return max(named, 0.9 if numbered else 0.0) + facts.filled * 0.5 + repeats
