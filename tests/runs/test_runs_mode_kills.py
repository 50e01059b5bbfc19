"""Killed at random instants where nothing can be looked up: no order twice, and the journal proves it."""

import random
import signal
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from small_shop import WINDOW, Shop, mode_settings, open_shop, sending, states

from pipeline.model.capability import Capability
from pipeline.runs.accounts.proving import prove
from pipeline.runs.asked.result import Result
from pipeline.runs.settling.resolving_orders import resolve
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("processes are killed in the way of POSIX", allow_module_level=True)

from child import gone, start, until

STORM = {"503": 0.05, "commit_then_reset": 0.08, "reset": 0.05, "commit_then_500": 0.04}
MANY = pytest.mark.long
EACH = [
    pytest.param(True, 3, 40, id="A"),
    pytest.param(False, 3, 40, id="C"),
    pytest.param(True, 60, 600, id="A-many", marks=MANY),
    pytest.param(False, 60, 600, id="C-many", marks=MANY),
]


def killed(shop: Shop, sim: Simulator, kills: int, seed: int) -> int:
    """Resume the run and kill it, again and again; returns how often that struck."""
    chance = random.Random(seed)
    struck = 0
    for _ in range(kills):
        before = len(sim.truth.log)
        process = start(shop, sim.token, attempts=50, concurrency=4)
        until(partial(_has_moved, sim, process, before))
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        gone(process)
        struck += process.exitcode == -signal.SIGKILL
    return struck


def _has_moved(sim: Simulator, process: object, before: int) -> bool:
    return len(sim.truth.log) > before or not getattr(process, "is_alive")()  # noqa: B009 - any process


@pytest.mark.parametrize(("unique", "kills", "orders"), EACH)
def test_killed_without_lookups_no_order_exists_twice(
    tmp_path: Path, unique: bool, kills: int, orders: int
) -> None:
    """Mode A finds out by sending again; mode C sends nothing twice, and people settle what is left."""
    shop = open_shop(tmp_path / "shop", orders)
    settings = mode_settings(unique=unique, latency=0.004)
    with Simulator(faults={**STORM, "seed": 11}, settings=settings) as sim:
        plan(shop.plan_request(sim.url, Capability(unique, WINDOW, lookup=False)), places=shop.places)
        assert killed(shop, sim, kills, seed=5) > 0
        result = resume(None, sending(sim.token, attempts=50), shop.places)
        if not unique:
            posts = Counter(entry.number for entry in sim.truth.log if entry.method == "POST")
            assert max(posts.values()) == 1, "nothing is sent twice"
            assert result.summary.orders.in_doubt > 0
            result = _decided(result, shop, sim)
        stored = Counter(order.number for order in sim.truth.orders(5))
        assert max(stored.values()) == 1
        assert set(stored) == set(states(result)), "none is lost"
        assert result.exit_code == 0
        assert result.summary.orders.created == orders
        assert not any(entry.method == "GET" for entry in sim.truth.log)
    proof = prove(result.run_id, shop.places)
    assert proof.holds, proof.issues()


def _decided(result: Result, shop: Shop, sim: Simulator) -> Result:
    """Let a person who knows the truth decide about each order in doubt, and send what is left."""
    while doubtful := [name for name, state in states(result).items() if state == "in_doubt"]:
        there = {order.number for order in sim.truth.orders(5)}
        for name in doubtful:
            said = "created" if name in there else "absent"
            resolve(name, said, "seen in the target's own list", "ayse", None, shop.places)
        result = resume(None, sending(sim.token, attempts=50), shop.places)
    return result
