"""S17–S19, S25: what people read hides people; what is loaded again does not; --show-pii shows them."""

import json
import logging
from pathlib import Path

import pytest
from personal_shop import (
    CANARIES,
    PEOPLE,
    SOURCES,
    TOKEN,
    files_below,
    found_below,
    found_in,
    open_people_shop,
    sent,
    simulator,
    the_run,
    work,
)

from pipeline.cli.requests import Talk
from pipeline.cli.telling import tell_bug

LOCAL = ("-m", "map.yaml")
TRAVELLING = ("--target", "http://127.0.0.1:9", "--channel", "5")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("inspect", *SOURCES),
    ("inspect", *SOURCES, "--json"),
    ("mapping", "suggest", *SOURCES),
    ("mapping", "show", *SOURCES, *LOCAL, "--order", "P0"),
    ("mapping", "show", *SOURCES, *LOCAL, "--order", "P0", "--json"),
    ("mapping", "show", *SOURCES, *LOCAL, "--order", "X3"),
    ("mapping", "diff", "map.yaml", "other.yaml", *SOURCES),
    ("mapping", "diff", "map.yaml", "other.yaml", *SOURCES, "--json"),
    ("mapping", "test", *LOCAL, *SOURCES),
    ("check", *SOURCES, *LOCAL),
    ("check", *SOURCES, *LOCAL, "--json"),
    ("plan", *SOURCES, *LOCAL, *TRAVELLING),
    ("status",),
    ("report",),
    ("runs",),
    ("prove",),
)


def shop(folder: Path) -> Path:
    """Write the shop with wrong orders, another mapping, and a test that does not hold."""
    open_people_shop(folder, wrong=True)
    text = (folder / "map.yaml").read_text(encoding="utf-8")
    other = text.replace("first_name: Ad, last_name: Soyad", "first_name: Soyad, last_name: Ad")
    (folder / "other.yaml").write_text(other.replace("notes: Müşteri Notu", "notes: Adres"), encoding="utf-8")
    properties = "version: 1\nproperties:\n  - {check: matches, field: order.notes, pattern: '[0-9]+'}\n"
    (folder / "map.test.yaml").write_text(properties, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_shows_a_person_unless_asked_to(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Terminal and JSON: no canary of any person's data in what is printed."""
    shop(tmp_path)
    if command[0] in {"status", "report", "runs", "prove"}:
        work(tmp_path, "check", *SOURCES, *LOCAL)
    ended = work(tmp_path, *command)
    assert ended.out + ended.err, "it says something"
    assert found_in((ended.out + ended.err).encode()) == []


@pytest.mark.parametrize(
    "command",
    [one for one in COMMANDS if one[0] == "check" or one[:2] in {("mapping", "show"), ("mapping", "diff")}]
    + [("inspect", *SOURCES)],
    ids=" ".join,
)
def test_whoever_asks_is_shown_everything(tmp_path: Path, command: tuple[str, ...]) -> None:
    """The same commands show the same people with --show-pii, so the test above looks at the right places."""
    shop(tmp_path)
    ended = work(tmp_path, *command, "--show-pii")
    shown = found_in((ended.out + ended.err).encode())
    assert shown or (command[0] == "check" and "--json" in command)


def test_reports_hide_people_and_what_is_loaded_again_does_not(tmp_path: Path) -> None:
    """Page, issues, orders and decisions are masked; failed/ holds the customer's own rows."""
    shop(tmp_path)
    ended = work(tmp_path, "check", *SOURCES, *LOCAL)
    assert ended.code == 3
    reports = tmp_path / "reports" / the_run(tmp_path)
    found = found_below(reports)
    assert set(found) <= {"failed/orders.csv", "failed/items.csv"}
    assert "kanarya.gizlioglu" in found["failed/orders.csv"]
    issues = [json.loads(line) for line in (reports / "issues.jsonl").read_text().splitlines()]
    hidden = [one for one in issues if one["masked"]]
    assert {one["cell"] for one in hidden} >= {"D8", "K10"}
    assert all("•" in one["value"] for one in hidden)


def test_reports_show_people_to_whoever_asks(tmp_path: Path) -> None:
    """With --show-pii the same reports hold what the cells hold."""
    shop(tmp_path)
    work(tmp_path, "check", *SOURCES, *LOCAL, "--show-pii")
    found = found_below(tmp_path / "reports" / the_run(tmp_path))
    assert {"issues.jsonl", "orders.csv", "report.html"} <= {name.rpartition("/")[2] for name in found}


def test_a_mistake_of_ours_quotes_no_cell(capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal names the kind of mistake; its words, which may quote a value, are in the crash file."""
    talk = Talk(as_json=False, quiet=False, color="never")
    assert tell_bug(talk, "check", ValueError(f"cannot read {PEOPLE[0][2]} of {PEOPLE[0][1]}")) == 1
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert found_in(said.encode()) == []
    crash = Path(next(word for word in said.split() if "orderlift-crash-" in word).strip(".,;"))
    assert "kanarya" in crash.read_text(encoding="utf-8")
    assert crash.stat().st_mode & 0o077 == 0
    crash.unlink()


FAULTS: dict[str, dict[str, object]] = {
    "resets": {"P1": ["commit_then_reset"], "P2": ["reset_before_read"], "P3": ["500", "503"]},
    "odd answers": {"P0": ["html_body"], "P1": ["429"], "P4": ["garbage"], "P5": ["wrong_shape"]},
    "lookups": {"lookup": {"P1": ["500"]}, "customer": {PEOPLE[0][2]: ["commit_then_reset"]}},
    "no entry": {"other": {"/api/v1/active_user/": ["401"]}, "P0": ["401"]},
}


@pytest.mark.parametrize("name", FAULTS)
def test_neither_token_nor_people_are_in_a_log(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every logger at DEBUG, over faults of every kind: requests, answers and failures name nobody."""
    open_people_shop(tmp_path, wrong=True)
    caplog.set_level(logging.DEBUG)
    with simulator(faults=FAULTS[name]) as sim:
        ended = sent(tmp_path, sim, "--deadline", "1s", "--max-duration", "8s")
        token = sim.token
    logged = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records)
    ours = "\n".join(line for line in logged.splitlines() if not line.startswith(("uvicorn", "asyncio")))
    assert found_in(ours.encode(), (*CANARIES, token, "%40ornek")) == []
    assert found_in((ended.out + ended.err).encode(), (*CANARIES, token)) == []
    everything = files_below(tmp_path / "state", tmp_path / "reports")
    assert not [path for path in everything if token.encode() in path.read_bytes()]
    assert TOKEN not in logged


def test_a_line_break_in_a_value_makes_no_line_of_a_log_or_a_table(tmp_path: Path) -> None:
    """A cell that brings its own line, colour or direction is written out on one line."""
    open_people_shop(tmp_path, 1)
    head, row = (tmp_path / "orders.csv").read_text(encoding="utf-8").splitlines()
    evil = '"Tamam\n{""level"": ""INFO""}\u202e"'
    (tmp_path / "orders.csv").write_text(f"{head}\n{row.replace('Tamam', evil)}\n", encoding="utf-8")
    ended = work(tmp_path, "check", *SOURCES, *LOCAL)
    assert "E231" in ended.err
    assert not [line for line in ended.err.splitlines() if line.startswith('{"level"')]
    assert "\u202e" not in ended.out + ended.err
