"""Records of the target kept for later, so that references can be looked up without it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.lookup import LOOKUPS, LookupKind, Reference
from pipeline.references.equality import loosest
from pipeline.references.match import match
from pipeline.references.order_of_work import levels_of
from pipeline.references.record import Record, id_of, is_plainly_elsewhere, plain_id, text_of
from pipeline.references.requests import ListRequest, parents_of
from pipeline.references.resolution import (
    Found,
    Missing,
    Resolution,
    Suggestion,
    Unanswered,
    known_id,
)
from pipeline.references.suggest import suggest
from pipeline.references.ways import PROVEN, Manner, path_of

SCHEMA = "orderlift/snapshot/1"
NOT_IN_IT = "the snapshot does not tell"
PERSONAL = frozenset({LookupKind.CUSTOMER, LookupKind.ADDRESS})
"""Kinds whose records are people's: they are never kept, and therefore never verified without the target."""

MOST_COMPARISONS = 1_000_000
_KEPT = ("pk", "id", "object_id", "name", "is_active", "shipping_company", "currency")

Scope = tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Directory:
    """What was seen of one channel: records by kind, and of which lists and values everything was seen.

    ``complete`` names lists that were read whole, each by what it was narrowed to; ``absent`` values that
    were asked for and are not there. ``taken`` is a moment, ISO 8601 in UTC.
    """

    target: str
    channel: int
    taken: str
    records: dict[LookupKind, dict[str, dict[str, Any]]] = field(default_factory=dict)
    complete: dict[LookupKind, set[Scope]] = field(default_factory=dict)
    absent: dict[LookupKind, set[tuple[str, str]]] = field(default_factory=dict)

    def add(self, request: ListRequest, records: Iterable[Record]) -> None:
        """Keep the answer to a request; of a record only what is compared, and nothing of people."""
        if request.kind in PERSONAL or request.way.manner is Manner.MAPPED:
            return
        kept = self.records.setdefault(request.kind, {})
        for record in records:
            slim = _slim(request.kind, record)
            number = id_of(record, "remote_id" if "object_id" in record else "")
            if number is not None:
                about = "remote" if "object_id" in record else "record"
                name = f"{about} {number} {slim.get('remote_id', '')}".strip()
                kept[name] = slim
        if request.way.manner is Manner.WHOLE and request.path == path_of(request.kind, "", self.channel):
            given = dict(request.query)
            scope = tuple(sorted((one.value, int(given[one.value])) for one in request.narrowed))
            self.complete.setdefault(request.kind, set()).add(scope)

    def add_absent(self, reference: Reference, resolution: Resolution) -> None:
        """Keep that the target was asked for a value in full, and has none."""
        if reference.kind in PERSONAL or reference.within or not isinstance(resolution, Missing):
            return
        if PROVEN in resolution.tried:
            self.absent.setdefault(reference.kind, set()).add((reference.key, reference.value))

    def as_data(self) -> dict[str, Any]:
        """The directory as plain data, in an order that depends on its content alone."""
        return {
            "schema": SCHEMA,
            "target": self.target,
            "channel": self.channel,
            "taken": self.taken,
            "records": {
                kind.value: [kept[name] for name in sorted(kept)]
                for kind, kept in sorted(self.records.items())
            },
            "complete": {
                kind.value: sorted([list(pair) for pair in scope] for scope in scopes)
                for kind, scopes in sorted(self.complete.items())
            },
            "absent": {
                kind.value: sorted(list(pair) for pair in pairs)
                for kind, pairs in sorted(self.absent.items())
            },
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """Resolutions by digest, and what the directory could not tell: how many references of each kind."""

    resolutions: Mapping[str, Resolution]
    unverified: Mapping[LookupKind, int]


def directory_from(data: Mapping[str, Any]) -> Directory:
    """The directory that :meth:`Directory.as_data` was made of. Raises ``ValueError`` where it is none."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"not a snapshot of this version: {data.get('schema')!r}")
    try:
        directory = Directory(str(data["target"]), int(data["channel"]), str(data["taken"]))
        for name, records in data["records"].items():
            kept = directory.records.setdefault(LookupKind(name), {})
            for place, record in enumerate(records):
                kept[f"{place:09}"] = dict(record)
        for name, scopes in data["complete"].items():
            directory.complete[LookupKind(name)] = {
                tuple((str(parent), int(number)) for parent, number in scope) for scope in scopes
            }
        for name, pairs in data["absent"].items():
            directory.absent[LookupKind(name)] = {(str(key), str(value)) for key, value in pairs}
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a whole snapshot: {wrong}") from wrong
    return directory


def verify(wanted: Collection[Reference], directory: Directory) -> Verified:
    """Look references up in a directory, parents first, without asking anybody.

    Found and ambiguous are what the directory holds; missing only what it knows to be missing. All else,
    and whatever lies in something unverified, is ``Unanswered``.
    """
    known: dict[str, Resolution] = {}
    unverified: Counter[LookupKind] = Counter()
    held = _Held(directory)
    for level in levels_of(wanted):
        for reference in level:
            resolution = known[reference.digest] = _look(reference, known, directory, held)
            unverified[reference.kind] += isinstance(resolution, Unanswered)
    return Verified(known, {kind: count for kind, count in unverified.items() if count})


class _Held:
    """The records of a directory by what they are found by, so that each lookup compares few of them."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._by_text: dict[tuple[LookupKind, str], dict[str, list[Record]]] = {}
        self._left = MOST_COMPARISONS

    def alike(self, reference: Reference) -> list[Record]:
        """The records that any reading may take for the reference."""
        return self._index(reference).get(loosest(reference.key)(reference.value), [])

    def near(self, reference: Reference, parents: Mapping[LookupKind, int]) -> tuple[Suggestion, ...]:
        """What may have been meant instead; nothing once too much was compared."""
        records = [record for alike in self._index(reference).values() for record in alike]
        self._left -= len(records)
        if self._left < 0:
            return ()
        return suggest(
            reference.value,
            [
                (str(text_of(record[reference.key])), id_of(record, reference.key))
                for record in records
                if not is_plainly_elsewhere(record, parents)
            ],
        )

    def _index(self, reference: Reference) -> dict[str, list[Record]]:
        kind, key = reference.kind, reference.key
        index = self._by_text.get((kind, key))
        if index is None:
            index = self._by_text[kind, key] = {}
            for record in self._directory.records.get(kind, {}).values():
                text = text_of(record.get(key))
                if text is not None and ("object_id" in record) == (key == "remote_id"):
                    index.setdefault(loosest(key)(text), []).append(record)
        return index


def _look(
    reference: Reference, known: Mapping[str, Resolution], directory: Directory, held: _Held
) -> Resolution:
    given = known_id(reference, {})
    if given is not None:
        return Found(given)
    parents = parents_of(reference, known)
    if reference.kind in PERSONAL or parents is None:
        return Unanswered(NOT_IN_IT)
    result = match(reference, held.alike(reference), parents)
    if not isinstance(result, Missing):
        return result
    if not _is_whole(reference, parents, directory):
        return Unanswered(NOT_IN_IT)
    return Missing(held.near(reference, parents), result.inactive, frozenset({PROVEN}))


def _is_whole(reference: Reference, parents: Mapping[LookupKind, int], directory: Directory) -> bool:
    """Whether all that could be the reference was seen: a whole list, or the value itself."""
    if (reference.key, reference.value) in directory.absent.get(reference.kind, set()):
        return True
    ours = {(kind.value, number) for kind, number in parents.items()}
    return reference.key != "remote_id" and any(
        ours.issuperset(scope) for scope in directory.complete.get(reference.kind, set())
    )


def _slim(kind: LookupKind, record: Record) -> dict[str, Any]:
    spec = LOOKUPS[kind]
    kept = {name: record[name] for name in (*_KEPT, *spec.keys) if name in record}
    kept |= {parent.value: plain_id(record[parent.value]) for parent in spec.within if parent.value in record}
    return kept
