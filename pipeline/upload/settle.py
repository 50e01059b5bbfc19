"""Settling an order in doubt: the only place where sending it again is decided.

Where orders can be looked up, :func:`settle` decides after a lookup; where not, :func:`repeat_at` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made_by

from pipeline.model.capability import Capability
from pipeline.model.exchange import Lookup
from pipeline.model.states import Event
from pipeline.upload.compare import paths_of

FIRST_LOOK = 1.0
SHORT_WINDOW = 30.0
MOST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known of one order in doubt.

    Times are seconds of one clock that never goes back. ``last_sent`` is when its last attempt may have
    left (for an attempt of an earlier process: when this one started). ``nothing_found`` counts lookups
    that found nothing, ``failures`` lookups in a row that failed, the last one included. ``refused``: the
    last attempt got a definitive no, other than that the number is taken.
    """

    last_sent: float
    ours_possible: bool
    refused_as_duplicate: bool
    nothing_found: int = 0
    failures: int = 0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to do now: an event for the order's state, or ``look_again_at`` a later time."""

    event: Event | None = None
    look_again_at: float = 0.0
    code: str | None = None
    facts: dict[str, str | int] = made_by(default_factory=dict)
    stop: bool = False


def window(capability: Capability) -> float:
    """How long after its last byte a request may still be applied, in seconds.

    Where the target refuses a taken number, sending early is harmless, and half a minute is enough.
    """
    return min(capability.settle_window, SHORT_WINDOW) if capability.unique else capability.settle_window


def repeat_at(doubt: Doubt, attempts: int, most: int, capability: Capability) -> float | None:
    """When to send an order in doubt once more, where it cannot be looked up; ``None``: a person decides.

    Only a target that refuses a number it holds may be asked in this way, and only with the same bytes.
    ``attempts`` counts those made, of at most ``most``. A definitive no would only be said again.
    """
    if capability.lookup or not capability.unique or doubt.refused or attempts >= most:
        return None
    return doubt.last_sent + window(capability)


def wait_after(failures: int) -> float:
    """Seconds until an order is looked up again of which so many lookups in a row have failed."""
    return min(MOST_WAIT, FIRST_LOOK * float(2 ** min(max(0, failures - 1), 16)))


def longest_wait(deadline: float, lookups: int) -> float:
    """Seconds that so many failing lookups of an order take at most, ``deadline`` each.

    That many in a row, and none of another order that succeeds, end a run; see :class:`Breaker`.
    """
    return lookups * deadline + sum(map(wait_after, range(1, lookups)))


def settle(
    doubt: Doubt, lookup: Lookup, differences: Sequence[str], now: float, capability: Capability
) -> Settlement:
    """Decide after a lookup.

    ``differences`` are those between what was sent and the one order found; they count only where exactly
    one was found. A failed lookup never leads to sending, and neither does an absence that the
    target itself denies by refusing the number as taken.
    """
    if lookup.orders is None:
        return Settlement(look_again_at=now + wait_after(doubt.failures))
    found = len(lookup.orders)
    if found > 1:
        return Settlement(Event.MISMATCH, code="E515", facts={"found": found}, stop=True)
    if found == 1:
        if differences:
            told: dict[str, str | int] = {
                "differences": "; ".join(differences),
                "fields": paths_of(differences),
            }
            return Settlement(Event.MISMATCH, code="E513", facts=told)
        return Settlement(Event.APPLIED if doubt.ours_possible else Event.FOUND)
    if doubt.refused_as_duplicate and not doubt.ours_possible:
        return Settlement(Event.MISMATCH, code="E514")
    settled_at = doubt.last_sent + window(capability)
    if now < settled_at:
        return Settlement(look_again_at=settled_at)
    if doubt.nothing_found == 0:
        return Settlement(look_again_at=now + FIRST_LOOK)
    if doubt.refused_as_duplicate:
        return Settlement(Event.MISMATCH, code="E514")
    return Settlement(Event.ABSENCE)
