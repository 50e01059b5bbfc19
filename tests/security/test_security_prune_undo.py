"""Undos are pruned as other runs are: what is over goes, and what a later run must know stays known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_shop import Shop, number, sending, states, table
from undo_shop import applied, planned_undo, sent_shop

from pipeline.runs.accounts.proving import prove
from pipeline.runs.pruning import Due, PruneRequest, prune, runs_due
from pipeline.runs.undoing.verbs import UndoResult, report_undo
from pipeline.runs.verbs import run
from pipeline.simulator import Settings, Simulator
from pipeline.upload.retention import Retention

SOON = timedelta(seconds=5)


def found(shop: Shop, *, payloads_only: bool = False, also_open: bool = False) -> dict[str, Due]:
    """What is due, by id."""
    retention = Retention(0.0, also_open=also_open)
    due = runs_due(PruneRequest(retention, payloads_only), shop.places, datetime.now(UTC) + SOON)
    return {one.run_id: one for one in due}


def pruned(shop: Shop, *, payloads_only: bool = False, also_open: bool = False) -> set[str]:
    """Prune everything there is; returns the ids of the runs that went."""
    now, retention = datetime.now(UTC) + SOON, Retention(0.0, also_open=also_open)
    due = list(found(shop, payloads_only=payloads_only, also_open=also_open).values())
    done = prune(due, shop.places, now, retention)
    assert not done.issues
    return {one.run_id for one in done.gone}


def left_of(shop: Shop, undone: UndoResult) -> set[str]:
    """The names of everything that is left of an undo."""
    tops = (shop.places.state_dir, shop.places.report_dir)
    return {path.name for top in tops for path in top.rglob(f"*{undone.run_id}*")}


def test_an_undo_that_is_over_goes_and_the_ledger_still_knows(tmp_path: Path) -> None:
    """With the run that it undid: the numbers stay taken, and a new run is told by which undo."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        for ledger in (shop.places.state_dir / "channels").glob("*.ledger*"):
            ledger.unlink()  # as after a crash: the journal is the last to know
        assert pruned(shop) == {result.run_id, undone.run_id}
        assert left_of(shop, undone) == set()
        creates = sim.truth.creates
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert set(states(again).values()) == {"conflict"}
        assert {one.facts["undo"] for one in again.issues() if one.code == "E660"} == {undone.run_id}
        assert sim.truth.creates == creates, "a cancelled number was sent again"


def test_an_undo_with_something_to_come_stays_until_it_is_given_up(tmp_path: Path) -> None:
    """Planned only, or in part applied: it says how many orders are open; --also-open lets it go."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim), limit=1)
        due = found(shop)[undone.run_id]
        assert (due.open, due.reason) == (2, "2 orders are open")
        assert pruned(shop) == {result.run_id}
        assert pruned(shop, also_open=True) == {undone.run_id}
        assert left_of(shop, undone) == set()
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert states(again) == {
            number(1): "conflict",
            number(2): "already_present",
            number(3): "already_present",
        }


@pytest.mark.parametrize(
    ("settings", "open_ones"),
    [
        (Settings(cancel_shows="nothing"), 2),  # the first is unclear and stops the rest
        (Settings(cancel_becomes="cancellation_waiting"), 2),
        (Settings(cancel_answer="refuse"), 1),  # the first is refused and over, the second was not asked for
    ],
)
def test_what_waits_for_somebody_is_open_and_a_refusal_is_not(
    tmp_path: Path, settings: Settings, open_ones: int
) -> None:
    """An order that is unclear is in no other place than here, so it stays until somebody says otherwise."""
    with Simulator(settings=settings) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        assert found(shop)[undone.run_id].open == open_ones


def test_an_undo_without_its_content_says_nothing_of_people_and_still_proves(tmp_path: Path) -> None:
    """Requests, orders as they were read and words of the target go; states, numbers and sums stay."""
    with Simulator(faults={"cancel": {"1001": ["406"]}}) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim), canary=0)
        journal = shop.places.journal(undone.run_id)
        assert b"cannot be accepted" in journal.read_bytes(), "there is something to remove"
        assert undone.run_id in pruned(shop, payloads_only=True)
        assert b"cannot be accepted" not in journal.read_bytes()
        assert table(journal, "SELECT sum(length(body)) + sum(length(seen)) FROM undo") == [(0,)]
        again = report_undo(undone.run_id, shop.places)
        assert again.summary.outcomes == undone.summary.outcomes
        assert again.summary.money == undone.summary.money
        proof = prove(undone.run_id, shop.places)
        assert proof.holds, proof.issues()
