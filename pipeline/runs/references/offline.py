"""A check looks up what orders name in a snapshot, and says what only the target could tell."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from pipeline.journal.planning import Planning
from pipeline.journal.references import ReferenceBook
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.lookup import KNOWN_ID, LookupKind, Reference
from pipeline.model.refusal import UsageRefused
from pipeline.model.rows import Table
from pipeline.references import snapshot as snapshots
from pipeline.references.order_of_work import Held
from pipeline.references.resolution import Ambiguous, Missing, Resolution
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.references import resolving
from pipeline.runs.references.resolving import refuse_orders

OLD = 7
"""Days after which a snapshot is told to be old: a shop that sells changes its products within them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as it was read. ``warnings`` are what a person should know of it."""

    path: Path
    directory: snapshots.Directory
    warnings: tuple[Issue, ...] = ()


def read_snapshot(request: PlanRequest, now: datetime) -> Snapshot | None:
    """The snapshot that a request names, ``None`` where it names none. ``now`` is aware.

    Raises :class:`UsageRefused`: it cannot be read (E625), or is of another target or channel than the
    request (E626). A request that names no target or channel takes the snapshot's word for it.
    """
    path = request.snapshot
    if path is None:
        return None
    at = Location(str(path))
    try:
        data = orjson.loads(path.read_bytes())
        directory = snapshots.directory_from(data if isinstance(data, dict) else {})
        taken = datetime.fromisoformat(directory.taken).astimezone(UTC)
    except (OSError, ValueError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise UsageRefused(Issue("E625", at, facts={"reason": shown(reason)})) from None
    same_target = request.target is None or named(request.target) == directory.target
    if not same_target or request.channel not in (None, directory.channel):
        facts: dict[str, str | int] = {"target": directory.target, "channel": directory.channel}
        raise UsageRefused(Issue("E626", at, facts=facts))
    days = (now - taken).days
    old = (Issue("W626", at, facts={"days": days}),) if days >= OLD else ()
    return Snapshot(path, directory, old)


def named(target: str) -> str:
    """A target as snapshots name it, however it is spelt; raises :class:`UsageRefused` (E704)."""
    address = address_of(target, 1)
    return f"{address.origin}{address.prefix}"


def check_references(
    planning: Planning, tables: Mapping[int, Table], snapshot: Snapshot | None, mapping: Path
) -> None:
    """Refuse orders that name what the snapshot knows to be missing or ambiguous, at the cell.

    What it does not tell is told once for each kind of record (W345), and refuses nothing; without a snapshot
    that is everything. ``planning`` holds the orders and is not sealed yet.
    """
    book = ReferenceBook(planning)
    if snapshot is None:
        asked = (one.reference.kind for one in book.all() if one.reference.key != KNOWN_ID)
        issues = list(_unverified(Counter(asked), Location(str(mapping))))
    else:
        known = resolving.Directory(book, snapshot.directory.channel)
        known.load()
        seen = snapshots.verify(known.wanted, snapshot.directory)
        known.learn(seen.resolutions)
        known.lacking(held(known.wanted, seen.resolutions))
        refuse_orders(book, tables)
        issues = [*snapshot.warnings, *_unverified(seen.unverified, Location(str(snapshot.path)))]
    planning.add([], [(None, issue) for issue in issues])


def held(wanted: list[Reference], resolutions: Mapping[str, Resolution]) -> Iterator[Held]:
    """References that are not there, or lie in one that is not; what the snapshot does not tell is neither.

    Nothing that is missing could be created after all: only people and their addresses ever are.
    """
    for reference in wanted:
        for one in reference.chain():
            resolution = resolutions[one.digest]
            if isinstance(resolution, Missing | Ambiguous):
                yield Held(reference, one, resolution)
                break


def _unverified(counts: Mapping[LookupKind, int], at: Location) -> Iterator[Issue]:
    for kind, count in sorted(counts.items()):
        yield Issue("W345", at, facts={"what": kind.value.replace("_", " "), "count": count})
