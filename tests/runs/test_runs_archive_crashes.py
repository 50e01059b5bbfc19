"""Killed around the start of a migration: nothing is started twice, and no order is lost."""

from __future__ import annotations

import os
import signal
import sys
import time
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest

if sys.platform == "win32":
    pytest.skip("processes are killed in the way of POSIX", allow_module_level=True)

from child import gone, start, until
from old_shop import ASKING, open_old_shop, order_line, sending
from small_shop import assert_sums, number, states, table

from pipeline.runs.archive.verbs import resolve_archive
from pipeline.runs.verbs import plan, report, resume
from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    from pathlib import Path

    from small_shop import Shop

    from pipeline.upload.archive_decision import Word

START = "/api/v1/remote/5/migrations/start/{}/"
PATIENT = {"asking": ASKING, "deadline": 40.0}


def planned(folder: Path, sim: Simulator, count: int = 3) -> Shop:
    """Plan a shop of old orders; sending it is left to a process that will not survive."""
    shop = open_old_shop(folder, [order_line(place, old=True) for place in range(1, count + 1)])
    plan(shop.plan_request(sim.url), places=shop.places)
    return shop


def starts(sim: Simulator, kind: str) -> int:
    """Give how often a start of this kind has come in."""
    return sum(entry.path == START.format(kind) for entry in sim.truth.log)


def stored(sim: Simulator) -> dict[str, int]:
    """Give how many rows of each kind the archive holds."""
    return {key: len(rows) for key, rows in sim.truth.migrated.items()}


@pytest.mark.parametrize(
    ("kind", "word"), [("user", "done"), ("order", "not-started"), ("order_item", "done")]
)
def test_killed_between_the_intent_and_the_answer(tmp_path: Path, kind: str, word: Word) -> None:
    """The start is in doubt, is never repeated, and goes on by a person's word."""
    fault = "delay_answer:30" if word == "done" else "hang"
    with Simulator(faults={"other": {START.format(kind): [fault]}}) as sim:
        shop = planned(tmp_path, sim)
        process = start(shop, sim.token, **PATIENT)
        until(lambda: starts(sim, kind) == 1)
        time.sleep(0.05)
        process.kill()
        gone(process)
        seen = report(None, shop.places)
        assert (seen.summary.orders.in_doubt, seen.summary.issues["E563"]) == (3, 3)
        blocked = resume(None, sending(sim.token), shop.places)
        assert (blocked.exit_code, starts(sim, kind)) == (4, 1)
        finish_jobs(sim)
        decided = resolve_archive(None, f"{kind}-0001.json", word, "we looked", "Ayşe", shop.places)
        assert decided.summary.orders.in_doubt == 0
        result = resume(None, sending(sim.token), shop.places)
        assert starts(sim, kind) == (1 if word == "done" else 2)
        assert stored(sim) == dict.fromkeys(("user", "address", "order", "order_item"), 3)
    assert set(states(result).values()) == {"created"}
    assert_sums(result)


def test_killed_between_the_start_and_its_end(tmp_path: Path) -> None:
    """The migration is known: the next process asks on, and starts nothing again."""
    slow = Settings(latency=0.02, migration_statuses=("waiting",) * 12 + ("completed",))
    with Simulator(settings=slow) as sim:
        shop = planned(tmp_path, sim)
        process = start(shop, sim.token, **PATIENT)
        until(lambda: sum(entry.method == "GET" for entry in sim.truth.log) > 3)
        process.kill()
        gone(process)
        seen = report(None, shop.places)
        assert (seen.summary.orders.in_doubt, seen.summary.issues["E568"]) == (3, 3)
        resume(None, sending(sim.token, asking=ASKING), shop.places)
        assert starts(sim, "user") == 1
        result = report(None, shop.places)
    assert set(states(result).values()) == {"created"}
    assert_sums(result)


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.long)])
def test_killed_again_and_again_every_row_is_stored_once(tmp_path: Path, kills: int) -> None:
    """Whatever is not in doubt goes on by itself; what is, a person's look at the target decides."""
    settings = Settings(latency=0.003, migration_statuses=("waiting", "in_progress", "completed"))
    with Simulator(settings=settings) as sim:
        shop = planned(tmp_path, sim, count=12)
        for round_ in range(kills):
            before = len(sim.truth.log)
            process = start(shop, sim.token, **PATIENT)
            until(lambda: len(sim.truth.log) > before or not process.is_alive())  # noqa: B023 - used at once
            time.sleep(0.005 * (round_ % 12))
            process.kill()
            gone(process)
            decide_by_the_truth(shop, sim)
        for _ in range(3):
            result = resume(None, sending(sim.token), shop.places)
            decide_by_the_truth(shop, sim)
        assert stored(sim) == dict.fromkeys(("user", "address", "order", "order_item"), 12)
    assert set(states(result).values()) == {"created"}
    assert_sums(result)


def finish_jobs(sim: Simulator) -> None:
    """Ask about every migration of the twin until it has ended: it goes on only while somebody asks."""
    with httpx.Client(headers={"Authorization": f"Token {sim.token}"}) as client:
        for place in count(1):
            job = blake2b(f"5/{place}".encode(), digest_size=16).hexdigest()
            for _ in range(500):
                answer = client.get(f"{sim.url}/api/v1/remote/5/migrations/{job}/")
                if answer.status_code == 404:
                    return
                if answer.json()["status"] in {"completed", "failed"}:
                    break


def decide_by_the_truth(shop: Shop, sim: Simulator) -> None:
    """Settle every file in doubt as somebody would who can look into the target."""
    finish_jobs(sim)
    seen = report(None, shop.places)
    for name in sorted({str(one.facts["file"]) for one in seen.issues() if one.code == "E563"}):
        kind = name.partition("-")[0]
        rows = table(
            seen.journal,
            "SELECT min(o.number) FROM archive_rows r JOIN orders o ON o.id = r.order_id"
            f" JOIN archive_files f ON f.id = r.file_id WHERE f.name = '{name}' GROUP BY r.row",
        )
        column = {"user": "customer_code", "address": "user", "order": "number", "order_item": "order_number"}
        there = {str(row[column[kind]]) for row in sim.truth.migrated.get(kind, ())}
        keys = {first if kind.startswith("order") else f"M-{int(first[-4:])}" for (first,) in rows}
        assert keys <= there or not keys & there, "a file is stored as a whole or not at all"
        word: Word = "done" if keys <= there else "not-started"
        resolve_archive(None, name, word, "looked", "Ayşe", shop.places)


def test_an_intent_is_durable_before_its_file_leaves(tmp_path: Path) -> None:
    """Every start that the target has seen is in the journal."""
    with Simulator(faults={"other": {START.format("order"): ["delay_answer:30"]}}) as sim:
        shop = planned(tmp_path, sim)
        process = start(shop, sim.token, **PATIENT)
        until(lambda: starts(sim, "order") == 1)
        process.kill()
        gone(process)
        seen = report(None, shop.places)
    sql = "SELECT f.kind, s.outcome FROM archive_starts s JOIN archive_files f ON f.id = s.file_id"
    intents = table(seen.journal, sql)
    assert intents == [("user", "started"), ("address", "started"), ("order", None)]
    assert states(seen) == {number(place): "in_flight" for place in (1, 2, 3)}


def test_interrupted_while_it_asks_the_run_ends_and_a_resume_asks_on(tmp_path: Path) -> None:
    """Nothing is lost by leaving: the migration runs at the target."""
    slow = Settings(latency=0.02, migration_statuses=("waiting",) * 12 + ("completed",))
    with Simulator(settings=slow) as sim:
        shop = planned(tmp_path, sim)
        process = start(shop, sim.token, **PATIENT)
        until(lambda: sum(entry.method == "GET" for entry in sim.truth.log) > 3)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        gone(process)
        assert process.exitcode == 130
        result = resume(None, sending(sim.token, asking=ASKING), shop.places)
        assert starts(sim, "user") == 1
    assert result.exit_code == 0
