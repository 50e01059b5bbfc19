"""Cells as text, and clean-ups in the letters of the locale."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from step_answers import answer

from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.text import as_text, clean_up
from pipeline.model.cell import Cell, CellError


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a b  ", "a b"),
        ("\u00a0a\u00a0", "a"),
        ("line\r\nline\tend", "line\r\nline\tend"),
        ("00123", "00123"),
        ("=1+1", "=1+1"),
        ("{{7*7}} ${jndi:x} %s", "{{7*7}} ${jndi:x} %s"),
        ("İstanbul 😀 שלום", "İstanbul 😀 שלום"),
        (1001.0, "1001"),
        (12.5, "12.5"),
        (True, "E204"),
        (date(2024, 6, 15), "E204"),
        (datetime(2024, 6, 15), "E204"),  # noqa: DTZ001 - as a workbook has it
        (time(10), "E204"),
        (timedelta(1), "E204"),
        (CellError("#N/A"), "E201"),
        (1e15, "E202"),
        (float("nan"), "E202"),
        ("a\0b", "E203"),
        ("a\x1bb", "E203"),
        ("a\x7f", "E203"),
        ("\ufffd", "E203"),
        ("a\udfffb", "E203"),
    ],
)
def test_a_cell_is_text_or_says_why_it_never_was(cell: Cell, text: str) -> None:
    """Text stays as it is without outer white space; whole numbers have no point."""
    assert answer(as_text, cell) == text


def test_a_bad_character_is_named_with_its_position() -> None:
    """Counted from 1, as it stands in the cell."""
    with pytest.raises(CellProblem) as raised:
        as_text("  Çay\x07")
    assert raised.value.problem.facts == {"character": "U+0007", "position": 6}


@pytest.mark.parametrize(
    ("name", "locale", "text", "expected"),
    [
        ("upper", "tr_TR", "izmir ısparta", "İZMİR ISPARTA"),
        ("lower", "tr_TR", "İZMİR ISPARTA", "izmir ısparta"),
        ("title", "tr_TR", "iZMİR  ISPARTA", "İzmir  Isparta"),
        ("upper", "az", "izmir", "İZMİR"),
        ("upper", "TR_tr", "izmir", "İZMİR"),
        ("upper", "en_US", "izmir straße", "IZMIR STRASSE"),
        ("lower", "en_US", "IZMIR", "izmir"),
        ("title", "de_DE", "ÄPFEL und birnen", "Äpfel Und Birnen"),
        ("title", "tr_TR", "", ""),
        ("collapse_spaces", "tr_TR", " a \u00a0 b\n c ", "a b c"),
        ("remove_spaces", "tr_TR", " TR 12\u00a034 ", "TR1234"),
        ("digits", "tr_TR", "+90 (532) ٣ 12", "9053212"),
        ("unescape_html", "tr_TR", "a &amp; b &#304;", "a & b İ"),
    ],
)
def test_a_clean_up_does_what_its_name_says(name: str, locale: str, text: str, expected: str) -> None:
    """Casing by the rules of the locale's language: Turkish has two letters i."""
    assert clean_up(name, locale)(text) == expected


@settings(deadline=None)
@given(st.text("abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ "))
def test_turkish_casing_goes_there_and_back(text: str) -> None:
    """Nothing is lost between upper and lower case of the Turkish alphabet."""
    upper, lower = clean_up("upper", "tr_TR"), clean_up("lower", "tr_TR")
    assert lower(upper(text)) == lower(text)
    assert upper(lower(text)) == upper(text)
    assert len(upper(text)) == len(text)
