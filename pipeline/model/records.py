"""Lines of a report, as the journal remembers them and the reports write them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.model.location import Location, Mark
from pipeline.model.rows import FileFacts, Table
from pipeline.model.states import State


class OrderRecord(NamedTuple):
    """One order read, with its outcome: a line of ``orders.csv``.

    ``number`` is the order number as sent (or as read, where the checks refused it), ``at`` its order
    row, ``code`` and ``message`` why it is not created, ``remote_id`` the target's id where known.
    ``amount`` and ``currency`` are text as sent, ``items`` the number of item rows.
    """

    number: str
    at: Location
    state: State
    code: str | None = None
    message: str | None = None
    remote_id: str | None = None
    currency: str | None = None
    amount: str | None = None
    items: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A table that was read, and what became of its rows: ``read = used + ignored``.

    ``ignored`` rows were left out by a rule of the mapping or belong to no order; each has an issue.
    ``blank`` rows are not among those read.
    """

    table: Table
    read: int = 0
    used: int = 0
    ignored: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What the ``failed/`` file says behind one of the customer's rows."""

    status: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Second:
    """What happened in one second of the upload, or in several up to it. ``at`` counts from the first send.

    ``times`` say how long the target took: milliseconds to two digits, ascending, and how many answers took
    that long, from the moment at which the attempt was written down.
    """

    at: int
    created: int = 0
    refused: int = 0
    doubtful: int = 0
    times: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What a run is about, fixed when it was sealed. Times are UTC, ISO 8601 text.

    ``promise`` is what the target's capability mode allows to promise, in words, and ``evidence`` how that
    mode is known. ``versions`` name what the run was made with: (Python, 3.12.1), and each package of others
    that decides what a transform gives.
    """

    run_id: str
    command: str
    created: str
    version: str
    mapping: str
    mapping_name: str
    mapping_sha256: str
    target: str | None
    channel: int | None
    mode: str
    promise: str
    evidence: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    inputs: tuple[FileFacts, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    places: Mapping[str, Mark] = field(default_factory=dict)
