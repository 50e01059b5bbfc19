"""Journal and uploader as a machine that hypothesis drives: whatever happens when, the promises hold."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from small_shop import mode_settings, number, open_shop, sending, table

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.model.summary import broken_sums
from pipeline.runs.accounts.summing import summarise
from pipeline.runs.connection.turns import Turns
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.runs.verbs import plan
from pipeline.simulator import Simulator
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.origin import parse_target
from pipeline.target.token import Token
from pipeline.target.transport import Transport, open_transport
from pipeline.target.wire_limits import WireLimits

ORDERS = 4
WINDOW = 0.3
DEADLINE = 0.15
LAST_WORD = frozenset({"created", "already_present", "rejected", "conflict", "invalid"})
CREATING = (
    "reset",
    "commit_then_reset",
    "commit_then_500",
    "503",
    "408",
    "429",
    "late_commit:0.2",
    "hang",
    "commit_then_hang",
    "cut_json",
    "html_body",
    "400",
    "400_html",
    "406_other",
    "406_html",
    "other_number",
    "200",
    "401",
    "302",
)
LOOKING = ("500", "reset", "timeout", "html", "cut_json", "two_matches", "fuzzy", "401")
"""Lookups that fail or say too much. To see too little beyond the window is against mode B's condition."""
PLACES = st.integers(1, ORDERS)
LIVES = int(os.environ.get("ORDERLIFT_LIVES", "300"))


class Mortal(httpx.AsyncBaseTransport):
    """Sends nothing more once its process is said to be dead."""

    def __init__(self, inner: Transport) -> None:
        self.inner, self.dead = inner, False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, or be cancelled like everything else in a process that is no more."""
        if self.dead:
            raise asyncio.CancelledError
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is inside."""
        await self.inner.aclose()


class Shop(RuleBasedStateMachine):
    """One run against one target; every rule is something that may happen to it."""

    unique: ClassVar[bool]
    sim: ClassVar[Simulator]
    sealed: ClassVar[Path]
    """The folder of a run that is planned and was never sent, copied for each example."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="orderlift-model-"))
        self.crashes = itertools.count()
        self.creating: dict[str, list[str]] = {}
        self.looking: dict[str, list[str]] = {}
        self.foreign: set[str] = set()
        self.settled: dict[str, tuple[str, int]] = {}

    @initialize()
    def begin(self) -> None:
        """Start with an empty target and a run that was never sent."""
        self.sim.reset()
        self.sim.script({})
        self.journal = self.folder / "journal.db"
        shutil.copy(self.sealed, self.journal)
        rows = table(self.journal, "SELECT number, body, sha256 FROM orders JOIN payloads ON order_id = id")
        self.bodies = {name: body for name, body, _ in rows}
        self.seals = {name: sha256.hex() for name, _, sha256 in rows}

    @rule(place=PLACES, faults=st.lists(st.sampled_from(CREATING), min_size=1, max_size=2))
    def spoil_creating(self, place: int, faults: list[str]) -> None:
        """The next posts of an order go wrong."""
        self._spoil(self.creating, "POST", number(place), faults)

    @rule(
        place=PLACES,
        lost=st.sampled_from(["commit_then_reset", "reset", "late_commit:0.2"]),
        faults=st.lists(st.sampled_from(LOOKING), min_size=1, max_size=2),
    )
    def spoil_looking(self, place: int, lost: str, faults: list[str]) -> None:
        """The next answer about an order is lost, and the lookups after it go wrong, too."""
        self._spoil(self.creating, "POST", number(place), [lost])
        self._spoil(self.looking, "GET", number(place), faults)

    @rule(place=PLACES, same=st.booleans())
    def somebody_else_creates(self, place: int, same: bool) -> None:
        """An order of this number appears that is none of ours, with the same content or with another."""
        name = number(place)
        if any(order.number == name for order in self.sim.truth.orders()):
            return
        body = orjson.loads(self.bodies[name])
        if not same:
            body["order"]["amount"] = "77777.00"
        self.sim.place(body)
        self.foreign.add(name)

    @rule(limit=st.integers(1, ORDERS), concurrency=st.sampled_from([1, 4]))
    def send_some(self, limit: int, concurrency: int) -> None:
        """Resume, and send so many orders at most."""
        self._resume(None, limit=limit, concurrency=concurrency)

    @rule(requests=st.integers(0, 6), concurrency=st.sampled_from([1, 4]))
    def resume_and_be_killed(self, requests: int, concurrency: int) -> None:
        """Resume, and die when so many requests have arrived: nothing is flushed, nothing is closed."""
        self._resume(requests, concurrency=concurrency)

    @rule()
    def resume(self) -> None:
        """Resume, and let it go on for as long as it can."""
        self._resume(None)

    @invariant()
    def the_promises_hold(self) -> None:
        """None twice, no phantom, intents first, final is final, the same bytes, and all sums."""
        if hasattr(self, "journal"):
            self._check()

    def teardown(self) -> None:
        """When the trouble is over a resume ends every order, and another one finds nothing to do."""
        try:
            if hasattr(self, "journal"):
                self.sim.script({})
                for _ in range(3):  # two orders under one number end a run each time
                    self._resume(None)
                self._check()
                states = {state for _, state, *_ in self._orders()}
                assert states <= LAST_WORD, states
                requests = len(self.sim.truth.log)
                self._resume(None)
                assert len(self.sim.truth.log) == requests
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _spoil(self, scripts: dict[str, list[str]], method: str, name: str, faults: list[str]) -> None:
        """A script counts the requests from the first: those that were made already stay as they were."""
        made = len(self.sim.truth.attempts(name, method))
        before = (scripts.get(name, []) + ["ok"] * made)[:made]
        scripts[name] = [*before, *faults]
        self.sim.script({"create": self.creating, "lookup": self.looking})

    def _resume(self, killed_after: int | None, **changes: Any) -> None:
        request = sending(self.sim.token, deadline=DEADLINE, attempts=100, trips_after=10_000, **changes)
        stop_at = None if killed_after is None else len(self.sim.truth.log) + killed_after
        capability = Capability(self.unique, WINDOW)

        async def send(journal: RunJournal) -> None:
            turns = Turns(request.rate, asyncio.get_running_loop().time)
            transport = Mortal(open_transport("fast", limits=WireLimits(deadline=DEADLINE)))
            origin, prefix = parse_target(self.sim.url)
            client = OmnitronClient(transport, Address(origin, prefix, 5), Token(request.token), turns)
            tables = {record.table.index: record.table for record in JournalReader(journal.database).tables()}
            recorder = Recorder(journal)
            run = Sending(recorder, client, turns, request, capability, tables)
            work: asyncio.Task[Ending] = asyncio.create_task(run.run())
            try:
                await self._until(work, stop_at, transport)
            finally:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
                await client.aclose()
                await recorder.aclose()

        with closing(RunJournal(self.journal, now=0.0)) as journal:
            asyncio.run(send(journal))
        if stop_at is not None:
            self.journal = self.crashed

    async def _until(self, work: asyncio.Task[Ending], stop_at: int | None, transport: Mortal) -> None:
        """Wait for the end, or until the log is so long; then the files as they are become the journal."""
        while not work.done() and (stop_at is None or len(self.sim.truth.log) < stop_at):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        if stop_at is not None:
            transport.dead = True
            self.crashed = self.folder / f"crash-{next(self.crashes)}.db"
            self._copy(self.crashed)
        if work.done():
            work.result()

    def _copy(self, to: Path) -> None:
        """Copy the journal as a dead process would leave it."""
        for end in ("", "-wal"):
            Path(f"{to}{end}").unlink(missing_ok=True)
            if Path(f"{self.journal}{end}").exists():
                shutil.copy(f"{self.journal}{end}", f"{to}{end}")

    def _orders(self) -> list[tuple[Any, ...]]:
        copy = self.folder / "look.db"
        self._copy(copy)
        sql = (
            "SELECT o.number, o.state, o.attempts,"
            " (SELECT count(*) FROM attempts a WHERE a.order_id = o.id) FROM orders o ORDER BY o.id"
        )
        rows = table(copy, sql)
        with closing(JournalReader(copy)) as reader:
            summary = summarise(reader, "model")
        assert broken_sums(summary) == []
        assert summary.exit_code != 1
        assert summary.orders.read == len(rows) == ORDERS
        return rows

    def _check(self) -> None:
        truth = self.sim.truth
        posts = [entry for entry in truth.log if entry.method == "POST" and entry.number]
        for name, state, attempts, intents in self._orders():
            ours = [entry for entry in posts if entry.number == name]
            there = truth.numbered(5, name)
            assert sum(entry.committed for entry in ours) <= 1, f"{name} was created twice"
            assert len(ours) <= intents == attempts, f"{name} was sent without an intent"
            assert {entry.sha256 for entry in ours} <= {self.seals[name]}, f"{name} was sent with other bytes"
            if state in {"created", "already_present"}:
                assert there, f"{name} is {state} and stands nowhere"
                content = [orjson.loads(order.raw) for order in there]
                assert orjson.loads(self.bodies[name]) in content, f"{name} stands there as something else"
            elif state in {"rejected", "planned", "waiting", "absent"}:
                assert name in self.foreign or not there, f"{name} is {state} and stands there"
            if name in self.settled:
                assert self.settled[name] == (state, attempts), f"{name} was final"
            if state in LAST_WORD:
                self.settled[name] = (state, attempts)


@pytest.fixture(params=[True, False], ids=["A", "B"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[type[Shop]]:
    """Give the machine for each mode, with a target that is all that the mode relies on."""
    shop = open_shop(tmp_path / "shop", ORDERS)
    with Simulator(settings=mode_settings(unique=request.param, latency=0.004)) as sim:
        planned = plan(shop.plan_request(sim.url, Capability(request.param, WINDOW)), places=shop.places)

        class Chosen(Shop):
            unique = request.param
            sealed = planned.journal

        Chosen.sim = sim
        yield Chosen


def lives(examples: int, steps: int) -> settings:
    """Give settings for so many lives of so many steps at most."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def test_whatever_happens_the_promises_hold(machine: type[Shop]) -> None:
    """A few short lives, the same ones each time; the long test makes a failure short, too."""
    same = settings(lives(10, 6), derandomize=True, database=None, phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=same)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_whatever_happens_for_long_the_promises_hold(machine: type[Shop]) -> None:
    """Many lives, other ones each time."""
    run_state_machine_as_test(machine, settings=lives(LIVES, 15))
