"""What became of a reference: values, as plain data, and as the facts of an issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.model.issue import shown
from pipeline.model.lookup import Reference

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be meant: its id, and the fields that tell it from its rivals."""

    id: int | None
    facts: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """``201 (channel_code C1001)``."""
        told = ", ".join(f"{name} {shown(value)}" for name, value in self.facts)
        identity = "without id" if self.id is None else str(self.id)
        return f"{identity} ({told})" if told else identity


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A spelling that the target does know. ``score`` is from 0 to 99, how alike the two are."""

    text: str
    score: int
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one record. ``created`` says that this run made it, ``inactive`` that it is switched off."""

    id: int
    created: bool = False
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """No record, as far as was asked. ``tried`` names the ways of asking, ``inactive`` who does not count."""

    suggestions: tuple[Suggestion, ...] = ()
    inactive: tuple[Candidate, ...] = ()
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several records; which one is meant is not ours to guess."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """The target answered another question than the one asked: nothing is known, ask in another way."""

    tried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The lookup itself failed, which proves nothing. Nothing is ever created because of it.

    Who wants to ask again leaves it out of what is known.
    """

    reason: str
    status: int | None = None


Resolution: TypeAlias = Found | Missing | Ambiguous | Ignored | Unanswered


def told(reference: Reference, resolution: Resolution) -> tuple[str, dict[str, str | int]] | None:
    """The code and the facts of the issue that a resolution is, ``None`` where all is well.

    ``E34x`` refuses the orders that need the reference, ``W344`` tells. The reference's own value is the
    issue's ``value`` and no fact, so that a report can hide it where it is somebody's.
    """
    facts: dict[str, str | int] = {
        "what": reference.kind.value.replace("_", " "),
        "key": reference.key,
    }
    match resolution:
        case Found(inactive=True):
            return "W344", facts | {"candidates": str(resolution.id)}
        case Found():
            return None
        case Missing(inactive=()):
            return "E342", facts | {"hint": hint(resolution)}
        case Missing():
            return "E344", facts | {"candidates": _listed(resolution.inactive), "hint": hint(resolution)}
        case Ambiguous():
            return "E343", facts | {
                "found": len(resolution.candidates),
                "candidates": _listed(resolution.candidates),
            }
        case Unanswered():
            return "E345", facts | {"reason": shown(resolution.reason)}
        case _:
            return "E345", facts | {"reason": "the target ignores what is asked for"}


def hint(missing: Missing) -> str:
    """``Did you mean 'İstanbul' (87)? ``, with the blank that parts it from what follows, or ``""``."""
    if not missing.suggestions:
        return ""
    near = " or ".join(f"{shown(one.text)!r} ({one.score})" for one in missing.suggestions)
    return f"Did you mean {near}? "


def as_data(resolution: Resolution) -> list[Any]:
    """The resolution as plain data, for a journal."""
    match resolution:
        case Found():
            return ["found", resolution.id, resolution.created, resolution.inactive]
        case Missing():
            near = [[one.text, one.score, one.id] for one in resolution.suggestions]
            return ["missing", near, _plain(resolution.inactive), sorted(resolution.tried)]
        case Ambiguous():
            return ["ambiguous", _plain(resolution.candidates)]
        case Ignored():
            return ["ignored", sorted(resolution.tried)]
        case Unanswered():
            return ["unanswered", resolution.reason, resolution.status]


def resolution_from(data: list[Any]) -> Resolution:
    """The resolution that :func:`as_data` was made of. Raises ``ValueError`` for anything else."""
    match data:
        case ["found", int(identity), bool(created), bool(inactive)]:
            return Found(identity, created, inactive)
        case ["missing", list(near), list(inactive), list(tried)]:
            suggestions = tuple(Suggestion(text, score, identity) for text, score, identity in near)
            return Missing(suggestions, _candidates(inactive), frozenset(tried))
        case ["ambiguous", list(candidates)]:
            return Ambiguous(_candidates(candidates))
        case ["ignored", list(tried)]:
            return Ignored(frozenset(tried))
        case ["unanswered", str(reason), status]:
            return Unanswered(reason, status)
    raise ValueError(f"no resolution: {data!r}")


def tried(resolution: Resolution | None) -> frozenset[str]:
    """The ways of asking that lie behind a reference already."""
    return resolution.tried if isinstance(resolution, Missing | Ignored) else frozenset()


def known_id(reference: Reference, known: Mapping[str, Resolution]) -> int | None:
    """The id of a reference that is resolved: found, or given as an id to begin with."""
    if reference.key == "id":
        return int(reference.value) if _is_id(reference.value) else None
    found = known.get(reference.digest)
    return found.id if isinstance(found, Found) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _listed(candidates: tuple[Candidate, ...]) -> str:
    more = len(candidates) - _MOST_NAMED
    return "; ".join(str(one) for one in candidates[:_MOST_NAMED]) + (
        f"; and {more} more" if more > 0 else ""
    )


def _plain(candidates: tuple[Candidate, ...]) -> list[Any]:
    return [[one.id, [list(fact) for fact in one.facts]] for one in candidates]


def _candidates(data: list[Any]) -> tuple[Candidate, ...]:
    return tuple(Candidate(identity, tuple((name, text) for name, text in facts)) for identity, facts in data)
