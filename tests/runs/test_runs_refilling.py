"""Orders fetched from the journal page by page while others come to wait: each is sent, and once."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from small_shop import assert_promises, attempts, mode_settings, number, open_shop, sending

from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.planned import Intent, Outcome
from pipeline.model.states import State
from pipeline.runs.applying import stages as applying
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator

Read = TypeVar("Read")


class _Slow(Recorder):
    """Takes long over the second page of waiting orders, as the journal stands before or after the wait."""

    before = True
    reads = 0

    async def read(self, question: Callable[[RunJournal], Read]) -> Read:
        """Answer as the journal does; the fourth question, the second page, takes long."""
        _Slow.reads += 1
        slow = _Slow.reads == 4
        if slow and not self.before:
            await asyncio.sleep(0.5)
            await self.flush()
        found = await super().read(question)
        if slow and self.before:
            await asyncio.sleep(0.5)
        return found


@pytest.mark.parametrize("before", [True, False], ids=["read before", "read after"])
def test_an_order_that_comes_to_wait_while_a_page_is_read_is_sent_once(
    tmp_path: Path, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the page holds it already or not yet: it is neither forgotten nor sent twice."""
    monkeypatch.setattr("pipeline.runs.sending.agenda.WINDOW", 4)
    monkeypatch.setattr(applying, "Recorder", _Slow)
    _Slow.before, _Slow.reads = before, 0
    shop = open_shop(tmp_path / "shop", 12)
    faults = {"lookup": {number(12): ["ok", "delay:0.3"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False, latency=0.05)) as sim:
        ready = plan(shop.plan_request(sim.url, Capability(settle_window=0.06)), places=shop.places)
        with closing(RunJournal(ready.journal, now=0.0)) as journal:
            tried = [*range(1, 7), 12]
            journal.record(intents=[Intent(place, 1, 1.0) for place in tried])
            journal.record(
                outcomes=[Outcome(place, State.WAITING.value, 1, "not_applied") for place in tried[:6]]
            )
        result = resume(None, sending(sim.token, concurrency=2), shop.places)
        assert _Slow.reads >= 4
        assert_promises(result, sim)
    assert result.summary.orders.created == 12
    assert attempts(result)[number(12)] == 2
