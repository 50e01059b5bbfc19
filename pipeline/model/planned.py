"""Orders as they enter and leave the journal."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.model.archive import ArchivedOrder
from pipeline.model.money import MoneyCell
from pipeline.model.rows import RowRef


def packed_rows(refs: Sequence[RowRef]) -> str:
    """Row references as the journal keeps them: JSON ``[[table, [row, …]], …]``."""
    groups: dict[int, list[int]] = {}
    for table, row in refs:
        groups.setdefault(table, []).append(row)
    return str([[table, rows] for table, rows in groups.items()])  # lists of numbers are JSON as they are


def packed_shape(items: Sequence[RowRef], filled: Mapping[int, RowRef]) -> str:
    """Which rows are an order's items, in payload order, and which row filled a column of the order's row."""
    return json.dumps({"items": items, "filled": filled}, separators=(",", ":"))


def unpacked_shape(text: str) -> tuple[list[RowRef], dict[int, RowRef]]:
    """What :func:`packed_shape` packed."""
    found = json.loads(text)
    filled = {int(column): (tab, row) for column, (tab, row) in found["filled"].items()}
    return [(tab, row) for tab, row in found["items"]], filled


def unpacked_rows(text: str) -> list[RowRef]:
    """What :func:`packed_rows` packed."""
    return [(table, row) for table, rows in json.loads(text) for row in rows]


class ReferenceUse(NamedTuple):
    """Where an order names a record on the target: the record's digest, the cell, and the payload field."""

    digest: str
    at: RowRef
    column: int | None
    field: str


class PlannedOrder(NamedTuple):
    """One order read, as planning hands it to the journal.

    ``at`` is its order row. ``amount_minor`` is in hundredths of ``currency`` (upper case), ``None`` where
    the checks could not read it. ``items`` counts its items, ``rows`` are all its rows, the order row
    included, packed by :func:`packed_rows`. ``body`` is the payload, ``None`` where the checks refused it.
    ``content`` is what the order says, as a digest that is the same in every run.
    An order with ``uses`` has a mark in the place of each record's id; its bytes are finished later. One that
    goes into the archive has rows of migration files (``archived``) in the place of a payload. ``cell`` is
    where its money is told. ``shape`` is packed by :func:`packed_shape`, ``None`` where ``rows`` tell the
    items already.
    """

    at: RowRef
    number: str
    collision: str
    currency: str | None
    amount_minor: int | None
    items: int
    rows: str
    body: bytes | None
    sha256: bytes | None
    uses: tuple[ReferenceUse, ...] = ()
    content: bytes | None = None
    archived: ArchivedOrder | None = None
    cell: MoneyCell = MoneyCell()
    shape: str | None = None


class ReadyOrder(NamedTuple):
    """One order as sending takes it from the journal; ``attempts`` counts those made so far.

    ``earlier_possible``: an attempt of ours was lost and the target did not hold the order when asked, so
    that a later refusal as duplicate may be about our own.
    """

    id: int
    at: RowRef
    number: str
    body: bytes
    attempts: int
    earlier_possible: bool = False


class DoubtfulOrder(NamedTuple):
    """One order in doubt.

    ``ours_possible``: some attempt of ours may have been applied. ``refused_as_duplicate``: the last
    answer said that the number is taken. ``refused``: it was a definitive no of another kind, which says
    nothing about the attempts before it.
    """

    id: int
    at: RowRef
    number: str
    body: bytes
    attempts: int
    ours_possible: bool
    refused_as_duplicate: bool
    refused: bool = False


class Intent(NamedTuple):
    """An attempt that is about to be sent; it must be durable before its first byte leaves.

    ``repeat``: the order is in doubt, and the target refuses a second one: sending it again is asking.
    """

    order_id: int
    attempt: int
    started: float
    repeat: bool = False


class Outcome(NamedTuple):
    """What became of an order: its new state and, where an attempt ended, what its answer meant.

    ``meaning`` is stored with the attempt: ``applied``, ``refused``, ``not_applied``, ``duplicate`` or
    ``doubt``; ``None`` where no attempt ended (a settlement). ``via`` says how the outcome is known:
    ``201``, ``lookup``, ``ledger``, ``duplicate`` (a second sending was refused; nothing can be compared) or
    ``person``. ``complaints`` is what the answer said, packed by
    :func:`~pipeline.model.complaint_text.packed_complaints`.
    """

    order_id: int
    state: str
    attempt: int | None = None
    meaning: str | None = None
    status: int | None = None
    reason: str | None = None
    finished: float | None = None
    via: str | None = None
    remote_id: str | None = None
    complaints: str | None = None
