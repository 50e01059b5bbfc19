"""Rows of workbooks."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from source_files import HEAD, MAIN, book, cells_of, codes, faults_of, load, numbered, refused

from pipeline.model.cell import CellError

MOMENT = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - sheets know no zone


def cell(name: str, text: str) -> str:
    """Make a text cell."""
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


ROW = f'<row r="2"><c r="A2"><v>1</v></c>{cell("B2", "Ann")}</row>'


def test_cells_keep_the_type_they_have_in_the_workbook(tmp_path: Path) -> None:
    """Text with zeros in front, numbers, booleans, dates, times and spans."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    row = [
        "00123",
        1001,
        12.5,
        True,
        MOMENT,
        date(2024, 1, 2),
        time(3, 4),
        timedelta(hours=30),
    ]
    sheet.append(["No", "Name", "c", "d", "e", "f", "g", "h"])
    sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    (table,) = load(tmp_path / "a.xlsx")
    (read,) = cells_of(table)
    assert [type(value) for value in read] == [str, float, float, bool, datetime, date, time, timedelta]
    assert list(read) == row


@pytest.mark.parametrize(("flag", "day"), [("", date(2024, 1, 1)), ('date1904="1"', date(2028, 1, 2))])
def test_both_calendars_of_excel_are_honoured(tmp_path: Path, flag: str, day: date) -> None:
    """The same number is another day where years count from 1904."""
    rows = f'{HEAD}<row r="2"><c r="A2" s="1"><v>45292</v></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}, settings=f"<workbookPr {flag}/>"))
    assert cells_of(table) == [(day, "")]


def test_row_and_column_numbers_are_those_the_spreadsheet_shows(tmp_path: Path) -> None:
    """Empty rows and columns before the table and inside it do not shift anything."""
    rows = (
        f'<row r="4">{cell("C4", "No")}{cell("D4", "Name")}</row>'
        '<row r="6"><c r="C6"><v>1</v></c></row>'
        f'<row r="9">{cell("D9", "Ann")}<c r="C9" t="e"><v>#N/A</v></c></row>'
    )
    (table,) = load(book(tmp_path, {"S": rows}))
    assert table.table.header == ("", "", "No", "Name")
    assert numbered(table) == {6: ("", "", 1.0, ""), 9: ("", "", CellError("#N/A"), "Ann")}
    assert (table.rows_read, table.blank_rows, table.issues) == (2, 3, [])
    assert table.table.at(9, 2).cell == "C9"


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        pytest.param('<c r="B2" t="e"><v>#N/A</v></c>', CellError("#N/A"), id="plain"),
        pytest.param("<c r='B2' t = 'e' ><v>#REF!</v></c>", CellError("#REF!"), id="apostrophes"),
        pytest.param('<c t="e" r="B2"><f>1/0</f><v>#DIV/0!</v></c>', CellError("#DIV/0!"), id="of-a-formula"),
        pytest.param('<c r="B2"><f>1+1</f></c>', CellError("formula without a value"), id="never-computed"),
        pytest.param('<c r="B2"><f>1+1</f><v/></c>', CellError("formula without a value"), id="empty-value"),
        pytest.param(
            '<c r="B2"><f t="shared" si="0"/><v></v></c>', CellError("formula without a value"), id="shared"
        ),
        pytest.param('<c r="B2"><f>1+1</f><v>2</v></c>', 2.0, id="computed"),
        pytest.param('<c r="B2" t="str"><f>""</f><v></v></c>', "", id="computed-to-nothing"),
    ],
)
def test_errors_and_uncomputed_formulas_are_not_taken_for_empty_cells(
    tmp_path: Path, xml: str, found: object
) -> None:
    """An empty cell is an answer, an error is none."""
    (table,) = load(book(tmp_path, {"S": f'{HEAD}<row r="2"><c r="A2"><v>1</v></c>{xml}</row>'}))
    assert cells_of(table) == [(1.0, found)]


def test_cells_without_names_are_counted(tmp_path: Path) -> None:
    """Names of rows and cells may be left out; the order tells."""
    rows = f'{HEAD}<row><c><v>1</v></c><c t="e"><v>#NUM!</v></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}))
    assert numbered(table) == {2: (1.0, CellError("#NUM!"))}


def test_prefixed_sheets_are_understood(tmp_path: Path) -> None:
    """Some programs write every element with a prefix."""
    rows = HEAD.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    rows += '<x:row r="2"><x:c r="A2" t="e"><x:v>#N/A</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    xml = f'<?xml version="1.0"?>{sheet}'
    (table,) = load(book(tmp_path, {"S": xml}))
    assert cells_of(table) == [(CellError("#N/A"), "")]


def test_rows_that_hold_nothing_but_uncomputed_formulas_are_rows(tmp_path: Path) -> None:
    """Also below the last row the fast reader sees."""
    (table,) = load(book(tmp_path, {"S": f'{HEAD}{ROW}<row r="5"><c r="A5"><f>A4+1</f></c></row>'}))
    assert numbered(table)[5] == (CellError("formula without a value"), "")


def test_an_error_is_found_on_the_border_of_two_chunks(tmp_path: Path) -> None:
    """The sheet is searched a MiB at a time."""
    start = len(f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}<row r="2">')
    sign = '<c r="A2" t="e"><v>#N/A</v></c>'
    for shift in range(8):
        pad = "<!--" + "x" * ((1 << 20) - start - sign.index('"e"') - 7 + shift - 4) + "-->"
        (table,) = load(book(tmp_path, {"S": f'{HEAD}<row r="2">{pad}{sign}{cell("B2", "Ann")}</row>'}))
        assert cells_of(table) == [(CellError("#N/A"), "Ann")]


def test_merged_cells_without_a_value_are_a_fault_of_their_rows(tmp_path: Path) -> None:
    """The first row has the value; whether the others share it cannot be told."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["No", "Name", "x"], [1, "a", "p"], [None, "b", "q"], [2, "c", "r"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C3:C4")
    made.save(tmp_path / "a.xlsx")
    (table,) = load(tmp_path / "a.xlsx")
    ((number, fault),) = faults_of(table).items()
    assert (number, fault.code, fault.facts["range"]) == (3, "E135", "A2:A3")


def test_control_characters_of_a_workbook_are_a_fault(tmp_path: Path) -> None:
    """A workbook writes them as escapes; a carriage return is text."""
    rows = f'{HEAD}<row r="2">{cell("A2", "a_x000D_")}</row><row r="3">{cell("A3", "a_x0001_")}</row>'
    (table,) = load(book(tmp_path, {"S": rows}))
    assert {number: fault.code for number, fault in faults_of(table).items()} == {3: "E134"}


def test_the_only_sheet_with_the_columns_is_taken(tmp_path: Path) -> None:
    """Empty sheets and sheets about something else stand beside it in many workbooks."""
    (table,) = load(
        book(tmp_path, {"Notes": f'<row r="1">{cell("A1", "hello")}</row>', "Data": HEAD + ROW, "Sheet3": ""})
    )
    assert table.table.sheet == "Data"


def test_two_sheets_with_the_columns_are_refused_by_name(tmp_path: Path) -> None:
    """The first one could be a draft; with a pattern both are read."""
    path = book(tmp_path, {"May": HEAD + ROW, "June": HEAD + ROW})
    (issue,) = refused(lambda: load(path))
    assert (issue.code, issue.facts["sheets"]) == ("E115", "May, June")
    assert [(t.table.index, t.table.sheet) for t in load(path, sheet="*")] == [(0, "May"), (1, "June")]


def test_a_sheet_is_found_by_name_and_missed_with_a_list(tmp_path: Path) -> None:
    """Blanks and case make no difference; hidden sheets are listed as such."""
    path = book(tmp_path, {"Orders ": HEAD + ROW, "Old": HEAD + ROW}, state='state="hidden"')
    assert load(path, sheet="orders")[0].table.sheet == "Orders "
    (issue,) = refused(lambda: load(path, sheet="Items"))
    assert (issue.code, issue.facts["sheets"]) == ("E114", "Orders , Old (hidden)")
    assert load(path)[0].table.sheet == "Orders "
    assert codes(load(path, sheet="Old")[0].issues) == ["W107"]


def test_a_title_above_the_header_is_told(tmp_path: Path) -> None:
    """As in CSV files."""
    rows = f'<row r="1">{cell("A1", "Report")}</row>' + HEAD.replace('1"', '2"') + ROW.replace("2", "3")
    (table,) = load(book(tmp_path, {"S": rows}))
    assert (codes(table.issues), numbered(table)) == (["W104"], {3: (1.0, "Ann")})


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param("", "E106", id="empty"),
        pytest.param(HEAD, "E107", id="header-only"),
        pytest.param(f'<row r="1">{cell("A1", "x")}</row>', "E120", id="no-header"),
        pytest.param(HEAD.replace("Name", "No") + ROW, "E122", id="header-twice"),
    ],
)
def test_a_sheet_without_a_table_is_refused(tmp_path: Path, rows: str, code: str) -> None:
    """Empty, header only, no header, header twice."""
    (issue,) = refused(lambda: load(book(tmp_path, {"S": rows})))
    assert issue.code == code
    assert issue.at is not None
    assert issue.at.sheet == "S"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_missing_part_is_named(tmp_path: Path, part: str) -> None:
    """Whoever repairs the file needs to know what is gone."""
    (issue,) = refused(lambda: load(book(tmp_path, {"S": HEAD + ROW}, parts={part: None})))
    assert (issue.code, issue.facts["part"]) == ("E110", f"{part} is missing")


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    """A few wrong bytes on the disk spoil the part they lie in."""
    path = book(tmp_path, {"S": HEAD + ROW})
    raw = bytearray(path.read_bytes())
    place = raw.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 20
    raw[place : place + 40] = b"\xff" * 40
    path.write_bytes(raw)
    (issue,) = refused(lambda: load(path))
    assert (issue.code, issue.facts["part"]) == ("E110", "xl/worksheets/sheet1.xml cannot be unpacked")


def test_a_workbook_that_breaks_the_format_is_refused(tmp_path: Path) -> None:
    """Whole parts with senseless content."""
    assert codes(
        refused(lambda: load(book(tmp_path, {"S": HEAD + '<row r="2"><c r="A2" t="x"><v>1</v></c></row>'})))
    ) == ["E110"]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    """Spreadsheets never have one, traps do."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{ROW}</sheetData></worksheet>'
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>{sheet}'
    assert codes(refused(lambda: load(book(tmp_path, {"S": xml})))) == ["E113"]


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    """By the sizes its own list states, before anything is unpacked."""
    path = book(tmp_path, {"S": HEAD + ROW}, parts={"xl/media/image.bin": b"\0" * (70 << 20)})
    assert codes(refused(lambda: load(path))) == ["E111"]


def test_a_macro_workbook_is_read_and_known_as_one(tmp_path: Path) -> None:
    """Its macros are never looked at."""
    (table,) = load(book(tmp_path, {"S": HEAD + ROW}, name="a.xlsm", parts={"xl/vbaProject.bin": b"x"}))
    assert (table.facts.kind, codes(table.issues), cells_of(table)) == ("xlsm", ["W114"], [(1.0, "Ann")])


def test_reading_twice_gives_the_same_rows(tmp_path: Path) -> None:
    """The sheet is let go after the first reading and parsed again for the second."""
    (table,) = load(book(tmp_path, {"S": HEAD + ROW}))
    assert cells_of(table) == cells_of(table) == [(1.0, "Ann")]
