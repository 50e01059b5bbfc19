"""Two mappings on the same files: which orders' payloads change, how, and which of them were sent already.

Both are worked through side by side, partition by partition. Where both name the same key column, an order is
in the same partition of both; of the few that are not, digests are held until the end.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pipeline.journal.ledger import AT_ONCE
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Severity
from pipeline.model.lookup import Reference
from pipeline.model.planned import PlannedOrder
from pipeline.model.rows import RowRef  # noqa: TC001 - as everywhere
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.connection.address import demand_target
from pipeline.runs.ledger.keeping import ChannelLedger, anything_known, opened_ledger
from pipeline.runs.opening.sources import Sources, open_sources
from pipeline.runs.preparing.filling import nothing_to_tell
from pipeline.runs.preparing.partition import Prepared
from pipeline.runs.preparing.prepared_sources import partitions_of, payload_of, prepared
from pipeline.upload.changes import EXAMPLES, MappingDiff, Sent, changes
from pipeline.upload.standing import ON_TARGET

Place: TypeAlias = tuple[str, str | None, int]
"""Where an order stands: file, sheet and row, the same whatever mapping reads it."""


class _Side(NamedTuple):
    """One order as one mapping makes it."""

    order: PlannedOrder
    codes: tuple[str, ...]
    references: dict[str, Reference]


def diff_mappings(
    before: PlanRequest,
    after: Path,
    places: Places | None = None,
    *,
    now: datetime | None = None,
    progress: Callable[[str, int], None] = nothing_to_tell,
) -> MappingDiff:
    """Compare what two mappings make of the same files, in memory that does not grow with them.

    ``before`` names files and the first mapping; with a target and a channel in it, the ledger in ``places``
    is asked which of the orders that change were sent. Raises a :class:`Refusal` where either cannot work.
    """
    demand_target(before.target, before.channel, needed=False)
    now = now or datetime.now(UTC)
    later = PlanRequest(
        before.sources, after, jobs=before.jobs, read_limits=before.read_limits, variables=before.variables
    )
    both = open_sources(before), open_sources(later)
    partitions = max(partitions_of(one) for one in both)
    comparison = _Comparison(*both)
    with ExitStack() as stack:
        target, channel = before.target, before.channel
        if target is not None and channel is not None and places is not None:
            comparison.diff.sent = Sent()
            if anything_known(places, target, channel):
                comparison.kept = stack.enter_context(opened_ledger(places, target, channel, own=None))
        streams = [
            prepared(one, now, jobs=before.jobs, partitions=partitions, progress=progress) for one in both
        ]
        for one, other in zip(*streams, strict=True):
            comparison.add(one, other)
        comparison.finish()
    return comparison.diff


@dataclass(slots=True)
class _Comparison:
    """The orders of two mappings as they come. ``left`` and ``right`` wait for their like by digest."""

    before: Sources
    after: Sources
    diff: MappingDiff = made_by(default_factory=MappingDiff)
    kept: ChannelLedger | None = None
    left: dict[Place, bytes | None] = made_by(default_factory=dict)
    right: dict[Place, bytes | None] = made_by(default_factory=dict)
    touched: list[tuple[str, str]] = made_by(default_factory=list)

    def add(self, before: Prepared, after: Prepared) -> None:
        """Compare one partition."""
        olds, news = _sides(before, self.before), _sides(after, self.after)
        for place, old in olds.items():
            new = news.pop(place, None)
            if new is None:
                self.left[place] = old.order.sha256
            else:
                self._compare(old, new)
        self.right.update((place, new.order.sha256) for place, new in news.items())
        self._ask(AT_ONCE)

    def _compare(self, old: _Side, new: _Side) -> None:
        diff, number = self.diff, old.order.number
        if old.order.body is None and new.order.body is None:
            diff.refused_by_both += 1
        elif old.order.body is None:
            diff.add_ready(new.order.number, old.codes)
        elif new.order.body is None:
            diff.add_refused(number, new.codes)
            self.touched.append((old.order.collision, number))
        elif old.order.sha256 == new.order.sha256:
            diff.same += 1
        else:
            one, other = payload_of(old.order, old.references), payload_of(new.order, new.references)
            found = list(changes(one or {}, other or {}))
            if found:
                diff.add_changed(number, found)
                self.touched.append((old.order.collision, number))
            else:
                diff.same += 1  # the same fields in another sequence

    def finish(self) -> None:
        """Match what was in different partitions by digest, and ask about the last that change."""
        for place, digest in self.left.items():
            if place not in self.right:
                self.diff.only_before += 1
            elif self.right.pop(place) == digest:
                self.diff.same += digest is not None
                self.diff.refused_by_both += digest is None
            else:
                self.diff.not_compared += 1
        self.diff.only_after = len(self.right)
        self._ask(1)

    def _ask(self, enough: int) -> None:
        """Ask the ledger about orders that change, many at once."""
        while len(self.touched) >= enough:
            some, self.touched = self.touched[:AT_ONCE], self.touched[AT_ONCE:]
            if self.kept is not None and self.diff.sent is not None:
                self._count_sent(some, self.kept, self.diff.sent)

    @staticmethod
    def _count_sent(some: Iterable[tuple[str, str]], kept: ChannelLedger, sent: Sent) -> None:
        numbers = dict(some)
        for collision, entries in kept.ledger.entries(list(numbers)).items():
            standing = [entry for entry in entries if entry.state in ON_TARGET or entry.unknown]
            if standing:
                sent.count += 1
                if len(sent.examples) < EXAMPLES:
                    last = standing[-1]
                    sent.examples.append((numbers[collision], last.run, last.remote_id or ""))


def _sides(done: Prepared, sources: Sources) -> dict[Place, _Side]:
    tables = {opened.table.index: opened.table for opened in sources.tables}
    codes: dict[RowRef, list[str]] = {}
    for ref, issue in done.issues:
        if ref is not None and CATALOGUE[issue.code].severity is not Severity.WARNING:
            codes.setdefault(ref, []).append(issue.code)
    return {
        (tables[order.at[0]].file, tables[order.at[0]].sheet, order.at[1]): _Side(
            order, tuple(sorted(set(codes.get(order.at, ())))), done.references
        )
        for order in done.orders
    }
