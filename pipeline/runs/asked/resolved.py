"""What became of the records that orders name, before any order was sent."""

from dataclasses import dataclass

from pipeline.model.ending import Ending
from pipeline.references.budget import Budget


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the stage did.

    ``finished`` orders can be sent, ``refused`` ones name a record that cannot be had, ``open`` ones wait for
    an answer. ``to_create`` counts records by kind that are still to be created, ``created`` those that were.
    ``ending`` is why nothing can be sent at all, where that is so; ``requests`` counts what it took.
    """

    finished: int = 0
    refused: int = 0
    open: int = 0
    created: int = 0
    requests: int = 0
    to_create: tuple[tuple[str, int], ...] = ()
    budget: Budget | None = None
    ending: Ending | None = None

    def instead_of(self, ending: Ending) -> Ending:
        """The ending of the run: that of sending, or that orders still wait for their records."""
        if ending.code is None and self.open:
            return Ending("E545", {"left": self.open})
        return ending
