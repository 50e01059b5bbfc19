"""What answers say of the service, and what may therefore be sent."""

from collections.abc import Callable

from pipeline.model.ending import Ending
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.connection.turns import Turns
from pipeline.upload.breaker import Breaker, Flow
from pipeline.upload.retry_budget import RetryBudget
from pipeline.upload.settle import longest_wait
from pipeline.upload.verdict import Verdict


class ServiceHealth:
    """Judges the service by its answers: orders and lookups each have a breaker, repeats have a budget.

    Until a first good answer everything goes alone, and so does a probe: it leaves when nothing of its kind
    is on the wire. ``clock`` gives seconds, ``chance`` numbers from 0 to 1. Without ``lookup`` doubts are
    settled by sending, so that both are the same question.
    """

    def __init__(
        self,
        turns: Turns,
        request: SendRequest,
        clock: Callable[[], float],
        chance: Callable[[], float],
        *,
        lookup: bool = True,
    ) -> None:
        self._turns, self._clock, self._chance = turns, clock, chance
        self._creating = Breaker(request.trips_after, request.probes)
        self._looking = Breaker(request.trips_after, request.probes) if lookup else self._creating
        self._orders_proven = self._lookups_proven = False
        self.budget = RetryBudget()
        self.orders_out = self.lookups_out = 0
        self.trouble = ""
        self.longest_wait = longest_wait(request.deadline, request.trips_after + request.probes)

    def given_up(self) -> Ending | None:
        """Why the run should end, where single probes found the service unwell again and again."""
        flows = {self._creating.flow(self._clock()), self._looking.flow(self._clock())}
        return Ending("E531", {"last": self.trouble}) if Flow.GIVEN_UP in flows else None

    def doubt_everything(self) -> None:
        """After a standstill nothing is known: the next request goes alone."""
        self._orders_proven = self._lookups_proven = False

    def holds_orders(self) -> bool:
        """Whether the breaker keeps orders back at present."""
        return self._creating.flow(self._clock()) is not Flow.OPEN

    def may_send(self, busy: int) -> Flow:
        """Whether an order may be taken up, ``busy`` others being worked on."""
        flow = self._creating.flow(self._clock())
        if flow is Flow.PROBE:
            return flow if self.orders_out == 0 else Flow.HELD
        alone = not self._orders_proven and busy > 0
        return Flow.HELD if alone or busy >= self._turns.window else flow

    def may_look(self, busy: int) -> Flow:
        """Whether an order may be looked up, ``busy`` others being worked on."""
        flow = self._looking.flow(self._clock())
        if flow is Flow.PROBE:
            out = self.orders_out if self._looking is self._creating else self.lookups_out
            return flow if out == 0 else Flow.HELD
        alone = not (self._lookups_proven or self._orders_proven) and busy > 0
        return Flow.HELD if alone or busy >= self._turns.window else flow

    def probe_order(self) -> None:
        """The order that was taken up is the probe."""
        self._creating.probe()

    def probe_lookup(self) -> None:
        """The lookup that was taken up is the probe."""
        self._looking.probe()

    def still_open(self, *, probe: bool) -> bool:
        """Whether an order that has waited for its turn may leave: the breaker may have tripped meanwhile."""
        return probe or not self.holds_orders()

    def judged(self, verdict: Verdict) -> None:
        """An order was answered."""
        if verdict.unwell or verdict.stop:
            facts = verdict.facts
            self.trouble = str(facts.get("reason") or facts.get("complaints") or verdict.code)
        if verdict.unwell:
            self._creating.unwell(self._clock(), self._chance())
            return
        self._creating.well()
        self._orders_proven = self._orders_proven or verdict.stop is None

    def looked(self, reason: str | None) -> None:
        """A lookup was answered, or failed for a reason."""
        if reason is None:
            self._looking.well()
            self._lookups_proven = True
            return
        self.trouble = f"lookup failed: {reason}"
        self._looking.unwell(self._clock(), self._chance())
