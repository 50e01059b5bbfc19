"""What became of the orders, added up by state and currency: the steps of a waterfall."""

from typing import NamedTuple


class Fate(NamedTuple):
    """Orders of one outcome and one currency.

    ``outcome`` is a name under which :class:`OrderCounts` counts. ``rows`` are their rows in the sources, the
    order rows included; ``minor`` the sum of their amounts in hundredths of ``currency``, of which those of
    ``unreadable`` orders are no part. ``currency`` is ``None`` where none could be read.
    """

    outcome: str
    currency: str | None
    orders: int
    rows: int
    minor: int
    unreadable: int = 0


class Weight(NamedTuple):
    """The orders that have an issue of one code, in one currency; ``minor`` in hundredths."""

    code: str
    currency: str | None
    orders: int
    minor: int
