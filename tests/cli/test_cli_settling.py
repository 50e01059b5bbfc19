"""``doctor``, ``reconcile``, ``resolve``, ``prove`` and ``rebuild`` on the command line."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shop import Ended, export, orderlift, process, sources

from pipeline.simulator import Settings, Simulator

FAST = ("--rate", "unlimited")
TOKEN = "demo-token"
LOST = {"0002": ["commit_then_reset"], "0003": ["reset"]}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with four good orders, their items and a mapping."""
    return export(tmp_path)


@pytest.fixture
def target() -> Iterator[Simulator]:
    """A target that takes a number twice, and loses the answers to two orders."""
    with Simulator(faults=LOST, settings=Settings(unique_numbers=False)) as simulator:
        yield simulator


def _to(target: Simulator) -> tuple[str, ...]:
    return ("--target", target.url, "--channel", "5")


def _do(shop: Path, *given: str) -> Ended:
    return orderlift(shop, *given, ORDERLIFT_TOKEN=TOKEN)


def _run(shop: Path, target: Simulator, *more: str) -> Ended:
    return _do(shop, "run", *sources(*_to(target), *FAST, *more))


def _numbers(target: Simulator) -> list[str]:
    return sorted(order.number for order in target.truth.orders(5))


def test_a_person_settles_a_run_in_mode_c(shop: Path, target: Simulator) -> None:
    """From the report that names the command to a run that is done, every step by what is printed."""
    ran = _run(shop, target, "--no-lookup")
    assert ran.code == 4
    assert "orderlift resolve NUMBER --run" in ran.out
    assert "Mode C: No order is ever sent twice by this tool" in ran.out
    assert "Known by: declared 20" in ran.out
    created = _do(shop, "resolve", "0002", "--as", "created", "--why", "seen in the panel", "--by", "ayse")
    assert created.code == 4
    absent = _do(shop, "resolve", "0003", "--as", "absent", "--why", "not in the panel")
    assert absent.code == 0
    assert absent.out.startswith("Nothing was sent: 3 of 4 orders stand on the target; 1 was not sent.")
    assert "orderlift resume" in absent.out
    assert _do(shop, "resume", *FAST).code == 0
    assert _numbers(target) == ["0001", "0002", "0003", "0004"]
    assert _do(shop, "prove").code == 0


def test_reconcile_settles_without_sending(shop: Path, target: Simulator) -> None:
    """A run in mode B is stopped before it could settle; reconcile does, and resume sends what is left."""
    stopped = _run(shop, target, "--settle-window", "0.2", "--max-duration", "0.01")
    assert stopped.code == 6
    before = target.truth.commits
    settled = _do(shop, "reconcile", "--all", "--json", *FAST)
    assert settled.code == 0
    assert settled.document["command"] == "reconcile"
    assert settled.document["orders"]["in_doubt"] == 0
    assert target.truth.commits == before
    assert _do(shop, "resume", *FAST).code == 0
    assert _numbers(target) == ["0001", "0002", "0003", "0004"]


def test_what_cannot_be_reconciled_says_what_to_do(shop: Path, target: Simulator) -> None:
    """In mode C nothing can be asked, so people are."""
    _run(shop, target, "--no-lookup")
    ended = _do(shop, "reconcile")
    assert ended.code == 2
    assert "E651" in ended.err
    assert "orderlift resolve" in ended.err


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("0002", "--as", "created", "--why", " "), "E653"),
        (("9999", "--as", "created", "--why", "x"), "E652"),
        (("0001", "--as", "absent", "--why", "x"), "E656"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(
    shop: Path, target: Simulator, given: tuple[str, ...], code: str
) -> None:
    """With exit code 2 and the reason."""
    _run(shop, target, "--no-lookup")
    ended = _do(shop, "resolve", *given)
    assert ended.code == 2
    assert code in ended.err


def test_a_decision_without_a_reason_is_no_command(shop: Path) -> None:
    """The flag is not to be left out."""
    ended = _do(shop, "resolve", "0002", "--as", "created")
    assert ended.code == 2
    assert "--why" in ended.err


def test_a_journal_that_breaks_a_promise_ends_with_seven_and_names_the_order(
    shop: Path, target: Simulator
) -> None:
    """On the terminal and in JSON."""
    _run(shop, target, "--settle-window", "0.2")
    sound = _do(shop, "prove", "--json")
    assert sound.code == 0
    assert sound.document["schema"] == "orderlift/proof/1"
    assert all(check["broken"] == 0 for check in sound.document["checks"])
    journal = next(shop.glob("state/runs/*/journal.db"))
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("DROP TRIGGER orders_moved")
        db.execute("UPDATE orders SET state = 'planned' WHERE number = '0004'")
    broken = _do(shop, "prove")
    assert broken.code == 7
    assert "The journal breaks promises" in broken.out
    assert "order 0004: its moves lead to created, and it is planned" in broken.out
    assert "E658" in broken.err
    document = _do(shop, "prove", "--json").document
    assert document["exit_code"] == 7
    named = {fault["order"] for check in document["checks"] for fault in check["faults"]}
    assert named == {"0004", None}


def test_a_lost_journal_is_rebuilt(shop: Path, target: Simulator) -> None:
    """Nothing is sent by it, nothing twice after it, and its report says where the run stands."""
    _run(shop, target, "--no-lookup", "--limit", "2")
    shutil.rmtree(shop / "state")
    rebuilt = _do(shop, "rebuild", *sources(*_to(target), *FAST, "--settle-window", "0.2"))
    assert rebuilt.code == 0
    assert rebuilt.out.startswith("Nothing was sent: 2 of 4 orders stand on the target; 2 were not sent.")
    assert "already present" in rebuilt.out
    assert _do(shop, "resume", *FAST).code == 0
    assert _numbers(target) == ["0001", "0002", "0003", "0004"]


def test_the_doctor_looks_at_the_machine_alone(shop: Path) -> None:
    """No token, no target, no network."""
    ended = orderlift(shop, "doctor", ORDERLIFT_TOKEN=None)
    assert ended.code == 0
    assert "SQLite" in ended.out
    assert "✓" in ended.out


def test_the_doctor_probes_a_target_and_a_plan_relies_on_it(shop: Path, target: Simulator) -> None:
    """It says before what it will create; what it saw stands in the next plan, and is printed."""
    assert _do(shop, "check", *sources()).code == 0
    run_id = next((shop / "state" / "runs").iterdir()).name
    probed = _do(shop, "doctor", *_to(target), *FAST, "--probe-unique", "--probe-run", run_id, "--by", "ayse")
    assert probed.code == 0
    announced = [line.strip().split("'")[1] for line in probed.err.splitlines() if line.startswith("  'O")]
    assert "(twice)" in probed.err
    assert set(_numbers(target)) <= set(announced)
    assert "Mode B: " in probed.out
    assert "by ayse: a second order with the same number was created" in probed.out
    planned = _do(shop, "plan", *sources(*_to(target)))
    assert "Known by: probed 20" in planned.out
    refused = _do(shop, "plan", *sources(*_to(target), "--assume-unique"))
    assert (refused.code, "E650" in refused.err) == (2, True)
    ignored = _do(shop, "plan", *sources(*_to(target), "--assume-unique", "--ignore-probe"))
    assert (ignored.code, "Mode A: " in ignored.out) == (0, True)
    told = _do(shop, "doctor", *_to(target), *FAST, "--json").document
    assert told["capability"]["mode"] == "B"
    assert told["capability"]["evidence"]["by"] == "ayse"


def test_a_probe_beyond_this_machine_needs_consent(shop: Path) -> None:
    """A machine of its own cannot be asked here: not one request is made before somebody agrees."""
    payload = {"order": {"number": "1"}, "order_item": [{}]}
    (shop / "order.json").write_text(json.dumps(payload), encoding="utf-8")
    from pipeline.cli.confirm import confirm
    from pipeline.model.refusal import UsageRefused

    with pytest.raises(UsageRefused) as refused:
        confirm("https://shop.example", 5, "two to five test", yes=False)
    assert refused.value.issues[0].code == "E706"
    confirm("https://shop.example", 5, "two to five test", yes=True)


def test_a_target_that_cannot_be_reached_ends_the_doctor_with_five(shop: Path) -> None:
    """And no probe is tried."""
    with Simulator() as gone:
        nowhere = _to(gone)
    ended = _do(shop, "doctor", *nowhere, *FAST, "--probe-unique", "--probe-run", "x")
    assert ended.code == 5
    assert "E525" in ended.err
    assert "Nothing was probed" in ended.err


@pytest.mark.parametrize(
    "given",
    [("--target", "http://127.0.0.1:9"), ("--channel", "5"), ("--probe-unique",)],
)
def test_half_a_target_is_no_target(shop: Path, given: tuple[str, ...]) -> None:
    """Both or neither."""
    ended = _do(shop, "doctor", *given)
    assert ended.code == 2
    assert "--target" in ended.err


def test_the_commands_work_as_processes_of_their_own(shop: Path, target: Simulator) -> None:
    """As people call them: the state outlives each of them."""
    _run(shop, target, "--no-lookup")
    said = process(shop, "resolve", "0002", "--as", "present", "--why", "seen", ORDERLIFT_TOKEN=TOKEN)
    assert said.code == 4
    assert process(shop, "prove", "-q", ORDERLIFT_TOKEN=TOKEN).code == 0
