"""The commands at work: what they do, what they print, and how they end."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import CANARY, Ended, environment, export, orderlift, process, sources, words

from pipeline.model.summary import Summary
from pipeline.simulator import Simulator

KEYS = list(Summary("", "", 0).as_json())
FAST = ("--rate", "unlimited")
PATIENCE = 20.0


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with four good orders, their items and a mapping."""
    return export(tmp_path)


@pytest.fixture
def target() -> Iterator[Simulator]:
    """An empty simulator."""
    with Simulator() as simulator:
        yield simulator


def _to(target: Simulator) -> tuple[str, ...]:
    return ("--target", target.url, "--channel", "5")


@contextlib.contextmanager
def _begun(folder: Path, target: Simulator, *given: str) -> Iterator[subprocess.Popen[bytes]]:
    """A slow run of which the target holds the first order; it does not outlive the block."""
    with subprocess.Popen(
        words("run", *sources(*_to(target), *given)),
        cwd=folder,
        env=environment(folder, {"ORDERLIFT_TOKEN": target.token}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as sender:
        try:
            until = time.monotonic() + PATIENCE
            while target.truth.commits == 0:
                assert time.monotonic() < until
                assert sender.poll() is None
                time.sleep(0.01)
            yield sender
        finally:
            sender.kill()


def _ended(process: subprocess.Popen[bytes]) -> Ended:
    out, err = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in out + err
    return Ended(process.returncode, out.decode(), err.decode())


def test_the_demo_ends_well_and_says_so(tmp_path: Path) -> None:
    """A newcomer's first command ends with 0, and the wrong rows are said to be wrong on purpose."""
    ended = process(tmp_path, "demo", "--report-dir", "here")
    assert ended.code == 0, ended.err
    assert "As intended: 227 created, each once" in ended.err
    assert ended.out.startswith("Done: 227 of 230 orders stand on the target")
    assert len(list((tmp_path / "here").glob("*/report.html"))) == 1


def test_check_sends_nothing_and_needs_no_target(shop: Path) -> None:
    """The closing table goes to standard output, hints to standard error."""
    ended = orderlift(shop, "check", *sources())
    assert ended.code == 0
    assert ended.out.startswith("Done: All 4 orders are ready to be sent.")
    assert "W431" in ended.err
    assert "error[" not in ended.err


def test_run_creates_every_order_once_with_its_zeros(shop: Path, target: Simulator) -> None:
    """What is on the target afterwards is what the file holds."""
    ended = orderlift(shop, "run", *sources(*_to(target), *FAST), ORDERLIFT_TOKEN=target.token)
    assert ended.code == 0, ended.err
    assert target.truth.creates == {"0001": 1, "0002": 1, "0003": 1, "0004": 1}
    assert [order.payload["order"]["amount"] for order in target.truth.numbered(5, "0003")] == ["3.50"]


def test_the_token_may_lie_in_a_file_and_is_in_nothing_that_is_written(shop: Path, target: Simulator) -> None:
    """Neither journal, nor reports, nor plan, nor a word on the screen holds the token."""
    (shop / "token").write_text(f"{target.token}\n", encoding="utf-8")
    orderlift(shop, "plan", *sources(*_to(target), "-o", "may.plan"))
    ended = orderlift(shop, "apply", "may.plan", "--token-file", "token", *FAST)
    assert ended.code == 0, ended.err
    (shop / "token").unlink()
    written = [path for path in shop.rglob("*") if path.is_file()]
    assert len(written) > 8
    assert [path for path in written if target.token.encode() in path.read_bytes()] == []
    assert target.token not in ended.out + ended.err


def test_target_and_channel_may_come_from_the_environment(shop: Path, target: Simulator) -> None:
    """ORDERLIFT_TARGET and ORDERLIFT_CHANNEL stand in for the flags."""
    given = {"ORDERLIFT_TARGET": target.url, "ORDERLIFT_CHANNEL": "5", "ORDERLIFT_TOKEN": target.token}
    ended = orderlift(shop, "run", *sources(*FAST, "--json"), **given)
    assert (ended.document["target"], ended.document["channel"]) == (target.url, 5)
    assert ended.document["orders"]["created"] == 4


def test_a_dry_run_sends_nothing_and_leaves_nothing_to_resume(shop: Path, target: Simulator) -> None:
    """A rehearsal is no plan: what comes after it cannot send it by mistake."""
    ended = orderlift(shop, "run", *sources(*_to(target), "-n"))
    assert ended.code == 0
    assert target.truth.log == []
    assert orderlift(shop, "resume", ORDERLIFT_TOKEN=target.token).code == 2


def test_a_plan_with_work_says_so_with_ten(shop: Path, target: Simulator) -> None:
    """The code 10 of --detailed-exitcode stands in the JSON object, too."""
    given = sources(*_to(target), "-o", "may.plan", "--detailed-exitcode", "--json")
    ended = orderlift(shop, "plan", *given)
    assert ended.code == ended.document["exit_code"] == 10
    assert json.loads((shop / "may.plan").read_text("utf-8"))["ready"] == 4


@pytest.mark.parametrize("as_json", [False, True])
def test_apply_can_be_rehearsed(shop: Path, target: Simulator, *, as_json: bool) -> None:
    """With -n it says how much would be sent; with --json in the usual object."""
    orderlift(shop, "plan", *sources(*_to(target), "-o", "may.plan"))
    ended = orderlift(shop, "apply", "may.plan", "-n", *(["--json"] if as_json else []))
    assert ended.code == 0
    if as_json:
        assert list(ended.document) == KEYS
        assert ended.document["orders"]["unprocessed"] == 4
    else:
        assert "would send 4 orders" in ended.out
    assert target.truth.log == []


def test_a_limit_leaves_the_rest_for_resume(shop: Path, target: Simulator) -> None:
    """Resume sends what is left and nothing twice, and a second resume finds nothing to do."""
    given = sources(*_to(target), *FAST, "--limit", "1", "--json")
    first = orderlift(shop, "run", *given, ORDERLIFT_TOKEN=target.token)
    assert first.document["orders"]["created"] == 1
    assert first.document["orders"]["unprocessed"] == 3
    second = orderlift(shop, "resume", *FAST, "--json", ORDERLIFT_TOKEN=target.token)
    assert second.code == 0
    assert second.document["run_id"] == first.document["run_id"]
    assert second.document["orders"]["created"] == 4
    assert orderlift(shop, "resume", *FAST, ORDERLIFT_TOKEN=target.token).code == 0
    assert target.truth.creates == {"0001": 1, "0002": 1, "0003": 1, "0004": 1}


def test_too_many_refusals_are_a_safety_stop(tmp_path: Path) -> None:
    """E541, exit 6: a run in which everything is refused does not go on to its end."""
    shop = export(tmp_path, 40)
    with Simulator(faults={"406_other": 1.0}) as target:
        given = sources(*_to(target), *FAST, "--concurrency", "1", "--max-errors", "2", "--json")
        ended = orderlift(shop, "run", *given, ORDERLIFT_TOKEN=target.token)
    assert ended.code == ended.document["exit_code"] == 6
    assert "fatal[E541]" in ended.err
    assert ended.document["orders"]["unprocessed"] > 30


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_can_be_continued(
    tmp_path: Path, target: Simulator, sent: signal.Signals, code: int
) -> None:
    """Ctrl-C ends with 130, termination with 143, and resume brings the rest, nothing twice."""
    shop = export(tmp_path, 30)
    with _begun(shop, target, "--rate", "20", "--json") as sender:
        sender.send_signal(sent)
        ended = _ended(sender)
    assert ended.code == ended.document["exit_code"] == code
    assert 0 < ended.document["orders"]["created"] < 30
    resumed = orderlift(shop, "resume", *FAST, "--json", ORDERLIFT_TOKEN=target.token)
    assert resumed.code == 0, resumed.err
    assert resumed.document["orders"]["created"] == target.truth.commits == 30
    assert target.truth.created_twice == []


def test_status_answers_while_another_process_sends(tmp_path: Path, target: Simulator) -> None:
    """The journal is locked then; status tells what the sender last wrote, and resume is refused."""
    shop = export(tmp_path, 40)
    with _begun(shop, target, "--rate", "12") as sender:
        early = orderlift(shop, "status")
        assert (early.code, "another process" in early.out) == (0, True), early.err
        assert orderlift(shop, "resume", ORDERLIFT_TOKEN=target.token).code == 7
        until = time.monotonic() + PATIENCE
        while "created" not in (told := orderlift(shop, "status")).out:
            assert time.monotonic() < until
        assert f"by process {sender.pid}" in told.out
        running = orderlift(shop, "status", "--json").document
        assert list(running) == ["schema", "run_id", "running"]
        assert _ended(sender).code == 0
    assert orderlift(shop, "status").out.startswith("Done: All 40 orders stand on the target.")


def test_status_says_what_is_left(shop: Path, target: Simulator) -> None:
    """A plan is ready, a run that is half sent is to be continued, and neither is called done."""
    orderlift(shop, "plan", *sources(*_to(target)))
    assert "All 4 orders are ready to be sent." in orderlift(shop, "status").out
    sent = orderlift(shop, "resume", *FAST, "--limit", "1", "--json", ORDERLIFT_TOKEN=target.token).document
    told = orderlift(shop, "status").out
    assert told.startswith("Stopped early: 1 of 4 orders stands on the target; 3 were not sent.")
    assert f"orderlift resume {sent['run_id']}" in told
    status = orderlift(shop, "status", "--json")
    assert status.code == status.document["exit_code"] == 0
    assert status.document["orders"] == sent["orders"]


def test_runs_are_listed_newest_first(shop: Path, target: Simulator) -> None:
    """As a list for people and as one object for programs."""
    assert orderlift(shop, "runs").err == "No runs yet.\n"
    orderlift(shop, "check", *sources())
    time.sleep(1.0)  # a run's card tells the second in which it was made
    orderlift(shop, "plan", *sources(*_to(target)))
    lines = orderlift(shop, "runs").out.splitlines()
    cards = orderlift(shop, "runs", "--json").document["runs"]
    assert [card["command"] for card in cards] == ["plan", "check"]
    assert [line.split()[0] for line in lines] == [card["run_id"] for card in cards]
    assert target.url in lines[0]
    assert "checked only" in lines[1]


def test_a_report_can_be_written_again(shop: Path) -> None:
    """From the journal alone, into any folder."""
    run_id = orderlift(shop, "check", *sources("--json")).document["run_id"]
    ended = orderlift(shop, "report", run_id[:5], "--report-dir", "again", "--json")
    assert ended.code == 0
    assert (shop / "again" / run_id / "report.html").is_file()
    assert ended.document["files"]["report"] == f"again/{run_id}/report.html"


def test_explain_speaks_of_a_code_in_any_case(tmp_path: Path) -> None:
    """Severity, title, what it says, why and what to do, without holes."""
    ended = orderlift(tmp_path, "explain", "e211")
    assert ended.code == 0
    assert ended.out.startswith("E211 (error): not a number\n")
    assert re.findall(r"^(\w+):", ended.out, re.MULTILINE) == ["says", "why", "fix"]
    assert "<" not in ended.out


def test_explain_offers_the_closest_code(tmp_path: Path) -> None:
    """A code that is not there is a mistake of the command, with a suggestion."""
    ended = orderlift(tmp_path, "explain", "E-211")
    assert ended.code == 2
    assert "Did you mean E211?" in ended.err


def test_the_schema_is_json_on_any_console(tmp_path: Path) -> None:
    """What an old console cannot show is escaped the way JSON escapes."""
    plain = orderlift(tmp_path, "mapping", "schema").document
    old = process(tmp_path, "mapping", "schema", PYTHONIOENCODING="cp1254", PYTHONUTF8="0").document
    assert plain == old
    assert plain["$schema"].startswith("https://json-schema.org/")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_simulate_tells_its_address_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    """The address is the only line, so that a script can take it from there."""
    with subprocess.Popen(
        words("simulate", "--port", "0"), stdout=subprocess.PIPE, env=environment(tmp_path), text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        shop = export(tmp_path)
        given = sources("--target", url, "--channel", "5", *FAST)
        assert orderlift(shop, "run", *given, ORDERLIFT_TOKEN="demo-token").code == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) in {0, 130}


def test_simulate_refuses_a_port_that_is_taken(target: Simulator, tmp_path: Path) -> None:
    """Exit 2: another port has to be named."""
    ended = process(tmp_path, "simulate", "--port", target.url.rpartition(":")[2])
    assert ended.code == 2
    assert "address" in ended.err


def test_json_is_one_object_and_all_talk_goes_elsewhere(tmp_path: Path, target: Simulator) -> None:
    """Issues are told on standard error, also where the result is for a program."""
    shop = export(tmp_path, 3, wrong=1)
    given = sources(*_to(target), *FAST, "--json")
    ended = orderlift(shop, "run", *given, ORDERLIFT_TOKEN=target.token)
    assert list(ended.document) == [*KEYS, "fingerprint"]
    assert ended.document == json.loads((shop / ended.document["files"]["summary"]).read_text("utf-8"))
    assert "error[E211]" in ended.err


def test_quiet_leaves_the_result_alone(tmp_path: Path) -> None:
    """With -q nothing is told but the closing table."""
    ended = orderlift(export(tmp_path, 3, wrong=1), "check", *sources("-q"))
    assert ended.code == 3
    assert ended.err == ""
    assert "refused by the checks" in ended.out


@pytest.mark.parametrize(
    ("flags", "variables", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_asked_for(
    shop: Path, flags: list[str], variables: dict[str, str | None], *, colored: bool
) -> None:
    """A pipe gets none by itself, NO_COLOR means none, and the flag decides."""
    asked: dict[str, str | None] = {"FORCE_COLOR": None, "NO_COLOR": None, **variables}
    ended = orderlift(shop, "check", *sources(*flags), **asked)
    assert ("\x1b[" in ended.out) is colored


@pytest.mark.parametrize("encoding", ["ascii", "cp1254", "cp437"])
def test_an_old_console_is_no_reason_to_fail(tmp_path: Path, encoding: str) -> None:
    """Help, issues with letters beyond the encoding, and results: all of it can be said."""
    shop = export(tmp_path, 3, wrong=1)
    orders = shop / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace("ten", "十 ₺ ş"), encoding="utf-8")
    console: dict[str, str | None] = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    assert process(shop, "--help", **console).code == 0
    assert process(shop, "run", "--help", **console).code == 0
    assert process(shop, "explain", "W101", **console).code == 0
    assert process(shop, "check", *sources(), **console).code == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["check", *sources()], 3),
        (["check", *sources("--json")], 3),
        (["runs"], 0),
        (["--help"], 0),
        (["x"], 2),
    ],
)
def test_a_reader_who_leaves_early_changes_nothing(tmp_path: Path, given: list[str], code: int) -> None:
    """Standard output is closed: the work is done, its code stands, and nothing is complained about."""
    shop = export(tmp_path, 3, wrong=1)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ran = subprocess.run(
            words(*given),
            cwd=shop,
            env=environment(shop),
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert ran.returncode == code, ran.stderr
    assert b"BrokenPipe" not in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_wrong_token_is_not_shown_when_it_is_refused(shop: Path, target: Simulator) -> None:
    """Neither where it is refused nor in what was written about it."""
    ended = orderlift(shop, "run", *sources(*_to(target)), ORDERLIFT_TOKEN=CANARY)
    assert ended.code == 5
    written = [path for path in shop.rglob("*") if path.is_file()]
    assert [path for path in written if CANARY.encode() in path.read_bytes()] == []
