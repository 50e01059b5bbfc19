"""Numbers as a declared locale writes them."""
# ruff: noqa: RUF001 - digits that look alike are a subject here

from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st
from step_answers import answer

from pipeline.mapping.steps.number import decimal, integer, is_locale, money, plain_decimal, whole
from pipeline.mapping.steps.problem import CellProblem
from pipeline.model.catalogue import remedy_of
from pipeline.model.cell import Cell, CellError
from pipeline.model.issue import Issue

_LOCALES = ("tr_TR", "en_US", "de_DE", "fr_FR", "de_CH", "pl_PL", "sv_SE", "es_ES", "pt_BR", "az")
_BIGGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("tr_TR", "1.234,56", "1234.56"),
        ("tr_TR", "1234,56", "1234.56"),
        ("tr_TR", "1.234", "1234"),
        ("tr_TR", "-12.345.678,9", "-12345678.9"),
        ("tr_TR", " 12,50 ", "12.50"),
        ("tr_TR", "\u221212,50", "-12.50"),
        ("en_US", "1,234.56", "1234.56"),
        ("en_US", "1234.5", "1234.5"),
        ("en_US", "0012", "12"),
        ("de_DE", "1.234,56", "1234.56"),
        ("fr_FR", "1\u202f234,56", "1234.56"),
        ("fr_FR", "1\u00a0234,56", "1234.56"),
        ("fr_FR", "1 234,56", "1234.56"),
        ("de_CH", "1\u2019234.56", "1234.56"),
        ("de_CH", "1'234.56", "1234.56"),
        ("de_CH", "1234.56", "1234.56"),
    ],
)
def test_a_number_is_read_as_its_locale_writes_it(locale: str, text: str, value: str) -> None:
    """With or without groups; separators that look the same are the same."""
    assert answer(decimal(locale), text) == Decimal(value)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        *(("tr_TR", text) for text in ("1,234.56", "1.23", "12.3456", "1.2345,6", "12 TL", "₺12", "(12,50)")),
        *(
            ("tr_TR", text)
            for text in ("12,50-", "+5", "1e5", "1,2,3", "1.234.56", ",5", "5,", "--5", "- 5", "")
        ),
        *(("tr_TR", text) for text in ("NaN", "Infinity", "１２", "٣", "12,5O", "0x1F", "1_000", "1 234")),
        *(("en_US", text) for text in ("1.234,56", "12,34", "1234,56", "1'234", "1,2345")),
        *(("fr_FR", text) for text in ("1.234,56", "1 23", "1  234")),
        *(("de_CH", text) for text in ("1'23", "1.234,56", "1,234.56")),
    ],
)
def test_a_number_written_otherwise_is_refused_and_never_guessed(locale: str, text: str) -> None:
    """A point is a thousand here and a fraction there, so only the declared way is taken."""
    assert answer(decimal(locale), text) == "E211"


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1299,90 €", "{amount: eur}"),
        ("-₺1.299,90", "{amount: try}"),
        ("12 TL", "{amount: try}"),
        ("£142.49", "{amount: {currency: gbp, locale: …}}"),
        ("12.34.5 €", ""),
        ("12.34.5", ""),
        ("12 kg", ""),
    ],
)
def test_an_amount_with_its_currency_is_told_the_step_that_reads_it(text: str, step: str) -> None:
    """The step stands in the remedy; garbage has none."""
    with pytest.raises(CellProblem) as caught:
        decimal("tr_TR")(text)
    problem = caught.value.problem
    fix = remedy_of(Issue(problem.code, None, text, facts=problem.facts))
    told = f"Let the mapping read the amount with its currency: steps: [{step}]. " if step else ""
    assert fix.startswith(f"{told}Write it like 1.234,50")


@settings(deadline=None)
@given(st.sampled_from(_LOCALES), st.decimals("-99999999999.99", "99999999999.99", places=2))
def test_what_a_locale_writes_is_read_back(locale: str, value: Decimal) -> None:
    """Every amount survives being written by the Unicode rules of its locale."""
    text = format_decimal(value, locale=locale, decimal_quantization=False)
    assert answer(decimal(locale), text) == value


@settings(deadline=None)
@given(st.sampled_from(_LOCALES), st.text("0123456789.,'\u2019 \u00a0\u202f-\u2212+eE", max_size=14))
def test_any_text_is_a_number_or_a_problem(locale: str, text: str) -> None:
    """No text breaks the reader, and what it takes has all the digits that are there."""
    found = answer(decimal(locale), text)
    if found != "E211":
        digits = "".join(character for character in text if character.isdigit())
        assert "".join(map(str, found.as_tuple().digits)).lstrip("0") == digits.lstrip("0")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (12.5, "12.50"),
        (1234567.0, "1234567.00"),
        (0.1 + 0.2, "0.30"),
        (-5.0, "-5.00"),
        (999_999_999_999.99, "999999999999.99"),
        (1.234, "1.234"),
    ],
)
def test_a_number_cell_keeps_its_value_in_every_locale(cell: float, value: str) -> None:
    """A workbook's number is not text; the noise of binary fractions is rounded off."""
    assert {str(answer(decimal(locale), cell)) for locale in _LOCALES} == {value}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (float("nan"), "E202"),
        (float("-inf"), "E202"),
        (1e15, "E202"),
        (True, "E204"),
        (date(2024, 5, 1), "E204"),
        (datetime(2024, 5, 1), "E204"),  # noqa: DTZ001 - as a workbook has it
        (CellError("#REF!"), "E201"),
        ("12\x00", "E203"),
    ],
)
def test_what_is_no_number_says_what_it_is(cell: Cell, code: str) -> None:
    """Lost digits, other types, error values and control characters each have their own code."""
    assert answer(decimal("en_US"), cell) == code
    assert answer(integer("en_US"), cell) == code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", "12.00"),
        ("12.5", "12.50"),
        ("12.500", "12.50"),
        ("-0.01", "-0.01"),
        ("-0.00", "0.00"),
        ("-0", "0.00"),
        ("9999999999.99", "9999999999.99"),
        ("12.345", "E212"),
        ("0.001", "E212"),
        ("9999999999.999", "E212"),
        ("10000000000", "E213"),
        ("-10000000000.00", "E213"),
        ("1" * 400, "E213"),
        ("0." + "0" * 400 + "1", "E212"),
    ],
)
def test_money_has_two_places_and_twelve_digits(value: str, expected: str) -> None:
    """More places would change the money, more digits do not fit; however long the text is."""
    assert str(answer(money, Decimal(value))) == expected


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_never_changes_an_amount(value: Decimal) -> None:
    """What is taken is equal to what was read, with exactly two places."""
    found = answer(money, value)
    if not isinstance(found, str):
        assert found == value
        assert found.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        (" 0012 ", 12),
        ("-3", -3),
        ("1.234", 1234),
        ("5,00", 5),
        (20099.0, 20099),
        (str(_BIGGEST), _BIGGEST),
        ("5,5", "E214"),
        ("beş", "E214"),
        ("１２", "E214"),
        ("1.5", "E214"),
        (5.5, "E214"),
        ("", "E214"),
        (str(_BIGGEST + 1), "E243"),
        ("9" * 5_000, "E243"),
        ("-" + "9" * 30, "E243"),
    ],
)
def test_a_whole_number_has_no_fraction_and_fits_64_bits(cell: Cell, value: object) -> None:
    """A fraction of nothing is fine; what a JSON reader or a database cannot hold is not."""
    assert answer(integer("tr_TR"), cell) == value


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_whole_number_is_equal_to_what_was_read(value: Decimal) -> None:
    """Nothing is rounded."""
    found = answer(whole, value)
    assert found in {"E214", "E243"} or (type(found) is int and found == value)


@pytest.mark.parametrize("text", ["1234.50", "-1", "0", "007"])
def test_a_constant_is_written_with_a_point(text: str) -> None:
    """As the payload wants it, whatever the locale."""
    assert plain_decimal(text) == Decimal(text)


@pytest.mark.parametrize("text", ["1,5", "1.", ".5", "1e3", "NaN", " 1", "١", "", "1_0"])
def test_a_constant_written_otherwise_is_refused(text: str) -> None:
    """No second way of writing it."""
    with pytest.raises(CellProblem):
        plain_decimal(text)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("tr_TR", True),
        ("tr", True),
        ("xx_YY", False),
        ("", False),
        ("tr-TR", False),
        ("../tr", False),
        ("tr\0", False),
    ],
)
def test_a_locale_is_known_or_not(name: str, *, known: bool) -> None:
    """Anything may stand in a mapping file."""
    assert is_locale(name) is known


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_may_be_asked_whether_it_is_a_locale(name: str) -> None:
    """And a known one can read numbers."""
    if is_locale(name):
        assert answer(decimal(name), "12") == 12
