"""Words made comparable."""
# ruff: noqa: RUF001 - letters that look alike are the subject

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.folding import fold, tidy
from pipeline.model.header import columns_named


@pytest.mark.parametrize(
    "alike",
    [
        ["İPTAL", "iptal", "ıptal", "IPTAL", "İptal", "  iptal ", "ip\u200btal"],
        ["Sipariş No", "SİPARİŞ NO", "sipariş\u00a0no", "Sipariş\nNo", "Sipari\u0073\u0327 No"],
        ["A1", "a1", "Ａ１", "\ufeffA1"],
        ["straße", "STRASSE", "Straße"],
        ["ISPARTA", "Isparta", "ısparta", "İsparta"],
        ["şişli", "ŞİŞLİ", "Şişli"],
    ],
)
def test_spellings_of_one_word_fold_alike(alike: list[str]) -> None:
    """Case, the dots of a Turkish i, white space, width and invisible characters do not matter."""
    assert len({fold(word) for word in alike}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("A1", "A 1"), ("0042", "42"), ("ş", "s"), ("ö", "o"), ("A-1", "A1"), ("é", "e")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    """Spaces inside, zeros, dashes and accents make another word."""
    assert fold(one) != fold(other)


@settings(deadline=None, max_examples=3000)
@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """The key of a key is the key itself."""
    assert fold(fold(text)) == fold(text)


@settings(deadline=None, max_examples=3000)
@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    """A tidy name is tidy."""
    assert tidy(tidy(text)) == tidy(text)


@settings(deadline=None, max_examples=3000)
@given(st.text())
def test_a_tidy_name_folds_as_the_name_does(text: str) -> None:
    """Tidying takes nothing away that folding would have kept."""
    assert fold(tidy(text)) == fold(text)


@settings(deadline=None, max_examples=3000)
@given(st.text(alphabet="aAbIiİıŞş1 \u00a0"))
def test_case_does_not_matter_even_in_turkish(text: str) -> None:
    """Upper and lower case of the same text fold alike."""
    assert fold(text.upper()) == fold(text) == fold(text.lower())


@settings(deadline=None, max_examples=3000)
@given(st.text())
def test_a_tidy_name_is_one_line_without_anything_invisible(text: str) -> None:
    """What is shown of a name can be read on one line."""
    clean = tidy(text)
    assert clean == clean.strip()
    assert "\n" not in clean
    assert not any(unicodedata.category(character) == "Cf" for character in clean)


def test_a_column_goes_by_its_name_first_and_by_its_look_second() -> None:
    """A column of exactly that name wins over one that only looks alike; two equal ones are both named."""
    assert columns_named(["tutar", "TUTAR"], "TUTAR") == (1,)
    assert columns_named(["Tutar", "tutar"], "TUTAR") == (0, 1)
    assert columns_named(["KOD", "Ad\u00a0Soyad "], "Ad Soyad") == (1,)
    assert columns_named(["KOD"], "") == ()
