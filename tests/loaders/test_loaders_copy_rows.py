"""Chosen rows again, in a file of the same kind."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import HEAD, book, cells_of, codes, faults_of, load, numbered, refused, spec_of, text

from pipeline.loaders.copying import copy_rows
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.model.cell import Cell, CellError
from pipeline.model.records import RowVerdict

NO = RowVerdict("rejected", "E501", "Müşteri yok; see 1\nsecond line")


def copied(table: OpenTable, numbers: Iterable[int], out: Path) -> Path:
    """Copy rows of one table by number."""
    wanted = dict.fromkeys(numbers, NO)
    assert copy_rows(table.facts, [(table.table, wanted)], out) == len(wanted)
    return out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
@pytest.mark.parametrize(("delimiter", "end"), [(";", "\r\n"), ("\t", "\n"), (",", "\r")])
def test_a_csv_copy_is_written_as_its_source_is(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    """Mark, encoding, delimiter, line ends and the lines above the header stay."""
    lines = [
        'Title "x"',
        "",
        delimiter.join(["No", "Name "]),
        delimiter.join(["1", "Şişli"]),
        delimiter.join(["2", "b"]),
    ]
    source = text(tmp_path, end.join([*lines, ""]), encoding)
    (table,) = load(source, locale="tr_TR")
    out = copied(table, [4], tmp_path / "out.csv")
    raw = out.read_bytes()
    assert raw[:2] == source.read_bytes()[:2]
    got = raw.decode(encoding)
    wanted = [*lines[:2], lines[2] + delimiter + delimiter.join(["_status", "_code", "_message"])]
    assert got.startswith(end.join([*wanted, ""]))
    assert got.endswith(end)
    (again,) = load(out, locale="tr_TR", header_rows=(3,))
    assert (again.table.header, numbered(again)[4]) == (("No", "Name "), ("1", "Şişli"))


def test_words_the_encoding_lacks_are_escaped_in_the_added_columns_only(tmp_path: Path) -> None:
    """The customer's own cells always fit."""
    (table,) = load(text(tmp_path, "No;Name\n1;Şişli\n", "cp1254"), encoding="cp1254")
    copy_rows(table.facts, [(table.table, {2: RowVerdict("failed", "E1", "日本")})], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("cp1254").splitlines()[1] == r"1;Şişli;failed;E1;\u65e5\u672c"


def test_cells_that_look_like_formulas_are_left_alone(tmp_path: Path) -> None:
    """A phone number that gained an apostrophe would be another phone number."""
    (table,) = load(text(tmp_path, "No;Name\n+90532;=1+1\n-5;@x\n"))
    (again,) = load(copied(table, [2, 3], tmp_path / "out.csv"))
    assert cells_of(again) == [("+90532", "=1+1"), ("-5", "@x")]


def test_a_copy_of_a_copy_has_the_added_columns_once(tmp_path: Path) -> None:
    """The second run's words replace the first run's."""
    (table,) = load(text(tmp_path, "No;Name\n1;a\n2;b\n"))
    (second,) = load(copied(table, [2, 3], tmp_path / "one.csv"))
    third = copied(second, [2], tmp_path / "two.csv")
    with third.open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream, delimiter=";")) == [
            ["No", "Name", "_status", "_code", "_message"],
            ["1", "a", NO.status, NO.code, NO.message],
        ]


def test_a_row_of_the_wrong_width_stays_wrong_in_its_copy(tmp_path: Path) -> None:
    """A row that was refused for its shape must not slip through the second time."""
    (table,) = load(text(tmp_path, "No;Name;Note\n1;a\n2;b;c;d\n3;c;d\n4;d;e;f;g;h\n"))
    (again,) = load(copied(table, [2, 3, 4, 5], tmp_path / "out.csv"))
    assert list(cells_of(again)[2]) == ["3", "c", "d"]
    assert {fault.code for fault in faults_of(again).values()} == {"E133"}
    assert len(faults_of(again)) == 3


def test_the_source_is_never_overwritten_nor_copied_after_a_change(tmp_path: Path) -> None:
    """A copy of other rows than those that were judged would be wrong."""
    path = text(tmp_path, "No;Name\n1;a\n")
    (table,) = load(path)
    with pytest.raises(ValueError, match="overwrite"):
        copied(table, [2], path)
    path.write_bytes(b"No;Name\n1;aa\n")
    assert codes(refused(lambda: copied(table, [2], tmp_path / "out.csv"))) == ["E112"]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS, st.sampled_from(["\r\n", "\n"]), st.sampled_from([";", ",", "\t"]))
def test_csv_cells_survive_the_round_trip(
    tmp_path: Path, rows: list[tuple[str, str]], end: str, delimiter: str
) -> None:
    """Loaded, copied whole and loaded again, every cell is the same."""
    path, out = tmp_path / "orders.csv", tmp_path / "copy.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([("No", "Name"), ("first", "row"), *rows])
    spec = spec_of(encoding="utf-8")
    (table,) = open_tables(spec, [path], first_index=0)
    read = numbered(table)
    copied(table, read, out)
    (again,) = open_tables(spec, [out], first_index=0)
    assert cells_of(again) == list(read.values())
    assert len(faults_of(again)) == len(faults_of(table))


SHEET_CELL: st.SearchStrategy[str | float | bool] = (
    st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFD), max_size=8)
    | st.sampled_from(["=1+1", "<r>x</r>", "_x0041_", "https://shop.example", " x ", "0012"])
    | st.floats(-1e300, 1e300)
    | st.booleans()
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(SHEET_CELL, SHEET_CELL), min_size=1, max_size=6))
def test_workbook_cells_survive_the_round_trip(tmp_path: Path, rows: list[tuple[Cell, Cell]]) -> None:
    """Loaded, copied whole and loaded again, every cell has the same type and value."""
    path, out = tmp_path / "orders.xlsx", tmp_path / "copy.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as made:
        sheet = made.add_worksheet("May")
        for number, row in enumerate([("No", "Name"), ("first", "row"), *rows]):
            sheet.write_row(number, 0, [cell if cell != "<r>x</r>" else "<r>" for cell in row])
    (table,) = open_tables(spec_of(), [path], first_index=0)
    read = numbered(table)
    copied(table, read, out)
    (again,) = open_tables(spec_of(), [out], first_index=0)
    assert (again.table.sheet, cells_of(again)) == ("May", list(read.values()))


def test_a_workbook_copy_keeps_sheets_titles_and_types(tmp_path: Path) -> None:
    """Dates stay dates, text stays text, what stood above the header still stands there."""
    made = openpyxl.Workbook()
    orders, items = made.active, made.create_sheet("Items")
    assert orders is not None
    orders.title = "Orders"
    moment = datetime(2024, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001 - sheets know no zone
    row = [
        "0012",
        0.1 + 0.2,
        moment,
        date(1900, 1, 5),
        time(23, 59, 59),
        timedelta(hours=30),
        True,
        "<r>x</r>",
    ]
    for line in (["Report"], ["No", "Name", *"cdefgh"], row, ["2", "b"]):
        orders.append(line)
    items.append(["No", "Name"])
    items.append(["7", "x"])
    path, out = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    made.save(path)
    (first,), (second,) = load(path, sheet="Orders"), load(path, sheet="Items")
    assert copy_rows(first.facts, [(first.table, {3: NO}), (second.table, {2: NO})], out) == 2
    (orders_again,), (items_again,) = load(out, sheet="Orders"), load(out, sheet="Items")
    assert (orders_again.table.header_row, orders_again.table.header) == (2, first.table.header)
    assert cells_of(orders_again) == [cells_of(first)[0]]
    assert cells_of(items_again) == [("7", "x")]
    seen = openpyxl.load_workbook(out)["Orders"]
    assert [seen["A1"].value, seen["A3"].number_format, seen["C3"].is_date, seen["I3"].value] == [
        "Report",
        "@",
        True,
        NO.status,
    ]


def test_an_error_cell_stays_an_error_in_the_copy(tmp_path: Path) -> None:
    """As text it would pass for a value when the copy is loaded."""
    rows = f'{HEAD}<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>1+1</f></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}))
    (again,) = load(copied(table, [2], tmp_path / "out.xlsx"))
    assert cells_of(again) == [(CellError("#REF!"), CellError("#N/A"))]


def test_numbers_keep_their_last_digit_and_texts_their_length(tmp_path: Path) -> None:
    """Seventeen digits, and more characters than Excel lets anybody type."""
    rows = (
        f'{HEAD}<row r="2"><c r="A2"><v>0.30000000000000004</v></c>'
        f'<c r="B2" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    )
    (table,) = load(book(tmp_path, {"S": rows}))
    (again,) = load(copied(table, [2], tmp_path / "out.xlsx"))
    assert cells_of(again) == [(0.30000000000000004, "x" * 40_000)]
