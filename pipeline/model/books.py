"""What is written down on the target about orders that were sent: remote ids, and errors."""

from dataclasses import dataclass
from typing import NamedTuple


class RemoteObject(NamedTuple):
    """An order or order item on the target, and the id under which the channel knows it.

    ``kind`` is its content type, ``order`` or ``orderitem``; ``version_date`` is its ``modified_date`` as the
    target shows it.
    """

    kind: str
    pk: int
    remote_id: str
    version_date: str | None


@dataclass(frozen=True, slots=True)
class BookTerms:
    """What a mapping asks for once orders are sent.

    ``batch`` registers remote ids, ``error_reports`` tells of refused orders, ``customers`` changes those who
    are there.
    """

    batch: bool = False
    error_reports: bool = False
    customers: bool = False

    @property
    def asked(self) -> bool:
        """Whether books are kept; customers are no part of them."""
        return self.batch or self.error_reports


@dataclass(frozen=True, slots=True)
class BookCounts:
    """How far it is, in orders: ``wanted = registered + present + refused + left``.

    ``present`` were registered already; ``refused`` will not be, each with its issue. The same for refused
    orders: ``reports_wanted = reports_sent + reports_unclear + reports_left``, of which ``unclear`` may have
    arrived or not, or were not taken.
    """

    wanted: int = 0
    registered: int = 0
    present: int = 0
    refused: int = 0
    left: int = 0
    batches: int = 0
    reports_wanted: int = 0
    reports_sent: int = 0
    reports_unclear: int = 0
    reports_left: int = 0

    def as_json(self) -> dict[str, int]:
        """Every count by its name."""
        return {name: getattr(self, name) for name in BookCounts.__slots__}
