"""A check's refused orders made decisions; those whose answer is suggested are prepared again with it."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from decimal import Decimal
from functools import lru_cache

from pipeline.decisions.forming import Known, Measured, concluded, formed
from pipeline.decisions.numbers import agrees
from pipeline.decisions.question import Places
from pipeline.decisions.tally import Tally
from pipeline.journal.planning import Planning
from pipeline.journal.references import ReferenceBook
from pipeline.mapping.answer_edits import edits_of
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.editing import NotEditableError, edited
from pipeline.mapping.rule_places import rule_places
from pipeline.mapping.steps.number import decimal
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.model.decision import Answer, Asks, Decision, Decisions, Key
from pipeline.model.folding import fold
from pipeline.model.lookup import Reference
from pipeline.model.refusal import MappingRefused
from pipeline.model.rows import RowRef, Table
from pipeline.references import snapshot as snapshots
from pipeline.references.resolution import Missing, resolution_from
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.opening.sources import Sources
from pipeline.runs.preparing.spool import Keyed, Spool
from pipeline.runs.preparing.workers import WorkerSettings
from pipeline.runs.references.offline import Snapshot, held

MEASURED_EACH = 5_000
"""Orders of one decision that are prepared again; of more, the first so many."""
MEASURED = 30_000
"""Orders that are prepared again in all."""


def find_decisions(
    planning: Planning,
    sources: Sources,
    settings: WorkerSettings,
    spool: Spool,
    snapshot: Snapshot | None,
) -> Decisions:
    """The decisions behind what the checks refused, each with the measured effect of its suggested answer.

    ``planning`` holds all orders and is not sealed; ``spool`` still has their rows.
    """
    places = rule_places(sources.mapping)
    tally = Tally(places)
    for _, total, issues in planning.errors():
        tally.add(issues, total)
    if not tally.counts:
        return Decisions(orders=tally.orders)
    known = _known(planning, places) if snapshot is not None else {}
    listed = formed(tally, known, reads)
    listed = _without_contradiction(listed, places, settings.tables, spool)
    texts, listed = with_suggestions(sources, places, listed)
    measured = Measured()
    if any(one.suggested is not None for one in listed):
        chosen = _chosen(planning, tally, listed)
        again = _Again(replace(settings, texts=texts, counted=False), chosen, measured)
        with _without_collecting():
            again.measure(spool, snapshot.directory if snapshot is not None else None)
    return concluded(tally, listed, measured)


@lru_cache(maxsize=1 << 16)
def reads(locale: str, text: str) -> Decimal | None:
    """The number that a text is in a locale, ``None`` where it is none."""
    try:
        number: Decimal = _decimal(locale)(text)
    except CellProblem:
        return None
    return number


@lru_cache
def _decimal(locale: str) -> Step:
    return decimal(locale)


def _known(planning: Planning, places: Places) -> Known:
    """Spellings that the snapshot has, by the question whose word is near to them."""
    near: dict[tuple[str, str], dict[str, int]] = {}
    for stored in ReferenceBook(planning).all():
        found = resolution_from(stored.resolution) if stored.resolution is not None else None
        if isinstance(found, Missing):
            what = f"{stored.reference.kind.value.replace('_', ' ')} {stored.reference.key}"
            words = near.setdefault((what, fold(stored.reference.value)), {})
            for one in found.suggestions:
                words[one.text] = max(one.score, words.get(one.text, 0))
    return {
        Key(Asks.VALUE, place.table or place.path, word): list(words.items())
        for (what, word), words in near.items()
        for (_, about), place in places.items()
        if about == what
    }


def _without_contradiction(
    listed: list[Decision], places: Places, tables: Sequence[Table], spool: Spool
) -> list[Decision]:
    """No locale is suggested by which a cell that is right as it is would become another number."""
    asked = {one.key.path: one for one in listed if one.key.asks is Asks.NUMBER and one.suggested is not None}
    columns = [
        (table, index, asked[place.path], place.locale)
        for place in {place.path: place for place in places.values()}.values()
        if place.path in asked
        for table in _tables_of(place.source, str(place.path[0]), tables)
        for index in [column_index(table.header, column) for column in place.columns]
        if index is not None
    ]
    wrong: set[Key] = set()
    for partition in spool.partitions() if columns else ():
        for rows in partition.load():
            for table, index, one, now in columns:
                if rows.table == table.index and one.key not in wrong and one.suggested is not None:
                    other = one.suggested.text
                    cells = {row[index] for row in rows.rows if isinstance(row[index], str)}
                    if not all(agrees(str(cell).strip(), now, other, reads) for cell in cells):
                        wrong.add(one.key)
    return [replace(one, suggested=None) if one.key in wrong else one for one in listed]


def _tables_of(source: str | None, section: str, tables: Sequence[Table]) -> Iterator[Table]:
    names = {source} if source is not None else {"lines", "orders" if section == "order" else "items"}
    return (table for table in tables if table.source in names)


def with_suggestions(
    sources: Sources, places: Places, listed: Sequence[Decision]
) -> tuple[MappingTexts, list[Decision]]:
    """The mapping with every suggested answer in it, and the decisions without those that do not fit."""
    answers = [(one, one.suggested) for one in listed if one.suggested is not None]
    mapping, texts = sources.mapping, sources.texts
    try:
        return answered(mapping, texts, places, answers), list(listed)
    except (NotEditableError, MappingRefused, ValueError):
        pass
    fitting: list[tuple[Decision, Answer]] = []
    for one, answer in answers:
        try:
            answered(mapping, texts, places, [*fitting, (one, answer)])
        except (NotEditableError, MappingRefused, ValueError):
            continue
        fitting.append((one, answer))
    keys = {one.key for one, _ in fitting}
    return (
        answered(mapping, texts, places, fitting),
        [one if one.key in keys else replace(one, suggested=None) for one in listed],
    )


def answered(
    mapping: CompiledMapping,
    texts: MappingTexts,
    places: Places,
    answers: Iterable[tuple[Decision, Answer]],
) -> MappingTexts:
    """The mapping's texts with answers in them, understood.

    Raises :class:`NotEditableError` or ``ValueError`` where one cannot be written, :class:`MappingRefused`
    where what is written is not sound.
    """
    edits = [edit for one, answer in answers for edit in edits_of(mapping, places, one, answer)]
    changed = replace(texts, text=edited(texts.text, edits, texts.file))
    changed.compiled()
    return changed


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Partitions make no cycles, and looking for some costs a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Refused:
    """An order to prepare again: the suggested answers it waits for, and whether for nothing else."""

    keys: tuple[Key, ...]
    whole: bool
    never: bool


def _chosen(planning: Planning, tally: Tally, listed: Sequence[Decision]) -> dict[RowRef, _Refused]:
    """The orders that wait for suggested answers, by their rows; the first ones where there are very many."""
    suggested = {one.key for one in listed if one.suggested is not None}
    counts: Counter[Key] = Counter()
    chosen: dict[RowRef, _Refused] = {}
    for at, _, issues in planning.errors():
        all_keys = {tally.key(issue) for issue in issues}
        keys = tuple(key for key in all_keys if key in suggested and key is not None)
        if not keys or len(chosen) >= MEASURED or all(counts[key] >= MEASURED_EACH for key in keys):
            continue
        counts.update(keys)
        chosen[at] = _Refused(keys, all_keys == set(keys), any(issue.code == "E306" for issue in issues))
    return chosen


@dataclass(slots=True)
class _Again:
    """Prepares chosen orders again and counts what became of them."""

    settings: WorkerSettings
    chosen: Mapping[RowRef, _Refused]
    measured: Measured
    waiting: list[tuple[_Refused, tuple[str, ...]]] = made_by(default_factory=list)
    references: dict[str, Reference] = made_by(default_factory=dict)

    def measure(self, spool: Spool, directory: snapshots.Directory | None) -> None:
        """Go through the spool once; ``directory`` says which of the records are there that orders name."""
        preparer = self.settings.preparer()
        for partition in spool.partitions():
            rows = rows_of(partition.load(), self.chosen)
            done = preparer.prepare(rows) if rows else None
            for order in done.orders if done is not None else ():
                refused = self.chosen.get(order.at)
                if refused is None:
                    continue
                if order.body is None or refused.never:
                    self.measured.add(refused.keys, whole=refused.whole, ready=False)
                else:
                    self.waiting.append((refused, tuple(use.digest for use in order.uses)))
            if done is not None and directory is not None:
                self.references |= done.references
        lacking = _lacking(list(self.references.values()), directory) if directory is not None else set()
        for refused, digests in self.waiting:
            self.measured.add(refused.keys, whole=refused.whole, ready=lacking.isdisjoint(digests))


def _lacking(wanted: list[Reference], directory: snapshots.Directory) -> set[str]:
    """The digests of references that a snapshot knows not to be there, or to be several."""
    resolutions = snapshots.verify(wanted, directory).resolutions
    return {one.reference.digest for one in held(wanted, resolutions)}


def rows_of(keyed: Sequence[Keyed], chosen: Mapping[RowRef, object]) -> list[Keyed]:
    """Of the rows of a partition those of the chosen orders, all of each order."""
    keys = {
        key
        for rows in keyed
        for key, number in zip(rows.keys, rows.numbers, strict=True)
        if (rows.table, number) in chosen
    }
    return [_only(rows, keys) for rows in keyed] if keys else []


def _only(rows: Keyed, keys: set[str]) -> Keyed:
    at = [index for index, key in enumerate(rows.keys) if key in keys]
    numbers = [rows.numbers[index] for index in at]
    mine = set(numbers)
    return Keyed(
        rows.table,
        [rows.keys[index] for index in at],
        numbers,
        [rows.rows[index] for index in at],
        [number for number in rows.damaged if number in mine],
        [(key, number) for key, number in rows.beside if key in keys],
    )
