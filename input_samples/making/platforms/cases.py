"""Six invented orders: four that are sound, one that is still open and one in a state that no table knows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto


class State(Enum):
    """How far an order has come; the platforms have their own words for it."""

    DELIVERED = auto()
    CANCELED = auto()
    REFUNDED = auto()
    OPEN = auto()
    UNKNOWN = auto()


class Paid(Enum):
    """How it was paid."""

    CARD = auto()
    TRANSFER = auto()
    ON_DELIVERY = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody in Turkey lives."""

    line: str
    city: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever ordered; ``phone`` as people write it."""

    pk: int
    first: str
    last: str
    email: str
    phone: str
    shipping: Address
    billing: Address


@dataclass(frozen=True, slots=True)
class Line:
    """One order item; ``price`` of one piece in TRY, VAT of 10 % included."""

    pk: int
    sku: str
    name: str
    quantity: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """What the line costs."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Case:
    """One order; ``placed`` is the time in İstanbul, amounts are in TRY."""

    pk: int
    placed: datetime
    state: State
    person: Person
    lines: tuple[Line, ...]
    paid: Paid
    shipping: Decimal = Decimal("29.90")
    discount: Decimal = Decimal("0.00")
    note: str = ""
    tracking: str = ""

    @property
    def goods(self) -> Decimal:
        """What all lines cost."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What was to be paid."""
        return self.goods + self.shipping - self.discount

    @property
    def refunded(self) -> Decimal:
        """What went back."""
        return self.total if self.state is State.REFUNDED else Decimal("0.00")

    @property
    def ip(self) -> str:
        """Where the order came from."""
        return f"192.0.2.{self.pk}"


def _person(pk: int, first: str, last: str, email: str, phone: str, *addresses: Address) -> Person:
    return Person(pk, first, last, email, phone, addresses[0], addresses[-1])


_AYSE = _person(
    201,
    "Ayşe",
    "Örnekçi",
    "ayse.ornekci@ornek.example",
    "0500 000 00 00",
    Address("Örnek Mah. 10. Sokak No: 1", "İstanbul", "34100"),
)
_DENIZ = _person(
    207,
    "Deniz",
    "Numune",
    "deniz.numune@ornek.example",
    "0500 000 00 06",
    Address("Örnek Mah. 16. Sokak No: 1", "Ankara", "06106"),
    Address("Örnek Mah. 16. Sokak No: 2", "İzmir", "35106"),
)
_ELIF = _person(
    203,
    "Elif",
    "Sınar",
    "elif.sinar@ornek.example",
    "+90 500 000 00 02",
    Address("Örnek Mah. 12. Sokak No: 1", "İzmir", "35102"),
)
_NEW = _person(
    900,
    "Nazlı",
    "Hayali",
    "nazli.hayali@ornek.example",
    "0 (500) 000 00 77",
    Address("Deneme Cad. 5 D: 2", "Bursa", "16100"),
)
_TSHIRT = Line(101, "PAM-TIS-01", "Pamuklu Tişört siyah", 2, Decimal("149.90"))
_SOCKS = Line(129, "CIZ-COR-01", "Çizgili Çorap siyah", 1, Decimal("39.90"))
_SHOES = Line(121, "SPO-AYA-01", "Spor Ayakkabı siyah", 1, Decimal("1249.00"))
_SHIRT = Line(106, "KET-GOM-02", "Keten Gömlek beyaz", 1, Decimal("399.90"))
_COAT = Line(133, "RUZ-01", "Rüzgarlık siyah", 1, Decimal("899.00"))
_BAG = Line(125, "KAN-CAN-01", "Kanvas Çanta siyah", 1, Decimal("289.00"))

CASES = (
    Case(
        11,
        datetime(2015, 11, 8, 3, 30),  # noqa: DTZ001 - local, in an hour that occurred twice that night
        State.DELIVERED,
        _AYSE,
        (_TSHIRT, _SOCKS),
        Paid.CARD,
        note="Zile basmayın; bebek uyuyor",
        tracking="700000000011",
    ),
    Case(
        12,
        datetime(2023, 3, 1, 10, 15),  # noqa: DTZ001
        State.CANCELED,
        _DENIZ,
        (_SHOES,),
        Paid.TRANSFER,
        shipping=Decimal("0.00"),
        discount=Decimal("124.90"),
    ),
    Case(
        13,
        datetime(2023, 7, 14, 21, 5),  # noqa: DTZ001
        State.REFUNDED,
        _ELIF,
        (_SHIRT,),
        Paid.ON_DELIVERY,
        tracking="700000000013",
    ),
    Case(14, datetime(2024, 2, 29, 0, 30), State.DELIVERED, _NEW, (_SOCKS, _BAG), Paid.CARD),  # noqa: DTZ001
    Case(15, datetime(2024, 12, 30, 9, 0), State.OPEN, _AYSE, (_COAT,), Paid.CARD),  # noqa: DTZ001
    Case(16, datetime(2024, 5, 2, 16, 45), State.UNKNOWN, _ELIF, (_BAG,), Paid.TRANSFER),  # noqa: DTZ001
)
"""Order 15 is still open and order 16 in a state that no table knows: neither may be sent."""
