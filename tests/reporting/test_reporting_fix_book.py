"""The correction workbook as a file: text cells only, and everything comes back as it went."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.corrections.cell_text import text_of
from pipeline.corrections.comparing import compare
from pipeline.corrections.placing import Exported
from pipeline.loaders.fix_book import read_fix_book
from pipeline.model.fix_book import FixBook, FixQuestion, FixRow, FixSheet, packed_numbers, unpacked_numbers
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import Table
from pipeline.reporting.files.fix_book import write_fix_book
from pipeline.runs.fixing.making import sheet_names

HEADER = ("NO", "DURUM", "NOT")
HOSTILE = (
    "=1+1", "+90 532 111 22 33", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "'=1", "\t=1", "=", "00123",
    "1E5", "NA", "TRUE", "01.02.2024", "http://x.invalid", "mailto:a@b.invalid", "<r>x</r>",
    "<b>&amp;</b>", "_x0041_", "_x005F_x0041_", " both ", "two\nlines", "a\r\nb", "İıŞğ",
    "\u202egnirts", "\U0001f4a9", "#N/A", '"', "a" * 31_000, "{=1}", "'", "''", "\xa0", "\u2028",
)  # fmt: skip


def book(rows: Sequence[tuple[str, ...]], **more: object) -> FixBook:
    """A workbook of one sheet; the rows count from 2."""
    fixed = [FixRow(n, tuple(map(text_of, row)), {1: "E231: not known"}) for n, row in enumerate(rows, 2)]
    sheet = FixSheet("orders", "orders.csv", None, HEADER, fixed, {1: ("Teslim Edildi", "=İptal")})
    return FixBook("7f3a91c2", 0, 1, 1, [sheet], **more)  # type: ignore[arg-type]


def differences(path: Path, rows: Sequence[tuple[str, ...]]) -> list[object]:
    """Everything that a workbook says when it comes back untouched."""
    texts = {n: tuple(map(text_of, row)) for n, row in enumerate(rows, 2)}
    exported = [Exported(Table(0, "orders", "orders.csv", HEADER), dict(enumerate(rows, 2)), texts)]
    found = compare("fix.xlsx", read_fix_book(path, ReadLimits()), exported, "7f3a91c2", 0)
    return [*found.changes, *found.issues]


def test_hostile_texts_are_text_cells_and_come_back_unchanged(tmp_path: Path) -> None:
    """No formula, no link, no DDE stands in the workbook, whatever a cell begins with."""
    rows = [(str(place), text, text) for place, text in enumerate(HOSTILE)]
    path = tmp_path / "fix.xlsx"
    write_fix_book(path, book(rows))
    assert differences(path, rows) == []
    with zipfile.ZipFile(path) as archive:
        sheets = {name: archive.read(name) for name in archive.namelist() if "worksheets/" in name}
        names = " ".join(archive.namelist())
    assert not any(re.search(rb"<f[ >/]|<hyperlink|ddeLink", xml) for xml in sheets.values())
    assert "external" not in names.lower()
    assert path.stat().st_mode & 0o777 == 0o600


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(), st.text(max_size=300), st.text()), min_size=1, max_size=300))
def test_any_text_comes_back_unchanged(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    """Also what no workbook can hold: it is shown otherwise, and untouched it is no correction."""
    path = tmp_path / "fix.xlsx"
    kept = [(f"{place}{first}", *rest) for place, (first, *rest) in enumerate(rows)]
    write_fix_book(path, book(kept))
    assert differences(path, kept) == []


def test_what_people_see_and_what_is_hidden(tmp_path: Path) -> None:
    """Red cells with a note, drop-downs from a hidden sheet, text format, a frozen and filtered header."""
    path = tmp_path / "fix.xlsx"
    question = FixQuestion(
        "ab12", "what does 'x' stand for?", "DURUM → order.status", 3, "delivered", ("delivered",)
    )
    write_fix_book(
        path, book([("A1", "x", ""), ("A2", "", "y")], questions=[question], answer_by="orderlift …")
    )
    read = openpyxl.load_workbook(path)
    states = {sheet.title: sheet.sheet_state for sheet in read}
    assert states == {
        "orders": "visible",
        "Decisions": "visible",
        "_orderlift": "veryHidden",
        "_orderlift_lists": "hidden",
    }
    sheet = read["orders"]
    assert [cell.value for cell in sheet[1]][:3] == list(HEADER)
    wrong, right = sheet["B3"], sheet["C3"]
    assert (wrong.comment and wrong.comment.text, right.comment) == ("E231: not known", None)
    assert (wrong.fill.fgColor.rgb, right.fill.fill_type) == ("FFFFC7CE", None)
    assert {cell.number_format for cell in (wrong, right, sheet["A2"])} == {"@"}
    assert (wrong.protection.locked, sheet["E2"].protection.locked) == (False, True)
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G3")
    assert sheet.column_dimensions["D"].hidden
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("B2:B3", "_orderlift_lists!$A$1:$A$2")
    assert [cell.value for cell in read["_orderlift_lists"]["A"]][:2] == ["Teslim Edildi", "=İptal"]
    assert [cell.value for cell in read["Decisions"][2]][4:] == [None, "ab12"]


def test_an_answer_comes_back_with_its_question(tmp_path: Path) -> None:
    """By the hidden id, whatever row it stands in."""
    path = tmp_path / "fix.xlsx"
    question = FixQuestion("ab12", "what does 'x' stand for?", "DURUM", 3, "", ())
    write_fix_book(path, book([("A1", "x", "")], questions=[question]))
    edited = openpyxl.load_workbook(path)
    edited["Decisions"]["E2"] = "delivered"
    edited.save(path)
    assert read_fix_book(path, ReadLimits()).answers == [("ab12", "delivered", 2)]


def test_row_numbers_are_packed_as_ranges() -> None:
    """Twenty thousand of them fit into a few cells."""
    numbers = [2, 3, 4, 9, 11, 12]
    assert packed_numbers(numbers) == "2-4,9,11-12"
    assert unpacked_numbers(packed_numbers(numbers)) == numbers
    assert unpacked_numbers("") == []


def test_sheets_and_columns_of_any_name_come_back(tmp_path: Path) -> None:
    """Names that no workbook takes, that are ours, that are too long, or that are none."""
    tables = [
        Table(
            0, "orders", "a.xlsx", ("A\nB", "", "x" * 40_000, "bell\x07", "", "_x0041_"), sheet="Decisions"
        ),
        Table(1, "items", "b.xlsx", ("A",), sheet="_orderlift"),
        Table(2, "more", "c/a:b*[1]?.csv", ("A",)),
        Table(3, "more", "d.xlsx", ("A",), sheet="DECISIONS"),
        Table(4, "more", "history.csv", ("A",)),
        Table(5, "more", "'" * 40 + ".csv", ("A",)),
    ]
    names = sheet_names(tables)
    cells = {table.index: tuple("v" for _ in table.header) for table in tables}
    sheets = [
        FixSheet(names[one.index], one.file, one.sheet, one.header, [FixRow(2, cells[one.index])])
        for one in tables
    ]
    question = FixQuestion("ab12", "?", "", 1, "", ())
    write_fix_book(tmp_path / "fix.xlsx", FixBook("7f3a", 0, 1, 1, sheets, [question]))
    back = read_fix_book(tmp_path / "fix.xlsx", ReadLimits())
    exported = [Exported(one, {2: cells[one.index]}, {2: cells[one.index]}) for one in tables]
    found = compare("fix.xlsx", back, exported, "7f3a", 0)
    assert (len(back.sheets), found.changes, found.issues) == (6, [], [])
