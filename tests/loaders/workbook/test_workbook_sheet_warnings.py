"""What is told of a sheet before its rows are read: what people do not see, or see otherwise."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from source_files import HEAD, MAIN, book, cells_of, codes, load

from pipeline.loaders.open_table import OpenTable


def usual() -> tuple[openpyxl.Workbook, Worksheet]:
    """Make a workbook with a sheet of twelve rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["No", "Name", "Unused"])
    for number in range(2, 14):
        sheet.append([number, f"name {number}", "x"])
    return made, sheet


def saved(folder: Path, made: openpyxl.Workbook) -> OpenTable:
    """Save and load a workbook."""
    made.save(folder / "a.xlsx")
    (table,) = load(folder / "a.xlsx")
    return table


def test_a_usual_sheet_is_worth_no_word(tmp_path: Path) -> None:
    """Warnings that are always there are not read."""
    made, _ = usual()
    assert saved(tmp_path, made).issues == []


def test_hidden_rows_are_read_and_told_with_their_numbers(tmp_path: Path) -> None:
    """The first eight; the header and what stands above it do not count."""
    made, sheet = usual()
    for number in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11):
        sheet.row_dimensions[number].hidden = True
    table = saved(tmp_path, made)
    (issue,) = table.issues
    assert issue.code == "W108"
    assert issue.facts == {"count": 9, "rows": "3, 4, 5, 6, 7, 8, 9, 10 and 1 more", "filter": ""}
    assert issue.at == table.table.at(3)
    assert len(cells_of(table)) == 12


def test_rows_hidden_by_a_filter_are_told_with_its_range(tmp_path: Path) -> None:
    """A filter that hides nothing is told of, too."""
    made, sheet = usual()
    sheet.auto_filter.ref = "A1:C13"
    (issue,) = saved(tmp_path, made).issues
    assert (issue.code, issue.facts) == ("W110", {"range": "A1:C13"})
    sheet.row_dimensions[5].hidden = True
    (issue,) = saved(tmp_path, made).issues
    assert issue.code == "W108"
    assert issue.facts == {"count": 1, "rows": "5", "filter": " by a filter over A1:C13"}


def test_hidden_columns_are_told_where_they_are_read(tmp_path: Path) -> None:
    """By letter and name; other hidden columns are nobody's business."""
    made, sheet = usual()
    sheet.column_dimensions["C"].hidden = True
    assert saved(tmp_path, made).issues == []
    sheet.column_dimensions["B"].hidden = True
    (issue,) = saved(tmp_path, made).issues
    assert (issue.code, issue.facts) == ("W109", {"count": 1, "columns": "B (Name)"})


def test_computed_columns_are_told_once_each_where_they_are_read(tmp_path: Path) -> None:
    """With the number of their cells."""
    rows = HEAD + "".join(
        f'<row r="{n}"><c r="A{n}"><f>1</f><v>1</v></c><c r="B{n}" t="str"><f>2</f><v>a</v></c>'
        f'<c r="C{n}"><f>3</f><v>3</v></c></row>'
        for n in range(2, 50)
    )
    (table,) = load(book(tmp_path, {"S": rows}), headers=["Name"])
    (issue,) = table.issues
    assert (issue.code, issue.facts, issue.at) == ("W113", {"count": 48}, table.table.at(2, 1))


def test_numbers_with_zeros_in_front_are_told_with_the_first(tmp_path: Path) -> None:
    """They are read as people see them."""
    made, sheet = usual()
    for number in (4, 5):
        sheet.cell(number, 1).number_format = "0000000"
    table = saved(tmp_path, made)
    (issue,) = table.issues
    assert (issue.code, issue.value, issue.facts) == ("W117", "0000004", {"count": 2})
    assert issue.at == table.table.at(4, 0)
    assert [row[0] for row in cells_of(table)][1:5] == [3.0, "0000004", "0000005", 6.0]


def test_comments_are_counted(tmp_path: Path) -> None:
    """They are read by people only."""
    made, sheet = usual()
    for number in (2, 7, 9):
        sheet.cell(number, 2).comment = Comment("ask Ann", "Bob")
    (issue,) = saved(tmp_path, made).issues
    assert (issue.code, issue.facts) == ("W116", {"count": 3})


def test_warnings_of_a_book_stand_before_those_of_its_first_sheet_and_once(tmp_path: Path) -> None:
    """Two sheets are one book."""
    rows = f'{HEAD}<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>'
    parts: dict[str, bytes | None] = {
        "xl/vbaProject.bin": b"x",
        "xl/connections.xml": f'<connections xmlns="{MAIN}"><connection id="1"/></connections>'.encode(),
    }
    path = book(
        tmp_path,
        {"May": rows, "June": rows},
        settings='<workbookPr date1904="1"/>',
        parts=parts,
        name="a.xlsm",
    )
    told = [codes(table.issues) for table in load(path, sheet="*")]
    assert told == [["W112", "W114", "W115", "W108"], ["W108"]]


@pytest.mark.parametrize("quote", ['"', "'"], ids=["quick", "slow"])
def test_both_ways_of_looking_lead_to_the_same_words(tmp_path: Path, quote: str) -> None:
    """Hidden rows and columns, formulas and filters, in either form of a sheet."""
    sheet = (
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="2" hidden="true"/></cols><sheetData>{HEAD}'
        '<row r="2" hidden="1"><c r="A2"><f>1</f><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
        '<autoFilter ref="A1:B2"/></worksheet>'
    )
    path = book(tmp_path, {"S": '<?xml version="1.0"?>' + sheet.replace('"', quote)})
    (table,) = load(path)
    assert codes(table.issues) == ["W108", "W109", "W113"]
    assert table.issues[0].facts == {"count": 1, "rows": "2", "filter": " by a filter over A1:B2"}
