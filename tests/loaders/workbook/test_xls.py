"""XLS workbooks."""

import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlwt
from making.biff5 import biff5
from making.reading import read_sheet, refusal, spoilt, survivals, valued
from python_calamine import CalamineWorkbook

from pipeline.loaders.workbook.compound import workbook_stream
from pipeline.loaders.workbook.grid import SheetEntry, Visibility
from pipeline.loaders.workbook.xls import open_book
from pipeline.model.cell import CellError
from pipeline.model.reading import ReadLimits

FILES = Path(__file__).parent / "files"
NOON = datetime(2024, 1, 2, 12)  # noqa: DTZ001 - sheets know no zone
UNCOMPUTED = CellError("formula without a value")


def style(code: str) -> xlwt.XFStyle:
    """Make a cell style of a number format."""
    return xlwt.easyxf(num_format_str=code)


def made(tmp_path: Path, fill: Callable[[xlwt.Workbook, xlwt.Worksheet], object]) -> Path:
    """Write a workbook of one sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    fill(book, sheet)
    path = tmp_path / "orders.xls"
    book.save(str(path))
    return path


def test_xls_cells_keep_the_type_they_have(tmp_path: Path) -> None:
    """Text, numbers, booleans, dates, times and spans."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for column, (value, code) in enumerate(
            [
                ("00123", "General"),
                ("ığüşöç 😀", "General"),
                (1001, "General"),
                (12.5, "0.00"),
                (True, "General"),
                (45293, "dd.mm.yyyy"),
                (NOON, "yyyy-mm-dd hh:mm"),
                (time(3, 4, 5), "hh:mm:ss"),
                (1.25, "[h]:mm"),
                (1.25, "[h]"),
                (-1, "dd.mm.yyyy"),
                (3e6, "dd.mm.yyyy"),
            ]
        ):
            sheet.write(0, column, value, style(code))

    rows, findings = read_sheet(open_book, made(tmp_path, fill))
    day, span = date(2024, 1, 2), timedelta(hours=30)
    assert rows == [
        ("00123", "ığüşöç 😀", 1001.0, 12.5, True, day, NOON, time(3, 4, 5), span, span, -1.0, 3e6)
    ]
    assert type(rows[0][2]) is float
    assert rows[0][4] is True
    assert findings.valued_rows == 1


def test_xls_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    """The same number is another day in workbooks from old Macs."""

    def fill(book: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        book.dates_1904 = True
        sheet.write(0, 0, 43831, style("dd.mm.yyyy"))

    path = made(tmp_path, fill)
    assert read_sheet(open_book, path)[0] == [(date(2024, 1, 2),)]
    with open_book(path, "orders.xls", ReadLimits()) as book:
        assert book.findings.epoch_1904


def test_xls_numbers_are_read_with_the_zeros_they_show(tmp_path: Path) -> None:
    """A number shown as 0000123 is that text; one that is shown as it is stays a number."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for column, (number, code) in enumerate(
            [
                (123, "0000000"),
                (7, '"ORD"0000'),
                (5, "00-000"),
                (1234567, "0000000"),
                (1.5, "0000000"),
                (9, "0"),
            ]
        ):
            sheet.write(0, column, number, style(code))

    rows, findings = read_sheet(open_book, made(tmp_path, fill))
    assert rows == [("0000123", "ORD0007", "00-005", 1234567.0, 1.5, 9.0)]
    assert findings.padded.first == [(1, 0, "0000123"), (1, 1, "ORD0007"), (1, 2, "00-005")]


def test_xls_errors_and_formulas_nobody_computed_are_told(tmp_path: Path) -> None:
    """An error is an error; a formula as a library writes it has no value, even as the last cell."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "a")
        sheet.row(0).set_cell_error(1, 0x2A)
        sheet.write(4, 3, xlwt.Formula("1+1"))

    rows, findings = read_sheet(open_book, made(tmp_path, fill))
    assert rows[0] == ("a", CellError("#N/A"), "", "")
    assert rows[4] == ("", "", "", UNCOMPUTED)
    assert findings.errors.first == [(1, 1, "#N/A")]
    assert findings.uncomputed.first == [(5, 3, "")]
    assert (findings.computed.count, findings.valued_rows) == (0, 2)


def test_xls_what_people_do_not_see_is_told(tmp_path: Path) -> None:
    """Hidden rows and columns, merged cells; hidden and empty sheets."""

    def fill(book: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "a")
        sheet.write(3, 2, "d")
        sheet.write_merge(4, 5, 0, 1, "m")
        sheet.row(3).hidden = True
        sheet.col(1).hidden = True
        book.add_sheet("Gizli").visibility = 1
        book.add_sheet("Çok gizli").visibility = 2

    path = made(tmp_path, fill)
    rows, findings = read_sheet(open_book, path)
    assert rows[3:] == [("", "", "d"), ("m", "", "")]
    assert findings.hidden_rows.first == [(4, -1, "")]
    assert findings.hidden_columns == [1]
    assert findings.merged == [((5, 0), (6, 1))]
    with open_book(path, "orders.xls", ReadLimits()) as book:
        assert book.sheets() == [
            SheetEntry("Orders"),
            SheetEntry("Gizli", Visibility.HIDDEN),
            SheetEntry("Çok gizli", Visibility.VERY_HIDDEN),
        ]
    assert read_sheet(open_book, path, "Gizli")[0] == []


def test_xls_a_workbook_of_an_office_program_is_read_as_it_shows() -> None:
    """Computed formulas, errors, notes and an active filter, as LibreOffice writes them."""
    rows, findings = read_sheet(open_book, FILES / "orders.xls", "Siparişler")
    assert rows[1][0] == "0000001"
    assert rows[1][1] == "Işıl Çağrı ğüşöç 1"
    assert rows[1][3] == datetime(2024, 5, 1, 13, 45, 30)  # noqa: DTZ001 - sheets know no zone
    assert rows[1][4:10] == (time(8, 1), timedelta(hours=26), False, CellError("#N/A"), 20.5, "")
    assert rows[2][1] == "line 1\nline 2"
    assert rows[2][3] == date(2024, 5, 2)
    assert findings.errors.count == 3
    assert findings.uncomputed.count == 0
    assert findings.computed.count == 20
    assert findings.computed_columns == {6: 5, 7: 5, 8: 5, 9: 5}
    assert (findings.comments, findings.filtered) == (1, "A1:J6")
    assert findings.hidden_rows.first == [(4, -1, "")]
    assert findings.hidden_columns == [4]


def test_xls_another_reader_sees_the_same(tmp_path: Path) -> None:
    """The second reader agrees on every cell that it can read."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for row in range(0, 120, 2):
            sheet.write(row, 0, f"{row:05}")
            sheet.write(row, 1, row * 1.25)
            sheet.write(row, 2, row % 4 == 0)
            sheet.write(row, 3, 45000 + row / 8, style("yyyy-mm-dd hh:mm"))
            sheet.write(row, 4, row)

    path = made(tmp_path, fill)
    rows, findings = read_sheet(open_book, path)
    expected = CalamineWorkbook.from_path(path).get_sheet_by_name("Orders").to_python()
    assert [list(row) for row in rows] == expected
    assert findings.valued_rows == valued(rows) == 60


def test_xls_text_of_spaces_is_kept_and_no_value(tmp_path: Path) -> None:
    """A row of spaces only is handed out as it is, and not counted."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "a")
        sheet.write(1, 0, "  ")
        sheet.write(2, 0, "")

    rows, findings = read_sheet(open_book, made(tmp_path, fill))
    assert rows == [("a",), ("  ",)]
    assert findings.valued_rows == 1


def test_xls_a_cell_far_out_is_read(tmp_path: Path) -> None:
    """The last cell that the format has."""
    rows, findings = read_sheet(open_book, made(tmp_path, lambda _, sheet: sheet.write(65_535, 255, "z")))
    assert (findings.height, findings.width, findings.valued_rows) == (65_536, 256, 1)
    assert rows[-1][-1] == "z"


@pytest.mark.long
def test_xls_as_many_rows_as_the_format_has_are_read(tmp_path: Path) -> None:
    """All 65,536 rows."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for row in range(65_536):
            sheet.write(row, 0, f"A{row}")
            sheet.write(row, 1, row / 4)

    rows, findings = read_sheet(open_book, made(tmp_path, fill))
    assert rows == [(f"A{row}", row / 4) for row in range(65_536)]
    assert findings.valued_rows == 65_536


@pytest.mark.parametrize(("codepage", "charset"), [(1254, 0), (None, 162)])
def test_xls_turkish_letters_of_excel_95_are_read(tmp_path: Path, codepage: int | None, charset: int) -> None:
    """By the code page that the workbook names, or else by what its font is made for."""
    path = tmp_path / "old.xls"
    path.write_bytes(biff5([["Sipariş", "ğüşıöçİ"], [12.5, "Ödendi"]], codepage=codepage, charset=charset))
    rows, findings = read_sheet(open_book, path)
    assert rows == [("Sipariş", "ğüşıöçİ"), (12.5, "Ödendi")]
    assert findings.valued_rows == 2


def test_xls_a_password_is_told(tmp_path: Path) -> None:
    """An encrypted workbook is refused as such."""
    path = tmp_path / "locked.xls"
    path.write_bytes(biff5([["a"]], codepage=1254, locked=True))
    assert refusal(open_book, path).code == "E109"


def test_xls_workbooks_from_before_sheets_are_refused(tmp_path: Path) -> None:
    """Excel 2 to 4 wrote one sheet without a container."""
    path = tmp_path / "ancient.xls"
    path.write_bytes(struct.pack("<HHHH", 0x0209, 4, 3, 0x10))
    issue = refusal(open_book, path)
    assert (issue.code, issue.facts["kind"]) == ("E108", "a workbook of Excel 3")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_xls_a_file_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    """However much of it is there, no rows are read from a part."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for row in range(600):
            sheet.write(row, 0, f"order {row}")

    data = made(tmp_path, fill).read_bytes()
    path = tmp_path / "cut.xls"
    path.write_bytes(data[: int(len(data) * share)])
    assert refusal(open_book, path).code == "E110"


def test_xls_a_stream_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """A workbook without its end is no short workbook."""
    stream = workbook_stream(
        made(tmp_path, lambda _, sheet: sheet.write(0, 0, "a")).read_bytes(), "o"
    ).content
    path = tmp_path / "bare.xls"
    path.write_bytes(stream)
    assert read_sheet(open_book, path)[0] == [("a",)]
    path.write_bytes(stream[: stream.rindex(b"\x0a\0\0\0")])
    issue = refusal(open_book, path)
    assert (issue.code, issue.facts["part"]) == ("E110", "its end is missing")


def test_xls_spoilt_files_are_refused_or_read(tmp_path: Path) -> None:
    """Whatever happens to the bytes, nothing else is raised and no row is lost."""

    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for row in range(8):
            sheet.write(row, 0, f"text {row}")
            sheet.write(row, 1, 45000 + row, style("dd.mm.yyyy"))
            sheet.write(row, 2, row, style("0000"))
            sheet.write(row, 3, xlwt.Formula("A1"))
        sheet.write_merge(9, 9, 0, 2, "m")

    data = made(tmp_path, fill).read_bytes()
    stream = workbook_stream(data, "o").content
    found = survivals(open_book, (spoilt(data, seed) for seed in range(200)))
    found += survivals(open_book, (spoilt(stream, seed) for seed in range(400)))
    found += survivals(open_book, (spoilt((FILES / "orders.xls").read_bytes(), seed) for seed in range(200)))
    assert found["read"] > 50
    assert found["refused"] > 50
