"""Doubts that arithmetic casts: a name that is clear, and a sum that does not hold, are a question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pipeline.inference.arithmetic import LEAST_EVIDENCE
from pipeline.inference.matching import Match, Reason
from pipeline.inference.reckoning import HOLDS, Reckoned

_DOUBTED: Final = 0.8
_OF_LINES: Final = ("items.unit_price", "items.total_price")
_OF_ORDERS: Final = ("order.amount",)


def doubted(
    heads: Mapping[str, Match], lines: Mapping[str, Match], reckoned: Reckoned, *, flat: bool
) -> tuple[dict[str, Match], dict[str, Match]]:
    """Return the matches of orders and of items, those less sure that take part in a sum that fails.

    Nothing is doubted where the sum could not be tried: without a total, or where all quantities are one.
    """
    found = dict(heads), dict(lines)
    if flat:  # one table, and one set of matches
        found = found[0], found[0]
    fails = reckoned.line is None and reckoned.telling >= LEAST_EVIDENCE
    if fails and all(concept in lines for concept in (*_OF_LINES, "items.quantity")):
        share = reckoned.lines[0].share if reckoned.lines else 0.0
        _doubt(found[1], _OF_LINES, Reason("line_sum_fails", {"share": f"{share:.0%}"}))
    best = reckoned.orders[0] if reckoned.orders else None
    tried = best is not None and best.orders >= LEAST_EVIDENCE
    if best is not None and tried and best.share < HOLDS:
        _doubt(found[0], _OF_ORDERS, Reason("order_sum_fails", {"share": f"{best.share:.0%}"}))
    return found


def _doubt(matches: dict[str, Match], concepts: tuple[str, ...], reason: Reason) -> None:
    for concept in concepts:
        match = matches.get(concept)
        if match is not None:
            confidence = min(match.confidence, _DOUBTED)
            matches[concept] = replace(match, confidence=confidence, reasons=(*match.reasons, reason))
