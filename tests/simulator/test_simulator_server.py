"""Starting and stopping the twin, in a thread and as a process of its own; its manual."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import fields
from pathlib import Path

import httpx
import pytest
from twin import client, post, raw_post

from pipeline.simulator import Settings, Simulator
from pipeline.simulator.__main__ import main
from pipeline.simulator.actions import ALIASES, KINDS

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "simulator.md"


def test_it_starts_and_stops_quickly_and_leaves_nothing() -> None:
    """Ten lives in a second, no thread left, no port left open, not even with a client still connected."""
    threads = threading.active_count()
    begun = time.monotonic()
    for _ in range(10):
        with Simulator() as sim, client(sim) as api:
            assert api.get("/api/v1/active_user/").status_code == 200
    took = time.monotonic() - begun
    address = httpx.URL(sim.url)
    with pytest.raises(ConnectionError):
        socket.create_connection((address.host, address.port or 80), timeout=1)
    assert threading.active_count() == threads
    assert took < 5


def test_it_stops_while_requests_hang() -> None:
    """Neither a hanging nor a delayed request holds the stop up, and a delayed one does not commit then."""
    with Simulator(faults={"A": ["hang"], "B": ["delay:60"], "C": ["late_commit:60"]}) as sim:
        for number in "ABC":
            raw_post(sim, number, patience=0.05)
        begun = time.monotonic()
    assert time.monotonic() - begun < 1
    assert sim.truth.orders() == []


def test_two_twins_do_not_know_each_other() -> None:
    """Each has its own port and its own truth."""
    with Simulator() as one, Simulator() as other:
        post(one)
        assert one.url != other.url
        assert (len(one.truth.orders()), len(other.truth.orders())) == (1, 0)


def test_a_port_that_is_taken_is_told() -> None:
    """The `with` block is not entered."""
    with Simulator() as sim:
        port = httpx.URL(sim.url).port or 0
        with pytest.raises(RuntimeError, match=str(port)), Simulator(port=port):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process on Windows")
def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """It tells its URL, serves with the given settings, and ends with 0 when interrupted."""
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"pk_in_answer": False, "required_order_fields": ["number"]}))
    command = [sys.executable, "-m", "pipeline.simulator", "--port", "0", "--settings", str(settings)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=url, trust_env=False) as api:
            answer = api.get("/api/v1/active_user/", headers={"Authorization": "Token demo-token"})
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert answer.json()["username"] == "demo"


@pytest.mark.parametrize(
    ("flag", "content"),
    [("--faults", '{"A": ["explode"]}'), ("--settings", '{"x": 1}'), ("--seed", "{}"), ("--faults", "[]")],
)
def test_a_file_that_cannot_be_understood_is_told(
    flag: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr and 2, before anything listens."""
    path = tmp_path / "file.json"
    path.write_text(content)
    assert main([flag, str(path)]) == 2
    assert capsys.readouterr().err.startswith("simulator: ")


def test_the_manual_explains_every_word_and_every_switch() -> None:
    """No action and no setting without a row in the manual, and no row without one."""
    rows = set(
        re.findall(r"^\| `([a-z0-9_]+)(?::[A-Z]+)?` \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert rows == {*KINDS, *ALIASES, *(field.name for field in fields(Settings))}


def test_the_twin_imports_nothing_of_the_other_rooms() -> None:
    """It can disagree with the client only if it shares nothing with it."""
    sources = list((ROOT / "pipeline" / "simulator").rglob("*.py"))
    imported = {
        found
        for source in sources
        for found in re.findall(r"(?:from|import) (pipeline\S*)", source.read_text(encoding="utf-8"))
    }
    assert len(sources) > 40
    assert imported
    assert all(name.startswith("pipeline.simulator") for name in imported)
