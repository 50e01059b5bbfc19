"""What is to be created, parents first, and what stands in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability
from pipeline.references.identity import identity
from pipeline.references.resolution import Missing, Resolution, known_id
from pipeline.references.ways import is_final


@dataclass(frozen=True, slots=True)
class Creation:
    """One record to be created, for all references that mean it.

    ``reference`` is the one whose attributes are used: of those that mean the same record the one with the
    most of them, of equals the first that was wanted. ``differing`` names attributes in which others
    disagree with it, so that a plan can say so.
    """

    reference: Reference
    digests: tuple[str, ...]
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A reference that cannot be had, and ``because`` of which: itself or a parent, with its resolution."""

    reference: Reference
    because: Reference
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Work:
    """``levels``: what may be created at once, level after level. ``unasked``: ask for these first."""

    levels: tuple[tuple[Creation, ...], ...] = ()
    held: tuple[Held, ...] = ()
    unasked: tuple[Reference, ...] = ()

    def creations(self, kind: LookupKind) -> int:
        """How many records of a kind are to be created."""
        return sum(one.reference.kind is kind for level in self.levels for one in level)


@dataclass(frozen=True, slots=True)
class _Create:
    level: int


@dataclass(frozen=True, slots=True)
class _There:
    pass


@dataclass(frozen=True, slots=True)
class _Unasked:
    pass


_State: TypeAlias = "_Create | _There | _Unasked | Held"


@dataclass(slots=True)
class _Same:
    """References that mean one record."""

    members: list[tuple[str, Reference]] = field(default_factory=list)

    def creation(self) -> Creation:
        chosen = max(self.members, key=lambda member: _given(member[1]))[1]
        return Creation(chosen, tuple(digest for digest, _ in self.members), self._differing(chosen))

    def _differing(self, chosen: Reference) -> tuple[str, ...]:
        ours = dict(chosen.create or ())
        others = [dict(member.create or ()) for _, member in self.members]
        names = sorted({name for other in others for name in other} | set(ours))
        return tuple(
            name
            for name in names
            if any(other.get(name) not in (None, "", ours.get(name)) for other in others)
        )


def levels_of(references: Iterable[Reference]) -> tuple[tuple[Reference, ...], ...]:
    """All references and their parents, each once, parents on an earlier level than what lies in them."""
    seen: dict[int, int] = {}  # objects that were looked at: parents are shared, and digests are dear
    depth: dict[str, int] = {}
    by_level: list[list[Reference]] = []

    def place(one: Reference) -> int:
        if id(one) in seen:
            return seen[id(one)]
        level = seen[id(one)] = max((place(parent) + 1 for parent in one.within), default=0)
        if depth.setdefault(one.digest, -1) == -1:
            depth[one.digest] = level
            while len(by_level) <= level:
                by_level.append([])
            by_level[level].append(one)
        return level

    kept = list(references)
    for reference in kept:
        place(reference)
    return tuple(tuple(level) for level in by_level)


def work(wanted: Collection[Reference], known: Mapping[str, Resolution], ability: Ability) -> Work:
    """What is left to do for ``wanted`` and its parents, given what is known by now.

    Only an absence that was asked for in full leads to a creation, and only where the reference allows it.
    An address of a customer that is yet to be created is counted as missing: its customer owns none.
    """
    states: dict[str, _State] = {}
    same: dict[str, _Same] = {}
    at_level: dict[str, int] = {}
    held: list[Held] = []
    unasked: list[Reference] = []
    for level in levels_of(wanted):
        for reference in level:
            digest = reference.digest
            state = states[digest] = _state(reference, digest, states, known, ability)
            if isinstance(state, _Create):
                record = identity(reference)
                same.setdefault(record, _Same()).members.append((digest, reference))
                at_level[record] = max(at_level.get(record, 0), state.level)
            elif isinstance(state, Held):
                held.append(state)
            elif isinstance(state, _Unasked):
                unasked.append(reference)
    levels = [
        tuple(group.creation() for record, group in same.items() if at_level[record] == level)
        for level in sorted(set(at_level.values()))
    ]
    return Work(tuple(levels), tuple(held), tuple(unasked))


def _state(
    reference: Reference,
    digest: str,
    states: Mapping[str, "_State"],
    known: Mapping[str, Resolution],
    ability: Ability,
) -> "_State":
    if known_id(reference, known) is not None:
        return _There()
    above = [states[parent.digest] for parent in reference.within]
    for state in above:
        if isinstance(state, Held):
            return Held(reference, state.because, state.resolution)
    if any(isinstance(state, _Unasked) for state in above):
        return _Unasked()
    level = max((state.level + 1 for state in above if isinstance(state, _Create)), default=0)
    resolution = Missing() if level else known.get(digest)
    if resolution is None or (not level and not is_final(reference, resolution, ability)):
        return _Unasked()
    if isinstance(resolution, Missing) and reference.create is not None:
        return _Create(level)
    return Held(reference, reference, resolution)


def _given(reference: Reference) -> int:
    return sum(value not in (None, "") for _, value in reference.create or ())
