"""What a target's channel holds is read into a file, by which a check looks things up without the network."""

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from pipeline.journal.planning import Planning
from pipeline.journal.references import ReferenceBook
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.review import SECTIONS
from pipeline.mapping.review_lookups import lookups_of
from pipeline.model.exchange import ListAnswer
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.lookup import LOOKUPS, LookupKind
from pipeline.model.refusal import TargetRefused, UsageRefused
from pipeline.references.record import Record
from pipeline.references.requests import ListRequest, parents_of
from pipeline.references.resolution import Found, Unanswered
from pipeline.references.snapshot import PERSONAL, Directory
from pipeline.references.ways import WHOLE, Manner, path_of
from pipeline.reporting.files.atomic import make_private_folder, replacing
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest, SnapshotRequest
from pipeline.runs.connection.address import address_of, demand_target
from pipeline.runs.connection.asking import ask_target
from pipeline.runs.opening.sources import open_sources, read_mapping
from pipeline.runs.preparing.filling import Filling, Progress, nothing_to_tell
from pipeline.runs.references import resolving
from pipeline.runs.references.offline import named
from pipeline.runs.state_folder.catalogue_of_runs import new_run_id
from pipeline.target.records import RecordsClient

DONE, NOT_ALL_READ = 0, 5
_LIES_IN_PLACES = frozenset({LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT})
_REMOTE = "remote_id"


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """A snapshot that was written. ``records`` counts by kind, ``unread`` are lists that it tells nothing of.

    ``taken`` is ISO 8601 in UTC, ``requests`` how many the target was sent.
    """

    path: Path
    target: str
    channel: int
    taken: str
    records: Mapping[str, int]
    requests: int
    unread: tuple[Issue, ...] = ()

    @property
    def exit_code(self) -> int:
        """The code a command line ends with: 5 where a list could not be read."""
        return NOT_ALL_READ if self.unread else DONE


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to ask for beside what rows name: lists to read whole."""

    kinds: frozenset[LookupKind]
    remote_products: bool = False

    def lists(self, channel: int) -> Iterator[ListRequest]:
        """The requests for them, in an order that never changes."""
        for kind in sorted(self.kinds):
            yield ListRequest(kind, path_of(kind, "", channel), (), (), WHOLE)
        if self.remote_products:
            kind = LookupKind.PRODUCT
            query = (("channel", str(channel)), ("content_type_name", kind.value))
            yield ListRequest(kind, path_of(kind, _REMOTE, channel), query, (), WHOLE)


def take_snapshot(
    request: SnapshotRequest,
    sending: SendRequest,
    places: Places | None = None,
    *,
    progress: Progress = nothing_to_tell,
) -> SnapshotTaken:
    """Read what orders may name, and write it to ``request.output``, whole or not at all.

    Only reads, at the pace of ``sending``. No people are asked for, nor their addresses. A list that cannot
    be read to its end is told, and the snapshot says nothing of it. Raises a :class:`Refusal` where nothing
    can be read: mapping and sources as in a check, target, token, or a target that does not let us in or
    answers nothing; ``TypeError`` for sources without a mapping.
    """
    demand_target(request.target, request.channel, needed=True)
    assert request.target is not None
    assert request.channel is not None
    places = places or Places()
    address = address_of(request.target, request.channel)
    now = datetime.now(UTC)
    directory = Directory(named(request.target), request.channel, now.isoformat(timespec="seconds"))
    with _rows_read(request, places, now, progress) as (planning, wanted):

        async def questions(client: RecordsClient) -> tuple[int, tuple[Issue, ...]]:
            known = resolving.Directory(ReferenceBook(planning), directory.channel)
            known.load()
            reading = _Reading(known, client, sending, directory, progress)
            await reading.run_all(wanted)
            return client.requests, tuple(reading.unread())

        requests, unread = ask_target(address, sending, questions)
    if unread and not directory.records:
        raise TargetRefused(*unread)  # an older snapshot is worth more than an empty one
    _write(request.output, directory)
    records = {kind.value: len(kept) for kind, kept in sorted(directory.records.items())}
    return SnapshotTaken(
        request.output, directory.target, directory.channel, directory.taken, records, requests, unread
    )


class _Reading(resolving.Looking):
    """Looks up what rows name, reads lists whole, and keeps every answer."""

    def __init__(
        self,
        known: resolving.Directory,
        client: RecordsClient,
        sending: SendRequest,
        kept: Directory,
        progress: Progress,
    ) -> None:
        super().__init__(known, client, sending.concurrency, sending.attempts)
        for digest in [digest for digest, one in known.references.items() if one.kind in PERSONAL]:
            del known.references[digest]
        self._known, self._kept, self._progress = known, kept, progress
        self._named_by_channel: set[str] = set()
        self._failed: dict[str, str] = {}

    async def run_all(self, wanted: _Wanted) -> None:
        """Ask for everything; raises :class:`TargetRefused` where a person has to act first."""
        await self.run()
        lists = [one for one in wanted.lists(self._kept.channel) if not self._is_there(one)]
        if self.ending is None:
            answers = await asyncio.gather(*map(self.ask, lists))
            for request, answer in zip(lists, answers, strict=True):
                if answer.records is None:
                    self._failed.setdefault(_what(request.kind), answer.reason)
        if self.ending is not None:
            raise TargetRefused(Issue(self.ending.code or "E501", facts=self.ending.facts))
        self._keep_what_was_learnt()

    async def ask(self, request: ListRequest) -> ListAnswer:
        """Ask as ever, and keep the answer."""
        answer = await super().ask(request)
        if answer.records is not None:
            self._kept.add(request, _with_parents(request, answer.records))
            self._progress("records", len(answer.records))
        if request.way.manner is Manner.MAPPED:
            self._named_by_channel.update(request.answers)
        return answer

    def unread(self) -> Iterator[Issue]:
        """One issue for each list that was not read to its end."""
        failed = dict(self._failed)
        for digest, reference in self._known.references.items():
            resolution = self._known.known.get(digest)
            if isinstance(resolution, Unanswered):
                failed.setdefault(_what(reference.kind), resolution.reason)
        for what, reason in failed.items():
            yield Issue("E347", facts={"what": what, "reason": shown(reason)})

    def _is_there(self, request: ListRequest) -> bool:
        whole: Collection[tuple[tuple[str, int], ...]] = self._kept.complete.get(request.kind, ())
        return not request.query and () in whole

    def _keep_what_was_learnt(self) -> None:
        """Values that are proven to be missing, and names of places that only the channel knows."""
        for digest, reference in self._known.references.items():
            resolution = self._known.known.get(digest)
            if resolution is None:
                continue
            self._kept.add_absent(reference, resolution)
            if digest not in self._named_by_channel or not isinstance(resolution, Found):
                continue
            parents = parents_of(reference, self._known.known) or {}
            record = {"pk": resolution.id, reference.key: reference.value}
            record |= {kind.value: number for kind, number in parents.items()}
            self._kept.records.setdefault(reference.kind, {})[f"named {digest}"] = record


def _with_parents(request: ListRequest, records: Collection[Record]) -> list[Record]:
    """Records of a list that was narrowed to a parent, each saying so, even where the target does not."""
    given = dict(request.query)
    parents = {kind.value: int(given[kind.value]) for kind in request.narrowed}
    return [{**parents, **record} for record in records]


def _what(kind: LookupKind) -> str:
    return kind.value.replace("_", " ")


@contextlib.contextmanager
def _rows_read(
    request: SnapshotRequest, places: Places, now: datetime, progress: Progress
) -> Iterator[tuple[Planning, _Wanted]]:
    """A journal of what the source rows name, for a while, and which lists are to be read beside."""
    plan = sources = None
    if request.sources:
        if request.mapping is None:
            raise TypeError("sources are read by a mapping")
        plan = PlanRequest(
            request.sources,
            request.mapping,
            request.target,
            request.channel,
            jobs=request.jobs,
            read_limits=request.read_limits,
            variables=request.variables,
        )
        sources = open_sources(plan)
        mapping: CompiledMapping | None = sources.mapping
    else:
        mapping = read_mapping(request.mapping, request.variables)[0] if request.mapping is not None else None
    folder = places.run_dir(new_run_id())
    make_private_folder(folder.parent)
    planning = Planning(places.journal(folder.name))
    try:
        if plan is not None and sources is not None:
            filling = Filling(sources, plan, planning, now, progress, secrets.token_hex(8))
            filling.fill(filling.spool(folder / "spool"))
        yield planning, _wanted(mapping, rows_name=plan is not None)
    finally:
        planning.close()
        shutil.rmtree(folder, ignore_errors=True)  # rows are people's: nothing of them stays


def _wanted(mapping: CompiledMapping | None, *, rows_name: bool) -> _Wanted:
    if mapping is None:
        return _Wanted(frozenset(LOOKUPS) - PERSONAL)
    kinds = mapping.lookups - PERSONAL
    if rows_name:
        return _Wanted(kinds - _LIES_IN_PLACES - {LookupKind.PRODUCT})
    keys = {
        key
        for section in SECTIONS
        for _, lookup in lookups_of(getattr(mapping.file, section), section)
        for _, by in lookup.ways
        for key in by
    }
    return _Wanted(kinds, remote_products=_REMOTE in keys)


def _write(path: Path, directory: Directory) -> None:
    try:
        with replacing(path) as file:
            file.write(orjson.dumps(directory.as_data(), option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise UsageRefused(Issue("E627", Location(str(path)), facts=facts)) from None
