"""``orderlift retry`` at work, and what other commands say of runs that belong together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from shop import CANARY, Ended, export, orderlift, sources

from pipeline.simulator import Simulator

FAST = ("--rate", "unlimited")


@pytest.fixture
def target() -> Iterator[Simulator]:
    """An empty simulator."""
    with Simulator() as simulator:
        yield simulator


def run(folder: Path, target: Simulator) -> Ended:
    """Send the shop's files."""
    where = ("--target", target.url, "--channel", "5")
    return orderlift(folder, "run", *sources(*where, *FAST, "--json"), ORDERLIFT_TOKEN=target.token)


def retry(folder: Path, target: Simulator, *given: str) -> Ended:
    """Retry the newest run, or the one that is given."""
    return orderlift(folder, "retry", *given, *FAST, ORDERLIFT_TOKEN=target.token)


def repair(folder: Path, run_id: str) -> Path:
    """Copy the rows that were handed back, and correct them."""
    failed = folder / "reports" / run_id / "failed"
    for path in failed.iterdir():
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(text.replace(",ten,", ",4.50,", 1), encoding="utf-8")
    return failed


def test_repaired_files_are_sent_as_the_run_s_next_step_says(tmp_path: Path, target: Simulator) -> None:
    """The command that the run prints at its end can be typed as it stands."""
    folder = export(tmp_path, 4, wrong=1)
    first = run(folder, target).document
    told = orderlift(folder, "report").out
    line = next(line for line in told.splitlines() if "orderlift retry" in line)
    words = line.split("orderlift retry ")[1].split("   ")[0].split()
    assert words == [first["run_id"], "--input", f"reports/{first['run_id']}/failed"]
    repair(folder, first["run_id"])
    ended = retry(folder, target, *words, "--json")
    assert (ended.code, ended.document["command"]) == (0, "retry")
    assert ended.document["orders"]["created"] == 1
    assert target.truth.creates == {f"{number:04}": 1 for number in range(1, 5)}
    assert f"run {first['run_id']}" in ended.err


def test_files_that_a_shell_spelled_out_are_all_taken(tmp_path: Path, target: Simulator) -> None:
    """``--input failed/*`` reaches the program as one flag and a row of words."""
    folder = export(tmp_path, 3, wrong=1)
    first = run(folder, target).document["run_id"]
    failed = repair(folder, first)
    (folder / "reports" / first / "failed" / "orders.csv").write_text(
        (failed / "orders.csv").read_text().replace("4.50", "3.50")
    )
    files = [str(path) for path in sorted(failed.iterdir())]
    ended = retry(folder, target, first, "--input", *files, "--json")
    assert (ended.code, ended.document["orders"]["created"]) == (0, 1)


def test_a_dry_run_says_what_would_go_and_sends_nothing(tmp_path: Path, target: Simulator) -> None:
    """It asks for no token, and knows what stands on the target."""
    folder = export(tmp_path, 3)
    run(folder, target)
    ended = orderlift(folder, "retry", "-n")
    assert ended.code == 0
    assert "already present" in ended.out
    assert "to be sent" in ended.out
    assert target.truth.commits == 3


def test_runs_are_listed_with_what_they_retry_and_what_stands_on_the_target(
    tmp_path: Path, target: Simulator
) -> None:
    """As text and as JSON."""
    folder = export(tmp_path, 3, wrong=1)
    first = run(folder, target).document["run_id"]
    second = retry(folder, target, "--json").document["run_id"]
    listed = orderlift(folder, "runs").out.splitlines()
    assert listed[0].startswith(second)
    assert listed[0].endswith(f"retries {first}  2 of 3 orders on the target")
    assert listed[1].endswith(f"channel 5  2 of 3 orders on the target  retried by {second}")
    runs = orderlift(folder, "runs", "--json").document["runs"]
    assert [(one["run_id"], one["retries"], one["orders"]) for one in runs] == [
        (second, first, {"read": 3, "on_target": 2}),
        (first, None, {"read": 3, "on_target": 2}),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("abcd", "ef01"), "one run at most"),
        (("orders.csv",), "files with --input"),
        (("ffff",), "E624"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, given: tuple[str, ...], says: str) -> None:
    """Two runs, files without their flag, a run that there is not."""
    ended = orderlift(export(tmp_path), "retry", *given, ORDERLIFT_TOKEN=CANARY)
    assert ended.code == 2
    assert says in ended.err


def test_the_target_of_another_shell_variable_is_not_taken(tmp_path: Path, target: Simulator) -> None:
    """A retry goes where its run went, whatever the environment would have said for a new one."""
    folder = export(tmp_path, 2)
    run(folder, target)
    ended = orderlift(
        folder,
        *("retry", *FAST, "--json"),
        ORDERLIFT_TOKEN=target.token,
        ORDERLIFT_TARGET="http://127.0.0.1:1",
        ORDERLIFT_CHANNEL="77",
    )
    assert (ended.document["target"], ended.document["channel"]) == (target.url, 5)
