"""Which cells must stay as they are for the problem to show: as few as possible, the least personal first."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from pipeline.redaction.shrinking import Budget, smallest

Group = TypeVar("Group")
Place = TypeVar("Place")


def restored(
    groups: Sequence[tuple[Group, Sequence[Place]]],
    shows: Callable[[Collection[Place]], bool],
    budget: Budget,
) -> frozenset[Place] | None:
    """Places of cells that must keep their values for it to show; ``None`` where even all do not help.

    ``groups`` of cells come with the least personal one first; ``shows`` is asked with the places that keep
    their value. One group alone is tried before several together, then of what helps every cell that is not
    needed goes back into its disguise.
    """
    if shows(frozenset()):
        return frozenset()
    chosen = next(
        ([places] for _, places in groups if budget.spend() and shows(frozenset(places))),
        None,
    ) or _together(groups, shows, budget)
    if chosen is None:
        return None
    for places in reversed(list(chosen)):
        rest = [other for other in chosen if other is not places]
        if len(chosen) > 1 and budget.spend() and shows(_all(rest)):
            chosen = rest
    # Reversed, so that halves with the more personal cells are the first to be given up.
    cells = [place for places in chosen for place in places]
    return frozenset(smallest(cells, lambda some: shows(frozenset(some)), budget))


def _together(
    groups: Sequence[tuple[Group, Sequence[Place]]],
    shows: Callable[[Collection[Place]], bool],
    budget: Budget,
) -> list[Sequence[Place]] | None:
    """Groups restored one after the other until it shows; the last step may be asked about in any case."""
    chosen: list[Sequence[Place]] = []
    for index, (_, places) in enumerate(groups):
        chosen.append(places)
        last = index == len(groups) - 1
        if (budget.spend() or last) and shows(_all(chosen)):
            return chosen
    return None


def _all(groups: Sequence[Sequence[Place]]) -> frozenset[Place]:
    return frozenset(place for places in groups for place in places)
