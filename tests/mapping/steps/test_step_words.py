"""Words with a fixed meaning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from step_answers import answer

from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.words import NO, YES, boolean, currency, nearest, status, value_table
from pipeline.model.cell import Cell, CellError
from pipeline.model.folding import fold
from pipeline.model.payload import CURRENCIES, STATUSES


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        *((word, True) for word in ("Evet", "EVET", "e", "x", "✓", "TRUE", "1", "yes", "Doğru", 1.0, True)),
        *((word, False) for word in ("Hayır", "HAYIR", "h", "0", "no", "FALSE", "Yanlış", 0.0, False)),
        *((word, "E215") for word in ("", "belki", "2", "ja", 2.0)),
        (CellError("#N/A"), "E201"),
    ],
)
def test_yes_and_no_in_two_languages(cell: Cell, meaning: object) -> None:
    """By words that cannot be taken for anything else; a yes/no cell of a workbook is taken as it is."""
    assert answer(boolean(YES, NO), cell) == meaning


def test_the_mappings_own_words_replace_ours() -> None:
    """Where a column says ja and nein, evet is unknown; the message lists the words."""
    step = boolean(["Ja"], ["Nein"])
    assert (answer(step, "ja"), answer(step, "NEIN")) == (True, False)
    with pytest.raises(CellProblem) as raised:
        step("evet")
    assert raised.value.problem.facts == {"words": "nein, ja"}


def test_no_word_means_both() -> None:
    """Ours are disjoint."""
    assert not {fold(word) for word in YES} & {fold(word) for word in NO}


def test_a_value_table_is_blind_to_case_and_dots() -> None:
    """However an analyst or a spreadsheet writes the word, it is one line of the table."""
    step = value_table("statuses", {"İptal Edildi": "canceled", "Kargoda": "shipped"})
    assert [step(text) for text in ("iptal edildi", "IPTAL  EDILDI", "KARGODA")] == [
        "canceled",
        "canceled",
        "shipped",
    ]


@pytest.mark.parametrize(("text", "hint"), [("Kargodan", "Did you mean 'Kargoda'? "), ("Bekliyor", "")])
def test_a_value_that_is_not_in_the_table_gets_the_nearest_one(text: str, hint: str) -> None:
    """Where one is near."""
    with pytest.raises(CellProblem) as raised:
        value_table("statuses", {"Kargoda": "shipped"})(text)
    assert raised.value.problem.code == "E231"
    assert raised.value.problem.facts == {"table": "statuses", "entries": 1, "hint": hint}


@pytest.mark.parametrize(("code", "name"), list(STATUSES.items()))
def test_every_status_goes_by_code_and_by_name(code: str, name: str) -> None:
    """Both are taken in any case, and the mapping says which is sent."""
    for text in (code, name, name.upper(), f" {name} "):
        assert answer(status("code"), text) == code
        assert answer(status("name"), text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("returned", "600"),
        ("cancelled", "100"),
        ("425", "E232"),
        ("550.0", "E232"),
        ("", "E232"),
        ("Teslim", "E232"),
    ],
)
def test_other_spellings_are_known_and_other_words_are_not(text: str, code: str) -> None:
    """What is only seen in answers is never sent."""
    assert answer(status("code"), text) == code


@pytest.mark.parametrize("code", CURRENCIES)
def test_every_documented_currency_is_written_in_lower_case(code: str) -> None:
    """As the target writes it."""
    assert answer(currency(CURRENCIES), f" {code.upper()} ") == code


def test_a_currency_that_is_not_allowed_is_refused() -> None:
    """The mapping may narrow or widen the list."""
    assert answer(currency(CURRENCIES), "TL") == "E233"
    assert answer(currency(["XAU"]), "xau") == "xau"
    assert answer(currency(["XAU"]), "try") == "E233"


@pytest.mark.parametrize(
    ("value", "known", "near"),
    [
        ("requierd", ["required", "column"], "required"),
        ("SIPARIS NO", ["Sipariş No", "Tarih"], "Sipariş No"),
        ("zzz", ["column"], ""),
        ("", ["column"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_word_is_offered_only_where_it_is_near(value: str, known: list[str], near: str) -> None:
    """In its own spelling."""
    assert nearest(value, known) == near


@settings(deadline=None)
@given(st.text(), st.lists(st.text()))
def test_whatever_is_asked_the_nearest_word_is_a_known_one(value: str, known: list[str]) -> None:
    """Or none."""
    assert nearest(value, known) in {"", *known}
