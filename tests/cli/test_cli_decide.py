"""``orderlift mapping decide``: what a person sees, types and gets."""

import json
from pathlib import Path

from deciding_shop import MAPPING, checked, decisions, shop
from shop import orderlift

from pipeline.cli.decide import ask
from pipeline.model.decision import Answer, Asks

FILES = ("orders.csv", "items.csv", "-m", "mapping.yaml", "-q")


def test_a_check_ends_with_the_decisions_and_the_command_that_answers_them(tmp_path: Path) -> None:
    """The most frequent first, each with the measured effect of its suggestion."""
    shop(tmp_path, {"DURUM": "İADE"}, {"DURUM": "iade", "PB": "TL"}, {"PB": "TL", "ADET": "0"}, {})
    ended = orderlift(tmp_path, "check", *FILES)
    assert ended.code == 3
    assert (
        "3 refused orders: 2 orders wait for 2 decisions and nothing else, 1 for other repairs too."
        in ended.out
    )
    assert "what does 'İADE' stand for? (2 orders; DURUM, order.status)" in ended.out
    assert "suggested: refunded   fixes 1 of 2, 2 with the other suggestions" in ended.out
    assert "Answer:  orderlift mapping decide orders.csv items.csv -m mapping.yaml" in ended.out
    assert "decision" not in json.loads(orderlift(tmp_path, "check", *FILES, "--json").out)["orders"]


def test_answers_from_a_file_are_written_and_checked_at_once(tmp_path: Path) -> None:
    """A file of questions first, which is never overwritten; then the answers, and the new counts."""
    shop(tmp_path, {"DURUM": "İADE"}, {"DURUM": "Kayıp"}, {})
    asked = orderlift(tmp_path, "mapping", "decide", *FILES, "--write-answers", "a.yaml")
    assert "a.yaml: 2 questions to answer" in asked.out
    assert orderlift(tmp_path, "mapping", "decide", *FILES, "--write-answers", "a.yaml").code == 2
    text = (tmp_path / "a.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("# value: refunded", "value: refunded"), encoding="utf-8")
    ended = orderlift(tmp_path, "mapping", "decide", *FILES, "--answers", "a.yaml")
    assert ended.code == 3
    assert "Checked again: 2 of 3 orders ready (before: 1), 1 refused (before: 2)." in ended.out
    assert "İADE: refunded" in (tmp_path / "mapping.yaml").read_text("utf-8")
    assert (tmp_path / "mapping.yaml.bak").read_text("utf-8") == MAPPING


def test_without_a_terminal_and_a_file_nobody_is_asked(tmp_path: Path) -> None:
    """A script does not hang."""
    shop(tmp_path, {"DURUM": "İADE"})
    ended = orderlift(tmp_path, "mapping", "decide", *FILES)
    assert ended.code == 2
    assert "--answers" in ended.err


def test_a_person_is_asked_question_by_question(tmp_path: Path) -> None:
    """A letter takes what is offered, - means nothing, other text is the answer, Enter leaves it open."""
    orders = ({"DURUM": "İADE"}, {"DURUM": "Kayıp"}, {"DURUM": "zzz"}, {"TARIH": "25/03/2024"}, {"PB": "TL"})
    found = decisions(checked(shop(tmp_path, *orders)))
    typed = {"İADE": "a", "Kayıp": "canceled", "zzz": "-", "25/03/2024": "a", "TL": ""}
    said: list[str] = []
    answers = iter([typed[one.word] for one in found.listed])
    given = ask(found.listed, lambda _: next(answers), said.append)
    assert {one.decision.word: one.answer for one in given} == {
        "İADE": Answer("value", "refunded"),
        "Kayıp": Answer("value", "canceled"),
        "zzz": Answer("empty"),
        "25/03/2024": Answer("format", "%d/%m/%Y"),
    }
    assert any("a) refunded" in line and "suggested, fixes 1 of 1" in line for line in said)
    assert {one.key.asks for one in found.listed} == {Asks.VALUE, Asks.DATE}


def test_nothing_to_decide_is_said(tmp_path: Path) -> None:
    """And the mapping stays as it is."""
    shop(tmp_path, {})
    ended = orderlift(tmp_path, "mapping", "decide", *FILES, "--answers", "none.yaml")
    assert ended.code == 0
    assert "No question is open" in ended.out
