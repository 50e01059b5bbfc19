"""What orders set off at the target: fulfilment, reservations of stock, mails to customers.

That creating an order reserves stock, and that the ERP picks up what is not marked as sent, is documented.
Which statuses do so, and when a customer is written to, is not: the settings say.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.simulator.codes import CODE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.simulator.form import Document

CANCELED = "100"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message a customer would have got about an order."""

    number: str
    customer: int | None
    status: str


class SideEffects:
    """What the orders of one twin set off. History that touches nothing leaves all of it empty."""

    def __init__(self, closed: Iterable[str], silent: Iterable[str]) -> None:
        self._closed = _codes(closed)
        self._silent = _codes(silent)
        self.fulfilment: list[str] = []
        self.mails: list[Mail] = []
        self._reserved: dict[int, tuple[int, int]] = {}

    def created(self, order: Document, items: Iterable[Mapping[str, object]]) -> None:
        """Note what an order sets off. `items` carry their pks; what has no status counts as open."""
        status = CODE_OF.get(order["status"], "")
        if not order["is_send"] and status != CANCELED:
            self.fulfilment.append(order["number"])
        if status not in self._closed and status not in self._silent:
            self.mails.append(Mail(order["number"], order["customer"], status))
        for item in items:
            if CODE_OF.get(str(item["status"]), "") not in self._closed:
                self._reserved[_whole(item["pk"])] = (_whole(item["product"]), _whole(item["quantity"] or 1))

    def released(self, item: int) -> bool:
        """End the reservation of one order item; false if it had none."""
        return self._reserved.pop(item, None) is not None

    @property
    def reserved(self) -> Counter[int]:
        """Units that are reserved, by product."""
        units: Counter[int] = Counter()
        for product, quantity in list(self._reserved.values()):
            units[product] += quantity
        return units

    @property
    def counts(self) -> dict[str, int]:
        """Give `{"fulfilment": orders, "reserved_units": units, "mails": mails}`."""
        return {
            "fulfilment": len(self.fulfilment),
            "reserved_units": self.reserved.total(),
            "mails": len(self.mails),
        }


def _codes(statuses: Iterable[str]) -> frozenset[str]:
    strange = sorted(status for status in statuses if status not in CODE_OF)
    if strange:
        raise ValueError(f"no such status: {', '.join(strange)}")
    return frozenset(CODE_OF[status] for status in statuses)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
