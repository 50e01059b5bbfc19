"""One twin's state: what exists, who may come in, what goes wrong. The clocks are passed in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pipeline.simulator.access import Access
from pipeline.simulator.addresses import address_form, address_hash
from pipeline.simulator.batch_requests import batch_form
from pipeline.simulator.customers import customer_form
from pipeline.simulator.faults import Faults
from pipeline.simulator.migrations.forms import row_forms
from pipeline.simulator.migrations.jobs import Jobs
from pipeline.simulator.order_form import OrderForm
from pipeline.simulator.records import Records
from pipeline.simulator.side_effects import SideEffects
from pipeline.simulator.text_folding import FOLDINGS
from pipeline.simulator.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pipeline.simulator.seed import Seed
    from pipeline.simulator.settings import Settings


class World:
    """Everything a handler may look at. `clock` gives monotonic seconds, `wall` the time in UTC."""

    def __init__(
        self,
        seed: Seed,
        settings: Settings,
        faults: Mapping[str, object],
        clock: Callable[[], float],
        wall: Callable[[], datetime],
    ) -> None:
        self.seed = seed
        self.settings = settings
        self.clock = clock
        self.wall = wall
        self.closing = asyncio.Event()
        self.timers: set[asyncio.TimerHandle] = set()
        self.fold = FOLDINGS[settings.text_folding]
        self.row_forms = row_forms(settings)
        self.faults = Faults(faults)
        self._begin()

    def _begin(self) -> None:
        settings = self.settings
        self.records = Records(self.seed)
        addresses = self.records["addresses"]
        for address in addresses:
            addresses.change(address["pk"], {"_digest": address_hash(address)})
        channels = self.seed.channel_ids
        known = {channel: self.records.references(channel) for channel in channels}
        self.forms = {channel: OrderForm(settings, channel, known[channel]) for channel in channels}
        self.customer_forms = {channel: customer_form(settings, channel) for channel in channels}
        self.address_forms = {channel: address_form(settings, known[channel]) for channel in channels}
        self.batch_forms = {channel: batch_form(settings, channel) for channel in channels}
        self.batch_steps = {channel: batch_form(settings, channel, "status") for channel in channels}
        self.jobs = Jobs()
        effects = SideEffects(settings.closed_statuses, settings.silent_statuses)
        self.truth = Truth(settings.collation, effects, self.clock)
        self.access = Access(
            self.seed.token, self.seed.username, self.seed.password, self.settings, self.clock
        )

    def reset(self) -> None:
        """Forgets all that was created, requests, logins and late commits; the seed and the settings stay."""
        self.cancel_timers()
        self.faults.rewind()
        self._begin()

    def script(self, faults: Mapping[str, object]) -> None:
        """Replace all faults. Raises ValueError for an unknown action."""
        self.faults = Faults(faults)

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Do something after a while, unless the twin is reset or stopped before."""

        def act() -> None:
            self.timers.discard(handle)
            do()

        handle = asyncio.get_running_loop().call_later(seconds, act)
        self.timers.add(handle)

    def cancel_timers(self) -> None:
        """Late commits that have not happened will not happen."""
        for handle in self.timers:
            handle.cancel()
        self.timers.clear()
