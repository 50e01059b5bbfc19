"""Killed around the ledger: whatever it had been told, no order is sent by two runs and none is forgotten."""

import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_shop import (
    WINDOW,
    Shop,
    assert_promises,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
)

from pipeline.model.capability import Capability
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.runs.verbs import apply, plan, resume
from pipeline.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("processes are killed in the way of POSIX", allow_module_level=True)

from child import PATIENCE, gone, server, start, until

TWICE = mode_settings(unique=False)
STORM = {"503": 0.05, "commit_then_reset": 0.08, "reset": 0.05, "commit_then_500": 0.04}


def planned(shop: Shop, sim: Simulator) -> Result:
    """Plan the shop's run."""
    return plan(shop.plan_request(sim.url, Capability(settle_window=WINDOW)), places=shop.places)


def die(*_: Any, **__: Any) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_halfway(*_: Any) -> Iterator[Any]:
    """Give one row, and end the process when the next is asked for."""
    yield (number(1).lower(), number(1), "created", b"", None)
    die()


def resume_until(point: str, run_id: str, folder: Path, count: int, token: str) -> None:
    """Resume the shop's run in this process and die at a point of it."""
    from pipeline.runs.applying import stages as applying
    from pipeline.runs.ledger import keeping as ledger_keeping

    if point == "registered":
        vars(applying)["run_loop"] = die
    elif point == "sent":
        vars(applying)["take_over"] = die
    elif point == "registering":
        vars(ledger_keeping)["rows_of"] = die_halfway
    elif point == "taking over":
        vars(applying)["take_over"] = taking_over_halfway
    resume(run_id, sending(token), Shop(folder, count).places)


def resume_in_storm(run_id: str, folder: Path, token: str) -> None:
    """Resume a run in this process, with patience."""
    resume(run_id, sending(token, attempts=50, concurrency=4), Shop(folder, 0).places)


def taking_over_halfway(*given: Any) -> None:
    """Take over as ever, but die between two rows."""
    from pipeline.runs.ledger import keeping as ledger_keeping

    vars(ledger_keeping)["rows_of"] = die_halfway
    ledger_keeping.take_over(*given)


def killed_at(point: str, run: Result, shop: Shop, sim: Simulator) -> None:
    """Let a process resume a run of the shop and die."""
    given = (point, run.run_id, shop.folder, shop.count, sim.token)
    process = server().Process(target=resume_until, args=given)
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("point", "sent"), [("registering", 0), ("registered", 0), ("sent", 4), ("taking over", 4)]
)
@pytest.mark.parametrize("ledger", ["kept", "lost", "older"])
def test_killed_around_the_ledger_a_later_run_knows_what_was_sent(
    tmp_path: Path, point: str, sent: int, ledger: str
) -> None:
    """Before, while and after it is told, and whatever becomes of the ledger besides."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(settings=TWICE) as sim:
        first = planned(shop, sim)
        planned(shop, sim)  # finds a run to ask, and so makes a ledger, which knows that nothing was sent
        path = ledger_file(shop.places, sim.url, 5)
        older = shutil.copy(path, tmp_path / "older")
        killed_at(point, first, shop, sim)
        if ledger != "kept":
            for part in path.parent.glob("*.ledger*"):
                part.unlink()
        if ledger == "older":
            shutil.copy(older, path)
        second = send_all(shop, sim)
        assert (second.summary.orders.already_present, second.summary.orders.created) == (sent, 4 - sent)
        finished = resume(first.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 5)}
        for result in (second, finished):
            assert result.exit_code == 0
    assert sum(result.summary.orders.created for result in (second, finished)) == 4


def kill_two_runs(folder: Path, *, orders: int, kills: int, seed: int) -> None:
    """Plan two exports that overlap, kill whichever is sending again and again, and finish both."""
    chance = random.Random(seed)
    shop, half = open_shop(folder, orders), orders // 2
    with Simulator(
        faults={**STORM, "seed": seed}, settings=mode_settings(unique=False, latency=0.004)
    ) as sim:
        older = planned(shop, sim)
        for path in (shop.orders, shop.items):
            head, *lines = path.read_text().splitlines()
            later = [f"A-{int(line[2:6]) + half:04d}{line[6:]}" for line in lines]
            kept = [line for line in lines if int(line[2:6]) > half]
            new = [line for line in later if int(line[2:6]) > orders]
            path.write_text("\n".join([head, *kept, *new]) + "\n")
        runs = [older, planned(shop, sim)]
        struck = 0
        for _ in range(kills):
            before = len(sim.truth.log)
            given = (chance.choice(runs).run_id, shop.folder, sim.token)
            process = server().Process(target=resume_in_storm, args=given)
            process.start()
            until(lambda seen=before, alive=process.is_alive: len(sim.truth.log) > seen or not alive())  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.06))
            process.kill()
            gone(process)
            struck += process.exitcode == -signal.SIGKILL
            if chance.random() < 0.2:
                ledger_file(shop.places, sim.url, 5).unlink(missing_ok=True)
        for _ in range(2):  # the first may hold what the second has in doubt
            results = [resume(one.run_id, sending(sim.token, attempts=50), shop.places) for one in runs]
        assert sim.truth.creates == {number(place): 1 for place in range(1, orders + half + 1)}
    assert [one.exit_code for one in results] == [0, 0]
    assert sum(one.summary.orders.created for one in results) == orders + half
    assert sum(one.summary.orders.already_present for one in results) == orders - half
    assert struck >= kills // 2, "the runs were over too soon to be killed"


def test_two_overlapping_runs_killed_in_turns_create_every_order_once(tmp_path: Path) -> None:
    """In a storm of faults, on a target that takes every number twice, the ledger lost now and then."""
    kill_two_runs(tmp_path / "shop", orders=60, kills=5, seed=3)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(5))
def test_two_overlapping_runs_killed_a_hundred_times_create_every_order_once(
    tmp_path: Path, seed: int
) -> None:
    """The same, with more of everything."""
    kill_two_runs(tmp_path / "shop", orders=1000, kills=100, seed=seed)


def test_killed_while_the_target_has_the_order_another_run_leaves_it_alone(tmp_path: Path) -> None:
    """Nobody was told that it stands there: it is held, and only the run that sent it can tell."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(faults={number(1): ["delay_answer:30"]}, settings=TWICE) as sim:
        first = planned(shop, sim)
        process = start(shop, sim.token, deadline=40.0)
        until(lambda: sim.truth.creates[number(1)] == 1)
        process.kill()
        gone(process)
        second = send_all(shop, sim)
        assert (codes(second)[number(1)], second.exit_code) == ("E641", 4)
        assert resume(first.run_id, sending(), shop.places).exit_code == 0
        after = resume(second.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 4)}
    assert Counter(states(after).values()) == {"created": 2, "already_present": 1}


def test_a_journal_that_vanished_while_its_run_was_sending_holds_its_orders(tmp_path: Path) -> None:
    """Nobody knows what it sent: it is said aloud, and its orders are not sent until it is back."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=TWICE) as sim:
        first = planned(shop, sim)
        killed_at("sent", first, shop, sim)
        hidden = first.journal.parent.rename(tmp_path / "hidden")
        larger = open_shop(tmp_path / "shop", 5)
        second = send_all(larger, sim)
        assert set(codes(second).values()) == {"E643", None}
        assert second.summary.issues["W645"] == 1
        assert (second.summary.orders.unprocessed, second.exit_code) == (3, 4)
        hidden.rename(first.journal.parent)
        after = resume(second.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 6)}
    assert (after.exit_code, after.summary.orders.already_present) == (0, 3)
    assert {"E643", "W645"} & after.summary.issues.keys() == set()


def test_a_plan_beside_a_run_that_is_sending_is_looked_at_again_before_it_is_sent(tmp_path: Path) -> None:
    """The other process has its journal to itself; what it did is known once it has ended."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator(settings=mode_settings(unique=False, latency=0.03)) as sim:
        first = planned(shop, sim)
        process = start(shop, sim.token, concurrency=1)
        until(lambda: sim.truth.commits > 1)
        second = planned(shop, sim)
        gone(process)
        assert process.exitcode == 0
        result = apply(second, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 13)}
        assert_promises(resume(first.run_id, sending(), shop.places), sim)
    assert second.summary.issues["W643"] == 1
    assert (result.exit_code, result.summary.orders.already_present) == (0, 12)
    assert "W643" not in result.summary.issues
