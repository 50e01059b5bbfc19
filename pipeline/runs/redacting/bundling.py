"""A problem becomes a bundle that may be shared: small, in disguise, and searched before it is written."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.reading import JournalReader
from pipeline.loaders.extracting import AS_XLSX
from pipeline.model.bundle import Bundle
from pipeline.model.cell import plain_text
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused, JournalRefused, MappingRefused, SafetyStop
from pipeline.model.rows import Row
from pipeline.redaction.disguise import Disguise
from pipeline.redaction.render import Masks, Selection
from pipeline.redaction.shrinking import Budget
from pipeline.redaction.signature import Signature
from pipeline.reporting.masking.mask import mask_personal
from pipeline.reporting.terminal.bundle import readme_of
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.opening.header import read_limits_of
from pipeline.runs.planning.stages import prepare_run
from pipeline.runs.redacting.archive import traces_in, write_bundle
from pipeline.runs.redacting.command import command_for
from pipeline.runs.redacting.facts import (
    Words,
    environment_facts,
    journal_facts,
    problem,
    told_facts,
)
from pipeline.runs.redacting.inside import Inside, inside_of
from pipeline.runs.redacting.mapping import BundledMapping, bundled_mapping
from pipeline.runs.redacting.refused import start_of_refused
from pipeline.runs.redacting.request import RedactRequest
from pipeline.runs.redacting.shrinking import Shrinking, only_the_target
from pipeline.runs.redacting.start import Start, start_of_run
from pipeline.runs.redacting.trial import INPUTS, Trial
from pipeline.runs.state_folder.catalogue_of_runs import find_run

_KEY = 32
_AGAIN = 4
"""Secrets that are tried before a bundle is given up because a replacement is some other real value."""
UNSHOWABLE = "no disguise of its cells shows the problem, and nothing is shared that is all real"


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where a bundle is made: an empty folder, where keys come from, and a clock in seconds."""

    folder: Path
    secret: Callable[[int], bytes]
    clock: Callable[[], float]


def redact(
    request: RedactRequest,
    places: Places | None = None,
    *,
    secret: Callable[[int], bytes] = secrets.token_bytes,
    clock: Callable[[], float] = time.monotonic,
) -> Bundle:
    """Make a bundle of a run's problem, or of files that are refused before there is a run.

    ``secret`` gives the key of all replacements, which is forgotten afterwards; ``clock`` is in seconds.
    Raises :class:`UsageRefused` where there is no such run or problem, :class:`SafetyStop` (E697) where
    something personal would be in it that nothing explains, :class:`JournalRefused` (E696) where it cannot be
    written.
    """
    places = places or Places()
    with tempfile.TemporaryDirectory(prefix="orderlift-") as scratch:
        bench = _Bench(Path(scratch) / "bundle", secret, clock)
        bench.folder.mkdir(mode=0o700)
        if not request.sources:
            run_id = find_run(places, request.run_id)
            return _of_run(request, places.journal(run_id), bench)
        try:
            own = Places(Path(scratch) / "state", Path(scratch))
            run_id = prepare_run(_checked(request), own, "check", sendable=False)
        except (InputRefused, MappingRefused) as refusal:
            start = start_of_refused(request, refusal.issues)
            return _made(request, start, {"issues": _counted(refusal.issues)}, bench)
        return _of_run(request, own.journal(run_id), bench, kept=False)


def _checked(request: RedactRequest) -> PlanRequest:
    if request.mapping is None:
        raise ValueError("sources come with a mapping")
    return PlanRequest(
        list(request.sources),
        request.mapping,
        channel=request.channel,
        read_limits=request.read_limits,
        variables=request.variables,
    )


def _counted(issues: tuple[Issue, ...]) -> dict[str, int]:
    codes = [one.code for one in issues]
    return {code: codes.count(code) for code in dict.fromkeys(codes)}


def _of_run(request: RedactRequest, path: Path, bench: _Bench, *, kept: bool = True) -> Bundle:
    """Of a run; one that was only made for the bundle is not ``kept``, and is not named."""
    with closing(JournalReader(path)) as journal:
        start = start_of_run(journal, request)
        request = replace(request, read_limits=read_limits_of(journal.header))
        facts = journal_facts(journal, start.names)
    if not kept:
        facts["run"] |= {"run_id": None, "created": None}
    return _made(request, start, facts, bench)


def _made(request: RedactRequest, start: Start, facts: Mapping[str, Any], bench: _Bench) -> Bundle:
    now, half = bench.clock(), request.questions // 2
    budget = Budget(half, now + request.seconds / 2, bench.clock)
    for_hiding = Budget(half, now + request.seconds, bench.clock)
    making = _Making(request, start, facts, bench.folder, budget, for_hiding)
    shrinking = making.shrunk()
    for _ in range(_AGAIN):
        found = making.filled(shrinking, bench.secret(_KEY))
        if not found.traces:
            break
    else:
        value, name = found.traces[0]
        raise SafetyStop(Issue("E697", value=mask_personal(shown(value)), facts={"file": name}))
    if not request.dry:
        try:
            write_bundle(request.output, found.contents)
        except OSError as error:
            told: dict[str, str | int] = {"reason": shown(error.strerror or error)}
            raise JournalRefused(Issue("E696", Location(str(request.output)), facts=told)) from error
    return found.bundle


@dataclass(frozen=True, slots=True)
class _Filled:
    """A bundle with the bytes of its files, and what of the inputs still stands in them."""

    bundle: Bundle
    contents: Mapping[str, bytes]
    traces: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Making:
    """One bundle in the making."""

    request: RedactRequest
    start: Start
    facts: Mapping[str, Any]
    folder: Path
    budget: Budget
    for_hiding: Budget

    def shrunk(self) -> Shrinking | None:
        """The smallest rows that show it, as they are; ``None`` where the inputs are withheld."""
        start = self.start
        if start.withheld or not start.extracts:
            return None
        bare = bundled_mapping(start.texts, self._cells(), None)
        trial = Trial(self.folder, bare, start.extracts, start.names, self.request.read_limits, start.channel)
        shrinking = Shrinking(start, trial, self.budget, self.for_hiding)
        shrinking.begin()
        shrinking.shrink()
        return shrinking

    def _cells(self) -> frozenset[str]:
        tables = (table for file in self.start.extracts for table in file.tables)
        return frozenset(text for table in tables for text in _folded(table.rows.values()))

    def filled(self, shrinking: Shrinking | None, key: bytes) -> _Filled:
        """The bundle under one key."""
        encodings = tuple(dict.fromkeys(file.facts.encoding or "utf-8" for file in self.start.extracts))
        disguise = Disguise(key, encodings)
        mapping = masked = bundled_mapping(self.start.texts, self._cells(), disguise)
        inside, hidden = Inside(), None
        if shrinking is not None:
            bare = bundled_mapping(self.start.texts, self._cells(), None)
            constants_stay = not shrinking.take_mapping(masked, bare)
            masks = shrinking.hide(disguise)
            mapping = shrinking.trial.mapping
            if masks is not None:
                hidden = _Hidden(shrinking, masks)
                inside = inside_of(self.start, shrinking.selection, masks)
            if constants_stay:
                inside = inside.with_mapping(bare, masked)
        inside = inside.looked_up(mapping)
        return self._packed(mapping, inside, hidden, encodings)

    def _packed(
        self, mapping: BundledMapping, inside: Inside, hidden: "_Hidden | None", encodings: tuple[str, ...]
    ) -> _Filled:
        """Everything as bytes, by name, and the last look at it."""
        inputs = hidden.inputs() if hidden is not None else {}
        bundle = self._bundle(hidden, inside)
        names = [name.removeprefix(f"{INPUTS}/") for name in inputs]
        command = command_for(mapping, names, self.request.read_limits, self.start.channel)
        unseen = frozenset(one for one in self.start.wanted if problem(one) not in bundle.shown)
        words = Words(inside.disguises, inside.personal)
        told = told_facts(self.start, unseen, words)
        contents = {
            **{name: text.encode() for name, text in mapping.files.items()},
            **inputs,
            "journal.json": _json({**self.facts, "shown": bundle.shown, "told": told}),
            "environment.json": _json(environment_facts()),
        }
        sizes = tuple((name, len(data)) for name, data in sorted(contents.items()))
        bundle = replace(bundle, command=command, files=sizes)
        contents["README.txt"] = readme_of(bundle).encode()
        return _Filled(bundle, contents, traces_in(contents, inside, encodings, self._wording(bundle)))

    def _bundle(self, hidden: "_Hidden | None", inside: Inside) -> Bundle:
        start = self.start
        seen = hidden.shrinking.shown if hidden is not None else frozenset[Signature]()
        rest = sorted(start.wanted - seen, key=str)
        withheld = start.withheld
        if hidden is None and not withheld:
            withheld = tuple((name, UNSHOWABLE) for name in start.names.values())
        selection = hidden.shrinking.selection if hidden is not None else Selection(frozenset())
        old = [one.facts.path for one in start.extracts if one.facts.kind in AS_XLSX]
        return Bundle(
            run_id=self.facts.get("run", {}).get("run_id") or "",
            output=None if self.request.dry else str(self.request.output),
            command="",
            shown=tuple(map(problem, sorted(seen, key=str))),
            told=tuple(problem(one) for one in rest if only_the_target(one)),
            lost=tuple(problem(one) for one in rest if not only_the_target(one)),
            beside=start.beside,
            orders=sum(any(ref in selection.rows for ref in order.rows) for order in start.orders),
            of_orders=start.of_orders,
            rows=len(selection.rows),
            columns_dropped=sum(map(len, selection.dropped.values())),
            real=inside.real,
            withheld=withheld,
            as_xlsx=tuple(start.names[path] for path in old) if hidden is not None else (),
            cut_to=start.cut_to,
        )

    def _wording(self, bundle: Bundle) -> str:
        """Our own words, in which a value may stand by chance."""
        empty = replace(bundle, command="", real=(), files=())
        told = _json({**self.facts, "told": []}) + _json(environment_facts())
        return readme_of(empty) + told.decode()


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Inputs in disguise."""

    shrinking: Shrinking
    masks: Masks

    def inputs(self) -> dict[str, bytes]:
        """The files as they lie in the bundle, by name."""
        files = self.shrinking.trial.write(self.shrinking.selection, self.masks)
        return {f"{INPUTS}/{file.name}": file.read_bytes() for file in files}


def _folded(rows: Iterable[Row]) -> Iterator[str]:
    return (fold(plain_text(cell)) for row in rows for cell in row)


def _json(facts: Mapping[str, Any]) -> bytes:
    return orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_PASSTHROUGH_DATETIME) + b"\n"
