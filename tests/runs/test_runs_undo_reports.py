"""An undo leaves reports behind as any run does, whatever became of it."""

from __future__ import annotations

import csv
import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_shop import number, sending
from undo_shop import applied, change, outcomes, planned_undo, sent_shop

from pipeline.journal import tally
from pipeline.model.refusal import JournalRefused
from pipeline.reporting.masking.formula import original
from pipeline.runs.asked.request import Places
from pipeline.runs.undoing.explaining import explain_undone
from pipeline.runs.undoing.verbs import UndoResult, apply_undo, report_undo
from pipeline.simulator import Settings, Simulator

FILES = {"report.html", "summary.json", "undo.csv", "issues.jsonl"}
SAID = {"non_field_errors": ["Ask ayse.yilmaz@example.com, 0532 111 22 33."]}


def lines_of(folder: Path) -> list[dict[str, str]]:
    """Read undo.csv."""
    with (folder / "undo.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def issues_of(folder: Path) -> list[dict[str, Any]]:
    """Read issues.jsonl."""
    return [orjson.loads(line) for line in (folder / "issues.jsonl").read_bytes().splitlines()]


def page_of(folder: Path) -> str:
    """Read the text of the page, without tags."""
    text = re.sub(
        r"<style>.*?</style>|<[^>]+>", " ", (folder / "report.html").read_text("utf-8"), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", text.replace("\u202f", " "))


def folder_of(places: Places, undone: UndoResult) -> Path:
    """Give the folder of the reports, which holds what it should and is private."""
    folder = places.reports(undone.run_id)
    assert {path.name for path in folder.iterdir()} == FILES
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    return folder


def test_an_applied_undo_tells_every_line_and_adds_up(tmp_path: Path) -> None:
    """Cancelled, refused, left alone and kept: each in its words, with its time, and money to the cent."""
    with Simulator(faults={"cancel": {"1003": ["406"]}}) as sim:
        shop, result = sent_shop(tmp_path, 8, sim)
        change(sim.truth.orders(5)[0], tracking_number="T1", modified_date="2999-01-01T00:00:00Z")
        planned = planned_undo(shop, result, sim)
        change(sim.truth.orders(5)[1], tracking_number="T2")
        undone = applied(shop, sim, planned, canary=0)
        folder = folder_of(shop.places, undone)
        lines = {one["number"]: one for one in lines_of(folder)}
        assert {name: one["outcome"] for name, one in lines.items()} == outcomes(undone)
        assert [lines[number(place)]["code"] for place in (1, 2, 3, 4)] == ["W688", "W688", "E688", ""]
        assert "changed since the plan: order.tracking_number" in lines[number(2)]["message"]
        times = {name: bool(one["when"]) for name, one in lines.items()}
        assert times == {name: name != number(1) for name in lines}, "the plan's own look is no event of it"
        cancelled = sum(Decimal(one["amount"]) for one in lines.values() if one["outcome"] == "cancelled")
        assert cancelled == sum(Decimal(part) for _, part in undone.summary.money.values())
        assert [one["code"] for one in issues_of(folder)] == ["W688", "W688", "E688"]
        text = page_of(folder)
        sentence = (
            "5 of 8 orders that the run created are cancelled; 1 was not cancelled, 2 were touched since."
        )
        assert sentence in text
        assert "8 = 5 cancelled, and read back so + 1 changed since the plan, left alone" in text
        assert f"undo {undone.run_id} of run {result.run_id}" in text
        assert text.index(number(3)) < text.index(number(2)) < text.index(number(1)), "the gravest first"
        written = orjson.loads((folder / "summary.json").read_bytes())
        assert written == undone.summary.as_json()
        assert set(written["files"]) == {"report", "summary", "undo", "issues"}


def test_an_undo_that_was_stopped_leaves_reports_that_say_what_is_left(tmp_path: Path) -> None:
    """And the command that goes on; when it is through they say so."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 4, sim)
        planned = planned_undo(shop, result, sim)
        folder = shop.places.reports(planned.run_id)
        assert "4 of 4 orders can be cancelled; nothing was sent yet." in page_of(folder)
        assert "orderlift apply PLAN" in page_of(folder)
        some = applied(shop, sim, planned, limit=1)
        text = page_of(folder_of(shop.places, some))
        assert "1 of 4 orders that the run created are cancelled; 3 are still to come." in text
        assert f"orderlift resume {planned.run_id}" in text
        assert issues_of(folder)[-1]["code"] == "E544"
        assert some.summary.reasons == {"E544": 1}
        applied(shop, sim, planned)
        assert "4 of 4 orders that the run created are cancelled." in page_of(folder)
        assert "orderlift resume" not in page_of(folder)
        assert issues_of(folder) == []


def test_what_a_person_has_to_look_at_stands_first_with_what_to_do(tmp_path: Path) -> None:
    """An order that is unclear, and one that waits for somebody in the panel."""
    with Simulator(settings=Settings(cancel_becomes="cancellation_waiting")) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        applied(shop, sim, planned)
        change(sim.truth.orders(5)[1], status="400")
        order = sim.truth.orders(5)[1]
        order.items = orjson.dumps(
            [{**one, "status": "400", "cancel_status": None} for one in order.shown_items]
        )
        undone = applied(shop, sim, planned)
        text = page_of(folder_of(shop.places, undone))
        assert "Needs a person" in text
        told = text[text.rindex("Orders that need a person") :]
        assert told.index(number(2)) < told.index(number(1))
        assert "Look the order up in the target's panel and finish there" in told.replace("&#39;", "'")
        assert f"then orderlift resume {undone.run_id} looks once more" in told


@pytest.mark.parametrize("show_pii", [False, True])
def test_what_the_target_says_of_people_is_masked(tmp_path: Path, *, show_pii: bool) -> None:
    """In every report and in what is explained, unless it was asked for."""
    with Simulator(faults={"cancel": {"1001": ["400"]}}) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim), canary=0)
        spoil(shop.places.journal(undone.run_id))
        places = Places(shop.places.state_dir, tmp_path / "again", show_pii)
        folder = folder_of(places, report_undo(undone.run_id, places))
        for path in folder.iterdir():
            if path.name != "summary.json":
                assert ("ayse.yilmaz@example.com" in path.read_text("utf-8")) is show_pii, path
        assert any("•••" in path.read_text("utf-8") for path in folder.iterdir()) is not show_pii


def test_cells_that_would_run_are_disarmed_and_markup_is_text(tmp_path: Path) -> None:
    """Numbers, names of files and words of the target are nobody's to trust."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        evil = "=cmd|'/C calc'!A1<script>alert(1)</script>"
        spoil(shop.places.journal(planned.run_id), evil)
        folder = folder_of(shop.places, report_undo(planned.run_id, shop.places))
        line = lines_of(folder)[0]
        for name in ("number", "remote_id", "status", "currency", "file", "sheet"):
            assert line[name].startswith("'="), name
            assert original(line[name]) == evil
        html = (folder / "report.html").read_text("utf-8")
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def spoil(journal: Path, text: str = "") -> None:
    """Write into a closed journal what no target of ours would say; its sum is made to fit."""
    with closing(sqlite3.connect(journal)) as db, db:
        if text:
            db.execute(
                "UPDATE undo SET number = ?1, remote_id = ?1, status = ?1, currency = ?1, file = ?1,"
                " sheet = ?1, code = 'E689', state = 'unclear' WHERE id = 1",
                (text,),
            )
        said = orjson.dumps({"what": "x", "reason": SAID["non_field_errors"][0]}).decode()
        db.execute("UPDATE undo SET facts = ? WHERE id = 1", (said,))
        known = tally.stored(db)
        assert known is not None
        whole = tally.Sum(known.commits, tally.added_up(db)).text()
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (whole, tally.KEY))


def test_reports_that_cannot_be_written_are_refused_and_the_journal_stays(tmp_path: Path) -> None:
    """What was cancelled is known, and can be told into another folder."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 1, sim)
        planned = planned_undo(shop, result, sim)
        (tmp_path / "taken").write_text("a file")
        blocked = Places(shop.places.state_dir, tmp_path / "taken")
        with pytest.raises(JournalRefused) as refused:
            apply_undo(planned, sending(sim.token), blocked)
        assert refused.value.issues[0].code == "E701"
        assert set(outcomes(report_undo(planned.run_id, shop.places)).values()) == {"cancelled"}


def test_an_order_of_an_undo_is_explained_by_what_was_seen_and_done(tmp_path: Path) -> None:
    """Looks, requests and states in their order; a number that differs in case will do."""
    with Simulator(faults={"cancel": {"1001": ["503"]}}) as sim:
        shop, result = sent_shop(tmp_path, 1, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim), deadline=0.2)
        told = explain_undone(f"{undone.run_id[:6]}:{number(1).lower()}", shop.places)
        assert told is not None
        (life,) = told.lives
        assert [one.outcome for one in life.tries] == ["absent", "accepted"]
        assert life.looks[0].seen == "as_planned"
        assert life.looks[-1].seen == "cancelled"
        assert life.states[0] == "listed"
        assert life.states[-2:] == ("in_doubt", "cancelled")
        assert explain_undone(f"{result.run_id}:{number(1)}", shop.places) is None, "a run is told of as ever"
        assert explain_undone(number(1), shop.places) is None
