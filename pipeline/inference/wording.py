"""Value tables from the words of a column: what the target calls them, where that is known."""

from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process

from pipeline.inference.facts import ColumnFacts
from pipeline.inference.suggestion import TableEntry, ValueTable
from pipeline.inference.vocabulary import vocabulary
from pipeline.model.folding import fold
from pipeline.model.payload import CLOSED_STATUSES, CURRENCIES, STATUS_ALIASES, STATUSES

_NEAR: Final = 80
_CLOSED: Final = frozenset(STATUSES[code] for code in CLOSED_STATUSES)


def status_table(words: Mapping[str, int]) -> ValueTable | None:
    """The table for status words, ``None`` where they are the target's own and closed.

    What is known and over counts. A word that is only near a known one, one for an order that is still
    open, and one that nobody knows are written as comments, so that none of them slips through.
    """
    own = {*map(fold, STATUSES.values()), *map(fold, STATUS_ALIASES), *STATUSES}
    if all(fold(word) in own for word in words):
        return None
    known = {**vocabulary().statuses, **{fold(name): name for name in STATUSES.values()}}
    return ValueTable("statuses", tuple(_status(word, count, known) for word, count in _by_count(words)))


def _status(word: str, count: int, known: Mapping[str, str]) -> TableEntry:
    value, why = _looked_up(word, known)
    if value is not None and why == "known" and value not in _CLOSED:
        why = "open"
    return TableEntry(word, count, value, why, active=why == "known")


def currency_table(words: Mapping[str, int]) -> ValueTable | None:
    """The table for currency words, ``None`` where they are codes already."""
    if all(word.strip().lower() in CURRENCIES for word in words):
        return None
    known = dict(vocabulary().currencies)
    known |= {code: code for code in CURRENCIES}
    entries = []
    for word, count in _by_count(words):
        value = known.get(fold(word))
        entries.append(
            TableEntry(word, count, value, "known" if value else "unknown", active=value is not None)
        )
    return ValueTable("currencies", tuple(entries))


def payment_table(words: Mapping[str, int]) -> ValueTable:
    """The table for means of payment. Slugs are each installation's own: all of them are guesses."""
    known = vocabulary().payments
    entries = []
    for word, count in _by_count(words):
        value, why = _looked_up(word, known)
        entries.append(TableEntry(word, count, value, why, active=why == "known"))
    return ValueTable("payments", tuple(entries))


def pair_table(pairs: Mapping[str, int]) -> ValueTable:
    """The table for two states that together are one: what was paid, and what was sent."""
    entries = []
    for pair, count in _by_count(pairs):
        paid, _, sent = pair.partition(" ")
        value = _of_pair(fold(paid), fold(sent))
        why = "near" if value in _CLOSED else "open" if value else "unknown"
        entries.append(TableEntry(pair, count, value, why, active=value in _CLOSED))
    return ValueTable("statuses", tuple(entries))


def _of_pair(paid: str, sent: str) -> str | None:
    done = sent in {"fulfilled", "shipped", "delivered", "completed"}
    if paid in {"voided", "canceled", "cancelled"} and not done:
        return "canceled"
    if paid == "refunded":
        return "refunded" if done else "canceled"
    if paid in {"paid", "partially_refunded"} and done:
        return "delivered"
    return "waiting" if paid in {"paid", "pending", "authorized"} else None


def currency_codes(column: ColumnFacts) -> set[str]:
    """The currencies that a column names, as far as they are known."""
    known = vocabulary().currencies
    return {known.get(fold(word), fold(word)) for word in column.words or ()}


def _looked_up(word: str, known: Mapping[str, str]) -> tuple[str | None, str]:
    exact = known.get(fold(word))
    if exact is not None:
        return exact, "known"
    best = process.extractOne(fold(word), list(known), scorer=fuzz.WRatio, score_cutoff=_NEAR)
    return (known[best[0]], "near") if best else (None, "unknown")


def _by_count(words: Mapping[str, int]) -> list[tuple[str, int]]:
    """Words that differ in case alone are one, as in a mapping; the frequent first."""
    merged: dict[str, tuple[str, int]] = {}
    for word, count in words.items():
        first, before = merged.get(fold(word), (word, 0))
        merged[fold(word)] = (first, before + count)
    return sorted(merged.values(), key=lambda pair: (-pair[1], pair[0]))
