"""What an answer says about the references it was asked for, and about the target's filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model.exchange import ListAnswer
from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability, Use
from pipeline.references.equality import loosest
from pipeline.references.match import match, match_all
from pipeline.references.record import Record, id_of, is_plainly_elsewhere, text_of
from pipeline.references.requests import ListRequest, parents_of, strayed
from pipeline.references.resolution import (
    Ambiguous,
    Found,
    Ignored,
    Missing,
    Resolution,
    Suggestion,
    Unanswered,
    tried,
)
from pipeline.references.suggest import best_of, suggest, variants
from pipeline.references.ways import DEFINITIVE, PROVEN, Manner

_REFUSES_THE_FILTER = frozenset({400, 414})
_MOST_COMPARISONS = 5_000_000
_NO_SUGGESTIONS = frozenset({LookupKind.CUSTOMER, LookupKind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer settled: resolutions by digest, and what is known of the filters after it."""

    resolutions: Mapping[str, Resolution]
    ability: Ability


def read(
    request: ListRequest,
    answer: ListAnswer,
    references: Mapping[str, Reference],
    known: Mapping[str, Resolution],
    ability: Ability,
) -> Reading:
    """What ``answer`` says. ``references`` by digest hold at least those that the request answers.

    Add one reading to ``known`` and ``ability`` before the next is read. What is settled stays as it is.
    """
    open_now = [
        references[digest]
        for digest in request.answers
        if not isinstance(known.get(digest), Found | Ambiguous | Unanswered)
    ]
    if answer.records is None:
        return _failed(request, answer, open_now, known, ability)
    if not request.answers:
        use = Use.IGNORED if answer.records else Use.WORKS
        return Reading({}, ability.learnt(request.kind, request.way.filter, use))
    astray = strayed(request, answer.records)
    ability = _learnt(request, answer.records, ability, astray=astray)
    look = _Look(request, answer.records, known, astray=astray)
    resolutions: dict[str, Resolution] = {}
    for reference in open_now:
        digest = reference.digest
        before = known.get(digest)
        resolutions[digest] = look.up(reference, before)
        if _chunk_was_wrong(reference, before, resolutions[digest], answer.records):
            ability = ability.learnt(reference.kind, f"{reference.key}__in", Use.IGNORED)
    return Reading(resolutions, ability)


def read_again(
    request: ListRequest,
    answer: ListAnswer,
    reference: Reference,
    known: Mapping[str, Resolution],
    ability: Ability,
) -> tuple[Resolution, Ability]:
    """What the answer to ``requests.asking_again`` says now, whatever was believed before the creation.

    ``Ignored`` where the target answered something else: with the ability that this teaches, ask in the way
    that is left.
    """
    digest = reference.digest
    others = {name: one for name, one in known.items() if name != digest}
    reading = read(request, answer, {digest: reference}, others, ability)
    return reading.resolutions[digest], reading.ability


class _Look:
    """Looks references up among the records of one answer."""

    def __init__(
        self,
        request: ListRequest,
        records: tuple[Record, ...],
        known: Mapping[str, Resolution],
        *,
        astray: bool,
    ) -> None:
        self._way = request.way
        self._records = records
        self._known = known
        self._astray = astray
        self._by_text: dict[str, dict[str, list[Record]]] = {}
        self._without: dict[str, list[Record]] = {}
        self._left = _MOST_COMPARISONS

    def up(self, reference: Reference, before: Resolution | None) -> Resolution:
        """What the answer makes of one reference, whose resolution so far is ``before``."""
        parents = parents_of(reference, self._known)
        if parents is None:  # an id that was known when the question was asked is no longer
            return before or Ignored()
        if self._way.manner is Manner.VARIANTS:
            others = frozenset(variants(reference.value))
            like = [record for record in self._records if text_of(record.get(reference.key)) in others]
            return self._missing(before, self._suggested(reference, like, parents))
        if self._way.manner is Manner.MAPPED:
            result = match_all(reference, self._records, parents)
        else:
            result = match(reference, self._alike(reference), parents)
        if not isinstance(result, Missing):
            return result
        if self._astray:
            return before or Ignored()
        missing = self._missing(before, self._suggested(reference, self._records, parents))
        return replace(missing, inactive=result.inactive or missing.inactive)

    def _missing(self, before: Resolution | None, near: tuple[Suggestion, ...]) -> Missing:
        last = before if isinstance(before, Missing) else Missing()
        near = best_of(near + last.suggestions)
        proven = {PROVEN} if self._way.manner in DEFINITIVE else set()
        seen = tried(before) | {self._way.name} | proven
        return Missing(near, last.inactive, seen)

    def _alike(self, reference: Reference) -> list[Record]:
        """The records that any reading may take for the reference, and those that cannot be read."""
        read_as = loosest(reference.key)
        index = self._by_text.get(reference.key)
        if index is None:
            index = self._by_text[reference.key] = {}
            for record in self._records:
                text = text_of(record.get(reference.key))
                if text is not None:
                    index.setdefault(read_as(text), []).append(record)
        return index.get(read_as(reference.value), []) + self._unreadable(reference)

    def _unreadable(self, reference: Reference) -> list[Record]:
        name = reference.key
        if name not in self._without:
            names = ("customer", name) if reference.kind is LookupKind.ADDRESS else (name,)
            self._without[name] = [one for one in self._records if any(need not in one for need in names)]
        return self._without[name]

    def _suggested(
        self, reference: Reference, records: Sequence[Record], parents: Mapping[LookupKind, int]
    ) -> tuple[Suggestion, ...]:
        self._left -= len(records)
        if reference.kind in _NO_SUGGESTIONS or self._left < 0:
            return ()
        return suggest(
            reference.value,
            [
                (text, id_of(record, reference.key))
                for record in records
                if (text := text_of(record.get(reference.key))) is not None
                and not is_plainly_elsewhere(record, parents)
            ],
        )


def _failed(
    request: ListRequest,
    answer: ListAnswer,
    references: list[Reference],
    known: Mapping[str, Resolution],
    ability: Ability,
) -> Reading:
    """Nothing was answered: a filter that is refused or ignored is asked around, the rest proves nothing."""
    manner, name = request.way.manner, request.way.filter
    if manner in DEFINITIVE and not strayed(request, answer.beginning):
        failed = Unanswered(answer.reason, answer.status)
        return Reading({one.digest: failed for one in references}, ability)
    refused = answer.status in _REFUSES_THE_FILTER or not request.answers
    if refused or strayed(request, answer.beginning):
        resolutions = {one.digest: known.get(one.digest) or Ignored() for one in references}
        return Reading(resolutions, ability.learnt(request.kind, name, Use.IGNORED))
    if manner is Manner.VARIANTS:  # it would only have brought suggestions
        return Reading({one.digest: _without_suggestions(request, known, one) for one in references}, ability)
    failed = Unanswered(answer.reason, answer.status)
    return Reading({one.digest: failed for one in references}, ability)


def _without_suggestions(
    request: ListRequest, known: Mapping[str, Resolution], reference: Reference
) -> Missing:
    before = known.get(reference.digest)
    found = before if isinstance(before, Missing) else Missing()
    return replace(found, tried=found.tried | {request.way.name})


def _learnt(request: ListRequest, records: tuple[Record, ...], ability: Ability, *, astray: bool) -> Ability:
    """What a whole answer teaches about the filters that were used."""
    manner = request.way.manner
    if manner is Manner.WHOLE:
        given = dict(request.query)
        for parent in request.narrowed:
            asked = {parent: int(given[parent.value])}
            ignored = any(is_plainly_elsewhere(record, asked) for record in records)
            use = Use.IGNORED if ignored else Use.WORKS if records else Use.QUIET
            ability = ability.learnt(request.kind, parent.value, use)
        return ability
    if manner is Manner.MAPPED:
        return ability
    if astray:
        return ability.learnt(request.kind, request.way.filter, Use.IGNORED)
    shows = any(request.compared in record for record in records)
    use = Use.WORKS if shows else Use.UNKNOWN if records else Use.QUIET
    return ability.learnt(request.kind, request.way.filter, use)


def _chunk_was_wrong(
    reference: Reference, before: Resolution | None, now: Resolution, records: tuple[Record, ...]
) -> bool:
    """Whether a record stands there exactly as it was asked for in a chunk, which did not bring it."""
    return (
        isinstance(now, Found)
        and f"{reference.key}__in" in tried(before)
        and any(text_of(record.get(reference.key)) == reference.value for record in records)
    )
