"""Refused orders become decisions, whose effects are what a check with the answer really finds."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from deciding_shop import MAPPING, checked, decisions, of_word, ready, shop, snapshot

from pipeline.mapping.answers_file import Given
from pipeline.model.decision import Answer, Asks, Decision
from pipeline.model.refusal import MappingRefused
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.planning import finding_decisions
from pipeline.runs.planning.deciding import asked, decide

DATE = {"TARIH": "25/03/2024"}


def answer(request: PlanRequest, result: Result, *given: tuple[Decision, Answer]) -> Path:
    """Write answers into the mapping."""
    return decide(request, asked(result), [Given(one, text) for one, text in given])


def codes(caught: pytest.ExceptionInfo[MappingRefused]) -> list[str]:
    """The codes of what was refused."""
    return [issue.code for issue in caught.value.issues]


def test_rows_refused_for_one_reason_are_one_question(tmp_path: Path) -> None:
    """However the word is spelt, and in whichever order of magnitude; the most frequent comes first."""
    words = [{"DURUM": "İADE"}, {"DURUM": "iade "}, {"DURUM": "Kayıp"}, {"DURUM": "İade"}, {}]
    found = decisions(checked(shop(tmp_path, *words)))
    assert [(one.word, one.orders) for one in found.listed] == [("İADE", 3), ("Kayıp", 1)]
    assert (found.orders, found.open) == (4, 4)


def test_each_kind_of_question_has_its_kind_of_answer(tmp_path: Path) -> None:
    """A word, a date, a currency, an empty cell; what no answer in a mapping helps is none."""
    result = checked(
        shop(tmp_path, {"DURUM": "Teslim Edldi"}, DATE, {"PB": "TL"}, {"MUSTERI": ""}, {"ADET": "0"})
    )
    found = decisions(result)
    assert {(one.key.asks, one.suggested) for one in found.listed} == {
        (Asks.VALUE, Answer("value", "delivered")),
        (Asks.DATE, Answer("format", "%d/%m/%Y")),
        (Asks.VALUE, Answer("value", "try")),
        (Asks.DEFAULT, None),
    }
    assert (found.orders, found.open) == (5, 4)


@pytest.mark.parametrize("seed", range(2))
def test_an_effect_is_what_a_check_with_the_answer_finds(tmp_path: Path, seed: int) -> None:
    """Alone and with all others: the orders are prepared again, and a real check agrees to the order."""
    chance = random.Random(seed)
    faults: list[dict[str, str]] = [{"DURUM": "İADE"}, {"DURUM": "iptl"}, DATE, {"PB": "TL"}, {"PB": "€"}]
    faults += [{"ADET": "0"}, {"TUTAR": "9,00"}, {"DURUM": "Kayıp"}]
    orders = []
    for _ in range(30):
        order: dict[str, str] = {}
        for fault in chance.sample(faults, chance.choice([0, 1, 1, 2])):
            order |= fault
        orders.append(order)
    mapping = MAPPING + "checks: {mismatch: error}\n"
    request = shop(tmp_path, *orders, mapping=mapping)
    first = checked(request)
    before, found = ready(first), decisions(first)
    suggested = [(one, one.suggested) for one in found.listed if one.suggested is not None]
    assert len(suggested) >= 4
    gained = {}
    for one, text in suggested:
        answer(request, first, (one, text))
        gained[one.id] = len(ready(checked(request)) - before)
        request.mapping.write_text(mapping, encoding="utf-8")
    assert {one.id: one.effect.alone for one, _ in suggested if one.effect} == gained
    answer(request, first, *suggested)
    assert len(ready(checked(request)) - before) == found.ready
    assert sum(one.effect.alone for one, _ in suggested if one.effect) < found.ready


def test_a_suggestion_that_would_fix_nothing_is_not_made(tmp_path: Path) -> None:
    """The word is known, but every order with it has another fault, which no answer repairs."""
    found = decisions(checked(shop(tmp_path, {"DURUM": "İADE", "ADET": "0"}, {"DURUM": "Teslim Edldi"})))
    assert of_word(found, "İADE").suggested is None
    assert of_word(found, "Teslim Edldi").suggested == Answer("value", "delivered")


def test_orders_that_collide_are_not_counted_as_fixed(tmp_path: Path) -> None:
    """What stands between orders is not found by preparing one of them again, and still refuses it."""
    result = checked(shop(tmp_path, {"NO": "a1", "DURUM": "İADE"}, {"NO": "A1"}, {"DURUM": "İADE"}))
    effect = of_word(decisions(result), "İADE").effect
    assert effect is not None
    assert (effect.measured, effect.alone, effect.together) == (2, 1, 1)


def test_a_locale_is_suggested_only_where_no_right_cell_would_change(tmp_path: Path) -> None:
    """1,250.00 is no number in Turkish; where another cell is one, English would make it another amount."""
    english = {"TOPLAM": "1,250.00"}
    mapping = MAPPING.replace("values:", "checks: {item_total: none}\nvalues:")
    alone = decisions(checked(shop(tmp_path / "a", english, english, mapping=mapping)))
    assert [(one.key.asks, one.suggested) for one in alone.listed] == [
        (Asks.NUMBER, Answer("locale", "en_US"))
    ]
    mixed = decisions(checked(shop(tmp_path / "b", english, {}, mapping=mapping)))
    assert [(one.key.asks, one.suggested) for one in mixed.listed] == [(Asks.NUMBER, None)]
    assert [one.answer.text for one in mixed.listed[0].candidates] == ["en_US"]


def test_a_code_that_the_target_spells_otherwise_is_suggested_and_looked_up_again(tmp_path: Path) -> None:
    """The answer is measured against the snapshot; codes that are right stay as they are."""
    mapping = MAPPING.replace("{column: URUN, integer: true}", "{lookup: product, by: {sku: URUN}}")
    skus = ({"URUN": "00123"}, {"URUN": "00123", "ADET": "0"}, {"URUN": "ABC-1"}, {"URUN": "QQQQ-777"})
    request = shop(tmp_path, *skus, mapping=mapping)
    request = replace(request, snapshot=snapshot(tmp_path, ["123", "ABC-1"]))
    first = checked(request)
    one = of_word(decisions(first), "00123")
    assert (one.code, one.suggested) == ("E342", Answer("value", "123"))
    assert one.effect is not None
    assert (one.orders, one.effect.alone) == (1, 1)
    answer(request, first, (one, Answer("value", "123")))
    assert ready(checked(request)) == {"A001", "A003"}
    steps = "steps: [{map: {table: items_product_words, otherwise: keep}}]"
    assert f"{{lookup: product, by: {{sku: {{column: URUN, {steps}}}}}}}" in request.mapping.read_text(
        "utf-8"
    )


def test_a_value_that_the_target_does_not_have_either_is_not_suggested(tmp_path: Path) -> None:
    """A suggestion whose order is still refused by the snapshot fixes nothing."""
    mapping = MAPPING.replace("{column: URUN, integer: true}", "{lookup: product, by: {sku: URUN}}")
    mapping = mapping.replace("values:\n", "values:\n  items_product_words: {WXYZ-1000: WXYZ-9000}\n")
    words = "{column: URUN, steps: [{map: {table: items_product_words, otherwise: keep}}]}"
    request = shop(
        tmp_path, {"URUN": "WXYZ-1001"}, mapping=mapping.replace("{sku: URUN}", f"{{sku: {words}}}")
    )
    request = replace(request, snapshot=snapshot(tmp_path, ["QQ-1"]))
    one = of_word(decisions(checked(request)), "WXYZ-1001")
    assert Answer("value", "WXYZ-9000") in [found.answer for found in one.candidates]
    assert (one.suggested, one.effect) == (None, None)


def test_measuring_is_bounded_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many orders the first ones are prepared again."""
    monkeypatch.setattr(finding_decisions, "MEASURED_EACH", 3)
    one = of_word(decisions(checked(shop(tmp_path, *([{"DURUM": "İADE"}] * 8)))), "İADE")
    assert one.effect is not None
    assert (one.orders, one.effect.measured, one.effect.alone) == (8, 3, 3)


def test_many_partitions_measure_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows on disk or in memory, in one process or several: the same decisions."""
    orders = [{"DURUM": ["İADE", "Teslim Edldi", "İptal"][place % 3], "PB": "try"} for place in range(60)]
    whole = decisions(checked(shop(tmp_path / "a", *orders)))
    monkeypatch.setattr("pipeline.runs.preparing.filling.partitions_for", lambda _: 7)
    monkeypatch.setattr("pipeline.runs.preparing.spool.BUFFERED_ROWS", 20)
    assert decisions(checked(replace(shop(tmp_path / "b", *orders), jobs=1))) == whole
    assert whole.ready == 40


def test_the_file_is_kept_and_its_comments_and_rights_stay(tmp_path: Path) -> None:
    """Beside it as .bak, byte for byte; what is new stands among the old."""
    request = shop(tmp_path, {"DURUM": "İADE"})
    request.mapping.chmod(0o640)
    old = b"\xef\xbb\xbf" + MAPPING.replace("\n", "\r\n").encode()
    request.mapping.write_bytes(old)
    result = checked(request)
    kept = answer(request, result, (of_word(decisions(result), "İADE"), Answer("value", "refunded")))
    assert kept.read_bytes() == old
    new = request.mapping.read_bytes()
    assert new == old.replace(b"canceled\r\n", "canceled\r\n    İADE: refunded\r\n".encode())
    assert request.mapping.stat().st_mode & 0o777 == 0o640


def test_a_mapping_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Its places may mean something else by now."""
    request = shop(tmp_path, {"DURUM": "İADE"})
    result = checked(request)
    text = MAPPING.replace("name: deciding", "name: changed")
    request.mapping.write_text(text, encoding="utf-8")
    with pytest.raises(MappingRefused) as caught:
        answer(request, result, (of_word(decisions(result), "İADE"), Answer("value", "refunded")))
    assert codes(caught) == ["E486"]
    assert request.mapping.read_text("utf-8") == text
    assert not (tmp_path / "mapping.yaml.bak").exists()


def test_one_answer_that_does_not_go_keeps_all_from_being_written(tmp_path: Path) -> None:
    """The mapping stays as it is, and the answer is named with the reason."""
    request = shop(tmp_path, {"DURUM": "İADE"}, {"DURUM": "Kayıp"}, DATE)
    result = checked(request)
    found = decisions(result)
    with pytest.raises(MappingRefused) as caught:
        answer(
            request,
            result,
            (of_word(found, "İADE"), Answer("value", "refunded")),
            (of_word(found, "Kayıp"), Answer("value", "lost")),
            (of_word(found, "25/03/2024"), Answer("format", "%d")),
        )
    assert codes(caught) == ["E487", "E487"]
    assert [issue.value for issue in caught.value.issues] == ["lost", "%d"]
    assert request.mapping.read_text("utf-8") == MAPPING


def test_an_overlay_takes_the_answers_and_its_base_stays(tmp_path: Path) -> None:
    """Answers are written into the file that was named."""
    request = shop(tmp_path, {"DURUM": "İADE"}, DATE)
    base = tmp_path / "base.yaml"
    base.write_text(MAPPING, encoding="utf-8")
    request.mapping.write_text("extends: base.yaml\nname: over   # ours\n", encoding="utf-8")
    result = checked(request)
    answer(request, result, *((one, one.suggested) for one in decisions(result).listed if one.suggested))
    assert ready(checked(request)) == {"A001", "A002"}
    assert base.read_text("utf-8") == MAPPING
    assert request.mapping.read_text("utf-8").startswith("extends: base.yaml\nname: over   # ours\n")


def test_the_report_folder_holds_the_decisions(tmp_path: Path) -> None:
    """As data for programs and, masked, on the page."""
    result = checked(shop(tmp_path, {"DURUM": "İADE"}))
    data = json.loads(Path(result.summary.files["decisions"]).read_text("utf-8"))
    assert data["schema"] == "orderlift/decisions/1"
    assert data["decisions"][0]["value"] == "İADE"
    assert data["decisions"][0]["effect"] == {"measured": 1, "alone": 1, "together": 1}
    page = Path(result.summary.files["report"]).read_text("utf-8")
    assert "fixes 1 of 1" in page
    assert "decisions" not in checked(shop(tmp_path / "good", {})).summary.files
