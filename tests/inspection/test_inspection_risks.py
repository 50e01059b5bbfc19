"""Risks, each with its first cells."""

from datetime import datetime

import pytest
from profiled import cells_of, profiler, risks

from pipeline.inspection.doubts import delimiter_doubt, header_doubt
from pipeline.inspection.found import Guess
from pipeline.inspection.table import TableProfiler
from pipeline.model.catalogue import message_of
from pipeline.model.cell import Cell, CellError
from pipeline.model.issue import Issue
from pipeline.model.rows import RowBatch, Table

DAY = datetime(2024, 3, 1, 10, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("code", "cells", "places"),
    [
        ("W130", (1.0, 1234567890123456789.0, "12345678901234000"), ["A3", "A4"]),
        ("W131", ("1,23E+15", "5"), ["A2"]),
        ("W132", (DAY, DAY, "01.03.2024"), ["A4"]),
        ("W132", ("01.03.2024", "2024-03-01", "02.03.2024"), ["A3"]),
        ("W132", (DAY, DAY, 45352.0), ["A4"]),
        ("W133", ("01/02/2024", "03/04/2024"), ["A2", "A3"]),
        ("W134", (1.0, 2.0, "3,5"), ["A4"]),
        ("W134", ("1", "2", 3.0), ["A4"]),
        ("W135", ("1,5", "2,5", "3.5"), ["A4"]),
        ("W136", ("1001", "1002", "Genel Toplam"), ["A4"]),
        ("W137", ("a", "b\u200b"), ["A3"]),
        ("W138", ("Ada", "Ã–zel"), ["A3"]),
        ("W142", ("6-14", "7-22", "9-AB", DAY), ["A5"]),
        ("W142", ("6-14", "7-22", "9-AB", "15-Jun"), ["A5"]),
        ("W143", ("00123", "00124", "125"), ["A4"]),
        ("W143", ("00123", "00124", 125.0), ["A4"]),
        ("W144", (DAY, datetime(1899, 12, 30)), ["A3"]),  # noqa: DTZ001
        ("W147", ("1.234", "17"), ["A2"]),
        ("W148", ("Ada", "N/A"), ["A3"]),
        ("W149", ("Ada", CellError("#REF!"), "#N/A"), ["A3", "A4"]),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_risk_stands_at_its_cells(code: str, cells: tuple[Cell, ...], places: list[str], size: int) -> None:
    """Those that differ from the rest, not the rest."""
    found = risks(*cells, size=size)
    assert code in found
    assert cells_of(found[code]) == places
    assert found[code].count == len(places)


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("W132", (DAY, DAY)),
        ("W132", ("Ada", "Bo", DAY, "01.03.2024", "x", "y", "z")),
        ("W133", ("01/02/2024", "13/02/2024")),
        ("W134", (1.0, "A-1")),
        ("W135", ("1,5", "12")),
        ("W142", (DAY, DAY, "6-14")),
        ("W143", ("00123", "00124", "99125", "100000")),
        ("W143", ("00123", "0012", "1")),
        ("W147", ("1.234", "17,5")),
    ],
)
def test_what_only_looks_like_a_risk_is_none(code: str, cells: tuple[Cell, ...]) -> None:
    """A neighbour that decides, another length, another majority."""
    assert code not in risks(*cells)


def test_a_risk_counts_all_and_names_the_first() -> None:
    """Five cells in the order of rows, and how many more there are."""
    found = risks(*(f"{i},5" if i % 2 else f"{i}.5" for i in range(101)), size=7)["W135"]
    assert found.count == 50
    assert cells_of(found) == ["A3", "A5", "A7", "A9", "A11"]
    assert "A3, A5, A7, A9, A11 and 45 more" in message_of(found.issue)


def test_a_quote_that_swallowed_rows_is_told_where_it_was_opened() -> None:
    """Only in files that have a delimiter."""
    columns: dict[str, list[Cell]] = {
        "No": ["1", "5"],
        "Name": ["Ada", "x\n2;Bo;7\n3;Cy;8\n4;Di"],
        "Sum": ["5", "9"],
    }
    (risk,) = profiler(columns, csv=True).risks()
    assert risk.issue.code == "W139"
    assert cells_of(risk) == ["B3"]
    assert risk.issue.facts["lines"] == 4
    assert profiler(columns).risks() == ()


def test_columns_without_a_name_or_with_the_same_name_are_told() -> None:
    """Unless nothing stands in them."""
    table = Table(0, "orders", "orders.csv", ("No", "", "Total", "TOTAL", " "))
    profiled = TableProfiler(table)
    profiled.feed(RowBatch(table, [2, 3], [("1", "x", "5", "5", ""), ("2", "", "5", "5", "")]))
    found = {risk.issue.code: risk for risk in profiled.risks()}
    assert set(found) == {"W140", "W141"}
    assert (cells_of(found["W140"]), found["W140"].count) == (["B1"], 1)
    assert message_of(found["W141"].issue) == "The columns C, D are all named Total."


def test_what_reading_says_of_rows_is_told_once_a_kind() -> None:
    """Faults and ignored rows, counted, with the first places."""
    table = Table(0, "orders", "orders.csv", ("No",))
    profiled = TableProfiler(table)
    for start in (2, 12):
        faults = {
            row: Issue("E133", table.at(row), facts={"got": 2, "expected": 1})
            for row in range(start, start + 10)
        }
        profiled.feed(RowBatch(table, range(start, start + 10), [("1",)] * 10, faults))
    profiled.feed(RowBatch(table, [], [], ignored={22: Issue("W122", table.at(22))}))
    found = {risk.issue.code: risk for risk in profiled.risks()}
    assert found["E133"].count == 20
    assert [place.row for place in found["E133"].places] == [2, 3, 4, 5, 6]
    assert found["W122"].count == 1


def test_guesses_that_may_be_wrong_are_doubted() -> None:
    """Sure ones are not."""
    assert [issue.code for issue in header_doubt(Guess(0.5, ()), 3, "a.csv", None)] == ["W145"]
    assert header_doubt(Guess(0.9, ()), 3, "a.csv", None) == []
    assert header_doubt(None, 3, "a.csv", None) == []
    (issue,) = delimiter_doubt(";", ",", "a.csv")
    assert (
        message_of(issue)
        == "The file is read as separated by semicolons (;), but commas (,) would do nearly as well."
    )
    assert delimiter_doubt(";", None, "a.csv") == []
