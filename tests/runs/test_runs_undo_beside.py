"""An undo of a run that made more than orders: customers, and orders of the archive with their customers."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from old_shop import MAPPING, open_old_shop, order_line, sending
from small_shop import Shop, number
from undo_shop import REASON, assert_undone, outcomes

from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import Result
from pipeline.runs.pruning import PruneRequest, prune, runs_due
from pipeline.runs.undoing.planning import UndoRequest
from pipeline.runs.undoing.verbs import UndoResult, apply_undo, plan_undo
from pipeline.runs.verbs import run
from pipeline.simulator import Simulator
from pipeline.upload.retention import Retention

CREATING = """\
  customer:
    lookup: customer
    by: {email: email}
    create: {channel_code: code, first_name: first, last_name: last, phone_number: phone}
"""
MIXED = MAPPING.replace("  customer:         {column: customer, integer: true}\n", CREATING).replace(
    "constant: delivered", "constant: approved"
)


def open_mixed_shop(folder: Path) -> Shop:
    """Write three old orders of two customers, and three new ones of two customers whom nobody knows yet."""
    lines = [order_line(place, old=True, customer=1 + place // 3) for place in (1, 2, 3)]
    lines += [order_line(place, old=False, customer=10 + place // 6) for place in (4, 5, 6)]
    return open_old_shop(folder, lines, mapping=MIXED)


def sent(shop: Shop, sim: Simulator) -> Result:
    """Send all of it."""
    result = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
    assert result.summary.orders.created == shop.count
    return result


def planned_of(shop: Shop, sim: Simulator, run_id: str) -> UndoResult:
    """Plan the undo of a run."""
    return plan_undo(UndoRequest(run_id, REASON), sending(sim.token), shop.folder / "undo.plan", shop.places)


def test_only_the_orders_go_and_all_else_that_was_made_is_listed(tmp_path: Path) -> None:
    """Old orders, their customers in the archive and new customers stay, each with the reason."""
    with Simulator() as sim:
        shop = open_mixed_shop(tmp_path)
        result = sent(shop, sim)
        planned = planned_of(shop, sim, result.run_id)
        assert planned.summary.orders == {"irreversible": 3, "reversible": 3}
        assert planned.summary.others == {"archive_customer": 2, "customer": 2}
        undone = apply_undo(planned, sending(sim.token), shop.places)
        assert undone.exit_code == 3
        assert outcomes(undone) == {
            **{number(place): "kept" for place in (1, 2, 3)},
            **{number(place): "cancelled" for place in (4, 5, 6)},
        }
        assert set(sim.truth.cancels) == {number(place) for place in (4, 5, 6)}
        assert_undone(shop, undone, sim)
        lines = lines_of(shop.places, undone)
        told = {(one["kind"], one["number"]): one["message"] for one in lines}
        assert "it stands in the archive" in told["order", number(1)]
        assert "the archive's customer of order A-0001 stays" in told["archive_customer", number(1)]
        assert "the archive's customer of order A-0003 stays" in told["archive_customer", number(3)]
        made = [one for one in lines if one["kind"] == "customer"]
        assert {one["remote_id"] for one in made} == {
            str(one.pk) for one in sim.truth.made if one.kind == "customer"
        }
        money = undone.summary.money
        assert money == {"TRY": ("15.30", "15.30")}, "what stands in the archive was never to be cancelled"
        page = (shop.places.reports(undone.run_id) / "report.html").read_text("utf-8")
        assert "3 of 6 orders that the run created are cancelled; 3 cannot be taken back." in page
        assert "customers in the archive, irreversible: 2" in page


def test_a_run_without_its_content_cannot_be_undone(tmp_path: Path) -> None:
    """What was sent is not known any more, so nothing could be told from what somebody has changed."""
    with Simulator() as sim:
        shop = open_mixed_shop(tmp_path)
        result = sent(shop, sim)
        keep, now = Retention(0.0), datetime.now(UTC) + timedelta(seconds=5)
        found = runs_due(PruneRequest(keep, payloads_only=True), shop.places, now)
        assert len(prune(found, shop.places, now, keep).gone) == 1
        with pytest.raises(JournalRefused) as refused:
            planned_of(shop, sim, result.run_id)
        assert refused.value.issues[0].code == "E690"
        assert not sim.truth.cancelled


def lines_of(places: Places, undone: UndoResult) -> list[dict[str, str]]:
    """Read undo.csv."""
    with (places.reports(undone.run_id) / "undo.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
