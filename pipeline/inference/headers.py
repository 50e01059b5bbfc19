"""How strongly a column's name says what the column is."""

from collections.abc import Mapping
from typing import Final

from pipeline.inference.vocabulary import meanings, plain_words, vocabulary

ONE_TOO_MANY: Final = 0.8
"""What is left of a name with a word nobody knows."""
_TELLING: Final = frozenset(
    {
        "shipping", "invoice", "discount", "refund", "tax", "gift", "payment", "customer", "item", "product",
        "line", "rate", "date", "status", "no", "id", "code", "sub", "net", "gross", "installment", "list",
        "estimated", "tracking", "fulfilment", "phone", "email", "note", "unit", "currency", "quantity",
    }
)  # fmt: skip
"""Words that make a column another one: a shipping total is no total."""


def header_scores(header: str) -> Mapping[str, float]:
    """Every concept that a column of this name may be, with how sure that is from 0 to 1."""
    words, unknown = meanings(header)
    known = vocabulary().columns
    scores: dict[str, float] = {}
    cost = ONE_TOO_MANY ** len(unknown)
    for concept, level in known.get(words, ()):
        scores[concept] = max(scores.get(concept, 0.0), level * cost)
    for names, concepts in known.items():
        extra = words - names
        if not extra or not names <= words or extra & _TELLING:
            continue
        for concept, level in concepts:
            score = level * cost * ONE_TOO_MANY ** len(extra)
            scores[concept] = max(scores.get(concept, 0.0), round(score, 3))
    return scores


def language_of(headers: list[str]) -> str | None:
    """The language that most column names are in: ``tr``, ``de`` or ``en``; ``None`` where none is known."""
    known = vocabulary().languages
    counts = {
        name: sum(not words.isdisjoint(plain_words(one)) for one in headers) for name, words in known.items()
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None
