"""How many requests a run will take, told before the first of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability, Use
from pipeline.references.identity import identity
from pipeline.references.order_of_work import Work, levels_of
from pipeline.references.requests import CHUNK
from pipeline.references.resolution import Resolution
from pipeline.references.ways import Manner, is_final, ways_of


@dataclass(frozen=True, slots=True)
class Line:
    """Requests for one purpose: ``least`` where all is found at once, ``most`` where nothing is."""

    purpose: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Budget:
    """All lines, and their sums. Retries, and pages beyond a list's first, come on top."""

    lines: tuple[Line, ...]

    @property
    def least(self) -> int:
        """The fewest requests that can do."""
        return sum(line.least for line in self.lines)

    @property
    def most(self) -> int:
        """The most requests, if every answer comes at the first try."""
        return sum(line.most for line in self.lines)

    def seconds(self, rate: float) -> tuple[float, float]:
        """How long that takes at ``rate`` requests a second: at least, at most."""
        return self.least / rate, self.most / rate


def budget(
    orders: int,
    wanted: Collection[Reference],
    known: Mapping[str, Resolution],
    ability: Ability,
    work: Work | None = None,
) -> Budget:
    """The requests for ``orders`` orders that need ``wanted``, given what is known already.

    With ``work`` (everything was asked) creations are counted as they are; without it every record that the
    mapping allows to create may be missing. A created address costs a second request where it is a duplicate.
    """
    lines = _lookups(wanted if work is None else work.unasked, known, ability)
    creatable = work is None
    for kind in (LookupKind.CUSTOMER, LookupKind.ADDRESS):
        if work is not None:
            count = work.creations(kind)
            least = count
        else:
            count, least = _creatable(wanted, kind, known), 0
        if count:
            twice = 2 if kind is LookupKind.ADDRESS and creatable else 1
            lines.append(Line(f"create {kind.value}", least, count * twice))
    lines.append(Line("create order", orders, orders))
    return Budget(tuple(lines))


def _lookups(wanted: Collection[Reference], known: Mapping[str, Resolution], ability: Ability) -> list[Line]:
    open_now: dict[LookupKind, dict[str, Reference]] = {}
    for level in levels_of(wanted):
        for one in level:
            if one.key != "id" and not is_final(one, known.get(one.digest), ability):
                open_now.setdefault(one.kind, {})[identity(one)] = one
    return [_lookup_line(kind, list(ones.values()), ability) for kind, ones in open_now.items()]


def _lookup_line(kind: LookupKind, references: list[Reference], ability: Ability) -> Line:
    way = ways_of(references[0])[0]
    purpose = f"look up {kind.value}"
    if way.manner is Manner.WHOLE:
        lists = len({tuple(identity(parent) for parent in one.within) for one in references})
        return Line(purpose, lists, lists)
    asked = references
    if kind is LookupKind.ADDRESS:
        owners = {identity(p): p for one in references for p in one.within if p.kind is LookupKind.CUSTOMER}
        asked = list(owners.values())
    many = -(-len(asked) // CHUNK)
    use = ability.use(kind, way.filter)
    least = len(asked) if use is Use.IGNORED else many
    most = len(asked) + (0 if use is Use.IGNORED else many)
    return Line(purpose, least, most)


def _creatable(wanted: Collection[Reference], kind: LookupKind, known: Mapping[str, Resolution]) -> int:
    return len(
        {
            identity(one)
            for level in levels_of(wanted)
            for one in level
            if one.kind is kind and one.create is not None and one.digest not in known
        }
    )
