"""Questions with what may be the answer, and the effect of the suggested ones."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from itertools import islice

from pipeline.decisions import dates, numbers, words
from pipeline.decisions.tally import Tally
from pipeline.model.decision import Asks, Decision, Decisions, Effect, Key, RulePath, RulePlace

MOST_LISTED = 200

Known = Mapping[Key, Sequence[tuple[str, int]]]
"""Spellings that the target has, by the question whose word is near to them, each with a score."""


def formed(tally: Tally, known: Known, reads: numbers.Reads) -> list[Decision]:
    """The first decisions of a tally with candidates and suggestions; no effect is known yet."""
    places: dict[RulePath, RulePlace] = {}
    for place in tally.places.values():
        places.setdefault(place.path, place)
        if place.table is not None:
            places.setdefault(place.table, place)
    return [
        _with_candidates(one, places[one.key.path], known, reads)
        for one in islice(tally.decisions(), MOST_LISTED)
    ]


def _with_candidates(one: Decision, place: RulePlace, known: Known, reads: numbers.Reads) -> Decision:
    match one.key.asks:
        case Asks.DATE:
            found, suggested = dates.candidates(one.samples, place.formats)
        case Asks.NUMBER:
            found, suggested = numbers.candidates(one.samples, place.locale, reads)
        case Asks.VALUE:
            near = known.get(one.key, ())
            found, suggested = words.candidates(one.word, place.entries, place.takes, near)
            if place.table is None:  # there is no table for it, but a word may mean that nothing is there
                found = [candidate for candidate in found if candidate.answer.kind == "empty"]
                suggested = suggested if suggested is not None and suggested.kind == "empty" else None
        case Asks.DEFAULT:
            found, suggested = [], None
    return replace(one, candidates=tuple(found), suggested=suggested, id=id_of(one.key))


def id_of(key: Key) -> str:
    """The name of a question, the same in every check of the same mapping: eight hex digits."""
    text = "\n".join((key.asks.value, *map(str, key.path), key.word))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(slots=True)
class Measured:
    """What became of orders that were prepared again with every suggested answer applied."""

    orders: int = 0
    ready: int = 0
    effects: dict[Key, list[int]] = made_by(default_factory=dict)

    def add(self, keys: Iterable[Key], *, whole: bool, ready: bool) -> None:
        """Count one order that waits for the answers to ``keys``; ``whole``: and for nothing else."""
        keys = set(keys)
        self.orders += 1
        self.ready += ready
        for key in keys:
            effect = self.effects.setdefault(key, [0, 0, 0])
            effect[0] += 1
            # With one question alone, the other answers change nothing in the order: this one makes it ready.
            effect[1] += ready and whole and len(keys) == 1
            effect[2] += ready


def concluded(tally: Tally, listed: Sequence[Decision], measured: Measured) -> Decisions:
    """The decisions with their effects; a suggestion that makes no order ready is none."""
    done = []
    for one in listed:
        counts = measured.effects.get(one.key)
        effect = Effect(*counts) if counts is not None and one.suggested is not None else None
        useful = effect is not None and effect.together > 0
        done.append(
            replace(one, effect=effect if useful else None, suggested=one.suggested if useful else None)
        )
    further = max(len(tally.counts) - len(listed), 0)
    return Decisions(tuple(done), tally.orders, tally.open, further, measured.ready, measured.orders)
