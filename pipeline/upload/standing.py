"""Whether an order may be sent, as far as other runs of the same channel are concerned."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model.ledger import LedgerEntry
from pipeline.model.states import Event, State

ON_TARGET = frozenset({State.CREATED, State.ALREADY_PRESENT})
_DOUBT = frozenset({State.IN_DOUBT, State.IN_FLIGHT})
UNSENT = frozenset({State.UNRESOLVED, State.PLANNED, State.WAITING, State.ABSENT, State.HELD})
"""Of another run: it may send the order, and has not."""


class Standing(NamedTuple):
    """What other runs did settles the order (``event``), or holds it back; ``entry`` is the reason."""

    event: Event
    entry: LedgerEntry
    code: str | None = None
    undo: str | None = None


def standing(
    content: bytes | None,
    state: State,
    own: str,
    entries: Sequence[LedgerEntry],
    *,
    undone: str | None = None,
) -> Standing | None:
    """What becomes of an order that this run (``own``) would send; ``None`` where nothing speaks against it.

    ``entries`` are those of its number, the earliest run first, this run's own included: where it says that
    this run created the order, the journal that does not know of it is an old copy. ``state`` is the order's
    state in this run. ``undone`` is the undo that has cancelled the order, or may have: it does not stand.
    """
    there = [entry for entry in entries if entry.state in ON_TARGET]
    if there and undone is not None:
        return Standing(Event.MISMATCH, there[-1], "E660", undone)
    same = [entry for entry in there if content is not None and entry.content == content]
    if same:
        return Standing(Event.FOUND, same[-1])
    if there:
        return Standing(Event.MISMATCH, there[-1], "E640")
    for entry in reversed(entries):
        if entry.run == own:
            continue
        if entry.state is State.CONFLICT:
            return Standing(Event.HOLD, entry, "E642")
        if entry.unknown and (entry.state in _DOUBT or entry.state in UNSENT):
            if state is not State.ABSENT:  # this run has asked the target itself, and twice
                return Standing(Event.HOLD, entry, "E643")
        elif entry.state in _DOUBT:
            return Standing(Event.HOLD, entry, "E641")
    return None


def also_unsent(own: str, entries: Sequence[LedgerEntry]) -> str | None:
    """The latest other run that may send the same number and has not."""
    runs = [entry.run for entry in entries if entry.run != own and entry.state in UNSENT]
    return runs[-1] if runs else None
