"""What a command did, as numbers that must add up; the ``--json`` object is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model.books import BookCounts
from pipeline.model.change import ChangeCounts
from pipeline.model.money import ReadBackStand

SCHEMA = "orderlift/run-result/1"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows that are not blank: ``read = used + ignored``."""

    read: int = 0
    used: int = 0
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Orders by outcome: ``read = invalid + ready`` and ``ready`` = the sum of what follows it."""

    read: int = 0
    invalid: int = 0
    ready: int = 0
    created: int = 0
    already_present: int = 0
    rejected: int = 0
    failed: int = 0
    in_doubt: int = 0
    conflict: int = 0
    unprocessed: int = 0


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Order items, as lines of the source; ``created`` counts those of orders that stand on the target."""

    read: int = 0
    created: int = 0


@dataclass(frozen=True, slots=True)
class Money:
    """Order totals of one currency: ``read = created + not_created``; already present counts as created."""

    read: Decimal = Decimal("0.00")
    created: Decimal = Decimal("0.00")
    not_created: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests sent in this run so far, and how many of them repeated an earlier attempt."""

    requests: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Repaired:
    """What later runs made of the orders that a run refused, by the ledger.

    ``orders`` stand on the target, sent by ``runs`` (the earliest first); ``left`` is what still
    needs somebody: those that do not stand, rows that belong to no order, what was not done beside orders.
    """

    orders: int
    left: int
    runs: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Every count by its name, and the runs."""
        return {"orders": self.orders, "left": self.left, "runs": list(self.runs)}


@dataclass(frozen=True, slots=True)
class Summary:
    """One finished command. ``issues`` counts by code; ``files`` names what was written for people.

    ``held_back`` counts the orders that ``preset: historic`` refused because they are not over, each once, by
    the next step that would have been taken; ``None`` where the mapping has another preset or none.
    ``archived`` is how many of the created orders stand in the archive, ``unreadable`` how many of all have
    an amount that could not be read and are in no sum of ``money``; neither is a key of the JSON object.
    ``fingerprint`` is that of the history of a run that was sent, as text; ``None`` where nothing was.
    """

    run_id: str
    command: str
    exit_code: int
    target: str | None = None
    channel: int | None = None
    rows: RowCounts = RowCounts()
    orders: OrderCounts = OrderCounts()
    items: ItemCounts = ItemCounts()
    money: Mapping[str, Money] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)
    traffic: Traffic = Traffic()
    seconds: float = 0.0
    files: Mapping[str, str] = field(default_factory=dict)
    bookkeeping: BookCounts | None = None
    held_back: Mapping[str, int] | None = None
    changes: ChangeCounts | None = None
    archived: int = 0
    unreadable: int = 0
    read_back: ReadBackStand | None = None
    fingerprint: str | None = None
    repaired: Repaired | None = None

    def as_json(self) -> dict[str, object]:
        """The object of ``--json`` and ``summary.json``: every key always there, money as text.

        ``held_back``, ``customer_changes`` and ``bookkeeping`` are there where the mapping asks for them,
        ``read_back`` where somebody has read back, ``fingerprint`` where a process has begun to send,
        ``repaired`` where orders that it refused were sent by a retry.
        """
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "command": self.command,
            "exit_code": self.exit_code,
            "target": self.target,
            "channel": self.channel,
            "rows": {"read": self.rows.read, "used": self.rows.used, "ignored": self.rows.ignored},
            "orders": {name: getattr(self.orders, name) for name in OrderCounts.__slots__},
            "items": {"read": self.items.read, "created": self.items.created},
            "money": {
                currency: {
                    "read": f"{sums.read:.2f}",
                    "created": f"{sums.created:.2f}",
                    "not_created": f"{sums.not_created:.2f}",
                }
                for currency, sums in sorted(self.money.items())
            },
            "issues": dict(sorted(self.issues.items())),
            "http": {"requests": self.traffic.requests, "retries": self.traffic.retries},
            "seconds": round(self.seconds, 3),
            "files": dict(self.files),
            **({} if self.held_back is None else {"held_back": dict(self.held_back)}),
            **({"customer_changes": self.changes.as_json()} if self.changes else {}),
            **({"bookkeeping": self.bookkeeping.as_json()} if self.bookkeeping else {}),
            **({"read_back": self.read_back.as_json()} if self.read_back and self.read_back.begun else {}),
            **({"fingerprint": self.fingerprint} if self.fingerprint else {}),
            **({"repaired": self.repaired.as_json()} if self.repaired else {}),
        }


def broken_sums(summary: Summary) -> list[str]:
    """The identities that do not hold, each written out with its numbers; empty when all add up."""
    rows, orders = summary.rows, summary.orders
    outcomes = (
        orders.created
        + orders.already_present
        + orders.rejected
        + orders.failed
        + orders.in_doubt
        + orders.conflict
        + orders.unprocessed
    )
    checks = [
        ("rows.read = used + ignored", rows.read, rows.used + rows.ignored),
        ("orders.read = invalid + ready", orders.read, orders.invalid + orders.ready),
        ("orders.ready = its outcomes", orders.ready, outcomes),
    ]
    broken = [f"{name}: {left} ≠ {right}" for name, left, right in checks if left != right]
    broken += [
        f"money.{currency}: read {sums.read} ≠ created {sums.created} + not created {sums.not_created}"
        for currency, sums in sorted(summary.money.items())
        if sums.read != sums.created + sums.not_created
    ]
    books = summary.bookkeeping
    if books is not None:
        done = books.registered + books.present + books.refused + books.left
        told = books.reports_sent + books.reports_unclear + books.reports_left
        if books.wanted != done or books.reports_wanted != told or min(books.left, books.reports_left) < 0:
            broken.append(f"bookkeeping: {books.as_json()}")
    if summary.items.created > summary.items.read:
        broken.append(f"items.created {summary.items.created} > items.read {summary.items.read}")
    return broken
