"""The money of a run by day, status and currency: what was read, what became of it, what the target shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from pipeline.model.location import Location

UNKNOWN: Final = ""
"""The day or status of orders where it could not be read."""
OUTCOMES: Final = (
    "invalid",
    "created",
    "already_present",
    "refused",
    "in_doubt",
    "unprocessed",
)
"""What may become of an order, as money is told: every order is in exactly one of them."""
OUTCOME_OF: Final[Mapping[str, str]] = {
    "invalid": "invalid",
    "created": "created",
    "already_present": "already_present",
    "rejected": "refused",
    "failed": "refused",
    "in_doubt": "in_doubt",
    "in_flight": "in_doubt",
    "conflict": "in_doubt",
    "unresolved": "unprocessed",
    "planned": "unprocessed",
    "held": "unprocessed",
    "waiting": "unprocessed",
    "absent": "unprocessed",
}
"""The outcome of each state of an order, by the state's stored name."""
STANDING: Final = frozenset({"created", "already_present"})
"""States of orders that stand on the target, by what the run knows."""


class MoneyCell(NamedTuple):
    """Where an order's money is told: its day (ISO 8601, in the mapping's zone), its status by name."""

    day: str = UNKNOWN
    status: str = UNKNOWN


class Amounts(NamedTuple):
    """Some orders: how many, their sum in hundredths, and how many of them are in no sum."""

    orders: int = 0
    minor: int = 0
    unreadable: int = 0

    def plus(self, other: "Amounts") -> "Amounts":
        """Both together."""
        return Amounts(
            self.orders + other.orders, self.minor + other.minor, self.unreadable + other.unreadable
        )

    def minus(self, other: "Amounts") -> "Amounts":
        """These without the others."""
        return Amounts(
            self.orders - other.orders, self.minor - other.minor, self.unreadable - other.unreadable
        )


NOTHING: Final = Amounts()


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One day, status and currency. ``archived`` are those of the created that went into the archive.

    ``read_back`` is what the target shows, in the line where the target has it.
    """

    day: str
    status: str
    currency: str
    invalid: Amounts = NOTHING
    created: Amounts = NOTHING
    already_present: Amounts = NOTHING
    refused: Amounts = NOTHING
    in_doubt: Amounts = NOTHING
    unprocessed: Amounts = NOTHING
    archived: Amounts = NOTHING
    read_back: Amounts = NOTHING

    @property
    def source(self) -> Amounts:
        """Everything that was read from the files."""
        total = NOTHING
        for name in OUTCOMES:
            total = total.plus(getattr(self, name))
        return total

    @property
    def standing(self) -> Amounts:
        """What stands on the target by what the run knows, where it can be read back."""
        return self.created.plus(self.already_present).minus(self.archived)

    @property
    def difference(self) -> Amounts:
        """What the target shows beyond that; negative where it shows less."""
        return self.read_back.minus(self.standing)


class MoneyDifference(NamedTuple):
    """An order by which the target differs from the run. ``differs`` says in what, where it was found.

    ``sent`` and ``found`` are in hundredths; ``None`` where an amount could not be read, or nothing stands.
    """

    code: str
    number: str
    at: Location
    cell: MoneyCell
    currency: str | None
    sent: int | None
    held: int
    found: int | None
    remote_id: str | None
    differs: str


@dataclass(frozen=True, slots=True)
class ReadBackStand:
    """How far reading back has come. ``wanted`` orders are to be read, ``read`` of them have been.

    ``begun``: somebody has asked for it. ``first`` and ``last`` are when, in seconds since 1970 (UTC);
    ``stopped`` says why it ended before its end. ``archived`` orders can never be read back.
    """

    begun: bool = False
    wanted: int = 0
    read: int = 0
    differing: int = 0
    archived: int = 0
    first: float | None = None
    last: float | None = None
    stopped: str = ""

    @property
    def complete(self) -> bool:
        """Whether every order that is to be read has been."""
        return self.begun and self.read == self.wanted

    def as_json(self) -> dict[str, object]:
        """As it stands in the JSON object of a run."""
        return {
            "orders": self.wanted,
            "read": self.read,
            "differing": self.differing,
            "balances": self.balances,
        }

    @property
    def balances(self) -> bool:
        """Whether the target shows, to the cent, what the run says that it created, and nothing else."""
        return self.complete and self.differing == 0


@dataclass(frozen=True, slots=True)
class MoneyBook:
    """The money of one run: its lines by day, status and currency; days are those of ``zone``."""

    lines: tuple[MoneyLine, ...] = ()
    zone: str = "UTC"
    stand: ReadBackStand = field(default_factory=ReadBackStand)

    def by_currency(self) -> dict[str, MoneyLine]:
        """The sums of each currency, as lines without day and status."""
        return {line.currency: line for line in summed(self.lines, lambda line: ("", "", line.currency))}


LineKey: TypeAlias = Callable[[MoneyLine], tuple[str, str, str]]


def summed(lines: tuple[MoneyLine, ...], key: LineKey) -> list[MoneyLine]:
    """Lines added up under what ``key`` gives for each (day, status, currency), sorted by it."""
    columns = (*OUTCOMES, "archived", "read_back")
    sums: dict[tuple[str, str, str], dict[str, Amounts]] = {}
    for line in lines:
        added = sums.setdefault(key(line), {})
        for name in columns:
            amounts: Amounts = getattr(line, name)
            if amounts != NOTHING:
                added[name] = added.get(name, NOTHING).plus(amounts)
    return lines_of(sums)


def lines_of(sums: Mapping[tuple[str, str, str], Mapping[str, Amounts]]) -> list[MoneyLine]:
    """Lines of amounts by name, under (day, status, currency); sorted, those without a day last."""
    return [
        MoneyLine(
            *where,
            invalid=sums[where].get("invalid", NOTHING),
            created=sums[where].get("created", NOTHING),
            already_present=sums[where].get("already_present", NOTHING),
            refused=sums[where].get("refused", NOTHING),
            in_doubt=sums[where].get("in_doubt", NOTHING),
            unprocessed=sums[where].get("unprocessed", NOTHING),
            archived=sums[where].get("archived", NOTHING),
            read_back=sums[where].get("read_back", NOTHING),
        )
        for where in sorted(sums, key=lambda where: (where[0] == UNKNOWN, where))
    ]
