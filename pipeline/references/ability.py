"""What was learnt about the target's filters, which are documented in part and ignored in silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from pipeline.model.lookup import LookupKind

Filter = tuple[LookupKind, str]
_NOTHING: Mapping[Filter, "Use"] = MappingProxyType({})


class Use(Enum):
    """What a filter of a list is good for. What was learnt later never makes it better than ignored."""

    UNKNOWN = "unknown"
    QUIET = "quiet"  # an answer held nothing: it is not ignored, and no absence is proven
    WORKS = "works"  # an answer held records, and none but those asked for
    IGNORED = "ignored"  # an answer held others, lacked one that is there, or the filter was refused


_KNOWLEDGE = tuple(Use)


@dataclass(frozen=True, slots=True)
class Ability:
    """What is known of each filter, by kind of record and name of the parameter."""

    uses: Mapping[Filter, Use] = field(default_factory=lambda: _NOTHING)

    def use(self, kind: LookupKind, name: str) -> Use:
        """What the filter is good for."""
        return self.uses.get((kind, name), Use.UNKNOWN)

    def ignores(self, kind: LookupKind, name: str) -> bool:
        """Whether the filter was seen to be ignored."""
        return self.use(kind, name) is Use.IGNORED

    def learnt(self, kind: LookupKind, name: str, use: Use) -> "Ability":
        """This ability with one thing more known; what was learnt stays until more is."""
        if _KNOWLEDGE.index(use) <= _KNOWLEDGE.index(self.use(kind, name)):
            return self
        return Ability({**self.uses, (kind, name): use})

    def __or__(self, other: "Ability") -> "Ability":
        """What both know, in whichever order their answers came."""
        both = self
        for (kind, name), use in other.uses.items():
            both = both.learnt(kind, name, use)
        return both

    def as_data(self) -> list[list[str]]:
        """The ability as plain data, for a journal."""
        return sorted([kind.value, name, use.value] for (kind, name), use in self.uses.items())


def ability_from(data: Iterable[list[str]]) -> Ability:
    """The ability that :meth:`Ability.as_data` was made of."""
    return Ability({(LookupKind(kind), name): Use(use) for kind, name, use in data})
