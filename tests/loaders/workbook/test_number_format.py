"""Zero-padding number formats."""

import math

import pytest

from pipeline.loaders.workbook.number_format import padded_text


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("0000000", 123, "0000123"),
        ("0000000", 0, "0000000"),
        ("00", 7, "07"),
        ("0000", 12345, "12345"),
        ("00-000", 123, "00-123"),
        ("00-000", 1234567, "1234-567"),
        ("000\\-00\\-0000", 12345678, "012-34-5678"),
        ("00-000-0", 5, "00-000-5"),
        ('"ORD"0000', 42, "ORD0042"),
        ('"ORD "0000', 42, "ORD 0042"),
        ('0000"/A"', 42, "0042/A"),
        ('"#1.0;"000', 42, "#1.0;042"),
        ("\\O\\R\\D0000", 42, "ORD0042"),
        ("0000;-0000", 42, "0042"),
        ("0000;-0000;0000;@", 42, "0042"),
        ("0000;-0000;000", 0, "000"),
        ("0000;[Red]-0000", 0, "0000"),
        ("[$-41F]00000", 42, "00042"),
        ("[$₺-41F]00000", 42, "₺00042"),
        ("[Blue]0000", 42, "0042"),
        ("[Color 12]0000", 42, "0042"),
        ("_-* 00000_-", 42, "00042"),
        ("№0000", 42, "№0042"),
        ("0000", 999_999_999_999_999, "999999999999999"),
    ],
)
def test_a_padding_format_gives_the_text_that_is_shown(code: str, number: float, text: str) -> None:
    """A whole number under a zero-padding format is the text that people see."""
    assert padded_text(code, float(number)) == text


@pytest.mark.parametrize(
    "code",
    [
        "",
        "General",
        "@",
        "0",
        "0.00",
        "0.0",
        "#,##0",
        "#,##0.00",
        "0,000",
        "00%",
        "0.00E+00",
        "00E+00",
        "##00",
        "0?0",
        "00/00",
        "dd.mm.yyyy",
        "[h]:mm",
        "[hh]00",
        "mm:ss.00",
        "yyyy00",
        '0" 000"',
        "\\0\\0\\0",
        "[>100]0000;00",
        "[DBNum1]0000",
        "[$-41F]0",
        '"000',
        "[0000",
        ";0000",
    ],
)
def test_other_formats_do_not_pad(code: str) -> None:
    """A format that rounds, groups, counts days or has one zero only leaves the number a number."""
    assert padded_text(code, 123.0) is None


@pytest.mark.parametrize("number", [-1.0, 0.5, 123.4, 1e15, 1e300, math.nan, math.inf, -math.inf])
def test_only_exact_whole_numbers_are_padded(number: float) -> None:
    """Numbers below zero, with decimals, or past 15 digits stay as they are."""
    assert padded_text("0000", number) is None


def test_a_section_for_zero_that_hides_it_does_not_pad() -> None:
    """Where zero has a section without digits, it is shown otherwise and stays a number."""
    assert padded_text('0000;-0000;"-"', 0.0) is None
    assert padded_text("0000;-0000;", 0.0) is None


@pytest.mark.parametrize("code", ["\\", "0000\\", "0000_", "0000*", '0000"', "0000[", "!", "00!"])
def test_formats_cut_off_are_no_trouble(code: str) -> None:
    """A format that ends in the middle of something is read as far as it goes."""
    assert padded_text(code, 1.0) in {None, "0001", "01"}
