"""What became of rows and money, added up in the database: one pass over the orders."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.model.fates import Fate, Weight

_OUTCOMES = {
    "in_flight": "in_doubt",  # silence means doubt
    **dict.fromkeys(("unresolved", "held", "planned", "waiting", "absent"), "unprocessed"),
}
_ROWS = (
    "sum(length(rows) - length(replace(rows, ',', ''))"
    " - (length(rows) - length(replace(rows, '[', '')) - 1) / 2 + 1)"
)
"""How many numbers stand in ``[[table, [row, …]], …]``: one comma for each row, and one between tables.

Counting signs costs a fifth of what reading each text as JSON would.
"""


class Standing(NamedTuple):
    """Orders of one state and currency: how many, their items, their money, and how many have none."""

    state: str
    currency: str | None
    orders: int
    items: int
    minor: int
    unreadable: int


def standing(db: sqlite3.Connection) -> list[Standing]:
    """Every order, added up by state and currency in one pass."""
    sql = (
        "SELECT state, currency, count(*), sum(items), coalesce(sum(amount_minor), 0),"
        " sum(amount_minor IS NULL) FROM orders GROUP BY 1, 2"
    )
    return [Standing(*row) for row in db.execute(sql)]


def fates(sums: Iterable[Standing], rows: Mapping[tuple[str, str | None], int]) -> list[Fate]:
    """Orders, their rows and their money by outcome and currency."""
    found: dict[tuple[str, str | None], list[int]] = {}
    for one in sums:
        known = found.setdefault((_OUTCOMES.get(one.state, one.state), one.currency), [0, 0, 0, 0])
        counts = (one.orders, rows[one.state, one.currency], one.minor, one.unreadable)
        for place, count in enumerate(counts):
            known[place] += count
    return [Fate(*key, *counts) for key, counts in sorted(found.items(), key=lambda one: str(one[0]))]


def rows_of(db: sqlite3.Connection) -> dict[tuple[str, str | None], int]:
    """How many rows of the sources belong to orders, by their state and currency."""
    sql = f"SELECT state, currency, {_ROWS} FROM orders GROUP BY 1, 2"  # noqa: S608 - our expression
    return {(state, currency): rows for state, currency, rows in db.execute(sql)}


def weights(db: sqlite3.Connection) -> list[Weight]:
    """How many orders and how much money have an issue of each code; an order counts once for a code."""
    sql = (
        "SELECT code, currency, count(*), coalesce(sum(amount_minor), 0)"
        " FROM (SELECT DISTINCT order_id, code FROM issues WHERE order_id IS NOT NULL)"
        " CROSS JOIN orders ON orders.id = order_id GROUP BY 1, 2"
    )
    return [Weight(*row) for row in db.execute(sql)]
