"""ODS workbooks."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from making.ods import row, table, text, typed, write
from making.reading import read_sheet, refusal, spoilt, spoilt_parts, survivals, valued
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pipeline.loaders.workbook.grid import SheetEntry, Visibility
from pipeline.loaders.workbook.ods import open_book
from pipeline.model.cell import Cell, CellError
from pipeline.model.reading import ReadLimits

FILES = Path(__file__).parent / "files"
UNCOMPUTED = CellError("formula without a value")
NOTED = (
    '<table:table-cell office:value-type="string"><office:annotation><dc:date>2020</dc:date>'
    "<text:p>a note</text:p></office:annotation><text:p>value</text:p><draw:frame><draw:text-box>"
    "<text:p>picture</text:p></draw:text-box></draw:frame></table:table-cell>"
)
NOTHING = 'table:formula="of:=NA()" office:string-value=""'
PADDED = (
    '<number:number-style style:name="N1"><number:text>ORD</number:text>'
    '<number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>'
    '<number:number-style style:name="N2"><number:number number:decimal-places="2" '
    'number:min-integer-digits="4"/></number:number-style>'
    '<number:number-style style:name="N3"><number:text>-</number:text><number:number '
    'number:min-integer-digits="1"/><style:map style:condition="value()&gt;=0" '
    'style:apply-style-name="N1"/></number:number-style>'
    '<number:time-style style:name="N4" number:truncate-on-overflow="false"><number:hours/>'
    "</number:time-style>"
    + "".join(
        f'<style:style style:name="c{n}" style:family="table-cell" style:data-style-name="N{n}"/>'
        for n in range(1, 5)
    )
    + '<style:style style:name="child" style:family="table-cell" style:parent-style-name="c1"/>'
)


def cells(tmp_path: Path, *content: str, styles: str = "") -> list[Cell]:
    """Read one row of cells."""
    rows, _ = read_sheet(open_book, write(tmp_path / "o.ods", table(row(*content)), styles=styles))
    return list(rows[0])


def test_ods_cells_keep_the_type_they_have(tmp_path: Path) -> None:
    """Text, numbers, booleans, dates, times and spans."""
    assert cells(
        tmp_path,
        text("00123"),
        typed("float", "1001"),
        typed("percentage", "0.5", "50%"),
        typed("currency", "12.5", "12,50 ₺"),
        typed("boolean", "true", "DOĞRU"),
        typed("date", "2024-01-02", "02.01.24"),
        typed("date", "2024-01-02T03:04:05.500000000"),
        typed("date", "2024-01-02T00:00:00"),
        typed("time", "PT03H04M05S"),
        typed("time", "PT30H00M00.25S"),
        typed("time", "PT03H00M00S", attributes='table:style-name="c4"'),
        typed("time", "-PT03H00M00S"),
        styles=PADDED,
    ) == [
        "00123",
        1001.0,
        0.5,
        12.5,
        True,
        date(2024, 1, 2),
        datetime(2024, 1, 2, 3, 4, 5, 500_000),  # noqa: DTZ001 - sheets know no zone
        date(2024, 1, 2),
        time(3, 4, 5),
        timedelta(hours=30, milliseconds=250),
        timedelta(hours=3),
        timedelta(hours=-3),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (text("a</text:p><text:p>b"), "a\nb"),
        (text("a</text:p><text:p/><text:p>b"), "a\n\nb"),
        (text('x<text:s text:c="3"/>y<text:tab/>z<text:line-break/>w'), "x   y\tz\nw"),
        (text(" \n  nice   and\n  wide"), "nice and wide"),
        (text("a <text:span>red</text:span> <text:a>link</text:a>!"), "a red link!"),
        (text("a &amp; &lt;b&gt;"), "a & <b>"),
        (text("shown", 'office:string-value="meant"'), "meant"),
        (text("shown", 'office:string-value=""'), "shown"),
        ("<table:table-cell><text:p>no type</text:p></table:table-cell>", "no type"),
        ('<table:table-cell office:value-type="string" office:string-value="bare"/>', "bare"),
        (NOTED, "value"),
        (typed("date", "-0044-03-15", "ides"), "-0044-03-15"),
        (typed("float", "12,5"), "12,5"),
        (text("#N/A"), "#N/A"),
    ],
)
def test_ods_text_is_read_as_it_shows(tmp_path: Path, cell: str, value: str) -> None:
    """Paragraphs, spaces, tabs; without the notes and pictures on a cell; nothing is lost that is odd."""
    assert cells(tmp_path, cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (text("#N/A", f'{NOTHING} calcext:value-type="error"'), CellError("#N/A")),
        (typed("float", "0", "Err:502", 'table:formula="of:=1/x"'), CellError("Err:502")),
        (typed("float", "0", "#SAYI/0!", 'table:formula="of:=1/0"'), CellError("#SAYI/0!")),
        ('<table:table-cell table:formula="of:=1+1"/>', UNCOMPUTED),
        ('<table:table-cell table:formula="of:=1+1" office:value-type="float"/>', UNCOMPUTED),
        (typed("float", "2", attributes='table:formula="of:=1+1"'), 2.0),
        ('<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>', 2.0),
    ],
)
def test_ods_errors_and_formulas_nobody_computed_are_told(tmp_path: Path, cell: str, value: Cell) -> None:
    """An error is an error, and a formula without a value has none; both count as values of their row."""
    rows, findings = read_sheet(open_book, write(tmp_path / "o.ods", table(row(text("a"), cell))))
    assert rows == [("a", value)]
    wrong = isinstance(value, CellError)
    assert findings.errors.count == (wrong and value != UNCOMPUTED)
    assert findings.uncomputed.count == (value == UNCOMPUTED)
    assert findings.computed_columns == ({} if value == UNCOMPUTED else {1: 1})


def test_ods_a_formula_that_gives_the_empty_text_is_computed(tmp_path: Path) -> None:
    """LibreOffice writes an empty paragraph for it."""
    cell = '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'
    rows, findings = read_sheet(open_book, write(tmp_path / "o.ods", table(row(cell, text("a")))))
    assert rows == [("", "a")]
    assert (findings.computed.count, findings.uncomputed.count) == (1, 0)


def test_ods_numbers_are_read_with_the_zeros_they_show(tmp_path: Path) -> None:
    """By the style of the cell, of its row or of its column, and of the style that one comes from."""
    styled = 'table:style-name="c{}"'
    body = table(
        '<table:table-column table:number-columns-repeated="5"/>'
        '<table:table-column table:default-cell-style-name="c1"/>',
        row(
            typed("float", "42", "ORD0042", styled.format(1)),
            typed("float", "42", "0042.00", styled.format(2)),
            typed("float", "42", "ORD0042", styled.format(3)),
            typed("float", "42", "ORD0042", 'table:style-name="child"'),
            typed("float", "-42", "-ORD0042", styled.format(1)),
            typed("float", "7", "ORD0007"),
        ),
        row(typed("float", "5", "ORD0005"), attributes='table:default-cell-style-name="c1"'),
    )
    rows, findings = read_sheet(open_book, write(tmp_path / "o.ods", body, styles=PADDED))
    assert rows[0] == ("ORD0042", 42.0, "ORD0042", "ORD0042", -42.0, "ORD0007")
    assert rows[1][0] == "ORD0005"
    assert findings.padded.count == 5


def test_ods_repeated_rows_and_cells_are_all_there(tmp_path: Path) -> None:
    """What is written once and meant several times is read several times; empty repeats are nothing."""
    repeated = 'table:number-columns-repeated="2"'
    body = table(
        row("<table:table-cell/>", attributes='table:number-rows-repeated="2"'),
        row(
            f"<table:table-cell {repeated}/>",
            text("a", repeated),
            '<table:table-cell table:number-columns-repeated="16380"/>',
            attributes='table:number-rows-repeated="3"',
        ),
        row(text("b")),
        row("<table:table-cell/>", attributes='table:number-rows-repeated="1048570"'),
    )
    rows, findings = read_sheet(open_book, write(tmp_path / "o.ods", body))
    assert rows == [("",) * 4] * 2 + [("", "", "a", "a")] * 3 + [("b", "", "", "")]
    assert findings.valued_rows == 4


def test_ods_what_people_do_not_see_is_told(tmp_path: Path) -> None:
    """Hidden rows, columns and sheets, merged cells, filters, notes, links, macros."""
    note = "<table:table-cell><office:annotation><text:p>n</text:p></office:annotation></table:table-cell>"
    body = (
        table(
            "<table:table-column/>",
            '<table:table-column table:visibility="collapse" table:number-columns-repeated="16000"/>',
            row(text("a"), text("b"), note),
            row(text("c"), attributes='table:visibility="filter"'),
            row(text("m", 'table:number-columns-spanned="2" table:number-rows-spanned="3"'), text("e")),
            row(
                "<table:table-cell/>", attributes='table:visibility="collapse" table:number-rows-repeated="9"'
            ),
            name="It's orders",
        )
        + table(row(text("x")), name="Gizli", attributes='table:style-name="t"')
        + table(row(text("x")), name="'file:///tmp/other.ods'#$A")
        + "<table:database-ranges><table:database-range "
        "table:target-range-address=\"$'It''s orders'.A1:$'It''s orders'.B3\"><table:filter/>"
        "</table:database-range></table:database-ranges>"
    )
    styles = '<style:style style:name="t"><style:table-properties table:display="false"/></style:style>'
    path = write(tmp_path / "o.ods", body, styles=styles, parts={"Basic/script-lc.xml": b"<x/>"})
    rows, findings = read_sheet(open_book, path, "It's orders")
    assert rows == [("a", "b"), ("c", ""), ("m", "e")]
    assert findings.hidden_rows.first == [(2, -1, "")]
    assert findings.hidden_columns == [1]
    assert findings.merged == [((3, 0), (5, 1))]
    assert (findings.filtered, findings.comments) == ("A1:B3", 1)
    with open_book(path, "o.ods", ReadLimits()) as book:
        assert book.sheets() == [SheetEntry("It's orders"), SheetEntry("Gizli", Visibility.HIDDEN)]
        assert (book.findings.macros, book.findings.external_links) == (True, 1)


def test_ods_a_workbook_of_an_office_program_is_read_as_it_shows() -> None:
    """The same workbook that the test for XLS reads."""
    rows, findings = read_sheet(open_book, FILES / "orders.ods", "Siparişler")
    assert rows[1][:4] == (
        "0000001", "Işıl Çağrı ğüşöç 1", 10.25, datetime(2024, 5, 1, 13, 45, 30),  # noqa: DTZ001
    )  # fmt: skip
    assert rows[1][4:6] == (time(8, 1), timedelta(hours=26))
    assert rows[1][7:10] == (CellError("#N/A"), 20.5, "")
    assert rows[2][1] == "line 1\nline 2"
    assert (findings.errors.count, findings.uncomputed.count, findings.computed.count) == (3, 0, 20)
    assert findings.valued_rows == valued(rows) == 7


def test_ods_what_a_library_writes_is_read(tmp_path: Path) -> None:
    """Cells of odfpy, in a sheet of its own making."""
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Orders")
    for number in range(1, 6):
        line = TableRow()
        line.addElement(TableCell(valuetype="float", value=number))
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=f"Sipariş {number}"))
        line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(tmp_path / "o.ods"))
    rows, findings = read_sheet(open_book, tmp_path / "o.ods")
    assert rows == [(float(n), f"Sipariş {n}") for n in range(1, 6)]
    assert findings.valued_rows == 5


def test_ods_names_are_known_by_their_meaning(tmp_path: Path) -> None:
    """A program may choose other prefixes than all others do."""
    plain = (
        '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><o:body><o:spreadsheet>'
        '<table t:name="Orders"><table-row><table-cell o:value-type="string"><x:p>a</x:p></table-cell>'
        "</table-row></table></o:spreadsheet></o:body></o:document-content>"
    )
    path = write(tmp_path / "o.ods", "", parts={"content.xml": plain.encode()})
    assert read_sheet(open_book, path)[0] == [("a",)]


def test_ods_empty_sheets_and_missing_ones(tmp_path: Path) -> None:
    """A sheet of empty rows has no rows; a sheet that is not there is damage."""
    path = write(tmp_path / "o.ods", table(row("<table:table-cell/>")))
    rows, findings = read_sheet(open_book, path)
    assert (rows, findings.height, findings.width) == ([], 0, 0)
    assert refusal(open_book, path, "Other").code == "E110"


def test_ods_a_cell_far_out_is_read_and_farther_out_refused(tmp_path: Path) -> None:
    """A grid that fits in memory is laid out, one of billions of cells is not, however small the file."""
    gap = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    path = write(tmp_path / "o.ods", table(gap, row(text("z"))))
    with open_book(path, "o.ods", ReadLimits()) as book:
        loaded = book.load("Orders")
        assert (loaded.findings.height, loaded.findings.valued_rows) == (1_048_576, 1)
    wide = '<table:table-cell table:number-columns-repeated="16383"/>'
    assert refusal(open_book, write(tmp_path / "o.ods", table(gap, row(wide, text("z"))))).code == "E111"


@pytest.mark.parametrize(
    "body",
    [
        table(
            row(
                text("x", 'table:number-columns-repeated="16384"'),
                attributes='table:number-rows-repeated="1048576"',
            )
        ),
        table(row(text("x"), attributes='table:number-rows-repeated="999999999"')),
        table(row(text("x", 'table:number-columns-repeated="999999999"'))),
    ],
)
def test_ods_repeats_beyond_all_measure_are_refused(tmp_path: Path, body: str) -> None:
    """A few bytes that stand for billions of cells are refused before any of them is made."""
    issue = refusal(open_book, write(tmp_path / "o.ods", body))
    assert (issue.code, issue.facts["name"]) == ("E111", "unpacked")


def test_ods_what_cannot_be_trusted_is_refused(tmp_path: Path) -> None:
    """A password, a document type, a part that is missing or cut off."""
    path = tmp_path / "o.ods"
    body = table(row(text("a")))
    assert refusal(open_book, write(path, body, locked=True)).code == "E109"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refusal(open_book, write(path, body, doctype=bomb)).code == "E113"
    issue = refusal(open_book, write(path, body, parts={"content.xml": None}))
    assert (issue.code, issue.facts["part"]) == ("E110", "content.xml is missing")
    issue = refusal(open_book, write(path, body, parts={"content.xml": b"<a><b>"}))
    assert (issue.code, issue.facts["part"]) == ("E110", "content.xml cannot be understood")
    for encoding in ("klingon", "shift_jis"):
        content = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()
        issue = refusal(open_book, write(path, body, parts={"content.xml": content}))
        assert (issue.code, issue.facts["part"]) == ("E110", "content.xml cannot be understood")
    path.write_bytes(write(path, body).read_bytes()[:-40])
    assert refusal(open_book, path).code == "E110"


def test_ods_spoilt_files_are_refused_or_read() -> None:
    """Whatever happens to the bytes, nothing else is raised and no row is lost."""
    data = (FILES / "orders.ods").read_bytes()
    found = survivals(open_book, (spoilt(data, seed) for seed in range(200)))
    found += survivals(open_book, spoilt_parts(data, 400))
    assert found["read"] > 20
    assert found["refused"] > 20
