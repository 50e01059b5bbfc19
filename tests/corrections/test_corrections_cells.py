"""A cell as a correction workbook shows it, what people typed as a cell again, and what was retyped."""

from datetime import date, datetime, time, timedelta

import pytest

from pipeline.corrections.cell_text import LONGEST, AmbiguousNumberError, cell_of, is_cut, text_of
from pipeline.corrections.retyping import retyped, same
from pipeline.model.cell import Cell, CellError


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("00123", "00123"),
        ("=1+1", "=1+1"),
        (1001.0, "1001"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (datetime(2024, 3, 5, 10, 0), "2024-03-05 10:00:00"),  # noqa: DTZ001 - sheets know no zone
        ("a\r\nb\rc", "a\nb\nc"),
        ("bell\x07", "bell\u2407"),
        (CellError("#N/A"), "#N/A"),
    ],
)
def test_a_cell_is_shown_as_its_plain_text(cell: Cell, shown: str) -> None:
    """Line ends are one sign, and what no workbook can hold is shown by another."""
    assert text_of(cell) == shown
    assert same(shown, cell)


def test_a_text_that_fits_in_no_cell_is_cut_and_cannot_be_corrected() -> None:
    """The rest would be lost."""
    shown = text_of("x" * (LONGEST + 1))
    assert len(shown) < LONGEST
    assert is_cut(shown)
    assert "only the beginning" in (retyped(shown, shown + "y") or "")
    assert not is_cut(text_of("x" * LONGEST))


@pytest.mark.parametrize(
    ("before", "typed", "cell"),
    [
        ("ten", "10", "10"),
        (9.0, "10", 10.0),
        (9.0, "10.5", 10.5),
        (9.0, "10,5", "10,5"),
        (9.0, "010", "010"),
        (9.0, "", ""),
        (datetime(2024, 3, 5), "2024-03-06", datetime(2024, 3, 6)),  # noqa: DTZ001 - as above
        (datetime(2024, 3, 5), "06.03.2024", "06.03.2024"),  # noqa: DTZ001 - as above
        (date(2024, 3, 5), "2024-03-06", date(2024, 3, 6)),
        (time(10, 0), "11:30", time(11, 30)),
        (timedelta(hours=30), "31:00", "31:00"),
        (CellError("#N/A"), "7", "7"),
    ],
)
def test_a_number_stays_a_number_and_a_date_a_date_if_written_like_one(
    before: Cell, typed: str, cell: Cell
) -> None:
    """So that they mean what their column means; anything else is text, read as the mapping reads text."""
    found = cell_of(typed, before)
    assert (found, type(found)) == (cell, type(cell))


@pytest.mark.parametrize("typed", ["1.251", "-12.500", "100.000"])
def test_a_thousand_or_three_decimals_is_not_guessed_in_a_column_of_numbers(typed: str) -> None:
    """1.251 is 1251 to whoever writes Turkish, and 1.251 to the column."""
    with pytest.raises(AmbiguousNumberError):
        cell_of(typed, 9.0)
    assert cell_of(typed, "9") == typed


@pytest.mark.parametrize(
    ("shown", "came_back"),
    [
        ("00123", 123.0),
        ("00123", "123"),
        ("1234567890123456", 1.23456789012346e15),
        ("1234567890123456", "1.23457E+15"),
        ("1234567890123456", "1,23457E+15"),
        ("20099", "20099.0"),
        ("01.02.2024", datetime(2024, 2, 1)),  # noqa: DTZ001 - as above
        ("yes", True),
        ("ten", 10.0),
        ("ten", CellError("#REF!")),
        ("ten", "x" * (LONGEST + 1)),
    ],
)
def test_what_a_spreadsheet_program_made_of_a_text_is_not_taken(shown: str, came_back: Cell) -> None:
    """It is not certainly what somebody typed."""
    assert not same(shown, came_back)
    assert retyped(shown, came_back)


@pytest.mark.parametrize(
    ("shown", "came_back"),
    [("ten", "10"), ("00123", "00124"), ("00123", "1230"), ("x", "="), ("1.5E+3", "1.6E+3"), ("a", "")],
)
def test_what_somebody_typed_is_taken(shown: str, came_back: Cell) -> None:
    """Texts of any kind, and nothing at all."""
    assert retyped(shown, came_back) is None


@pytest.mark.parametrize(("shown", "came_back"), [("123", 123.0), ("0.5", 0.5), ("TRUE", True)])
def test_a_number_that_still_says_what_the_text_said_is_no_change(shown: str, came_back: Cell) -> None:
    """Saving in another program may turn a text into the same number."""
    assert same(shown, came_back)
