"""Everything that a journal remembers of one order, as a proof takes it."""

from typing import NamedTuple

from pipeline.model.rows import RowRef


class AttemptRecord(NamedTuple):
    """One attempt: its number, the process that made it, what its answer meant (``None``: not known)."""

    attempt: int
    epoch: int
    outcome: str | None


class MoveRecord(NamedTuple):
    """One change of an order's state, and the process that made it."""

    before: str
    after: str
    epoch: int


class DecisionRecord(NamedTuple):
    """What a person decided, and the change of state that it made."""

    decision: str
    before: str
    after: str


class OrderHistory(NamedTuple):
    """One order with its past, oldest first.

    ``sealed``: it was planned to be sent. ``waits``: it names records whose ids came later. ``suspect``:
    another journal may have sent it. ``attempts`` is the number that stands with the order, ``tries`` are
    those that stand on their own. ``empty`` and ``found`` count lookups that found nothing, and something.
    ``bodies`` are its payloads, each with whether its bytes still have the digest that was sealed. An order
    that goes into the archive (``archived``) has ``files`` in the place of attempts and payloads: kind and
    state of each migration file that holds a row of it. ``emptied``: its payload was removed on purpose.
    """

    number: str
    state: str
    via: str | None
    sealed: bool
    waits: bool
    suspect: bool
    attempts: int
    rows: tuple[RowRef, ...]
    currency: str | None
    amount_minor: int | None
    tries: tuple[AttemptRecord, ...] = ()
    moves: tuple[MoveRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    empty: int = 0
    found: int = 0
    bodies: tuple[tuple[bytes, bool], ...] = ()
    archived: bool = False
    files: tuple[tuple[str, str], ...] = ()
    emptied: bool = False
