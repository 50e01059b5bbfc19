"""Delta debugging: the smallest part of a set that still shows what the whole shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Unit = TypeVar("Unit")


@dataclass(slots=True)
class Budget:
    """How many more questions may be asked, and until when on ``clock`` (seconds)."""

    questions: int
    until: float
    clock: Callable[[], float]

    def spend(self) -> bool:
        """Take one question; ``False`` where none is left."""
        if self.questions <= 0 or self.clock() >= self.until:
            return False
        self.questions -= 1
        return True

    @property
    def spent(self) -> bool:
        """Whether nothing more may be asked."""
        return self.questions <= 0 or self.clock() >= self.until


def smallest(units: Sequence[Unit], shows: Callable[[Sequence[Unit]], bool], budget: Budget) -> list[Unit]:
    """The units of a subset that still shows it, in their order; ``units`` as a whole are known to.

    When the budget holds, none of them can be left out alone (Zeller's ddmin). When it is used up, what was
    reached by then: smaller perhaps, but never something that was not seen to show it.
    """
    kept = list(units)
    if kept and _asked([], shows, budget):
        return []
    parts = 2
    while len(kept) > 1 and not budget.spent:
        parts = min(parts, len(kept))
        smaller = _smaller(kept, parts, shows, budget)
        if smaller is not None:
            kept, parts = smaller
        elif parts >= len(kept):
            break
        else:
            parts *= 2
    return kept


def _smaller(
    kept: list[Unit], parts: int, shows: Callable[[Sequence[Unit]], bool], budget: Budget
) -> tuple[list[Unit], int] | None:
    """A part that shows it alone, or what is left without one, and in how many parts to go on."""
    chunks = [kept[len(kept) * i // parts : len(kept) * (i + 1) // parts] for i in range(parts)]
    if parts == 2 or len(kept) > parts:  # noqa: PLR2004 - single units alone were asked about as halves
        for chunk in chunks:
            if _asked(chunk, shows, budget):
                return chunk, 2
    for index in range(parts if parts > 2 else 0):  # noqa: PLR2004 - of two parts each is the other's rest
        rest = [unit for place, chunk in enumerate(chunks) if place != index for unit in chunk]
        if _asked(rest, shows, budget):
            return rest, max(parts - 1, 2)
    return None


def _asked(units: list[Unit], shows: Callable[[Sequence[Unit]], bool], budget: Budget) -> bool:
    return budget.spend() and shows(units)
