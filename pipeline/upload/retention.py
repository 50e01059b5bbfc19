"""Which runs may be pruned: old ones, beyond the newest, with no work left open.

Times are seconds since 1970, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from pipeline.model.states import State
from pipeline.model.undo import OPEN_UNDO

OPEN = frozenset(
    {
        State.UNRESOLVED,
        State.HELD,
        State.PLANNED,
        State.WAITING,
        State.ABSENT,
        State.FAILED,
        State.IN_FLIGHT,
        State.IN_DOUBT,
        State.CONFLICT,
    }
)
"""States of orders that somebody, or the next resume, still has to do something about."""


class Kept(Enum):
    """Why a run is left alone."""

    OPEN = "open"  # orders are unsent, failed, in doubt or in conflict
    HELD = "held"  # another process works on it
    UNREADABLE = "unreadable"  # what is open in it cannot be known


@dataclass(frozen=True, slots=True)
class Retention:
    """What shall be kept: runs younger than ``older_than`` seconds, the ``keep`` newest, open work.

    ``named`` runs are taken whatever their age.
    """

    older_than: float
    keep: int = 0
    also_open: bool = False
    named: frozenset[str] = frozenset()


def due(created: Mapping[str, float], now: float, retention: Retention) -> list[str]:
    """The runs that are old enough, the oldest first; ``created`` holds when each was made."""
    newest = sorted(created, key=lambda run: (created[run], run), reverse=True)
    if retention.named:
        return [run for run in reversed(newest) if run in retention.named]
    return [run for run in reversed(newest[retention.keep :]) if now - created[run] >= retention.older_than]


def open_orders(states: Mapping[str, int], *, sendable: bool) -> int:
    """How many orders still have something to come; of a run that was only checked none has."""
    return sum(states.get(state.value, 0) for state in OPEN) if sendable else 0


def open_cancellings(states: Mapping[str, int]) -> int:
    """How many orders of an undo are still to be cancelled, settled, asked about or looked at by a person."""
    return sum(states.get(state.value, 0) for state in OPEN_UNDO)


def left_alone(why: Kept | None, retention: Retention) -> bool:
    """Whether a run that is due is left alone all the same: ``also_open`` gives up work, never a held run."""
    return why is not None and (why is Kept.HELD or not retention.also_open)
