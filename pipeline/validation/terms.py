"""What rules need to know beside the order: the arithmetic that the mapping states, and the time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one run.

    ``order_total`` and ``item_total`` name the arithmetic as in a mapping's ``checks``; ``tolerance`` is
    in units of the currency; ``refuse`` makes a mismatch an error. ``now`` is aware.
    """

    order_total: str
    item_total: str
    tolerance: Decimal
    refuse: bool
    now: datetime

    def code(self, number: int) -> str:
        """The code of a mismatch: an error where mismatches refuse, else a warning."""
        return f"{'E' if self.refuse else 'W'}{number}"
