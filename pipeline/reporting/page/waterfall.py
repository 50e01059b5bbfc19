"""Waterfalls: everything that was read, what fell out on the way, and what arrived on the target."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.model.fates import Fate
from pipeline.model.language import _
from pipeline.model.summary import Money, Summary
from pipeline.reporting.words import outcome as outcomes
from pipeline.reporting.words.figures import amount, grouped, share
from pipeline.reporting.words.money_sentence import not_in_any_sum
from pipeline.reporting.words.outcome import Outcome
from pipeline.reporting.words.verdict import NOTHING_SENT

MOST_CURRENCIES: Final = 8
UNKNOWN_CURRENCY: Final = "???"
_LEAST_WIDTH: Final = 0.8
_ON_THE_WAY: Final = (
    outcomes.INVALID,
    outcomes.REJECTED,
    outcomes.FAILED,
    outcomes.CONFLICT,
    outcomes.IN_DOUBT,
    outcomes.UNPROCESSED,
    outcomes.ALREADY_PRESENT,
    outcomes.CREATED,
)
"""Those that never can arrive first, those that have arrived last."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: ``x`` and ``width`` in per cent of what was read."""

    key: str
    symbol: str
    name: str
    count: str
    share: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """What was read, step by step; ``identity`` writes the sum out."""

    title: str
    unit: str
    steps: tuple[Step, ...]
    identity: str


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    symbol: str
    name: str
    count: int
    always: bool = False


def rows_fall(summary: Summary, fates: Sequence[Fate]) -> Waterfall | None:
    """Rows from reading to the target; up to those used only where a row belongs to several orders."""
    rows = summary.rows
    if not rows.read:
        return None
    ignored = _Part("ignored", "…", _("ignored"), rows.ignored, always=True)
    counts = _by_outcome((fate.outcome, fate.rows) for fate in fates)
    if fates and sum(counts.values()) == rows.used:
        parts = [ignored, *_parts(counts, summary)]
    else:
        parts = [ignored, _Part("used", "✓", _("used"), rows.used, always=True)]
    said = _("{read} = {used} used + {ignored} ignored")
    said = said.format(read=grouped(rows.read), used=grouped(rows.used), ignored=grouped(rows.ignored))
    if rows.read != rows.used + rows.ignored:
        said = said.replace("=", "≠", 1)
    return Waterfall(_("Rows"), _("Rows"), _steps(rows.read, parts, grouped), said)


def money_falls(summary: Summary, fates: Sequence[Fate]) -> tuple[Waterfall, ...]:
    """Order totals of each currency from reading to the target, most orders first; at most 8 currencies."""
    orders = _by_outcome((fate.currency or UNKNOWN_CURRENCY, fate.orders) for fate in fates)
    chosen = sorted(summary.money, key=lambda name: (-orders.get(name, 0), name))[:MOST_CURRENCIES]
    falls = (_money_fall(name, summary.money[name], fates, summary) for name in chosen)
    return tuple(fall for fall in falls if fall)


def unreadable_sentence(fates: Iterable[Fate]) -> str:
    """``3 orders have no amount that could be read; they are in no sum.``; empty where there is none."""
    return not_in_any_sum(sum(fate.unreadable for fate in fates))


def _money_fall(currency: str, sums: Money, fates: Sequence[Fate], summary: Summary) -> Waterfall | None:
    mine = [fate for fate in fates if (fate.currency or UNKNOWN_CURRENCY) == currency]
    counts = _by_outcome((fate.outcome, fate.minor) for fate in mine)
    read = int(sums.read.scaleb(2))
    if not read or sum(counts.values()) != read:
        return None  # without its parts, the table of sums says all that is known
    parts = _parts(counts, summary)
    said = " + ".join(f"{_money(part.count)} {part.name}" for part in parts if part.count or part.always)
    return Waterfall(currency, currency, _steps(read, parts, _money), f"{amount(sums.read)} = {said}")


def _parts(counts: Mapping[str, int], summary: Summary) -> list[_Part]:
    """The outcomes that there are; before anything is sent, what is ready has arrived as far as it can."""
    waiting = summary.command in NOTHING_SENT
    parts = [_part(out, counts.get(out.key, 0), ready=waiting) for out in _ON_THE_WAY]
    parts = [part for part in parts if part.count or part.always]
    if waiting:
        parts.sort(key=lambda part: part.key == "ready")
    return parts


def _part(out: Outcome, count: int, *, ready: bool) -> _Part:
    if ready and out is outcomes.UNPROCESSED:
        return _Part("ready", "✓", _("ready to be sent"), count, always=True)
    return _Part(out.key, out.symbol, out.name, count, always=out is outcomes.CREATED and not ready)


def _steps(read: int, parts: Sequence[_Part], written: Callable[[int], str]) -> tuple[Step, ...]:
    """All that was read as a whole bar; then each part where the one before it has left off."""
    steps = [Step("read", "", _("read"), written(read), share(read, read), 0.0, 100.0)]
    left = read
    for part in parts:
        left -= part.count
        width = min(max(100 * part.count / read, _LEAST_WIDTH), 100.0) if part.count else 0.0
        x = min(max(100 * left / read, 0.0), 100.0 - width)
        shown = written(part.count), share(part.count, read)
        steps.append(Step(part.key, part.symbol, part.name, *shown, round(x, 3), round(width, 3)))
    return tuple(steps)


def _by_outcome(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, count in pairs:
        sums[name] = sums.get(name, 0) + count
    return sums


def _money(minor: int) -> str:
    return amount(Decimal(minor).scaleb(-2))
