"""``orderlift undo``, and ``apply``, ``resume``, ``status``, ``report``, ``runs`` and ``prove`` of one."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shop import Ended, environment, export, orderlift, sources, words

from pipeline.cli.undoing import confirm_cancelling
from pipeline.model.refusal import UsageRefused
from pipeline.simulator import Settings, Simulator

FAST = ("--rate", "unlimited")


@pytest.fixture
def target() -> Iterator[Simulator]:
    """A target that lets delivered orders be cancelled."""
    with Simulator(settings=Settings(cancel_statuses=frozenset({"550"}))) as simulator:
        yield simulator


@pytest.fixture
def shop(tmp_path: Path, target: Simulator) -> Path:
    """A shop whose orders were sent."""
    folder = export(tmp_path)
    assert _do(folder, "run", *sources("--target", target.url, "--channel", "5", *FAST)).code == 0
    return folder


def _do(shop: Path, *given: str) -> Ended:
    return orderlift(shop, *given, ORDERLIFT_TOKEN="demo-token")


def _run_id(shop: Path) -> str:
    found: str = _do(shop, "runs", "--json").document["runs"][0]["run_id"]
    return found


def test_an_undo_is_planned_reviewed_applied_and_proven(shop: Path, target: Simulator) -> None:
    """Every step by what is printed; nothing is cancelled before apply."""
    run = _run_id(shop)
    listed = _do(shop, "undo", run, "-o", "an undo.plan", "--reason", "12", *FAST)
    assert listed.code == 3
    assert "its status 550 (delivered) is not one that is cancelled" in listed.out
    again = f"orderlift undo {run} -o 'an undo.plan' --reason 12 --status delivered"
    assert f"Nothing was sent.\nWhat only its status keeps is listed as well by: {again}\n" in listed.out
    page = next((shop / "reports").glob(f"{_run_id(shop)}/report.html")).read_text("utf-8")
    assert f"orderlift undo {run} -o PLAN --reason 12 --status delivered" in page
    wanted = ("--status", "delivered", *FAST)
    planned = _do(shop, "undo", run, "-o", "an undo.plan", "--reason", "12", *wanted)
    assert "Applying it cancels them on the target" in planned.out
    assert "Next: orderlift apply 'an undo.plan'\n" in planned.out
    assert "is listed as well by" not in planned.out
    dry = _do(shop, "apply", "an undo.plan", "--dry-run")
    assert (dry.code, "would cancel" in dry.out) == (0, True)
    assert not target.truth.cancelled
    some = _do(shop, "apply", "an undo.plan", "--limit", "1", *FAST)
    assert some.code == 6
    assert len(target.truth.cancelled) == 1
    undo = _run_id(shop)
    assert f"Next: orderlift resume {undo}" in some.out
    assert "not cancelled yet" in _do(shop, "status", undo).out
    done = _do(shop, "resume", undo, "--json", *FAST).document
    assert done["schema"] == "orderlift/undo-result/1"
    assert done["outcomes"]["cancelled"] == len(target.truth.orders(5)) - done["orders"]["irreversible"]
    assert set(target.truth.cancels.values()) == {1}
    assert _do(shop, "prove", undo).code == 0
    told = _do(shop, "explain", f"{undo}:0001")
    assert "it read as cancelled" in told.out
    (order,) = _do(shop, "explain", f"{undo}:0001", "--json").document["orders"]
    assert (order["outcome"], order["looks"][-1]["seen"]) == ("cancelled", "cancelled")
    assert _do(shop, "explain", f"{undo}:nowhere").code == 2
    assert _do(shop, "report", undo, "--json").document["outcomes"] == done["outcomes"]
    assert f"undoes {run}" in _do(shop, "runs").out
    assert f"orderlift status {undo}" in _do(shop, "status", run).out


def test_a_resume_without_a_name_never_cancels(shop: Path, target: Simulator) -> None:
    """An undo that waits is not the newest run to anybody, whatever is said yes to."""
    run = _run_id(shop)
    _do(shop, "undo", run, "-o", "undo.plan", "--reason", "12", "--status", "550", *FAST)
    assert run in _do(shop, "resume", "--yes", "--json", *FAST).out
    assert _do(shop, "retry", _run_id(shop), "--yes", *FAST).code == 2
    assert not target.truth.cancelled


def test_another_process_sees_how_far_an_undo_has_come(shop: Path, target: Simulator) -> None:
    """In numbers and in words while it is applied, though an order keeps it waiting; then by the journal."""
    run, pk = _run_id(shop), next(one.pk for one in target.truth.orders(5) if one.shown["status"] == "550")
    _do(shop, "undo", run, "-o", "undo.plan", "--reason", "12", "--status", "550", *FAST)
    undo = _run_id(shop)
    target.script({"cancel": {str(pk): ["delay_answer:4"]}})
    given = words("apply", "undo.plan", *FAST)
    env = environment(shop, {"ORDERLIFT_TOKEN": "demo-token"})
    with subprocess.Popen(given, cwd=shop, env=env, stdout=subprocess.DEVNULL) as applying:
        deadline = time.monotonic() + 30
        found: dict[str, Any] = {}
        while not found.get("running") and time.monotonic() < deadline:
            assert applying.poll() is None, "it ended before it was seen"
            time.sleep(0.05)
            found = _do(shop, "status", undo, "--json").document
        told = _do(shop, "status", undo).out
    assert (found["schema"], found["undoes"]) == ("orderlift/undo-running/1", run)
    assert found["running"]["pid"] == applying.pid
    assert {"cancelled", "left_alone", "not_cancelled", "in_doubt", "left"} <= set(found["running"])
    assert found["running"]["left"] == 2
    assert f"Undo {undo} is being applied by process {applying.pid}: 0 cancelled" in told
    assert "cancelled, and read back so" in _do(shop, "status", undo).out
    assert not list((shop / "state").rglob("progress.json"))


def test_what_an_undo_needs_is_asked_for(shop: Path) -> None:
    """A reason, a place for the plan, a run that is there, statuses that exist."""
    run = _run_id(shop)
    assert "--reason" in _do(shop, "undo", run, "-o", "undo.plan").err
    assert "--output" in _do(shop, "undo", run, "--reason", "1").err
    assert _do(shop, "undo", "ffff", "-o", "undo.plan", "--reason", "1").code == 2
    wrong = _do(shop, "undo", run, "-o", "undo.plan", "--reason", "1", "--status", "gone")
    assert (wrong.code, "no status of the target" in wrong.err) == (2, True)


def test_cancelling_beyond_this_machine_is_confirmed() -> None:
    """Without a terminal only --yes will do; nothing to cancel needs no word."""
    with pytest.raises(UsageRefused) as refused:
        confirm_cancelling("https://shop.example", 5, 3, yes=False)
    assert refused.value.issues[0].code == "E662"
    confirm_cancelling("https://shop.example", 5, 3, yes=True)
    confirm_cancelling("https://shop.example", 5, 0, yes=False)
    confirm_cancelling("http://127.0.0.1:8080", 5, 3, yes=False)
