"""What people are told while orders are being sent: numbers, the time left, and news."""

from collections.abc import Callable

from pipeline.model.issue import Issue, shown
from pipeline.model.states import State
from pipeline.runs.asked.progress import Progress, harmless
from pipeline.runs.connection.turns import Turns
from pipeline.runs.sending.agenda import Settling
from pipeline.runs.sending.service_health import ServiceHealth
from pipeline.target.client import OmnitronClient
from pipeline.upload.time_left import TimeLeft, in_words

EVERY = 1.0
"""Seconds after which the progress is told, whether an order is through or not."""
WORTH_TELLING = 2
"""Lookups of one order in a row that have failed: from then on people know why it takes long."""
LONG_RUN = 60.0
"""Seconds from which it is said at the start how long it will take."""


class Announcer:
    """Keeps the progress of one process and tells it; ``settle_window`` and the clock's times are seconds."""

    def __init__(  # noqa: PLR0913, PLR0917 - what there is to be told of
        self,
        told: Callable[[Progress], None],
        client: OmnitronClient,
        turns: Turns,
        health: ServiceHealth,
        settle_window: float,
        clock: Callable[[], float],
    ) -> None:
        self._told, self._client, self._turns, self._health = harmless(told), client, turns, health
        self._time_left, self._clock = TimeLeft(settle_window), clock
        self._last = self._guessed = clock()
        self._failing = False
        self.progress = Progress(0)

    def tell(self) -> None:
        """Tell the progress as it stands."""
        now, progress = self._clock(), self.progress
        self._last = now
        if now - self._guessed >= EVERY or not progress.left:
            self._guessed = now
            self._time_left.note(now, progress.done, progress.in_doubt)
            progress.seconds_left = self._time_left.seconds(now, progress.done, progress.left)
        progress.requests, progress.repeats = self._client.requests, self._health.budget.repeats
        progress.rate, progress.window = self._turns.rate, self._turns.window
        self._told(progress)

    def tell_if_due(self, waits: tuple[float, Settling] | None = None) -> None:
        """Tell the progress once a second, so that a pause does not look like a standstill.

        ``waits`` is the doubt that is looked up next, and when; ``None`` where none waits for its time.
        """
        now = self._clock()
        self.progress.next_look = max(0.0, waits[0] - now) if waits is not None else None
        if waits is not None:
            self._tell_of_failures(waits[1])
        elif not self.progress.in_doubt:
            self.progress.failed_looks = 0
        if now - self._last >= EVERY:
            self.tell()

    def _tell_of_failures(self, settling: Settling) -> None:
        failures = self.progress.failed_looks = settling.doubt.failures
        if failures >= WORTH_TELLING and not self._failing:
            self._failing = True
            most = in_words(self._health.longest_wait)
            self.news(
                "W577",
                number=shown(settling.order.number),
                failures=failures,
                last=shown(self._health.trouble),
                most=most,
            )

    def news(self, code: str, **facts: str | int) -> None:
        """Tell people something that they should know now."""
        self.progress.news += (Issue(code, facts=facts),)
        self.tell()

    def how_long(self, orders: int, *, growing: bool) -> None:
        """Tell at the start of a long run how long it will take at its rate, which may be ``growing``."""
        rate = self._turns.rate
        if orders / rate < LONG_RUN:
            return
        more = " at most, as the rate grows while that is borne" if growing else ""
        self.news(
            "W575", orders=f"{orders:,}", rate=f"{rate:.3g}", time=in_words(orders / rate), growing=more
        )

    def count(self, state: State) -> bool:
        """Count an order that has come to a state, and tell; returns whether it is through."""
        progress = self.progress
        if state is State.CREATED:
            progress.created += 1
        elif state is State.ALREADY_PRESENT:
            progress.present += 1
        elif state in (State.REJECTED, State.CONFLICT, State.FAILED):
            progress.refused += 1
        else:
            return False
        progress.left -= 1
        self.tell()
        return True
