"""An undo that dies anywhere cancels each order once in the end, and knows what became of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import orjson
import pytest
from child import PATIENCE, until
from crash_points import dies_after, dies_before
from small_shop import Shop, sending
from undo_shop import applied, assert_undone, cancels_sent, outcomes, planned_undo, sent_shop

from pipeline.cli.requests import Talk
from pipeline.cli.undoing import tell_undo
from pipeline.journal.undoing import UndoBook
from pipeline.model.undo import UndoState
from pipeline.runs.undoing import applying as undoing
from pipeline.runs.undoing.verbs import UndoResult, apply_undo, undo_status
from pipeline.simulator import Settings, Simulator
from pipeline.target.client import OmnitronClient

POINTS: dict[str, Callable[[], Callable[[], None]]] = {
    "after the look, before the intent": lambda: dies_before(UndoBook, "intent"),
    "after the intent, before it is sent": lambda: dies_after(UndoBook, "intent"),
    "when the request is about to leave": lambda: dies_before(OmnitronClient, "cancel"),
    "when the answer is here": lambda: dies_after(OmnitronClient, "cancel"),
    "before the answer is written": lambda: dies_before(UndoBook, "answered"),
    "when the answer is written": lambda: dies_after(UndoBook, "answered"),
    "before the read-back is written": lambda: dies_before(UndoBook, "settled"),
    "when an order is through": lambda: dies_after(UndoBook, "settled"),
    "before the ledger is told": lambda: dies_before(undoing, "take_over"),
}
TWICE = Settings(cancel_again="accept")
"""A target that would cancel an order twice: one that refuses a second time proves less."""
OFTEN = ("after the intent, before it is sent", "when the answer is here", "when the answer is written")
"""Those that are tried every time; the others take as long again."""


def undo_until(point: str, shop: Shop, run_id: str, token: str, window: float) -> None:
    """Apply the undo in this process, which dies at the point."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if point:
        POINTS[point]()()
    result = apply_undo(run_id, sending(token, deadline=window, concurrency=2), shop.places)
    sys.exit(result.exit_code)


def started(
    shop: Shop, sim: Simulator, run_id: str, point: str = "", window: float = 2.0
) -> ForkServerProcess:
    """Start a process that applies the undo."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.runs.undoing.verbs", "pipeline.target.aiohttp_transport"])
    given = (point, shop, run_id, sim.token, window)
    process = context.Process(target=undo_until, args=given)
    process.start()
    return process


@pytest.mark.parametrize(
    "point", [one if one in OFTEN else pytest.param(one, marks=pytest.mark.long) for one in POINTS]
)
def test_killed_at_a_point_every_order_is_cancelled_once(tmp_path: Path, point: str) -> None:
    """The next process settles by reading and goes on; nothing is sent that was applied."""
    with Simulator(settings=TWICE) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        planned = planned_undo(shop, result, sim)
        process = started(shop, sim, planned.run_id, point)
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL, f"the point was not reached: {process.exitcode}"
        early = point == next(iter(POINTS))
        assert not early or not cancels_sent(sim)
        undone = applied(shop, sim, planned)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert set(sim.truth.cancels.values()) == {1}
        assert len(sim.truth.cancels) == 3
        assert max(cancels_sent(sim).values()) == 1, "what may have been applied is read, not sent"
        assert undone.exit_code == 0
        assert_undone(shop, undone, sim)


@pytest.mark.parametrize("action", ["commit_then_hang", "hang"])
def test_killed_while_the_answer_is_waited_for(
    tmp_path: Path, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether the request was applied is found out by reading; only one that was not goes again.

    Until then nobody is told that nothing was sent.
    """
    with Simulator(faults={"cancel": {"1001": [action]}}, settings=TWICE) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        process = started(shop, sim, planned.run_id, window=30.0)
        until(lambda: bool(cancels_sent(sim)))
        process.kill()
        process.join(PATIENCE)
        dead = undo_status(planned.run_id, shop.places)
        assert isinstance(dead, UndoResult)
        tell_undo(Talk(as_json=False, quiet=False, color="never"), dead)
        told = capsys.readouterr()
        assert "Nothing was sent" not in told.out
        assert f"Next: orderlift resume {planned.run_id}" in told.out
        assert "E533" in told.err
        assert dead.summary.count(UndoState.IN_DOUBT, UndoState.CANCELLING) == 1
        undone = applied(shop, sim, planned)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert cancels_sent(sim) == {"1001": 1 + (action == "hang"), "1002": 1}
        assert_undone(shop, undone, sim)


def test_interrupted_it_ends_in_good_order_and_goes_on_later(tmp_path: Path) -> None:
    """Ctrl-C stops before the next request; what is under way is settled by the next start."""
    with Simulator(faults={"cancel": {"1002": ["delay_answer:1.5"]}}, settings=TWICE) as sim:
        shop, result = sent_shop(tmp_path, 4, sim)
        planned = planned_undo(shop, result, sim)
        process = started(shop, sim, planned.run_id, window=30.0)
        until(lambda: cancels_sent(sim)["1002"] == 1)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        process.join(PATIENCE)
        assert process.exitcode == 130
        reports = shop.places.reports(planned.run_id)
        assert "Interrupted" in (reports / "report.html").read_text("utf-8")
        assert orjson.loads((reports / "summary.json").read_bytes())["exit_code"] == 130
        undone = applied(shop, sim, planned)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert set(sim.truth.cancels.values()) == {1}
        assert_undone(shop, undone, sim)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_killed_at_random_under_a_storm(tmp_path: Path, seed: int) -> None:
    """Faults and kills together: none is cancelled twice, none is lost, and the journal proves it."""
    import random

    chance = random.Random(seed)
    storm: dict[str, Any] = {
        "cancel": {"503": 0.1, "commit_then_reset": 0.15, "reset": 0.1, "commit_then_500": 0.1},
        "seed": seed,
    }
    with Simulator(settings=TWICE) as sim:
        shop, result = sent_shop(tmp_path, 25, sim)
        planned = planned_undo(shop, result, sim)
        sim.script(storm)
        for _ in range(8):
            process = started(shop, sim, planned.run_id, window=0.5)
            process.join(chance.uniform(0.2, 1.0))
            process.kill()
            process.join(PATIENCE)
        undone = applied(shop, sim, planned, attempts=50, deadline=0.5)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert set(sim.truth.cancels.values()) == {1}
        assert_undone(shop, undone, sim)
