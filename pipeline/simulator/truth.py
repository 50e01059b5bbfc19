"""The twin's own truth: what was really created, and every request that came in.

Written by the server's thread alone. Other threads may read at any time; they get copies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.simulator.settings import Collation
    from pipeline.simulator.side_effects import SideEffects

FIRST_ORDER_PK = 1001
FIRST_ITEM_PK = 5001
ABOUT_AN_ORDER = frozenset({"create", "lookup"})


@dataclass(slots=True, eq=False)
class StoredOrder:
    """One order that exists at the target.

    `raw` are the bytes as received, `answer` the order object as JSON with its pk, `items` the same for its
    items. `received` and `committed` are monotonic seconds, `position` counts commits from 1.
    """

    pk: int
    channel: int
    number: str
    raw: bytes
    answer: bytes
    items: bytes
    received: float
    committed: float
    position: int

    @property
    def payload(self) -> dict[str, Any]:
        """The create-order body as received."""
        document: dict[str, Any] = orjson.loads(self.raw)
        return document

    @property
    def shown(self) -> dict[str, Any]:
        """The order object the API shows, with `pk`."""
        document: dict[str, Any] = orjson.loads(self.answer)
        return document

    @property
    def shown_items(self) -> list[dict[str, Any]]:
        """The order items the API shows, each with `pk` and `order`."""
        documents: list[dict[str, Any]] = orjson.loads(self.items)
        return documents


@dataclass(frozen=True, slots=True)
class Made:
    """One customer or address that a request created: `key` is its e-mail or its hash.

    `raw` are the bytes as received, `record` is what the API answered. Times are monotonic seconds.
    """

    kind: str
    pk: int
    channel: int
    key: str
    raw: bytes
    record: dict[str, Any]
    received: float
    committed: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """One cancelling that was carried out: the order, the pks of its items, a reason for each of them."""

    pk: int
    number: str
    items: tuple[int, ...]
    reasons: dict[str, Any]
    committed: float


@dataclass(frozen=True, slots=True)
class Changed:
    """One record that a PATCH changed, with the values of the changed fields before and after."""

    kind: str
    pk: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(slots=True)
class Exchange:
    """One request and what was done with it; times are monotonic seconds.

    `kind` is the method and the path's pattern (`GET channel/{id}/products/`), empty for a path that is not
    served. `subject` is what the request is about: an order number, a customer's e-mail, an address's hash,
    else path and query; `number` is the order number, if it is about one. `attempt` counts the requests of
    this stream about this subject from 1. `status` is None when nothing was answered. `committed` says
    whether the request created something, `committed_at` when.
    """

    position: int
    at: float
    method: str
    path: str
    query: str
    kind: str = ""
    subject: str | None = None
    number: str | None = None
    attempt: int | None = None
    sha256: str | None = None
    size: int = 0
    action: str = "ok"
    status: int | None = None
    committed: bool = False
    committed_at: float | None = None


@dataclass(slots=True)
class Shelf:
    """The orders of one channel."""

    orders: list[StoredOrder] = field(default_factory=list)
    by_key: dict[str, list[StoredOrder]] = field(default_factory=dict)
    by_pk: dict[int, StoredOrder] = field(default_factory=dict)
    by_number: dict[str, list[StoredOrder]] = field(default_factory=dict)


class Truth:
    """What exists, how often each number was created, what it set off, and the log of all requests.

    `made` and `changed` are customers and addresses, `cancelled` what was taken back, `migrated` the rows of
    finished migrations by key, `side_effects` what the orders would have set off.
    """

    def __init__(self, collation: Collation, side_effects: SideEffects, clock: Callable[[], float]) -> None:
        self._fold = folding(collation)
        self._clock = clock
        self.side_effects = side_effects
        self.made: list[Made] = []
        self.changed: list[Changed] = []
        self.cancelled: list[Cancelled] = []
        self.migrated: dict[str, list[dict[str, Any]]] = {}
        self._first_items: list[int] = []
        self._by_item: list[StoredOrder] = []
        self._shelves: dict[int, Shelf] = {}
        self._log: list[Exchange] = []
        self._attempts: Counter[tuple[str, str]] = Counter()
        self._next_pk = FIRST_ORDER_PK
        self._next_item_pk = FIRST_ITEM_PK
        self._commits = 0

    # what the server writes

    def arrived(self, method: str, path: str, query: str, pattern: str = "") -> Exchange:
        """Open the log entry of a request; the caller fills in what becomes of it."""
        kind = f"{method} {pattern}" if pattern else ""
        entry = Exchange(len(self._log) + 1, self._clock(), method, path, query, kind)
        self._log.append(entry)
        return entry

    def identified(self, entry: Exchange, kind: str, subject: str, body: bytes) -> int:
        """Note what the request is about and give the attempt's number, counted from 1.

        The subject is an order number where the kind is "create" or "lookup".
        """
        entry.subject = subject
        entry.number = subject if kind in ABOUT_AN_ORDER else None
        entry.attempt = self.counted(kind, subject)
        entry.size = len(body)
        entry.sha256 = sha256(body).hexdigest()
        return entry.attempt

    def counted(self, kind: str, key: str) -> int:
        """Count one more request of this kind under a key and tell how many there were."""
        self._attempts[kind, key] += 1
        return self._attempts[kind, key]

    def is_taken(self, channel: int, number: str) -> bool:
        """Whether the channel has an order that the target's collation holds to be this number."""
        shelf = self._shelves.get(channel)
        return shelf is not None and self._fold(number) in shelf.by_key

    def next_pks(self, items: int) -> tuple[int, int]:
        """Give the pk of the next order and of its first item; none is given twice."""
        pk, first = self._next_pk, self._next_item_pk
        self._next_pk += 1
        self._next_item_pk += items
        self._commits += 1
        return pk, first

    def now(self) -> float:
        """Monotonic seconds, as all times here."""
        return self._clock()

    @property
    def commits(self) -> int:
        """How many orders were stored so far."""
        return self._commits

    def store(self, order: StoredOrder, first_item: int) -> None:
        """Put an order on its channel's shelf. Uniqueness is the caller's to check."""
        self._first_items.append(first_item)
        self._by_item.append(order)
        shelf = self._shelves.setdefault(order.channel, Shelf())
        shelf.orders.append(order)
        shelf.by_pk[order.pk] = order
        shelf.by_key.setdefault(self._fold(order.number), []).append(order)
        shelf.by_number.setdefault(order.number, []).append(order)

    # what everybody may read

    def orders(self, channel: int | None = None) -> list[StoredOrder]:
        """All orders, or those of one channel, in the order of their commits."""
        shelves = list(self._shelves.values()) if channel is None else [self._shelves.get(channel, Shelf())]
        found = [order for shelf in shelves for order in list(shelf.orders)]
        return sorted(found, key=lambda order: order.position) if channel is None else found

    def numbered(self, channel: int, number: str) -> list[StoredOrder]:
        """Give the channel's orders with exactly this number."""
        return list(self._shelves.get(channel, Shelf()).by_number.get(number, ()))

    def by_pk(self, pk: int, channel: int | None = None) -> StoredOrder | None:
        """Give the order with this pk, if it exists (in this channel)."""
        shelves = list(self._shelves.values()) if channel is None else [self._shelves.get(channel, Shelf())]
        return next((shelf.by_pk[pk] for shelf in shelves if pk in shelf.by_pk), None)

    def by_item(self, pk: int) -> tuple[StoredOrder, dict[str, Any]] | None:
        """Give the order item with this pk and its order."""
        place = bisect_right(self._first_items, pk) - 1
        if place < 0:
            return None
        order = self._by_item[place]
        item = next((item for item in order.shown_items if item["pk"] == pk), None)
        return None if item is None else (order, item)

    @property
    def requests(self) -> Counter[str]:
        """How many requests of each kind came in: `{"GET channel/{id}/products/": 2, ...}`.

        Paths that are not served count as an empty kind.
        """
        return Counter(entry.kind for entry in self.log)

    @property
    def cancels(self) -> Counter[str]:
        """How often each order was cancelled, by number; a correct client never sees a 2 here."""
        return Counter(one.number for one in list(self.cancelled))

    def made_of(self, kind: str) -> Counter[str]:
        """How often each key of a kind was created: "customer" by e-mail, "address" by hash."""
        return Counter(one.key for one in list(self.made) if one.kind == kind)

    @property
    def creates(self) -> Counter[str]:
        """How often each number was created, over all channels. A correct client never sees a 2 here."""
        return Counter(order.number for order in self.orders())

    @property
    def created_twice(self) -> list[str]:
        """Numbers that exist more than once within one channel."""
        pairs = Counter((order.channel, order.number) for order in self.orders())
        return sorted({number for (_, number), times in pairs.items() if times > 1})

    @property
    def log(self) -> list[Exchange]:
        """Every request in order of arrival, also those without an answer."""
        return list(self._log)

    def about(self, subject: str, kind: str = "") -> list[Exchange]:
        """Give the log entries about one subject, of one kind if it is given."""
        return [entry for entry in self.log if entry.subject == subject and kind in {"", entry.kind}]

    def attempts(self, number: str, method: str = "POST") -> list[Exchange]:
        """Give the log entries about one number."""
        return [entry for entry in self.log if entry.number == number and entry.method == method]

    def totals(self, channel: int | None = None) -> dict[str, Any]:
        """Give `{"orders", "items", "creates_most", "requests", "money": {currency: "0.00"}}`."""
        orders = self.orders(channel)
        amounts: dict[str, Decimal] = {}
        items = 0
        for order in orders:
            shown = order.shown
            amounts[shown["currency"]] = amounts.get(shown["currency"], Decimal(0)) + Decimal(shown["amount"])
            items += len(order.shown_items)
        return {
            "orders": len(orders),
            "items": items,
            "creates_most": max(Counter((o.channel, o.number) for o in orders).values(), default=0),
            "requests": len(self._log),
            "money": {currency: f"{amount:.2f}" for currency, amount in sorted(amounts.items())},
        }


def log_line(entry: Exchange) -> bytes:
    """One request as a line of JSON."""
    return orjson.dumps(asdict(entry), option=orjson.OPT_APPEND_NEWLINE)


def folding(collation: Collation) -> Callable[[str], str]:
    """Which numbers the target's database holds to be equal."""

    def fold(number: str) -> str:
        if "case" in collation:
            number = number.casefold()
        if "trailing_space" in collation:
            number = number.rstrip(" ")
        return number

    return (lambda number: number) if collation == "exact" else fold
