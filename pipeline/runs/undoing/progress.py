"""What people are told while orders are cancelled, in this process and in others."""

import asyncio
from collections.abc import Callable
from typing import Any

from pipeline.model.undo import UndoState
from pipeline.runs.asked.progress import Progress, harmless
from pipeline.runs.connection.turns import Turns
from pipeline.target.client import OmnitronClient
from pipeline.upload.time_left import TimeLeft

EVERY = 1.0
"""Seconds after which the progress is told, whether an order is through or not: one may have to wait."""
GONE = frozenset({UndoState.CANCELLED, UndoState.ASKED})
NOT_OURS = frozenset({UndoState.ALREADY, UndoState.LEFT_ALONE})
BAD = frozenset({UndoState.REFUSED, UndoState.FAILED, UndoState.UNCLEAR})


class UndoTeller:
    """Keeps the progress of one process and tells it; ``patience`` and the clock's times are seconds.

    In its progress ``created`` counts orders that are cancelled or wait for it, ``present`` those that
    somebody else has changed or cancelled, ``refused`` those that were not cancelled.
    """

    def __init__(
        self,
        told: Callable[[Progress], None],
        client: OmnitronClient,
        turns: Turns,
        patience: float,
        clock: Callable[[], float],
    ) -> None:
        self._told, self._client, self._turns, self._clock = harmless(told), client, turns, clock
        self._time_left = TimeLeft(patience)
        self.progress = Progress(0)

    def count(self, state: UndoState) -> None:
        """Count an order that is through, and tell."""
        progress = self.progress
        progress.left = max(0, progress.left - 1)
        progress.created += state in GONE
        progress.present += state in NOT_OURS
        progress.refused += state in BAD
        self.tell()

    def tell(self) -> None:
        """Tell the progress as it stands."""
        now, progress = self._clock(), self.progress
        self._time_left.note(now, progress.done, progress.in_doubt)
        progress.seconds_left = self._time_left.seconds(now, progress.done, progress.left)
        progress.requests, progress.rate = self._client.requests, self._turns.rate
        self._told(progress)

    async def keep_telling(self) -> None:
        """Tell the progress once a second until this is cancelled, so that waiting is no standstill."""
        while True:
            await asyncio.sleep(EVERY)
            self.tell()


def cancellings(progress: Progress) -> dict[str, Any]:
    """The numbers of an undo by the names that another process reads them under."""
    return {
        "cancelled": progress.created,
        "left_alone": progress.present,
        "not_cancelled": progress.refused,
        "in_doubt": progress.in_doubt,
        "left": progress.left,
    }
