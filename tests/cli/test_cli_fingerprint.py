"""The fingerprint of a run's history, from where it is printed to where it is held against the journal."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from shop import Ended, export, orderlift, sources

import pipeline
from pipeline.simulator import Settings, Simulator

FORM = r"\d+-\d+-\d+-\d+-[0-9a-f]{64}"


def _do(shop: Path, *given: str) -> Ended:
    return orderlift(shop, *given, ORDERLIFT_TOKEN="demo-token")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a run of four orders, one of which was sent later, and what the first end printed."""
    shop = export(tmp_path_factory.mktemp("sent"))
    with Simulator(settings=Settings(unique_numbers=False)) as target:
        to = ("--target", target.url, "--channel", "5", "--rate", "unlimited")
        first = _do(shop, "run", *sources(*to, "--limit", "3"))
        second = _do(shop, "resume", "--rate", "unlimited")
    assert second.code == 0
    (printed,) = re.findall(rf"^  fingerprint ({FORM})$", first.out, re.MULTILINE)
    return shop, printed


def test_every_face_of_a_run_names_the_same_fingerprint(sent: tuple[Path, str]) -> None:
    """The end on the terminal, the JSON object, the page, the proof, and the proof's own JSON."""
    shop, first = sent
    told = _do(shop, "report")
    (newest,) = re.findall(rf"^  fingerprint ({FORM})$", told.out, re.MULTILINE)
    assert newest != first
    (folder,) = (path for path in (shop / "reports").iterdir() if path.is_dir())
    assert json.loads((folder / "summary.json").read_text("utf-8"))["fingerprint"] == newest
    assert newest in (folder / "report.html").read_text("utf-8")
    assert _do(shop, "report", "--json").document["fingerprint"] == newest
    assert f"Fingerprint: {newest}" in _do(shop, "prove").out
    assert _do(shop, "prove", "--json").document["fingerprint"] == newest


def test_the_newest_and_an_older_one_hold(sent: tuple[Path, str]) -> None:
    """Both end with 0; of the older one it is said how much came after it."""
    shop, first = sent
    newest = _do(shop, "prove", "--json").document["fingerprint"]
    same = _do(shop, "prove", "--fingerprint", newest)
    assert same.code == 0
    assert "The history is the one whose fingerprint was kept\n" in same.out
    assert "W659" not in same.err
    older = _do(shop, "prove", "--fingerprint", first)
    assert older.code == 0
    assert re.search(r"was kept; \d+ entries were added after it", older.out)
    assert "warning[W659]" in older.err
    document = _do(shop, "prove", "--fingerprint", first, "--json").document
    assert document["compared"] == {
        "fingerprint": first,
        "verdict": "older",
        "since": document["compared"]["since"],
    }


def test_another_history_ends_with_seven(sent: tuple[Path, str]) -> None:
    """With its code and the reason; the promises of the journal are told beside it."""
    shop, first = sent
    changed = first[:-1] + ("0" if first[-1] != "0" else "1")
    ended = _do(shop, "prove", "--fingerprint", changed)
    assert ended.code == 7
    assert "error[E659]" in ended.err or "fatal[E659]" in ended.err
    assert "Every promise holds" in ended.out
    assert "Not the fingerprint of this journal: what it covers is not what the journal holds" in ended.out


@pytest.mark.parametrize("given", ["", "abc", "1-2-3-4-abc"])
def test_what_is_no_fingerprint_is_a_wrong_command(sent: tuple[Path, str], given: str) -> None:
    """Exit code 2, with the form that is wanted."""
    ended = _do(sent[0], "prove", "--fingerprint", given)
    assert ended.code == 2
    assert "is not a fingerprint, such as 8-22-12-1-" in ended.err


def test_a_run_that_sent_nothing_names_none(tmp_path: Path) -> None:
    """There is no history yet; its plan has a digest of its own."""
    shop = export(tmp_path)
    checked = _do(shop, "check", *sources())
    assert checked.code == 0
    assert "fingerprint" not in checked.out
    assert "fingerprint" not in _do(shop, "check", *sources(), "--json").document


def test_a_program_holds_a_fingerprint_against_a_journal(sent: tuple[Path, str]) -> None:
    """As the command does; what is no fingerprint is a ValueError."""
    shop, first = sent
    (journal,) = shop.glob("state/runs/*/journal.db")
    with closing(sqlite3.connect(journal)) as db:
        assert db.execute("SELECT count(*) FROM attempts").fetchone() == (4,)
    proof = pipeline.prove(fingerprint=first, state_dir=shop / "state")
    assert proof.exit_code == 0
    assert proof.compared is not None
    assert proof.compared.since > 0
    with pytest.raises(ValueError, match="not a fingerprint"):
        pipeline.prove(fingerprint="1-2", state_dir=shop / "state")
