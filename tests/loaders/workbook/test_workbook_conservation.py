"""No row is lost between a workbook and its batches: two ways of counting, and a third where they differ."""

import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import HEAD, MAIN, book, cells_of, load, numbered, refused

from pipeline.loaders.workbook import session as session_module
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.loaders.workbook.sheet_rows import SheetRows
from pipeline.model.rows import Row

ROWS = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 12))
LOSING = """
from pipeline.loaders.workbook import child, xlsx
whole = xlsx.blocks_of
def losing(*arguments):
    for first, rows in whole(*arguments):
        yield first, [row for row in rows if row[0] != 7.0]
xlsx.blocks_of = losing
child.main()
"""


def test_a_reader_that_loses_a_row_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a process of its own, with a bug in it."""
    path = book(tmp_path, {"S": HEAD + ROWS})
    assert len(cells_of(load(path)[0])) == 10
    monkeypatch.setattr(session_module, "_CHILD", [sys.executable, "-P", "-X", "utf8", "-c", LOSING])
    (table,) = load(path)
    (issue,) = refused(lambda: cells_of(table))
    assert (issue.code, issue.facts) == ("E140", {"counted": 11, "read": 10})
    assert issue.at is not None
    assert issue.at.sheet == "S"


@pytest.mark.parametrize("change", [-1, 1], ids=["one-less", "one-more"])
def test_rows_that_get_lost_or_doubled_on_the_way_are_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: int
) -> None:
    """Wherever it happens."""
    whole = WorkbookSession.rows

    def spoilt(session: WorkbookSession, sheet: str) -> Iterator[tuple[int, list[Row]]]:
        for first, rows in whole(session, sheet):
            yield first, rows[:-1] if change < 0 else [*rows, rows[-1]]

    monkeypatch.setattr(WorkbookSession, "rows", spoilt)
    (table,) = load(book(tmp_path, {"S": HEAD + ROWS}))
    (issue,) = refused(lambda: cells_of(table))
    assert (issue.code, issue.facts) == ("E140", {"counted": 11, "read": 11 + change})


BLANK = {
    "blank-text": '<c r="A4" t="inlineStr"><is><t xml:space="preserve">  </t></is></c>',
    "empty-text": '<c r="A4" t="inlineStr"><is><t></t></is></c>',
    "no-break-space": '<c r="A4" t="inlineStr"><is><t>\u00a0\u2003</t></is></c>',
    "shared-blank-text": '<c r="A4" t="s"><v>0</v></c>',
    "shared-empty-text": '<c r="A4" t="s"><v>1</v></c>',
    "shared-rich-blank": '<c r="A4" t="s"><v>2</v></c>',
    "empty-value": '<c r="A4"><v></v></c>',
    "computed-to-nothing": '<c r="A4" t="str"><f>""</f><v></v></c>',
    "computed-to-blanks": '<c r="A4" t="str"><f>" "</f><v xml:space="preserve"> </v></c>',
    "line-break": '<c r="A4" t="inlineStr"><is><t>_x000D_\n</t></is></c>',
}
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t xml:space="preserve"> </t></si><si><t/></si>'
    '<si><r><t xml:space="preserve"> </t></r><r><t xml:space="preserve"> </t></r></si></sst>'
).encode()


@pytest.mark.parametrize("cell", BLANK)
@pytest.mark.parametrize("quote", ['"', "'"], ids=["quick", "slow"])
def test_rows_of_nothing_but_blanks_are_blank_and_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str, quote: str
) -> None:
    """The quick count takes them for rows; the exact one decides."""
    asked: list[str] = []
    count = WorkbookSession.valued_rows

    def counting(session: WorkbookSession, sheet: str) -> int | None:
        asked.append(sheet)
        return count(session, sheet)

    monkeypatch.setattr(WorkbookSession, "valued_rows", counting)
    rows = f'{HEAD}<row r="2"><c r="A2"><v>2</v></c></row><row r="4">{BLANK[cell]}</row>'
    rows = rows.replace('"', quote)
    (table,) = load(book(tmp_path, {"S": rows}, parts={"xl/sharedStrings.xml": SHARED}))
    assert numbered(table) == {2: (2.0, "")}
    assert table.rows_read == 1
    assert len(asked) <= 1


def test_an_exact_count_is_asked_for_only_where_the_quick_one_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs as much as reading."""

    def never(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr(WorkbookSession, "valued_rows", never)
    (table,) = load(book(tmp_path, {"S": HEAD + ROWS + '<row r="15"/><row r="16"><c r="A16" s="1"/></row>'}))
    assert len(cells_of(table)) == 10


def test_rows_with_one_number_are_refused(tmp_path: Path) -> None:
    """The later one would take the place of the first without a word."""
    (table,) = load(book(tmp_path, {"S": HEAD + ROWS + '<row r="5"><c r="A5"><v>99</v></c></row>'}))
    assert [issue.code for issue in refused(lambda: cells_of(table))] == ["E140"]


CELL = st.sampled_from(
    [None, "", " ", "\u00a0", "\n", "Ann", "0", 0, 12.5, True, "=A1", "=1/0", "<r>", "null", "_x0041_"]
)
SHEET = st.lists(st.lists(CELL, max_size=3), max_size=50)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHEET, st.booleans())
def test_odd_but_right_workbooks_of_one_writer_are_never_refused(
    tmp_path: Path, rows: list[list[object]], rich: bool
) -> None:
    """Blank rows, blank texts, formulas, rich text: all rows with something in them arrive."""
    made = openpyxl.Workbook(write_only=rich)
    sheet = made.create_sheet("S", 0)
    for row in whole(rows):
        sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    assert set(read_numbers(tmp_path / "a.xlsx")) == expected_numbers(rows)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHEET, st.booleans())
def test_odd_but_right_workbooks_of_another_writer_are_never_refused(
    tmp_path: Path, rows: list[list[object]], inline: bool
) -> None:
    """Texts inside the cells or shared; formats on cells without a value."""
    options = {"constant_memory": inline, "strings_to_formulas": True}
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), options) as made:
        sheet = made.add_worksheet("S")
        bold = made.add_format({"bold": True})
        for number, row in enumerate(whole(rows)):
            for column, cell in enumerate(row):
                if cell == "<r>":
                    sheet.write_rich_string(number, column, bold, "a", " b")
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(number, column, cell, None, 7)
                elif cell is None:
                    sheet.write_blank(number, column, None, bold)
                else:
                    sheet.write(number, column, cell)
    assert set(read_numbers(tmp_path / "a.xlsx")) == expected_numbers(rows)


def whole(rows: list[list[object]]) -> list[list[object]]:
    """Put rows between a header and an end."""
    return [["No", "Name"], *rows, ["end"]]


def read_numbers(path: Path) -> list[int]:
    """Load a sheet and tell which rows have arrived."""
    (table,) = load(path, sheet="S")
    assert isinstance(table.source, SheetRows)
    return list(numbered(table))


def expected_numbers(rows: list[list[object]]) -> set[int]:
    """Tell which rows have something in them."""
    valued = {
        number
        for number, row in enumerate(rows, 2)
        if any(cell is not None and str(cell).strip() for cell in row)
    }
    return valued | {len(rows) + 2}
