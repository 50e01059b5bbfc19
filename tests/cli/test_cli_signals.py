"""Terminals that close, readers that leave and signals: no order's outcome is lost over them."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shop import environment, export, orderlift, sources, words

from pipeline.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("terminals and signals of POSIX", allow_module_level=True)

import pty
import termios

PATIENCE = 20.0
ORDERS = 30


def begin(folder: Path, target: Simulator, errors: int, *given: str) -> subprocess.Popen[bytes]:
    """Start a run whose standard error is `errors`; returns once the target holds the first order."""
    process = subprocess.Popen(
        words("run", *sources("--target", target.url, "--channel", "5", "--rate", "30", *given)),
        cwd=folder,
        env=environment(folder, {"ORDERLIFT_TOKEN": target.token}),
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
    )
    until(lambda: target.truth.commits > 0 or process.poll() is not None)
    return process


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so; fails when it does not come."""
    give_up = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < give_up, "what was waited for did not come"
        time.sleep(0.01)


def all_there_once(folder: Path, target: Simulator) -> None:
    """Every order stands on the target once, and the journal knows it."""
    status = orderlift(folder, "status", "--json")
    assert status.document["orders"]["created"] == target.truth.commits == ORDERS
    assert target.truth.created_twice == []


def test_a_reader_that_leaves_does_not_stop_the_run(tmp_path: Path) -> None:
    """As with `| head`: nobody reads standard output or error any more, and every order is sent."""
    shop = export(tmp_path, ORDERS)
    with Simulator() as target:
        reading, writing = os.pipe()
        process = begin(shop, target, writing)
        os.close(writing)
        os.close(reading)
        code = process.wait(PATIENCE)
        all_there_once(shop, target)
    assert code == 0


def test_a_terminal_that_is_closed_does_not_stop_the_run(tmp_path: Path) -> None:
    """Where nobody sends a signal, writing to it fails as a broken disk would, and that is not one."""
    shop = export(tmp_path, ORDERS)
    with Simulator() as target:
        screen, terminal = pty.openpty()
        process = begin(shop, target, terminal)
        os.close(terminal)
        os.close(screen)
        code = process.wait(PATIENCE)
        all_there_once(shop, target)
    assert code == 0


def test_a_hang_up_ends_the_run_as_a_termination_does(tmp_path: Path) -> None:
    """SIGHUP: answers under way are waited for, 143, and a resume sends the rest."""
    shop = export(tmp_path, ORDERS)
    with Simulator() as target:
        process = begin(shop, target, subprocess.DEVNULL)
        process.send_signal(signal.SIGHUP)
        code = process.wait(PATIENCE)
        stopped = orderlift(shop, "status", "--json").document["orders"]
        assert 0 < stopped["created"] == target.truth.commits < ORDERS
        assert stopped["in_doubt"] == 0
        orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=target.token)
        all_there_once(shop, target)
    assert code == 143


def test_a_run_that_is_to_survive_its_terminal_does(tmp_path: Path) -> None:
    """As with nohup: a SIGHUP that was ignored before stays ignored."""
    shop = export(tmp_path, ORDERS)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Simulator() as target:
            process = begin(shop, target, subprocess.DEVNULL)
            process.send_signal(signal.SIGHUP)
            code = process.wait(PATIENCE)
            all_there_once(shop, target)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert code == 0


def test_a_second_interruption_waits_for_nobody(tmp_path: Path) -> None:
    """130 at once; the order under way is in doubt, and the first Ctrl-C said what it waits for."""
    shop = export(tmp_path, 3)
    with Simulator(faults={"0001": ["delay_answer:30"]}) as target:
        with (tmp_path / "said").open("wb") as said:
            process = begin(shop, target, said.fileno(), "--deadline", "60")
            process.send_signal(signal.SIGINT)
            time.sleep(0.8)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            code = process.wait(3)
        assert target.truth.commits == 1
    assert code == 130
    assert "stopping: up to 30 seconds for 1 answers" in (tmp_path / "said").read_text(encoding="utf-8")
    assert orderlift(shop, "status", "--json").document["orders"]["in_doubt"] == 1


def test_a_dry_run_says_how_long_it_would_take(tmp_path: Path) -> None:
    """Before anything is sent, so that nobody starts a night's work at noon."""
    shop = export(tmp_path, 200)
    orderlift(shop, "plan", *sources("--target", "http://127.0.0.1:9", "--channel", "5", "-o", "may.plan"))
    told = [orderlift(shop, "apply", "may.plan", "-n", *rate).out for rate in ([], ["--rate", "2"])]
    assert "about 40 s at 5 a second, and less where more is borne" in told[0]
    assert "about 1.7 min at 2 a second." in told[1]


def test_what_is_told_at_the_end_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    """The bar is off the terminal before the first issue is printed."""
    shop = export(tmp_path, ORDERS, wrong=1)
    with Simulator() as target:
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 100))
        process = begin(shop, target, theirs)
        os.close(theirs)
        told = b""
        with contextlib.suppress(OSError):  # how Linux says that nobody writes any more
            while more := os.read(ours, 65536):
                told += more
        os.close(ours)
        assert process.wait(PATIENCE) == 3
    (line,) = [one for one in told.split(b"\n") if b"E211" in one and b"error" in one]
    assert b"Sending" in told
    assert b"Sending" not in line.rstrip(b"\r").rpartition(b"\r")[2]


def test_a_run_that_was_killed_is_listed_as_not_finished(tmp_path: Path) -> None:
    """With its start to the minute, and the command that says more; resumed it is like any other."""
    shop = export(tmp_path, ORDERS)
    with Simulator() as target:
        process = begin(shop, target, subprocess.DEVNULL)
        process.kill()
        process.wait(PATIENCE)
        (listed,) = orderlift(shop, "runs").out.splitlines()
        run_id = listed.split()[0]
        assert re.match(rf"{run_id}  \d{{4}}-\d\d-\d\d \d\d:\d\d UTC  run ", listed)
        assert listed.endswith(f"not finished: orderlift status {run_id}")
        resumed = orderlift(shop, "resume", "--rate", "unlimited", ORDERLIFT_TOKEN=target.token)
        assert resumed.code == 0, resumed.err
        assert "not finished" not in orderlift(shop, "runs").out
