"""Killed, interrupted, out of disk: a resume finishes the run, and no order exists twice."""

import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from small_shop import (
    WINDOW,
    Shop,
    assert_promises,
    attempts,
    mode_settings,
    number,
    open_shop,
    sending,
    states,
    table,
)

from pipeline.model.capability import Capability
from pipeline.runs.asked.result import Result
from pipeline.runs.machine.interrupt import SAME_KEY
from pipeline.runs.verbs import plan, report, resume
from pipeline.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("processes are killed and limited in the way of POSIX", allow_module_level=True)

from child import gone, start, until

BOTH = pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])


def planned(shop: Shop, url: str, *, unique: bool, window: float = WINDOW) -> Result:
    """Plan the shop's run; sending it is left to a process that will not survive."""
    return plan(shop.plan_request(url, Capability(unique, window)), places=shop.places)


def finish(shop: Shop, sim: Simulator, *others: Simulator) -> Result:
    """Resume until nothing is left, and check every promise."""
    result = resume(None, sending(sim.token, attempts=50), shop.places)
    assert_promises(result, sim, *others)
    return result


@BOTH
def test_killed_after_the_target_took_the_order(tmp_path: Path, unique: bool) -> None:
    """The order stands there and nobody was told: it is found, and not sent again."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(1): ["delay_answer:30"]}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        planned(shop, sim.url, unique=unique)
        process = start(shop, sim.token, deadline=40.0)
        until(lambda: sim.truth.creates[number(1)] == 1)
        process.kill()
        gone(process)
        seen = report(None, shop.places)
        result = finish(shop, sim)
    assert seen.summary.orders.in_doubt == 1, "silence means doubt, also in a report before the resume"
    assert seen.exit_code == 5
    assert attempts(result)[number(1)] == 1
    assert result.exit_code == 0


@BOTH
def test_killed_before_a_byte_left(tmp_path: Path, unique: bool) -> None:
    """The intent is durable, the connection never came about: the order is looked for, then sent."""
    shop = open_shop(tmp_path / "shop", 2)
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(8):  # the queue is full: a further connect gets no answer at all
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        ready = planned(shop, f"http://127.0.0.1:{port}", unique=unique)
        process = start(shop, "demo-token")
        wal = Path(f"{ready.journal}-wal")
        until(lambda: wal.exists() and wal.stat().st_size > 0 and b"in_flight" in wal.read_bytes())
        process.kill()
        gone(process)
    assert set(states(ready).values()) == {"in_flight", "planned"}
    with Simulator(settings=mode_settings(unique=unique), port=port) as sim:
        result = finish(shop, sim)
        assert [entry.method for entry in sim.truth.log if entry.number == number(1)] == [
            "GET",
            "GET",
            "POST",
        ]
    assert attempts(result) == {number(1): 2, number(2): 1}
    assert result.exit_code == 0


def test_interrupted_once_the_run_ends_cleanly(tmp_path: Path) -> None:
    """After the first Ctrl-C answers under way are waited for, and nothing is in doubt."""
    shop = open_shop(tmp_path / "shop", 60)
    with Simulator(settings=mode_settings(unique=False, latency=0.05)) as sim:
        ready = planned(shop, sim.url, unique=False)
        process = start(shop, sim.token, concurrency=4)
        until(lambda: len(sim.truth.log) > 5)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        gone(process)
        stopped = report(None, shop.places)
        assert_promises(stopped, sim)
        sent = len(sim.truth.log)
        result = finish(shop, sim)
    assert process.exitcode == 130
    assert 0 < stopped.summary.orders.created == sent < 60
    assert stopped.summary.orders.in_doubt == 0
    assert (ready.run_id, result.exit_code, result.summary.orders.created) == (stopped.run_id, 0, 60)


def test_interrupted_in_a_long_pause_the_run_ends_at_once(tmp_path: Path) -> None:
    """Nobody waits for a turn that lies far ahead: only answers under way are worth waiting for."""
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator() as sim:
        planned(shop, sim.url, unique=False)
        process = start(shop, sim.token, rate=0.05)
        until(lambda: len(sim.truth.log) == 1)
        time.sleep(0.1)
        began = time.monotonic()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGTERM)
        gone(process)
        took = time.monotonic() - began
        result = finish(shop, sim)
    assert process.exitcode == 143
    assert took < 3
    assert result.exit_code == 0


def test_interrupted_twice_the_run_ends_at_once(tmp_path: Path) -> None:
    """The second Ctrl-C waits for nobody; what was under way is in doubt, and is settled by the resume."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(faults={number(1): ["delay_answer:30"]}, settings=mode_settings(unique=False)) as sim:
        planned(shop, sim.url, unique=False)
        process = start(shop, sim.token, deadline=40.0)
        until(lambda: sim.truth.creates[number(1)] == 1)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        time.sleep(SAME_KEY + 0.3)
        assert process.is_alive(), "the first one waits for the answer"
        os.kill(process.pid, signal.SIGINT)
        gone(process)
        result = finish(shop, sim)
    assert process.exitcode == 130
    assert attempts(result)[number(1)] == 1
    assert result.exit_code == 0


@BOTH
def test_out_of_disk_nothing_more_is_sent(tmp_path: Path, unique: bool) -> None:
    """When an intent cannot be written the run ends with what it has; with room again it finishes."""
    shop = open_shop(tmp_path / "shop", 60)
    with Simulator(settings=mode_settings(unique=unique)) as sim:
        ready = planned(shop, sim.url, unique=unique)
        process = start(shop, sim.token, most_bytes=ready.journal.stat().st_size + 60_000, concurrency=2)
        gone(process)
        sent = {entry.number for entry in sim.truth.log}
        intents = table(ready.journal, "SELECT number FROM orders WHERE attempts > 0")
        result = finish(shop, sim)
    assert process.exitcode == 7
    assert (shop.folder / "refused").read_text() == "E606"
    assert 0 < len(sent) < 60
    assert sent <= {name for (name,) in intents}
    assert result.exit_code == 0
