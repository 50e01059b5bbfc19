"""XLSB workbooks."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from making.reading import read_sheet, refusal, spoilt, spoilt_parts, survivals, valued
from making.xlsb import Computed, Error, Inline, Rich, Sheet, Styled, Value, record, write
from python_calamine import CalamineWorkbook

from pipeline.loaders.workbook.grid import SheetEntry, Visibility
from pipeline.loaders.workbook.xlsb import open_book
from pipeline.model.cell import CellError
from pipeline.model.reading import ReadLimits

FORMATS = ("0000000", "dd.mm.yyyy", "yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm:ss", '"ORD"0000', "0.00")
PADDED, DATE, MOMENT, TIME, SPAN, ORDER, DECIMAL = range(1, 8)


def one(tmp_path: Path, sheet: Sheet, *, epoch_1904: bool = False) -> Path:
    """Write a workbook of one sheet."""
    return write(tmp_path / "orders.xlsb", {"Orders": sheet}, formats=FORMATS, epoch_1904=epoch_1904)


def test_xlsb_cells_keep_the_type_they_have(tmp_path: Path) -> None:
    """Text, numbers, booleans, dates, times and spans, in all the ways the format stores them."""
    row: list[Value] = [
        "00123", Inline("inline 😀"), Rich("rich ğ"), 12.5, Styled(7, 0, short=True), True,
        Styled(45000, DATE), Styled(45000, DATE, short=True), Styled(45000.5, MOMENT), Styled(0.25, TIME),
        Styled(1.25, SPAN), Styled(1.5, DECIMAL),
    ]  # fmt: skip
    rows, findings = read_sheet(open_book, one(tmp_path, Sheet({1: row})))
    day = date(2023, 3, 15)
    noon = datetime(2023, 3, 15, 12)  # noqa: DTZ001 - sheets know no zone
    assert rows == [
        (
            "00123", "inline 😀", "rich ğ", 12.5, 7.0, True,
            day, day, noon, time(6), timedelta(hours=30), 1.5,
        )
    ]  # fmt: skip
    assert type(rows[0][4]) is float
    assert findings.valued_rows == 1


def test_xlsb_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    """The same number is another day in workbooks from old Macs."""
    path = one(tmp_path, Sheet({1: [Styled(43538, DATE)]}), epoch_1904=True)
    assert read_sheet(open_book, path)[0] == [(date(2023, 3, 15),)]
    with open_book(path, "orders.xlsb", ReadLimits()) as book:
        assert book.findings.epoch_1904


def test_xlsb_errors_and_formulas_are_told(tmp_path: Path) -> None:
    """An error is an error, whether typed or computed; formulas give their values and are counted."""
    row: list[Value] = [
        Error("#N/A"),
        Computed(Error("#REF!")),
        Computed(2.5),
        Computed("t"),
        Computed(True),
        Computed(""),
        "end",
    ]
    rows, findings = read_sheet(open_book, one(tmp_path, Sheet({2: row})))
    assert rows[1] == (CellError("#N/A"), CellError("#REF!"), 2.5, "t", True, "", "end")
    assert findings.errors.first == [(2, 0, "#N/A"), (2, 1, "#REF!")]
    assert findings.computed.count == 5
    assert findings.computed_columns == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}


def test_xlsb_numbers_are_read_with_the_zeros_they_show(tmp_path: Path) -> None:
    """A number shown as 0000123 is that text; one that is shown as it is stays a number."""
    row = [Styled(123, PADDED), Styled(7, ORDER, short=True), Styled(1234567, PADDED), Styled(1.5, PADDED)]
    rows, findings = read_sheet(open_book, one(tmp_path, Sheet({1: row})))
    assert rows == [("0000123", "ORD0007", 1234567.0, 1.5)]
    assert findings.padded.first == [(1, 0, "0000123"), (1, 1, "ORD0007")]


def test_xlsb_what_people_do_not_see_is_told(tmp_path: Path) -> None:
    """Hidden rows and columns, merged cells, filters, notes; hidden sheets."""
    sheet = Sheet(
        {1: ["a", "b", "c"], 3: ["d"]},
        hidden_rows=[3],
        hidden_columns=[(1, 1), (2, 16_383)],
        merged=[(4, 5, 0, 1)],
        filtered=(0, 2, 0, 2),
        notes=2,
    )
    path = write(
        tmp_path / "o.xlsb", {"Orders": sheet, "h": Sheet({}, state=1), "v": Sheet({1: ["x"]}, state=2)}
    )
    rows, findings = read_sheet(open_book, path)
    assert rows == [("a", "b", "c"), ("", "", ""), ("d", "", "")]
    assert findings.hidden_rows.first == [(3, -1, "")]
    assert findings.hidden_columns == [1, 2]
    assert findings.merged == [((5, 0), (6, 1))]
    assert (findings.filtered, findings.comments) == ("A1:C3", 2)
    with open_book(path, "o.xlsb", ReadLimits()) as book:
        assert book.sheets() == [
            SheetEntry("Orders"),
            SheetEntry("h", Visibility.HIDDEN),
            SheetEntry("v", Visibility.VERY_HIDDEN),
        ]
    assert read_sheet(open_book, path, "h")[0] == []


def test_xlsb_a_cell_far_out_is_read_and_farther_out_refused(tmp_path: Path) -> None:
    """A grid that fits in memory is laid out, one of billions of cells is not."""
    far = Sheet({1: ["a"], 1_048_576: ["z"]})
    with open_book(one(tmp_path, far), "orders.xlsb", ReadLimits()) as book:
        loaded = book.load("Orders")
        assert (loaded.findings.height, loaded.findings.valued_rows) == (1_048_576, 2)
        *_, (first, block) = loaded.blocks(500_000)
        assert (first, block[-1]) == (1_000_001, ("z",))
    farther = Sheet({1_048_576: ["z"]}, first_column=16_383)
    assert refusal(open_book, one(tmp_path, farther)).code == "E111"


def test_xlsb_another_reader_sees_the_same_where_it_sees_anything(tmp_path: Path) -> None:
    """The second reader agrees on texts, numbers and dates that it can read."""
    rows = {n: [f"{n:05}", n * 1.25, n % 2 == 0, Styled(45000 + n / 8, MOMENT), None] for n in range(2, 60)}
    path = one(tmp_path, Sheet({1: ["No", "Sum", "Paid", "At"], **rows}))
    expected = CalamineWorkbook.from_path(path).get_sheet_by_name("Orders").to_python()
    found, findings = read_sheet(open_book, path)
    assert [list(row) for row in found] == [row[:4] for row in expected]
    assert findings.valued_rows == len(expected) == valued(found)


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("xl/workbook.bin", None, "xl/workbook.bin is missing"),
        ("xl/worksheets/sheet1.bin", None, "the place of the sheet Orders is missing"),
        ("xl/worksheets/sheet1.bin", record(129), "the end of xl/worksheets/sheet1.bin is missing"),
        ("xl/worksheets/sheet1.bin", b"\x81", "the end of xl/worksheets/sheet1.bin is missing"),
        (
            "xl/worksheets/sheet1.bin",
            record(7, bytes(12)) + record(130),
            "xl/worksheets/sheet1.bin does not follow the format",
        ),
        (
            "xl/worksheets/sheet1.bin",
            record(13, bytes(8)) + record(130),
            "xl/worksheets/sheet1.bin holds cells of an unknown kind",
        ),
    ],
)
def test_xlsb_damage_is_named(tmp_path: Path, part: str, content: bytes | None, words: str) -> None:
    """The part that is missing or broken is in the message."""
    path = write(tmp_path / "o.xlsb", {"Orders": Sheet({1: [1.0]})}, parts={part: content})
    issue = refusal(open_book, path)
    assert (issue.code, issue.facts["part"]) == ("E110", words)


def test_xlsb_spoilt_files_are_refused_or_read(tmp_path: Path) -> None:
    """Whatever happens to the bytes, nothing else is raised and no row is lost."""
    row: list[Value] = [
        "t",
        Rich("r"),
        Styled(1, PADDED),
        Computed("x"),
        Error("#N/A"),
        Styled(45000, DATE, short=True),
    ]
    data = one(tmp_path, Sheet(dict.fromkeys(range(1, 9), row), merged=[(0, 1, 0, 1)], notes=1)).read_bytes()
    found = survivals(open_book, (spoilt(data, seed) for seed in range(200)))
    found += survivals(open_book, spoilt_parts(data, 400))
    assert found["read"] > 20
    assert found["refused"] > 20


def test_xlsb_text_of_spaces_is_kept_and_no_value(tmp_path: Path) -> None:
    """A row of spaces only is handed out as it is, and not counted."""
    rows, findings = read_sheet(open_book, one(tmp_path, Sheet({1: ["a"], 2: ["  "], 3: [""]})))
    assert rows == [("a",), ("  ",)]
    assert findings.valued_rows == 1
