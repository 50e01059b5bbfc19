"""Spellings of the target that somebody may have meant. Suggestions are told to people and never used."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from pipeline.model.folding import fold
from pipeline.references.resolution import Suggestion

NEAR_ENOUGH = 70
MOST = 3
_SAME_LETTERS = 99
_SAME_CODE = 95
_MOST_ZEROS = 5
_REMEMBERED = 1 << 16
"""Spellings compared with one value after the other: those of the target's places and products."""
_SIGNS = re.compile(r"[\s\-_./]+")


def suggest(
    value: str, choices: Iterable[tuple[str, int | None]], most: int = MOST
) -> tuple[Suggestion, ...]:
    """The choices (text, id) most like ``value``, the best first.

    Compared blind to case, accents and the four Turkish letters i: ``Istambul`` is near ``İstanbul``,
    and ``Kadikoy`` is ``Kadıköy``. Codes that differ in zeros in front, dashes or blanks score 95.
    """
    known = sorted({(text, identity) for text, identity in choices}, key=lambda one: (one[0], one[1] or 0))
    plain = _plain(value)
    near = process.extract(
        plain,
        [_plain(text) for text, _ in known],
        scorer=fuzz.ratio,
        score_cutoff=NEAR_ENOUGH,
        limit=most * 4,
    )
    near_at = {index: min(_SAME_CODE - 1, round(score)) for _, score, index in near}
    for index, (text, _) in enumerate(known):
        certain = _certain(value, text)
        if certain:
            near_at[index] = certain
    scored = [Suggestion(known[index][0], score, known[index][1]) for index, score in near_at.items()]
    return best_of(scored, most)


def best_of(suggestions: Iterable[Suggestion], most: int = MOST) -> tuple[Suggestion, ...]:
    """The best of them, each once, in an order that depends on nothing else."""
    return tuple(sorted(set(suggestions), key=lambda one: (-one.score, one.text, one.id or 0))[:most])


def variants(code: str) -> tuple[str, ...]:
    """Other ways to write a code: case, zeros in front, dashes. Never the code itself."""
    bare = _SIGNS.sub("", code)
    found = [code.upper(), code.lower(), code.lstrip("0"), bare, bare.lstrip("0")]
    if bare.isascii() and bare.isdecimal():
        found += ["0" * count + bare.lstrip("0") for count in range(1, _MOST_ZEROS + 1)]
    return tuple(one for one in dict.fromkeys(found) if one and one != code)


def _certain(value: str, text: str) -> int:
    """The score of two spellings that differ only in what people overlook; else 0."""
    if _plain(value) == _plain(text):
        return _SAME_LETTERS
    return _SAME_CODE if _bare(value) == _bare(text) else 0


@lru_cache(_REMEMBERED)
def _bare(code: str) -> str:
    return _SIGNS.sub("", _plain(code)).lstrip("0")


@lru_cache(_REMEMBERED)
def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFD", fold(text))
    return "".join(character for character in parts if not unicodedata.combining(character))
