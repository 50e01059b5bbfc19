"""Everything that happened to one order, as its journal tells it."""

from typing import NamedTuple

from pipeline.model.exchange import Complaint
from pipeline.model.issue import Issue
from pipeline.model.lookup import Reference
from pipeline.model.rows import RowRef
from pipeline.model.states import State

# Times are seconds since 1970 (UTC), for people.


class AttemptMade(NamedTuple):
    """One attempt: when, by which process, and what its answer said and meant.

    ``outcome`` is ``None`` where no answer was ever written down.
    """

    attempt: int
    epoch: int
    started: float
    finished: float | None
    outcome: str | None
    status: int | None
    reason: str | None
    complaints: tuple[Complaint, ...] = ()


class Moved(NamedTuple):
    """One change of the order's state, and the process that made it."""

    before: str
    after: str
    epoch: int


class LookedUp(NamedTuple):
    """The order was asked for by its number: how many were found, ``None`` where no answer came."""

    at: float
    found: int | None


class PersonSaid(NamedTuple):
    """What a person decided."""

    at: float
    by: str
    why: str
    decision: str
    before: str
    after: str


class RecordNamed(NamedTuple):
    """A record on the target that the order names: where, by what it was looked up, and the answer.

    ``state`` is the journal's word (``found``, ``created``, ``lacking`` …), ``trouble`` the code of why it
    cannot be had.
    """

    field: str
    at: RowRef
    column: int | None
    reference: Reference
    state: str
    remote_id: str | None
    attempts: int
    trouble: str | None


class FileOfOrder(NamedTuple):
    """A migration file that holds rows of the order: which, how it stands, what was last heard of it."""

    kind: str
    name: str
    row: int
    state: str
    migration_id: str | None
    seen: str | None


class FileStarted(NamedTuple):
    """A migration file with rows of the order was started: when, by which process, and when that was over."""

    name: str
    epoch: int
    started: float
    finished: float | None


class OrderLife(NamedTuple):
    """One order. ``rows`` and ``shape`` are packed as planning packed them.

    ``body`` is what every attempt sends, ``None`` where the order has no payload; ``whole`` says whether its
    bytes still have the digest that was sealed. ``archived`` are its rows of migration files by kind, as JSON
    text. ``epochs`` tells when each process that worked on the run began.
    """

    id: int
    at: RowRef
    number: str
    state: State
    via: str | None
    attempts: int
    remote_id: str | None
    currency: str | None
    amount_minor: int | None
    items: int
    rows: str
    shape: str | None
    body: bytes | None
    sha256: str | None
    whole: bool
    tries: tuple[AttemptMade, ...]
    moves: tuple[Moved, ...]
    lookups: tuple[LookedUp, ...]
    decisions: tuple[PersonSaid, ...]
    named: tuple[RecordNamed, ...]
    issues: tuple[Issue, ...]
    archived: dict[str, tuple[bytes, ...]]
    files: tuple[FileOfOrder, ...]
    starts: tuple[FileStarted, ...]
    epochs: dict[int, float]
