"""Kill a run at random instants, again and again, and count by the target's own truth what became of it.

``python tests/runs/killing.py 10000`` kills ten thousand times, several shops side by side, and goes on where
it was ended: each shop that is finished is a line in a file. The tests kill less often.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from child import continue_run, server
from small_shop import Shop, assert_promises, mode_settings, open_shop

from pipeline.model.capability import Capability
from pipeline.model.states import AFTER_CRASH, Event, State
from pipeline.runs.verbs import plan, report
from pipeline.simulator import Simulator
from pipeline.upload import verdict

WINDOW = 0.3
LATE = 0.1
"""Seconds after which a request whose answer never comes is applied: within the window."""
STORM = {
    "503": 0.03,
    "commit_then_reset": 0.04,
    "reset": 0.03,
    "commit_then_500": 0.02,
    f"late_commit:{LATE}": 0.01,
}
ORDERS = 400
PER_KILL = 20
KILLS = 40
LONGEST_LIFE = 20.0


@dataclass(frozen=True)
class Tally:
    """What became of one shop, or of many: by the target's truth alone, never by the journal's word."""

    seed: int = 0
    mode: str = ""
    kills: int = 0
    orders: int = 0
    lost: int = 0
    twice: int = 0
    posts: int = 0
    lookups: int = 0
    in_doubt: int = 0
    seconds: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """Add up all that can be added up."""
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name not in {"seed", "mode"}
        }
        return Tally(mode=other.mode, **sums)


def live(folder: Path, count: int, token: str, naive: bool) -> None:
    """Be the process that is killed: resume the shop's run, rightly or as one would first think of it."""
    if naive:
        # No outcome, no success: whatever has no good answer is posted again.
        AFTER_CRASH[State.IN_FLIGHT] = State.WAITING
        verdict._EVENTS[verdict.Meaning.DOUBT] = Event.NOT_APPLIED
    continue_run(folder, count, token, {"concurrency": 5, "attempts": 200, "deadline": 0.6})


def kill_one_shop(
    seed: int, *, unique: bool, orders: int = ORDERS, kills: int = KILLS, naive: bool = False
) -> Tally:
    """Kill the run of one shop at random instants of its life, then let it finish, and count."""
    folder = Path(tempfile.mkdtemp(prefix="orderlift-killing-"))
    began = time.monotonic()
    try:
        shop = open_shop(folder, orders)
        settings = mode_settings(unique=unique, latency=0.003)
        with Simulator(faults={**STORM, "seed": seed}, settings=settings) as sim:
            plan(shop.plan_request(sim.url, Capability(unique, WINDOW)), places=shop.places)
            struck = _strike(shop, sim, random.Random(seed), kills, naive=naive)
            result = report(None, shop.places)
            if not naive:
                assert_promises(result, sim)
                assert result.exit_code == 0, f"seed {seed} ended with {result.exit_code}"
            created, log = sim.truth.creates, sim.truth.log
        return Tally(
            seed=seed,
            mode="A" if unique else "B",
            kills=struck,
            orders=orders,
            lost=orders - len(created),
            twice=sum(times > 1 for times in created.values()),
            posts=sum(entry.method == "POST" for entry in log),
            lookups=sum(entry.method == "GET" for entry in log),
            in_doubt=len({entry.number for entry in log if entry.method == "GET" and entry.number}),
            seconds=round(time.monotonic() - began, 3),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _strike(shop: Shop, sim: Simulator, chance: random.Random, kills: int, *, naive: bool) -> int:
    """Start processes and kill them; the last one may finish. Gives how many were killed alive."""
    struck, longest, before = 0, 0.12, 0
    for turn in range(kills + 1):
        process = server().Process(target=live, args=(shop.folder, shop.count, sim.token, naive))
        process.start()
        if turn == kills:
            process.join(LONGEST_LIFE)
            break
        # One in ten lives long enough to confirm an absence and to send again.
        process.join(chance.uniform(0, longest) if chance.random() < 0.9 else chance.uniform(0, 3 * WINDOW))
        if process.exitcode is not None:
            break
        process.kill()
        process.join()
        struck += process.exitcode == -signal.SIGKILL
        now = sim.truth.commits
        longest = min(2.0, longest * 1.2) if now == before else max(0.12, longest * 0.97)
        before = now
    assert process.exitcode in {0, 3}, f"the last process ended with {process.exitcode}"
    return struck


def kill_many(kills: int, orders: int, jobs: int, out: Path) -> Iterator[Tally]:
    """Kill so often, over so many orders, both modes in turns; gives the sum so far after each shop."""
    done = [Tally(**json.loads(line)) for line in out.read_text().splitlines()] if out.exists() else []
    total = sum(done, Tally())
    seeds = (seed for seed in range(1, 10**9) if seed not in {tally.seed for tally in done})
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool, out.open("a") as file:
        waiting: set[Future[Tally]] = set()
        while total.kills < kills or total.orders < orders:
            while len(waiting) < jobs:
                seed = next(seeds)
                waiting.add(pool.submit(kill_one_shop, seed, unique=seed % 2 == 1))
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                tally = future.result()
                file.write(json.dumps(asdict(tally)) + "\n")
                file.flush()
                total += tally
                yield total


def main() -> int:
    """Kill as often as was asked for, and tell how it goes; 0 where none was lost and none is there twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("kills", type=int)
    parser.add_argument("--orders", type=int, help="how many orders at least (20 for each kill)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("kills.jsonl"))
    given = parser.parse_args()
    orders = given.kills * PER_KILL if given.orders is None else given.orders
    began, total = time.monotonic(), Tally()
    for total in kill_many(given.kills, orders, given.jobs, given.out):
        words = f"{total.kills} kills, {total.orders} orders, {total.in_doubt} looked up, {total.posts} posts"
        words += f"; {total.lost} lost, {total.twice} twice"
        print(f"{time.monotonic() - began:6.0f} s: {words}", flush=True)  # noqa: T201
    return 1 if total.lost or total.twice else 0


if __name__ == "__main__":
    sys.exit(main())
