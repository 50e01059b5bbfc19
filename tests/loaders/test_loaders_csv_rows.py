"""Rows of CSV files: numbers, blanks, faults."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import cells_of, codes, faults_of, load, numbered, refused, spec_of, text

from pipeline.loaders.opening import open_tables


def test_text_stays_text(tmp_path: Path) -> None:
    """Zeros in front, NA, long numbers and blanks inside are what the file holds."""
    (table,) = load(text(tmp_path, 'No;Name\n00123; NA \n"9007199254740993";\n'))
    assert cells_of(table) == [("00123", " NA "), ("9007199254740993", "")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_are_the_lines_records_start_on(tmp_path: Path, end: str) -> None:
    """A line break inside a cell moves every later row, as in any editor."""
    (table,) = load(text(tmp_path, end.join(["No;Name", f'1;"a{end}b{end}c"', "2;x", "", "3;y", ""])))
    assert numbered(table) == {2: ("1", f"a{end}b{end}c"), 5: ("2", "x"), 7: ("3", "y")}


def test_row_numbers_hold_across_batches(tmp_path: Path) -> None:
    """Wherever a batch ends."""
    (table,) = load(text(tmp_path, "No;Name\n" + '1;"a\nb"\n2;x\n' * 5))
    assert [n for batch in table.batches(3) for n in batch.numbers] == [2, 4, 5, 7, 8, 10, 11, 13, 14, 16]


def test_blank_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    """Empty lines, empty cells and blanks alike; reading again counts afresh."""
    (table,) = load(text(tmp_path, "No;Name\n1;a\n\n;\n \t;  \n;b\n"))
    assert numbered(table) == {2: ("1", "a"), 6: ("", "b")}
    assert numbered(table) == {2: ("1", "a"), 6: ("", "b")}
    assert (table.rows_read, table.blank_rows) == (2, 3)


def test_a_row_of_the_wrong_width_is_a_fault_and_never_shifts(tmp_path: Path) -> None:
    """It is filled up or cut to the header; empty cells too many do no harm."""
    (table,) = load(text(tmp_path, "No;Name;Note\n1;a\n2;b;c;d\n3;c;d;;\n4;d;e\n"))
    assert cells_of(table) == [("1", "a", ""), ("2", "b", "c"), ("3", "c", "d"), ("4", "d", "e")]
    faults = faults_of(table)
    assert {number: (f.code, f.facts["got"], f.facts["expected"]) for number, f in faults.items()} == {
        2: ("E133", 2, 3),
        3: ("E133", 4, 3),
    }


def test_missing_cells_under_unnamed_columns_are_no_fault(tmp_path: Path) -> None:
    """Programs write such delimiters in the header only."""
    (table,) = load(text(tmp_path, "No;Name;;\n1;a\n2;b;;x\n"))
    assert (cells_of(table), faults_of(table)) == ([("1", "a", "", ""), ("2", "b", "", "x")], {})


def test_a_quotation_mark_never_closed_is_refused_where_it_opens(tmp_path: Path) -> None:
    """Instead of swallowing the rows below it."""
    head, tail = 'No;Name\n1;"a\nb"\n', '2;"b\n' + "3;c\n" * 200
    (late,) = load(text(tmp_path, head + "0;z\n" * 200 + tail))
    for act, row in (
        (lambda: cells_of(late), 204),
        (lambda: load(text(tmp_path, head + tail, name="early.csv")), 4),
    ):
        (issue,) = refused(act)
        assert issue.code == "E130"
        assert issue.at is not None
        assert issue.at.row == row


def test_a_quotation_mark_in_the_wrong_place_is_refused(tmp_path: Path) -> None:
    """The record's first line is named."""
    issues = refused(lambda: load(text(tmp_path, 'No;Name\n1;a\n2;"5" pipe"\n')))
    assert [(i.code, i.at.row if i.at else None) for i in issues] == [("E131", 3)]


def test_a_cell_of_more_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    """Up to that it is read."""
    (table,) = load(text(tmp_path, "No;Name\n1;" + "x" * (1 << 20) + "\n"))
    assert len(str(cells_of(table)[0][1])) == 1 << 20
    assert codes(refused(lambda: load(text(tmp_path, "No;Name\n1;" + "x" * (1 << 20) + "y\n")))) == ["E132"]


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ufffd"])
def test_characters_that_are_no_text_are_a_fault_of_the_row(tmp_path: Path, bad: str) -> None:
    """With the cell and the position; tabs and line breaks are text."""
    (table,) = load(text(tmp_path, f'No;Name\n1;"a\tb\r\nc"\n2;ab{bad}\n' + "3;c\n" * 30))
    ((number, fault),) = faults_of(table).items()
    assert fault.at is not None
    assert (number, fault.code, fault.at.cell, fault.facts["position"]) == (4, "E134", "B4", 3)


def test_the_end_mark_of_dos_is_no_row(tmp_path: Path) -> None:
    """Old programs write a control character behind the last line."""
    (table,) = load(text(tmp_path, "No;Name\r\n" + "1;a\r\n" * 30 + "\x1a"))
    assert (len(cells_of(table)), faults_of(table)) == (30, {})


def test_a_line_of_the_dos_end_mark_alone_is_no_row_wherever_it_stands(tmp_path: Path) -> None:
    """Files that DOS pasted together have it in the middle; where a batch ends makes no difference."""
    (table,) = load(text(tmp_path, "No;Name\r\n1;a\r\n\x1a\r\n2;b, and much to say\r\n\x1a"))
    assert (numbered(table), table.blank_rows) == ({2: ("1", "a"), 4: ("2", "b, and much to say")}, 2)
    assert [n for batch in table.batches(1) for n in batch.numbers] == [2, 4]


def test_mixed_line_ends_and_a_doubled_return_keep_the_numbers_right(tmp_path: Path) -> None:
    """Every end counts once, as in an editor; a blank line between is one."""
    (table,) = load(text(tmp_path, 'No;Name\r\n1;a\n2;"b\rc"\r3;d\r\r\n4;e\n\r5;f'))
    assert numbered(table) == {
        2: ("1", "a"),
        3: ("2", "b\rc"),
        5: ("3", "d"),
        7: ("4", "e"),
        9: ("5", "f"),
    }


def test_a_table_as_long_as_a_sheet_can_be_is_pointed_out(tmp_path: Path) -> None:
    """Excel cuts off what comes after its last row."""
    (table,) = load(text(tmp_path, "No;Name\n" + "1;a\n" * 65_535))
    assert table.issues == []
    assert len(cells_of(table)) == 65_535
    assert codes(table.issues) == ["W106"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Only a batch is held at a time."""
    (table,) = load(text(tmp_path, "No;Name\n" + "1;a quite ordinary name\n" * 60_000))
    tracemalloc.start()
    try:
        rows = sum(len(batch.rows) for batch in table.batches(1000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows == 60_000
    assert peak < 3 << 20


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=6), st.integers(1, 4))
def test_what_is_written_is_what_is_read(tmp_path: Path, rows: list[list[str]], size: int) -> None:
    """Any cells, quoted, come back the same, each row at the line it starts on."""
    rows = [["first", "row"], *rows]
    wanted: dict[int, tuple[str, ...]] = {}
    text = "No;Name\n"
    for row in rows:
        line = len(io.StringIO(text, newline=None).read().split("\n"))
        if any(cell.strip() for cell in row):
            wanted[line] = tuple(row)
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(row)
        text += out.getvalue()
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode())
    (table,) = open_tables(spec_of(encoding="utf-8"), [path], first_index=0)
    read = {n: row for batch in table.batches(size) for n, row in zip(batch.numbers, batch.rows, strict=True)}
    assert read == wanted
