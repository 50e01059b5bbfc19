"""Sentences that are made or stored in English, so that they can be shown in another language later.

Facts of issues, the header of a run and what a proof or a probe found lie in journals, whoever reads them. So
they stay English there, and are told again when they are shown: a sentence is known by the phrase it was made
from. Only phrases of this program belong here; a test holds each of them against the code that makes it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import TypeAlias

from pipeline.model.catalogue.disk import NOT_LOCAL
from pipeline.model.catalogue.environment import ORIGIN_FAULTS, PROXY_FAULTS
from pipeline.model.catalogue.orders import KEY_FAULTS
from pipeline.model.phrases import (
    of_checking,
    of_corrections,
    of_mapping,
    of_places,
    of_reading,
    of_reading_back,
    of_sending,
    of_sharing,
    of_undoing,
)

Pattern: TypeAlias = tuple[str, re.Pattern[str]]

PHRASES: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *of_reading.PHRASES,
            *of_places.PHRASES,
            *of_mapping.PHRASES,
            *of_checking.PHRASES,
            *of_sending.PHRASES,
            *of_corrections.PHRASES,
            *of_reading_back.PHRASES,
            *of_undoing.PHRASES,
            *of_sharing.PHRASES,
            *ORIGIN_FAULTS.values(),
            *PROXY_FAULTS.values(),
            *KEY_FAULTS.values(),
            *NOT_LOCAL.values(),
        )
    )
)
"""Every phrase once; ``{name}`` stands for what is put in."""


def told_by(text: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the phrase a text was made from and what was put in; ``None`` where it is none of ours.

    Of several phrases the one with most words of its own counts.
    """
    plain, by_first, others = _known()
    if text in plain:
        return plain[text], {}
    for phrase, pattern in (*by_first.get(_first(text), ()), *others):
        found = pattern.fullmatch(text)
        if found is not None:
            return phrase, found.groupdict()
    return None


@cache
def _known() -> tuple[Mapping[str, str], Mapping[str, tuple[Pattern, ...]], tuple[Pattern, ...]]:
    """Return phrases by their text, patterns by their first word, and patterns that begin with a value."""
    plain, by_first, others = dict[str, str](), dict[str, tuple[Pattern, ...]](), list[Pattern]()
    for phrase in sorted(PHRASES, key=own_letters, reverse=True):
        parts = list(Formatter().parse(phrase))
        if all(name is None for _text, name, _spec, _how in parts):
            plain["".join(text for text, *_rest in parts)] = phrase
        elif " " in parts[0][0].lstrip():
            first = _first(parts[0][0])
            by_first[first] = (*by_first.get(first, ()), (phrase, _pattern(parts)))
        else:
            others.append((phrase, _pattern(parts)))
    return plain, by_first, tuple(others)


def own_letters(phrase: str) -> int:
    """Return how many letters of a phrase are its own."""
    return sum(len(text) for text, _name, _spec, _how in Formatter().parse(phrase))


def _first(text: str) -> str:
    return text.lstrip().partition(" ")[0]


def _pattern(parts: Iterable[tuple[str, str | None, str | None, str | None]]) -> re.Pattern[str]:
    seen: set[str] = set()
    made = ""
    for text, name, _spec, _how in parts:
        made += re.escape(text)
        if name is not None:
            made += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return re.compile(made, re.DOTALL)
