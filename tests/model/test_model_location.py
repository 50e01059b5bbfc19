"""Places in the words of a spreadsheet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.location import Location, Mark, column_letters
from pipeline.model.rows import Table


@pytest.mark.parametrize(
    ("index", "letters"),
    [
        (0, "A"),
        (25, "Z"),
        (26, "AA"),
        (51, "AZ"),
        (52, "BA"),
        (701, "ZZ"),
        (702, "AAA"),
        (16_383, "XFD"),
    ],
)
def test_columns_have_the_letters_of_a_spreadsheet(index: int, letters: str) -> None:
    """A to Z, then AA; the last column of a workbook is XFD."""
    assert column_letters(index) == letters


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_letters_count_back_to_the_column(index: int) -> None:
    """Read as digits from 1 to 26 the letters give the column's number."""
    number = 0
    for letter in column_letters(index):
        number = number * 26 + ord(letter) - ord("A") + 1
    assert number == index + 1


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location("o.csv"), "o.csv"),
        (Location("o.csv", row=3), "o.csv, row 3"),
        (Location("o.csv", column=2, header="Total"), "o.csv, column C (Total)"),
        (Location("o.xlsx", "May", 4818, 12, "Total"), "o.xlsx, sheet May, cell M4818 (Total)"),
    ],
)
def test_a_location_reads_as_a_person_would_say_it(location: Location, text: str) -> None:
    """File, sheet, cell, and the column's own name."""
    assert str(location) == text


def test_a_table_names_its_cells() -> None:
    """Sheet and header come from the table; a column beyond the header has no name."""
    table = Table(0, "orders", "o.xlsx", ("No", "Total"), sheet="May")
    assert table.at(7, 1) == Location("o.xlsx", "May", 7, 1, "Total")
    assert table.at(7, 5) == Location("o.xlsx", "May", 7, 5, None)
    assert table.at(7, 1).cell == "B7"
    assert table.at(7).cell is None


def test_a_mark_is_what_editors_open() -> None:
    """File, line and column, with colons."""
    assert str(Mark("mappings/acme.yaml", 41, 7)) == "mappings/acme.yaml:41:7"
