"""A run taken back from a program: planned, looked at, carried out."""

from pathlib import Path
from typing import Any

import pytest
from test_library_verbs import SHOP, Shop

import pipeline
from pipeline.simulator import Simulator


def sent(tmp_path: Path, target: Simulator) -> tuple[Shop, pipeline.Result]:
    """Two orders that have not left the shop, and stand on the target."""
    shop = Shop(tmp_path)
    shop.mapping.write_text(
        SHOP["shop.yaml"].replace("constant: delivered", "constant: approved"), encoding="utf-8"
    )
    done = pipeline.apply(
        shop.planned(target), token=target.token, rate=float("inf"), report_dir=shop.reports
    )
    assert done.summary.orders.created == 2
    return shop, done


def cancels(target: Simulator) -> int:
    """How many requests were to cancel an order."""
    return sum(entry.path.endswith("/cancel/") for entry in target.truth.log)


def test_an_undo_is_planned_and_then_carried_out(tmp_path: Path) -> None:
    """The plan changes nothing; its id and the plan file lead to the same undo."""
    with Simulator() as target:
        shop, done = sent(tmp_path, target)
        planned = pipeline.undo(
            done, tmp_path / "undo.plan", reason=7, token=target.token, report_dir=shop.reports
        )
        assert (planned.summary.orders["reversible"], cancels(target)) == (2, 0)
        for way in (planned.run_id[:6], tmp_path / "undo.plan"):
            undone = pipeline.apply_undo(
                way,
                token=target.token,
                rate=float("inf"),
                state_dir=shop.state,
                report_dir=shop.reports,
            )
            assert (undone.exit_code, undone.summary.outcomes) == (0, {"cancelled": 2})
    assert cancels(target) == 2


def test_nothing_else_is_taken_for_an_undo_nor_an_undo_for_anything_else(tmp_path: Path) -> None:
    """What creates orders cannot cancel them by mistake, and the other way round."""
    with Simulator() as target:
        shop, done = sent(tmp_path, target)
        places: dict[str, Any] = {"state_dir": shop.state, "report_dir": shop.reports}
        planned = pipeline.undo(done, tmp_path / "undo.plan", reason=7, token=target.token, **places)
        for work in (
            lambda: pipeline.apply(tmp_path / "undo.plan", token=target.token, **places),
            lambda: pipeline.resume(planned.run_id, token=target.token, **places),
            lambda: pipeline.retry(planned.run_id, token=target.token, **places),
            lambda: pipeline.money(planned.run_id, state_dir=shop.state),
            lambda: pipeline.apply_undo(done.run_id, token=target.token, **places),
        ):
            before = len(target.truth.log)
            with pytest.raises(pipeline.Refusal) as refused:
                work()
            assert refused.value.issues[0].code in {"E622", "E661"}
            assert len(target.truth.log) == before


def test_a_status_that_the_target_does_not_have_is_a_mistake_of_the_program() -> None:
    """It is told before anybody is asked."""
    with pytest.raises(ValueError, match="'shiped'"):
        pipeline.undo("7f3a", reason=7, token="demo-token", statuses=["delivered", "shiped"])
