"""What a word may stand for: entries of the same table that are spelt alike, and names that a field takes."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from pipeline.model.decision import Answer, Candidate
from pipeline.model.folding import fold
from pipeline.model.issue import shown

NEAR_ENOUGH = 75
SURE = 84
"""How alike a spelling must be before it is suggested and not only listed."""
MOST = 5


def plain(text: str) -> str:
    """The text without case and accents: ``İstanbul`` and ``istanbul`` are one."""
    parts = unicodedata.normalize("NFD", fold(text))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


NOTHING = frozenset(
    [
        "-",
        "--",
        ".",
        "/",
        "?",
        "x",
        "yok",
        "yoktur",
        "bos",
        "boş",
        "belirtilmedi",
        "belirtilmemis",
        "bilinmiyor",
        "girilmedi",
        "null",
        "none",
        "nil",
        "n/a",
        "na",
        "#n/a",
        "nan",
        "empty",
        "unknown",
        "missing",
        "0",
        "00.00.0000",
        "0000-00-00",
        "keine",
        "leer",
        "unbekannt",
    ]
)
"""Words that people write where there is nothing, folded."""
STATUS_WORDS: Mapping[str, str] = {
    "teslim edildi": "delivered",
    "tamamlandı": "delivered",
    "completed": "delivered",
    "complete": "delivered",
    "zugestellt": "delivered",
    "abgeschlossen": "delivered",
    "iptal": "canceled",
    "iptal edildi": "canceled",
    "vazgeçildi": "canceled",
    "void": "canceled",
    "storniert": "canceled",
    "iade": "refunded",
    "iade edildi": "refunded",
    "geri ödendi": "refunded",
    "refund": "refunded",
    "erstattet": "refunded",
    "kargoda": "shipped",
    "kargoya verildi": "shipped",
    "sevk edildi": "shipped",
    "versandt": "shipped",
    "hazırlanıyor": "preparing",
    "processing": "preparing",
    "onaylandı": "approved",
    "beklemede": "waiting",
    "pending": "waiting",
    "ödeme bekliyor": "payment_waiting",
    "ödendi": "paid",
}
"""Words of legacy shops in Turkish, English and German, and the status that each most often stands for."""
CURRENCY_WORDS: Mapping[str, str] = {
    "tl": "try",
    "ytl": "try",
    "₺": "try",
    "türk lirası": "try",
    "lira": "try",
    "€": "eur",
    "euro": "eur",
    "avro": "eur",
    "$": "usd",
    "dolar": "usd",
    "us dollar": "usd",
    "£": "gbp",
    "sterlin": "gbp",
}
"""Words and signs of currencies, and the code of each."""
_MEANT = {plain(word): meant for word, meant in {**STATUS_WORDS, **CURRENCY_WORDS}.items()}


def candidates(
    word: str, entries: Mapping[str, str], takes: Sequence[str], known: Sequence[tuple[str, int]] = ()
) -> tuple[list[Candidate], Answer | None]:
    """What ``word`` may stand for, the likeliest first, and the one to suggest if it is likely enough.

    ``entries`` are what the table translates already, ``takes`` the only names that the field takes,
    ``known`` spellings that the target has, each with how alike it is (0 to 99).
    """
    found: dict[Answer, tuple[int, Candidate]] = {}
    for score, candidate in _all(word, entries, takes, known):
        best = found.get(candidate.answer)
        if best is None or best[0] < score:
            found[candidate.answer] = score, candidate
    ranked = sorted(found.values(), key=lambda one: (-one[0], one[1].answer))
    suggested = ranked[0] if ranked and ranked[0][0] >= SURE else None
    if suggested is not None and len(ranked) > 1 and ranked[1][0] == suggested[0]:
        suggested = None  # two answers as likely as each other: nobody but a person knows
    return [one for _, one in ranked[:MOST]], suggested[1].answer if suggested else None


def _all(
    word: str, entries: Mapping[str, str], takes: Sequence[str], known: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, Candidate]]:
    text = plain(word)
    if fold(word) in NOTHING or not any(letter.isalnum() for letter in word):
        yield 95, Candidate(Answer("empty"), "a word for nothing")
    for spelling, score in known:
        yield max(score, SURE), Candidate(Answer("value", spelling), f"the target knows it, {score} % alike")
    keys = {plain(key): (key, value) for key, value in entries.items()}
    for name, score in _near(text, list(keys)):
        key, value = keys[name]
        yield score, Candidate(Answer("value", value), f"like {shown(key)!r} in the table, {score} % alike")
    meant = _MEANT.get(text)
    if meant is not None and meant in takes:
        yield 97, Candidate(Answer("value", meant), "what the word most often means")
    for name, score in _near(text, takes):
        yield score, Candidate(Answer("value", name), f"{score} % alike")


def _near(text: str, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The names that are spelt like the text, each with how alike it is in per cent."""
    found = process.extract(text, names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=MOST)
    return ((name, round(score)) for name, score, _ in found)
