"""Delimiter and header of CSV files."""

from pathlib import Path

import pytest
from source_files import cells_of, codes, load, numbered, refused, text


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_the_columns(tmp_path: Path, delimiter: str) -> None:
    """Other candidates inside the cells make no difference."""
    other = "," if delimiter != "," else ";"
    head, row = delimiter.join(["No", "Name", "Note"]), delimiter.join(["1", "Ann", f"a{other}b{other}c"])
    (table,) = load(text(tmp_path, f"{head}\n{row}\n"))
    assert (table.facts.delimiter, cells_of(table)) == (delimiter, [("1", "Ann", f"a{other}b{other}c")])


def test_a_separator_line_is_followed_and_is_no_row(tmp_path: Path) -> None:
    """Excel reads such a line and never shows it."""
    (table,) = load(text(tmp_path, "sep=|\r\nNo|Name\r\n1|Ann\r\n"))
    assert (table.table.header_row, numbered(table), table.issues) == (2, {3: ("1", "Ann")}, [])


def test_a_declared_delimiter_wins(tmp_path: Path) -> None:
    """Even one that is not among the usual."""
    (table,) = load(text(tmp_path, "No#Name\n1#Ann\n"), delimiter="#")
    assert cells_of(table) == [("1", "Ann")]


def test_a_header_that_reads_two_ways_is_refused(tmp_path: Path) -> None:
    """Both ways show one column of the mapping, so neither is right for sure."""
    assert codes(refused(lambda: load(text(tmp_path, "No;x,Name\n1;2,3\n")))) == ["E121"]


def test_a_table_of_one_column_is_not_split(tmp_path: Path) -> None:
    """A delimiter that does not occur is taken."""
    (table,) = load(text(tmp_path, "No\na;b,c\n"), headers=["No"])
    assert cells_of(table) == [("a;b,c",)]


def test_a_header_below_a_title_is_found_and_told(tmp_path: Path) -> None:
    """Row numbers stay those of the file."""
    (table,) = load(text(tmp_path, 'Report "May"\n\nAll shops;;\nNo;Name\n1;Ann\n'))
    assert (codes(table.issues), table.table.header_row, numbered(table)) == (["W104"], 4, {5: ("1", "Ann")})


def test_a_declared_header_row_is_taken_as_it_is(tmp_path: Path) -> None:
    """No search, no warning; a better row elsewhere does not count."""
    (table,) = load(text(tmp_path, "No;Name\nNo;Total\n1;2\n"), header_rows=(2,))
    assert (table.table.header, table.issues) == (("No", "Total"), [])


def test_a_header_that_is_not_there_is_answered_with_what_is(tmp_path: Path) -> None:
    """The message lists the columns found and the closest names."""
    (issue,) = refused(lambda: load(text(tmp_path, "Noo;Nmae;City\n1;2;3\n"), headers=["Number", "Name"]))
    assert (issue.code, issue.facts["found"]) == ("E120", "Noo, Nmae, City")
    assert "Nmae for Name" in str(issue.facts["near"])


@pytest.mark.parametrize(
    "header",
    [
        "  NO ", "\u200bNo", "No\u00a0", "nO", '"No\n"',
    ],
)  # fmt: skip
def test_column_names_meet_in_their_normal_form(tmp_path: Path, header: str) -> None:
    """Blanks, invisible characters, line breaks and case make no difference."""
    (table,) = load(text(tmp_path, f"{header};x\n1;2\n"), headers=["No"])
    assert cells_of(table) == [("1", "2")]


def test_turkish_dots_make_no_difference_to_column_names(tmp_path: Path) -> None:
    """Programs without Turkish turn the dotted capital into a plain one and back."""
    (table,) = load(
        text(tmp_path, "SIPARIS_NO;İL\n1;2\n"), headers=["sipariş_no", "Sipariş No", "siparis_no", "il"]
    )
    assert table.table.header == ("SIPARIS_NO", "İL")


def test_a_wanted_column_that_stands_twice_is_refused_with_both_letters(tmp_path: Path) -> None:
    """The last one must not win silently; unwanted columns may stand twice."""
    (issue,) = refused(lambda: load(text(tmp_path, "No;x;x;no ;NO\n1;2;3;4;5\n"), headers=["nO"]))
    assert (issue.code, issue.facts["columns"]) == ("E122", "A and D and E")
    (table,) = load(text(tmp_path, "No;x;x;no\n1;2;3;4\n"), headers=["No"])
    assert cells_of(table) == [("1", "2", "3", "4")]
