"""Pace, repeats, probes, tokens and standstills of a whole run, on real sockets."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from small_shop import (
    UNLIMITED,
    WINDOW,
    Shop,
    assert_promises,
    attempts,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
    table,
)

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.model.exchange import Reply
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.turns import Turns
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.runs.verbs import plan, resume, run
from pipeline.simulator import Settings, Simulator
from pipeline.target.client import OmnitronClient
from pipeline.target.token import Token
from pipeline.target.transport import TransportKind, open_transport
from pipeline.upload.retry_budget import FLOOR, PAUSE, SHARE


def arrivals(sim: Simulator, method: str = "POST") -> list[float]:
    """When requests arrived, in order."""
    return [entry.at for entry in sim.truth.log if entry.method == method]


def news(told: list[Progress]) -> list[str]:
    """Give the codes of what people were told."""
    return [issue.code for issue in told[-1].news]


def test_a_pause_that_one_request_is_asked_for_holds_all_of_them(tmp_path: Path) -> None:
    """Eight workers are at it when one gets a Retry-After: nothing arrives for as long as it asks."""
    shop = open_shop(tmp_path / "shop", 60)
    with Simulator(faults={number(20): ["429:1"]}, settings=Settings(latency=0.005)) as sim:
        result = send_all(shop, sim, unique=True)
        assert_promises(result, sim)
        asked = next(entry.at for entry in sim.truth.log if entry.status == 429)
        during = [moment for moment in arrivals(sim) if asked + 0.1 < moment < asked + 0.95]
        after = [moment for moment in arrivals(sim) if moment >= asked + 0.95]
    assert during == []
    assert len(after) > 20


def test_a_lookup_that_is_asked_to_wait_holds_the_orders_too(tmp_path: Path) -> None:
    """The limit is the target's: it does not matter which request met it."""
    shop = open_shop(tmp_path / "shop", 60)
    faults = {"create": {number(5): ["commit_then_500"]}, "lookup": {number(5): ["429:1"]}}
    with Simulator(faults=faults, settings=Settings(unique_numbers=False, latency=0.005)) as sim:
        result = send_all(shop, sim)
        assert_promises(result, sim)
        asked = next(entry.at for entry in sim.truth.log if entry.status == 429)
        every = arrivals(sim) + arrivals(sim, "GET")
    assert [moment for moment in every if asked + 0.1 < moment < asked + 0.95] == []


def test_a_tripped_breaker_lets_one_order_through_at_a_time(tmp_path: Path) -> None:
    """While the service is unwell a probe goes alone: no second order is on the wire before its answer."""
    shop, answer = open_shop(tmp_path / "shop", 60), 0.2
    faults: dict[str, list[str]] = {number(place): ["503", "repeat"] for place in range(11, 61)}
    with Simulator(faults=faults, settings=Settings(latency=answer)) as sim:
        result = send_all(shop, sim, unique=True, window=60.0, trips_after=4, probes=2, rate=200.0)
        posts = [entry for entry in sim.truth.log if entry.method == "POST"]
        failed = [entry.at for entry in posts if entry.status == 503]
        tripped = sorted(failed)[3] + answer
        probes = [
            moment for moment in sorted(failed) if moment > tripped + 0.3
        ]  # the first pause is half a second or more
    assert (result.ending.code, result.exit_code) == ("E531", 5)
    assert len(probes) == 2
    assert probes[1] - probes[0] >= answer


def test_orders_that_wait_for_their_turn_stay_here_when_the_breaker_trips(tmp_path: Path) -> None:
    """Eight workers hold a place on a slow grid; none of them leaves after the fourth failure in a row."""
    shop = open_shop(tmp_path / "shop", 30)
    faults: dict[str, list[str]] = {number(place): ["503", "repeat"] for place in range(6, 31)}
    with Simulator(faults=faults) as sim:
        result = send_all(shop, sim, unique=True, window=60.0, trips_after=4, probes=1, rate=20.0)
        failed = sorted(entry.at for entry in sim.truth.log if entry.method == "POST" and entry.status == 503)
    assert result.ending.code == "E531"
    assert len(failed) == 4 + 1
    assert failed[4] - failed[3] >= 0.45


def test_repeats_beyond_their_share_come_one_at_a_time(tmp_path: Path) -> None:
    """Every order is refused once for the load: the free repeats go at once, the rest is spread over time."""
    orders = 28
    free = int(FLOOR + SHARE * orders)
    faults = {number(place): ["429"] for place in range(2, orders + 1)}
    told: list[Progress] = []
    shop = open_shop(tmp_path / "shop", orders)
    with Simulator(faults=faults) as sim:
        result = run(
            shop.plan_request(sim.url, Capability(unique=True, settle_window=WINDOW)),
            sending(),
            shop.places,
            told=told.append,
        )
        assert_promises(result, sim)
        posts = sorted(arrivals(sim))
    assert sorted(attempts(result).values()) == [1] + [2] * (orders - 1)
    spread = posts[orders + free :]
    assert len(spread) == orders - 1 - free > 0
    assert all(
        later - before >= PAUSE - 0.1
        for before, later in zip(posts[orders + free - 1 :], spread, strict=False)
    )
    assert news(told).count("W576") == 1


def renew(sim: Simulator, file: Path) -> None:
    """Log in as a person would, and put the new token into its file."""
    credentials = {"username": "demo", "password": "demo"}
    login = httpx.post(f"{sim.url}/api/v1/auth/login/", json=credentials, trust_env=False)
    file.write_text(login.json()["key"] + "\n", encoding="utf-8")


@pytest.mark.parametrize(("unique", "transport"), [(True, "fast"), (False, "plain")], ids=["A", "B"])
def test_a_token_that_was_renewed_in_its_file_is_taken_up(
    tmp_path: Path, unique: bool, transport: str
) -> None:
    """The old one expires while eight workers send: the file is read again, and every order is sent once."""
    shop, file = open_shop(tmp_path / "shop", 40), tmp_path / "token"
    told: list[Progress] = []
    file.write_text("demo-token\n", encoding="utf-8")
    settings = mode_settings(unique=unique, latency=0.01)
    with Simulator(faults={"commit_then_500": 0.1}, settings=settings) as sim:

        def expire(progress: Progress) -> None:
            told.append(progress)
            if progress.created == 12 and sim.token == "demo-token":
                sim.expire_token()
                renew(sim, file)

        request = shop.plan_request(sim.url, Capability(unique, WINDOW))
        result = run(request, sending(token_file=file, transport=transport), shop.places, told=expire)
        assert_promises(result, sim)
        refused = [entry for entry in sim.truth.log if entry.status == 401]
    assert result.exit_code == 0
    assert result.summary.orders.created == 40
    assert refused
    assert news(told).count("W571") == 1


def test_a_token_file_that_still_holds_the_same_ends_the_run(tmp_path: Path) -> None:
    """It is read once and not again and again; nothing is lost, and a resume with a new token finishes."""
    shop, file = open_shop(tmp_path / "shop", 20), tmp_path / "token"
    file.write_text("demo-token", encoding="utf-8")
    with Simulator() as sim:
        stopped = run(
            shop.plan_request(sim.url),
            sending(token_file=file, concurrency=4),
            shop.places,
            told=lambda at: sim.expire_token() if at.created == 8 else None,
        )
        assert_promises(stopped, sim)
        refused = sum(entry.status == 401 for entry in sim.truth.log)
        renew(sim, file)
        resumed = resume(None, sending(file.read_text().strip(), token_file=file), shop.places)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == ("E501", 5)
    assert refused <= 4
    assert resumed.summary.orders.created == 20


def test_the_next_run_begins_near_what_the_last_one_was_borne(tmp_path: Path) -> None:
    """The learnt rate is kept for the channel, said at the start, and taken up with --rate auto only."""
    shop, told = open_shop(tmp_path / "shop", 3), list[Progress]()
    with Simulator() as sim:
        request = shop.plan_request(sim.url)
        plan(request, places=shop.places)
        resume(None, sending(rate=None, limit=1), shop.places)
        [lock] = (shop.places.state_dir / "channels").glob("*.lock")
        kept = lock.with_name(lock.name.replace(".lock", ".rate.json"))
        assert not kept.exists(), "one order teaches nothing"
        kept.write_text(json.dumps({"rate": 80.0, "day": "2026-03-01"}), encoding="utf-8")
        resume(None, sending(rate=20.0, limit=1), shop.places, told=told.append)
        assert news(told) == []
        resume(None, sending(rate=None, limit=1), shop.places, told=told.append)
    [issue] = told[-1].news
    assert issue.code == "W570"
    assert issue.facts == {"start": "56.0", "share": "70%", "borne": "80.0", "day": "2026-03-01"}
    assert told[-1].rate >= 56.0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"rate": "fast", "day": ""}', '{"rate": -1, "day": ""}', "[" * 9000]
)
def test_a_kept_rate_that_makes_no_sense_is_left_aside(tmp_path: Path, text: str) -> None:
    """The run begins as on an unknown target, and puts a sound file in its place when it has one."""
    shop, told = open_shop(tmp_path / "shop", 2), list[Progress]()
    with Simulator() as sim:
        plan(shop.plan_request(sim.url), places=shop.places)
        resume(None, sending(limit=1), shop.places)
        [lock] = (shop.places.state_dir / "channels").glob("*.lock")
        lock.with_name(lock.name.replace(".lock", ".rate.json")).write_text(text, encoding="utf-8")
        result = resume(None, sending(rate=None), shop.places, told=told.append)
    assert (result.exit_code, result.summary.orders.created) == (0, 2)
    assert news(told) == []


class Clocks:
    """Two clocks of a machine that can be put to sleep: only one of them notices."""

    def __init__(self) -> None:
        self.slept = 0.0

    def running(self) -> float:
        """Go on during sleep."""
        return time.monotonic() + self.slept


def by_hand(
    shop: Shop,
    sim: Simulator,
    meanwhile: Callable[[Sending], None],
    *,
    clocks: Clocks | None = None,
    transport: TransportKind = "fast",
    client: type[OmnitronClient] = OmnitronClient,
    window: float = 60.0,
    told: Callable[[Progress], None] = lambda _: None,
) -> tuple[Ending, Result]:
    """Send a planned run with clocks and a client of the test's own; `meanwhile` runs in a thread."""
    clocks = clocks or Clocks()
    ready = plan(shop.plan_request(sim.url, Capability(settle_window=window)), places=shop.places)

    async def send(journal: RunJournal) -> Ending:
        turns = Turns(UNLIMITED, clocks.running)
        request = SendRequest(sim.token, rate=UNLIMITED, concurrency=4)
        speaker = client(open_transport(transport), address_of(sim.url, 5), Token(sim.token), turns)
        tables = {record.table.index: record.table for record in JournalReader(journal.database).tables()}
        recorder = Recorder(journal)
        sender = Sending(
            recorder,
            speaker,
            turns,
            request,
            Capability(settle_window=window),
            tables,
            clock=clocks.running,
            awake=time.monotonic,
            told=told,
        )
        other = threading.Thread(target=meanwhile, args=(sender,), daemon=True)
        other.start()
        try:
            return await sender.run()
        finally:
            await speaker.aclose()
            await recorder.aclose()

    with closing(RunJournal(ready.journal, now=0.0)) as journal:
        return asyncio.run(send(journal)), ready


@pytest.mark.parametrize("transport", ["fast", "plain"])
def test_after_a_sleep_what_was_under_way_is_in_doubt_and_looked_up(
    tmp_path: Path, transport: TransportKind
) -> None:
    """The answer of before is not waited for, its window has passed, and nothing is sent twice."""
    shop, clocks, told = open_shop(tmp_path / "shop", 12), Clocks(), list[tuple[str, ...]]()
    faults = {number(3): ["delay_answer:30"]}
    began = time.monotonic()
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:

        def sleep(_: Sending) -> None:
            while sim.truth.creates[number(3)] == 0:
                time.sleep(0.01)
            time.sleep(0.3)
            clocks.slept = 3600.0

        ending, ready = by_hand(
            shop,
            sim,
            sleep,
            clocks=clocks,
            transport=transport,
            told=lambda progress: told.append(tuple(issue.code for issue in progress.news)),
        )
        assert sim.truth.created_twice == []
        assert len(sim.truth.orders(5)) == 12
    assert ending.code is None
    assert set(states(ready).values()) == {"created"}
    [(outcome, tried)] = table(
        ready.journal,
        "SELECT a.outcome, o.attempts FROM attempts a JOIN orders o ON o.id = a.order_id"
        f" WHERE o.number = '{number(3)}'",
    )
    assert (outcome, tried) == ("doubt", 1)
    assert "W572" in told[-1]
    assert table(ready.journal, "SELECT count(*) FROM events WHERE kind = 'standstill'") == [(1,)]
    assert time.monotonic() - began < 20, "neither the answer nor the window was waited for"


def test_wall_time_decides_nothing(tmp_path: Path) -> None:
    """A day back, a day on, in the middle of a run: the orders go on as if nothing had been."""
    shop = open_shop(tmp_path / "shop", 30)
    jumps = iter([0.0, 86400.0, -86400.0, 3600.0] * 1000)
    ready = None
    with Simulator(faults={"commit_then_500": 0.2}, settings=mode_settings(unique=False)) as sim:
        ready = plan(shop.plan_request(sim.url, Capability(settle_window=0.2)), places=shop.places)

        async def send(journal: RunJournal) -> Ending:
            turns = Turns(UNLIMITED, time.monotonic)
            client = OmnitronClient(open_transport(), address_of(sim.url, 5), Token(sim.token), turns)
            tables = {one.table.index: one.table for one in JournalReader(journal.database).tables()}
            recorder = Recorder(journal)
            sender = Sending(
                recorder,
                client,
                turns,
                SendRequest(sim.token, rate=UNLIMITED),
                Capability(settle_window=0.2),
                tables,
                wall=lambda: 1.7e9 + next(jumps),
            )
            try:
                return await sender.run()
            finally:
                await client.aclose()
                await recorder.aclose()

        began = time.monotonic()
        with closing(RunJournal(ready.journal, now=0.0)) as journal:
            assert asyncio.run(send(journal)).code is None
        assert time.monotonic() - began < 10
        assert sim.truth.created_twice == []
    assert set(states(ready).values()) == {"created"}


class Broken(OmnitronClient):
    """A client with a bug that one order meets."""

    async def create(self, body: bytes) -> Reply:
        """Fail after the order has left, as a mistake in judging its answer would."""
        reply = await super().create(body)
        if number(9).encode() in body:
            raise ZeroDivisionError("a mistake")
        return reply


def test_a_bug_costs_one_order_its_answer_and_no_other(tmp_path: Path) -> None:
    """It is raised when the others are through; its order is in doubt, and a resume finds it there."""
    shop = open_shop(tmp_path / "shop", 40)
    with Simulator(settings=mode_settings(unique=False, latency=0.02)) as sim:
        with pytest.raises(ZeroDivisionError):
            by_hand(shop, sim, lambda _: None, client=Broken, window=WINDOW)
        journal = next((shop.places.state_dir / "runs").iterdir()) / "journal.db"
        left = dict(table(journal, "SELECT state, count(*) FROM orders GROUP BY state"))
        sent = len(arrivals(sim))
        assert left["in_flight"] == 1
        assert left["created"] == sent - 1
        assert left["planned"] + left.get("waiting", 0) == 40 - sent > 0
        result = resume(None, sending(sim.token), shop.places)
        assert_promises(result, sim)
    assert attempts(result)[number(9)] == 1
    assert result.exit_code == 0


def test_a_display_that_fails_does_not_touch_the_upload(tmp_path: Path) -> None:
    """Whoever is told may raise what he likes: every order is sent, and the progress file goes on."""
    shop, told = open_shop(tmp_path / "shop", 30), list[int]()

    def fail(progress: Progress) -> None:
        told.append(progress.created)
        raise BrokenPipeError

    with Simulator() as sim:
        result = run(shop.plan_request(sim.url), sending(), shop.places, told=fail)
        assert_promises(result, sim)
    assert result.exit_code == 0
    assert len(told) == 1


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_stopped_process_looks_before_it_goes_on(tmp_path: Path) -> None:
    """SIGSTOP for seven seconds, then SIGCONT: no burst, and every order stands there once."""
    from child import gone, start, until

    shop = open_shop(tmp_path / "shop", 120)
    with Simulator(settings=mode_settings(unique=False, latency=0.05)) as sim:
        plan(shop.plan_request(sim.url, Capability(settle_window=WINDOW)), places=shop.places)
        process = start(shop, sim.token, concurrency=4, rate=20.0)
        until(lambda: len(sim.truth.log) > 10)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(7.0)
        os.kill(process.pid, signal.SIGCONT)
        gone(process)
        times = sorted(arrivals(sim))
        assert sim.truth.created_twice == []
        assert len(sim.truth.orders(5)) == 120
    assert process.exitcode == 0
    # Arrivals jitter on a busy machine; a burst that makes up for seven seconds would be far beyond this.
    assert max(sum(start <= moment < start + 1.0 for moment in times) for start in times) <= 20 + 4
    journal = next((shop.places.state_dir / "runs").iterdir()) / "journal.db"
    assert table(journal, "SELECT count(*) FROM events WHERE kind = 'standstill'") == [(1,)]
