"""Cells as text: what a spreadsheet shows is what is written down."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.cell import Cell, CellError, is_exact, looks_converted, number_text, plain_text

_FINITE = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def _as_typed(draw: st.DrawFn) -> Decimal:
    """A number as somebody types it into a cell: up to 15 significant digits."""
    digits = draw(st.integers(-(10**15) + 1, 10**15 - 1))
    return Decimal(digits).scaleb(draw(st.integers(-18, 0)))


@settings(deadline=None)
@given(_as_typed())
def test_a_typed_number_comes_back_as_it_was_typed(typed: Decimal) -> None:
    """Fifteen significant digits survive the binary number in between."""
    assert Decimal(number_text(float(typed))) == typed


@settings(deadline=None)
@given(_FINITE)
def test_a_number_is_never_written_in_scientific_notation(number: float) -> None:
    """Digits, one point at most, one sign at most, whatever the size."""
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]*[1-9])?", number_text(number))


@settings(deadline=None)
@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_a_number_keeps_its_fifteen_digits(number: float) -> None:
    """The text is the number to the precision that a workbook shows."""
    assert math.isclose(float(number_text(number)), number, rel_tol=1e-14, abs_tol=0.0)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1001.0, "1001"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1.25e-30, "0.00000000000000000000000000000125"),
        (1e15, "1000000000000000"),
        (6.93217e12, "6932170000000"),
        (123456789012345678.0, "123456789012346000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_cell_reads_as_the_sheet_shows_it(number: float, text: str) -> None:
    """Whole numbers have no point, noise is gone, small and large ones are written out."""
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        (" NA ", " NA "),
        (20099.0, "20099"),
        (True, "TRUE"),
        (False, "FALSE"),
        (CellError("#N/A"), "#N/A"),
        (datetime(2024, 5, 1, 13, 30), "2024-05-01 13:30:00"),  # noqa: DTZ001 - as a workbook has it
        (date(2024, 5, 1), "2024-05-01"),
        (time(13, 30), "13:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_every_kind_of_cell_has_a_text(cell: Cell, text: str) -> None:
    """Text stays as it is; everything else is written down as a reader would."""
    assert plain_text(cell) == text


@pytest.mark.parametrize(
    ("number", "exact"),
    [(999_999_999_999_999.0, True), (1e15, False), (-1e15, False), (math.inf, False), (math.nan, False)],
)
def test_a_number_of_sixteen_digits_has_lost_some(number: float, *, exact: bool) -> None:
    """A spreadsheet keeps fifteen digits; infinity and not-a-number hold none."""
    assert is_exact(number) is exact


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        *(
            (text, True)
            for text in ("1.23E+15", "1,23E+15", "1E5", "1e+05", " 9.00719925474099E+15 ", "1.2E-7")
        ),
        *(
            (text, False)
            for text in ("123", "12E45", "1.23", "E5", "1E", "1E5A", "A1E5", "1.E5", "1E1234", "", "e")
        ),
    ],
)
def test_a_number_that_a_spreadsheet_shortened_is_known_by_its_form(text: str, converted: bool) -> None:
    """One digit in front, then E; codes that only hold an E are what they are."""
    assert looks_converted(text) is converted
