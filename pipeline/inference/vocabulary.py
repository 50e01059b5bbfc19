"""The synonyms that ship with the program, ready to be asked."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pipeline.model.folding import fold

_WORD: Final = re.compile(r"[a-z0-9]+|#|%")
_CAMEL: Final = re.compile(r"(?<=[a-zçğıöşü]{2})(?=[A-ZÇĞİÖŞÜ])")
_LONGEST: Final = 4
"""Words that one meaning may have."""
_LEAST_REST: Final = 2
_LEAST_PART: Final = 4
_NO_PRODUCTS: Final = frozenset({".line_no", "items.id"})
"""Concepts for which a product is no item: a product's id is not that of a line."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words with their meanings, and what they say together.

    ``words`` maps a run of plain words to a meaning, ``columns`` a set of meanings to the concepts that it
    names, each with how sure that is from 0 to 1. ``statuses``, ``currencies`` and ``payments`` map folded
    cell values to what the target calls them.
    """

    words: Mapping[str, str]
    prefixes: tuple[str, ...]
    noise: frozenset[str]
    columns: Mapping[frozenset[str], tuple[tuple[str, float], ...]]
    statuses: Mapping[str, str]
    currencies: Mapping[str, str]
    payments: Mapping[str, str]
    languages: Mapping[str, frozenset[str]]


@cache
def vocabulary() -> Vocabulary:
    """The shipped synonyms, read once."""
    data = tomllib.loads(files("pipeline.inference").joinpath("synonyms.toml").read_text("utf-8"))
    columns: dict[frozenset[str], list[tuple[str, float]]] = {}
    for concept, levels in data["columns"].items():
        for level, names in levels.items():
            for name in names:
                columns.setdefault(frozenset(name.split()), []).append((concept, float(level)))
    for key, found in list(columns.items()):
        if "item" in key:
            columns.setdefault(key - {"item"} | {"product"}, []).extend(
                one for one in found if one[0] not in _NO_PRODUCTS
            )
    return Vocabulary(
        words=_turned(data["words"]),
        prefixes=tuple(sorted(data["prefixes"]["parts"], key=len, reverse=True)),
        noise=frozenset(data["noise"]),
        columns={key: tuple(found) for key, found in columns.items()},
        statuses=_folded(data["statuses"]),
        currencies=_folded(data["currencies"]),
        payments=_folded(data["payments"]),
        languages={name: frozenset(words) for name, words in data["languages"].items()},
    )


def _turned(given: dict[str, Any]) -> dict[str, str]:
    return {word: meaning for meaning, words in given.items() for word in words}


def _folded(given: dict[str, Any]) -> dict[str, str]:
    return {fold(word): meaning for meaning, words in given.items() for word in words}


def plain_words(header: str) -> tuple[str, ...]:
    """The words of a header: lower case, without accents, punctuation and Turkish dots.

    ``E-posta`` is two words, ``OrderNo`` is two as well, ``#`` and ``%`` are words of their own.
    """
    parted = _CAMEL.sub(" ", header)
    plain = fold(parted)
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return tuple(_WORD.findall(letters.replace("ı", "i")))


def meanings(header: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What the words of a header mean, and the words that mean nothing here."""
    found: set[str] = set()
    unknown: list[str] = []
    words = plain_words(header)
    at = 0
    while at < len(words):
        size = _longest_known(words, at)
        if size:
            found.add(vocabulary().words[" ".join(words[at : at + size])])
        else:
            _look_up_parts(words[at], found, unknown)
        at += size or 1
    return frozenset(found), tuple(unknown)


def _longest_known(words: tuple[str, ...], at: int) -> int:
    """How many words from ``at`` on are one known meaning; 0 for none."""
    known = vocabulary().words
    sizes = range(min(_LONGEST, len(words) - at), 0, -1)
    return next((size for size in sizes if " ".join(words[at : at + size]) in known), 0)


def _look_up_parts(word: str, found: set[str], unknown: list[str]) -> None:
    known = vocabulary()
    for part in _parts(word):
        meaning = known.words.get(part)
        if meaning is not None:
            found.add(meaning)
        elif part not in known.noise:
            unknown.append(part)


def _parts(word: str) -> Iterator[str]:
    """Compounds in their parts: ``bestelldatum`` is ``bestell`` and ``datum``. Slips are corrected."""
    known = vocabulary()
    prefix = next((one for one in known.prefixes if word.startswith(one)), None)
    rest = word[len(prefix) :] if prefix else ""
    if word not in known.words and prefix and len(rest) >= _LEAST_REST:
        known_rest = rest if rest in known.words else _near(rest)
        if known_rest is not None:
            yield from (prefix, known_rest)
            return
    if word not in known.words:
        for cut in range(_LEAST_PART, len(word) - _LEAST_PART + 1):
            if word[:cut] in known.words and word[cut:] in known.words:
                yield from (word[:cut], word[cut:])
                return
    yield word if word in known.words or word in known.noise else (_near(word) or word)


def _near(word: str) -> str | None:
    """A known word that differs by one slip of the keyboard; short words are never near."""
    from rapidfuzz import process  # noqa: PLC0415 - only headers with an unknown word pay for it
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if len(word) < 5:  # noqa: PLR2004
        return None
    best = process.extractOne(word, list(vocabulary().words), scorer=OSA.distance, score_cutoff=1)
    return best[0] if best else None
