"""Quotation marks that close legally, but rows too late."""

import csv
import io
from pathlib import Path

import pytest
from source_files import cells_of, load, refused, text

from pipeline.loaders.text.quote_swallow import swallowed, swallowed_rows

HEAD = "No;Name;Note;City;Total\n"
ROWS = [f"{i};Ann {i};x;Izmir;1{i}" for i in range(1, 80)]


def table(*marks: tuple[int, str, str]) -> str:
    """Write the rows, changed in some places."""
    rows = list(ROWS)
    for place, old, new in marks:
        rows[place] = rows[place].replace(old, new)
    return HEAD + "\n".join(rows) + "\n"


@pytest.mark.parametrize("last", [3, 4, 40, 70])
def test_a_mark_that_swallows_rows_is_refused_where_it_opens(tmp_path: Path, last: int) -> None:
    """Two marks are forgotten: legal for a reader, and every row between them would vanish."""
    content = table((1, ";x;", ';"x;'), (last, ";x;", ';x";'))
    assert len(list(csv.reader(io.StringIO(content), delimiter=";", strict=True))) == 80 - (last - 1)
    (opened,) = load(text(tmp_path, content))
    (issue,) = refused(lambda: cells_of(opened))
    assert (issue.code, issue.facts["count"]) == ("E146", last - 1)
    assert issue.at is not None
    assert issue.at.row == 3


@pytest.mark.parametrize(
    "note",
    [
        "first line\nsecond line",
        "a; b; c; d\ne; f",
        "Street 5\nIzmir; Turkey\n",
        "a; b; c\nd; e; f; g; h\ni; j; k",
        "a;b\n\n\n",
        "\n" * 30,
        "SKU1;2\nSKU2;3\nSKU3;1",
        "x;1\ny;2\n" * 40,
    ],
)
def test_notes_of_several_lines_are_notes(tmp_path: Path, note: str) -> None:
    """Delimiters in them do not make rows of them."""
    (opened,) = load(text(tmp_path, HEAD + f'1;Ann;"{note}";Izmir;11\n2;Bob;;Izmir;12\n'))
    assert [row[2] for row in cells_of(opened)] == [note, ""]


def test_a_list_in_a_narrow_table_is_a_list() -> None:
    """Two or three columns fit many a list by chance."""
    assert swallowed_rows(("1", "Items:" + "\nA1;2" * 9), ";") == 0
    assert swallowed_rows(("1", "x", "Items:" + "\nA1;2;3" * 9), ";") == 0


def test_long_lists_in_a_cell_are_worth_a_look() -> None:
    """More than 20 lines with a delimiter in each are suspicious even where no rows can be made out."""
    row = ("1", "x;1\n" * 21, "3", "4")
    assert (swallowed(row, ";"), swallowed_rows(row, ";")) == (True, 0)
    assert not swallowed(("1", "x;1\n" * 20, "3", "4"), ";")
    assert not swallowed(("1", "x;1\n" * 21 + "no\n" + "x;1\n", "3", "4"), ";")
    assert not swallowed(("1", "x;1\n" * 21, "3", "4"), ",")


def test_rows_in_a_cell_are_made_out_in_any_column() -> None:
    """By what is missing in the first line, whole in between, and there in the last."""
    whole = "a,b,c,d"
    for column in range(4):
        cells = whole.split(",")
        cell = (
            ",".join(["x", *cells[column + 1 :]])
            + f"\r\n{whole}\r{whole}\n"
            + ",".join([*cells[:column], "y"])
        )
        row = (*cells[:column], cell, *cells[column + 1 :])
        assert swallowed_rows(row, ",") == 3
        assert swallowed(row, ",")
