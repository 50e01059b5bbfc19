"""How far sending has come, and whoever is told of it."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.model.issue import Issue


@dataclass(slots=True)
class Progress:
    """What happened since sending began; ``left`` counts orders still to be sent or settled.

    ``canary`` says in words how the canary went, where there was one. ``window`` is how many requests may be
    under way at once, ``seconds_left`` how long it will still take, where that can be said, and ``news`` is
    what people should know now, oldest first. ``next_look`` is in how many seconds an order in doubt is
    looked up next, ``None`` where none waits for that; ``failed_looks`` counts its failed lookups in a row.
    """

    left: int
    created: int = 0
    present: int = 0
    refused: int = 0
    in_doubt: int = 0
    requests: int = 0
    rate: float = 0.0
    canary: str = ""
    repeats: int = 0
    window: int = 0
    seconds_left: float | None = None
    news: tuple[Issue, ...] = ()
    next_look: float | None = None
    failed_looks: int = 0

    @property
    def done(self) -> int:
        """Orders that are through."""
        return self.created + self.present + self.refused


Told = Callable[[Progress], None]
"""Whoever is told of it."""


def harmless(told: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Whoever listens may fail without harm: a bar whose terminal is gone is told nothing more."""
    deaf = False

    def tell(progress: Progress) -> None:
        nonlocal deaf
        if deaf:
            return
        try:
            told(progress)
        except Exception:  # noqa: BLE001 - orders are under way, and nobody's display is worth one of them
            deaf = True

    return tell
