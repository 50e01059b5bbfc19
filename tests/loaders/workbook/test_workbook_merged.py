"""Merged cells: refused or expanded, over the borders of blocks, and copied."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_files import cells_of, faults_of, load, numbered

from pipeline.loaders.copying import copy_rows
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.workbook import session as session_module
from pipeline.loaders.workbook.grid import Range
from pipeline.loaders.workbook.merged_cells import MergedCells, range_name
from pipeline.model.cell import Cell, CellError
from pipeline.model.issue import Issue
from pipeline.model.records import RowVerdict
from pipeline.model.rows import Row, Table

NO = RowVerdict("rejected", "E501", "unknown")


def merged_book(folder: Path, rows: Iterable[Any], ranges: Iterable[str], name: str = "a.xlsx") -> Path:
    """Write a workbook with merged cells; only the first of a range keeps its value."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merged in ranges:
        sheet.merge_cells(merged)
    made.save(folder / name)
    return folder / name


def many(folder: Path, ranges: Iterable[str], count: int = 30) -> Path:
    """Write a workbook of numbered rows."""
    rows = [["No", "Name", "x"], *[[n, f"name {n}", "x"] for n in range(2, count + 2)]]
    return merged_book(folder, rows, ranges)


@pytest.mark.parametrize("block", [5_000, 7, 4, 3])
@pytest.mark.parametrize("batch", [20_000, 5])
def test_expanded_ranges_do_not_know_of_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, batch: int
) -> None:
    """A range may begin in one block and end two further."""
    monkeypatch.setattr(session_module, "BLOCK", block)
    monkeypatch.setattr(session_module, "HEAD", 2)
    (table,) = load(many(tmp_path, ["A3:A12", "B5:B6", "A13:B14", "B20:B31"]), merged="expand")
    expected: dict[int, tuple[Cell, Cell]] = {n: (float(n), f"name {n}") for n in range(2, 32)}
    expected |= {n: (3.0, expected[n][1]) for n in range(3, 13)}
    expected[6] = (expected[6][0], "name 5")
    expected |= dict.fromkeys((13, 14), (13.0, 13.0))
    expected |= {n: (float(n), "name 20") for n in range(20, 32)}
    found = {n: row[:2] for one in table.batches(batch) for n, row in zip(one.numbers, one.rows, strict=True)}
    assert found == expected
    assert faults_of(table) == {}


@pytest.mark.parametrize("block", [5_000, 4])
@pytest.mark.parametrize("batch", [20_000, 5])
def test_refused_ranges_do_not_know_of_blocks_or_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, batch: int
) -> None:
    """Every row but the first of a range is at fault, and the first one beside the value."""
    monkeypatch.setattr(session_module, "BLOCK", block)
    monkeypatch.setattr(session_module, "HEAD", 2)
    (table,) = load(many(tmp_path, ["A3:A12", "A13:B14", "B20:B31"]))
    faults = {n: fault for one in table.batches(batch) for n, fault in one.faults.items()}
    assert {n: fault.facts["range"] for n, fault in faults.items()} == {
        **dict.fromkeys(range(4, 13), "A3:A12"),
        **dict.fromkeys((13, 14), "A13:B14"),
        **dict.fromkeys(range(21, 32), "B20:B31"),
    }
    assert {fault.code for fault in faults.values()} == {"E135"}
    places = [fault.at.cell for fault in faults.values() if fault.at]
    assert places[8:12] == ["A12", "B13", "A14", "B21"]


@pytest.mark.parametrize("how", ["refuse", "expand"])
def test_a_row_with_nothing_of_its_own_is_blank(tmp_path: Path, how: str) -> None:
    """Rows merged into one in every column are one row, and not two orders."""
    rows = [["No", "Name"], [1, "Ann"], [None, None], [2, "Bob"]]
    (table,) = load(merged_book(tmp_path, rows, ["A2:A3", "B2:B3"]), merged=how)
    assert numbered(table) == {2: (1.0, "Ann"), 4: (2.0, "Bob")}
    assert (table.blank_rows, faults_of(table)) == (1, {})


def test_ranges_that_reach_beyond_the_values_are_cut(tmp_path: Path) -> None:
    """A remark over more columns than the table has, and a formatted range beside it."""
    rows = [["No", "Name"], [1, "Ann"], ["remark", None], [2, "Bob"]]
    (table,) = load(merged_book(tmp_path, rows, ["A3:K3", "F1:H4", "A9:B12"]), merged="expand")
    assert cells_of(table) == [(1.0, "Ann"), ("remark", "remark"), (2.0, "Bob")]


def test_ranges_in_columns_nobody_reads_are_no_fault(tmp_path: Path) -> None:
    """A row is refused for what is wanted of it."""
    rows = [["No", "Name", "Note"], [1, "a", "x"], [2, "b", None]]
    path = merged_book(tmp_path, rows, ["C2:C3"])
    assert faults_of(load(path)[0]) == {}
    assert list(faults_of(load(path, headers=("No", "Note"))[0])) == [3]


def test_a_header_over_two_rows_is_read_and_no_fault(tmp_path: Path) -> None:
    """Its names reach down over both rows; groups stand above several columns."""
    rows = [["No", "Customer", None], [None, "Name", "City"], [1, "Ann", "Bonn"], [2, "Bob", "Rome"]]
    path = merged_book(tmp_path, rows, ["A1:A2", "B1:C1"])
    headers = ("No", "Customer Name", "Customer City")
    for choices in ({"header_rows": (1, 2)}, {}):
        (table,) = load(path, headers=headers, **choices)
        assert (table.table.header, table.table.header_row) == (headers, 2)
        assert faults_of(table) == {}
        assert numbered(table) == {3: (1.0, "Ann", "Bonn"), 4: (2.0, "Bob", "Rome")}


# --- Copies


def copied(table: OpenTable, numbers: Iterable[int], out: Path) -> Path:
    """Copy rows of one table by number."""
    wanted = dict.fromkeys(numbers, NO)
    assert copy_rows(table.facts, [(table.table, wanted)], out) == len(wanted)
    return out


def test_a_copy_has_the_headings_of_its_source(tmp_path: Path) -> None:
    """Groups over several columns and names over two rows; the same mapping finds the same header."""
    rows = [
        ["Report of May", None, None],
        ["No", "Customer", None],
        [None, "Name", "City"],
        [1, "Ann", "Bonn"],
        [2, "Bob", "Rome"],
    ]
    path = merged_book(tmp_path, rows, ["A1:C1", "A2:A3", "B2:C2"])
    headers = ("No", "Customer Name", "Customer City")
    for choices in ({"header_rows": (2, 3)}, {}):
        (table,) = load(path, headers=headers, **choices)
        (again,) = load(copied(table, [5], tmp_path / "out.xlsx"), headers=headers, **choices)
        assert (again.table.header, again.table.header_row) == (table.table.header, 3) == (headers, 3)
        assert cells_of(again) == [(2.0, "Bob", "Rome")]
        again = load(copied(again, [4], tmp_path / "twice.xlsx"), headers=headers, **choices)[0]
        assert (again.table.header, cells_of(again)) == (headers, [(2.0, "Bob", "Rome")])


def test_a_copy_has_the_faults_of_its_source(tmp_path: Path) -> None:
    """Rows that were refused for being merged are refused again, wherever they come to stand."""
    path = many(tmp_path, ["A4:A6", "A10:B10", "B12:B13"])
    (table,) = load(path)
    (again,) = load(copied(table, [2, 4, 5, 6, 10, 12, 13, 20], tmp_path / "out.xlsx"))
    assert {n: fault.facts["range"] for n, fault in faults_of(again).items()} == {
        4: "A3:A5",
        5: "A3:A5",
        6: "A6:B6",
        8: "B7:B8",
    }
    assert [row[0] for row in cells_of(again)] == [2.0, 4.0, "", "", 10.0, 12.0, 13.0, 20.0]


def test_a_copy_can_be_expanded_like_its_source(tmp_path: Path) -> None:
    """The same rows have the same values."""
    (table,) = load(many(tmp_path, ["A4:A6", "A10:B10"]), merged="expand")
    chosen = [2, 4, 5, 6, 10, 20]
    (again,) = load(copied(table, chosen, tmp_path / "out.xlsx"), merged="expand")
    source = numbered(table)
    assert cells_of(again) == [source[number] for number in chosen]


# --- By themselves


def test_a_copy_of_part_of_a_range_takes_no_cell_for_empty(tmp_path: Path) -> None:
    """Refused: an error where the value is not copied, and so a fault again. Expanded: the value itself."""
    path = merged_book(tmp_path, [("No", "Name"), (1, "a"), (2, "b"), (3, "c")], ["A2:A4"])
    (table,) = load(path)
    (again,) = load(copied(table, [3], tmp_path / "b.xlsx"))
    assert cells_of(again) == [(CellError("#N/A"), "b")]
    (table,) = load(path, merged="expand")
    (again,) = load(copied(table, [3], tmp_path / "c.xlsx"), merged="expand")
    assert cells_of(again) == [(1.0, "b")]


def slow_expanded(ranges: Iterable[Range], rows: list[Row]) -> list[Row]:
    """Expand ranges cell by cell."""
    cells = [list(row) for row in rows]
    for (top, left), (bottom, right) in ranges:
        for number in range(top, min(bottom, len(rows)) + 1):
            for column in range(left, min(right + 1, len(cells[0]))):
                cells[number - 1][column] = rows[top - 1][left]
    return [tuple(row) for row in cells]


@st.composite
def apart(draw: st.DrawFn) -> list[Range]:
    """Draw ranges below each other, as no program merges cells twice."""
    ranges: list[Range] = []
    top = 1
    for _ in range(draw(st.integers(0, 4))):
        top += draw(st.integers(0, 2))
        bottom = top + draw(st.integers(0, 6))
        left = draw(st.integers(0, 5))
        ranges.append(((top, left), (bottom, left + draw(st.integers(0, 4)))))
        top = bottom + 1
    return draw(st.permutations(ranges))


@given(apart(), st.integers(1, 24), st.integers(1, 9))
def test_expanding_by_blocks_is_expanding_cell_by_cell(ranges: list[Range], height: int, size: int) -> None:
    """Whatever the ranges, and wherever blocks end."""
    rows: list[Row] = [tuple(f"{column}{number}" for column in "ABCD") for number in range(1, height + 1)]
    within = [merged for merged in ranges if merged[0][0] <= height]
    expected = slow_expanded(within, rows)
    merged = MergedCells(ranges)
    found: list[Row] = []
    for first in range(1, height + 1, size):
        block = rows[first - 1 : first - 1 + size]
        merged.expand(first, block)
        found += block
    assert found == expected


@given(apart(), st.integers(1, 24), st.integers(1, 9))
def test_judging_by_batches_finds_every_covered_cell_once(
    ranges: list[Range], height: int, size: int
) -> None:
    """A row is at fault when one of its cells is covered and not the first of its range."""
    table = Table(0, "orders", "a.xlsx", tuple("ABCDEFGHIJ"))
    covered = {
        number
        for (top, left), (bottom, right) in ranges
        for number in range(top, min(bottom, height) + 1)
        for column in range(left, right + 1)
        if (number, column) != (top, left)
    }
    merged = MergedCells(ranges)
    faults: dict[int, Issue] = {}
    for first in range(1, height + 1, size):
        merged.judge(table, range(first, min(first + size, height + 1)), faults)
    assert faults.keys() == covered


def test_ranges_are_named_as_people_name_them() -> None:
    """By their corners."""
    assert range_name(((2, 0), (9, 27))) == "A2:AB9"
