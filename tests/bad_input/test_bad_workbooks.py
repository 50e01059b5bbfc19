"""Workbooks that are broken, dangerous, or that hold more than people see."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from bad_files import COLUMNS, LINES, checked, file, line, looked_into, mapping, refused, risks_of, told
from source_files import MAIN, book

from pipeline.model.catalogue import message_of

NAMED = 'lines: {files: "*", key: No, sheet: Orders}'


def cell(place: str, value: str) -> str:
    """Make a text cell."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet(*rows: tuple[Any, ...], **instead: str) -> str:
    """Make the XML of a sheet's rows; ``instead`` gives cells of another kind by their place."""
    return "".join(
        f'<row r="{number}">'
        + "".join(
            instead.get(f"{letter}{number}", cell(f"{letter}{number}", value) if value else "")
            for letter, value in zip("ABCDEFG", row, strict=False)
        )
        + "</row>"
        for number, row in enumerate((COLUMNS, *rows), 1)
    )


GOOD = sheet(line("A"))
COVER = f'<row r="1">{cell("A1", "Hello")}</row>'


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        pytest.param({"xl/workbook.xml": None}, "E110", "xl/workbook.xml is missing", id="no-list-of-sheets"),
        pytest.param({"xl/worksheets/sheet1.xml": None}, "E110", "sheet1.xml is missing", id="no-sheet"),
        pytest.param(
            {"xl/worksheets/sheet1.xml": b"<worksheet><"}, "E110", "sheet1.xml cannot", id="broken-sheet"
        ),
        pytest.param({"xl/styles.xml": b"<!DOCTYPE x><x/>"}, "E113", "xl/styles.xml", id="document-type"),
        pytest.param({"xl/_rels/workbook.xml.rels": b"<!DOCTYPE x><x/>"}, "E113", ".rels", id="in-links"),
        pytest.param(
            {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" uniqueCount="4000000000"/>'.encode()},
            "E110",
            "4000000000 texts",
            id="more-texts-than-room",
        ),
        pytest.param({"../evil.xml": b"x"}, "E139", "../evil.xml leads out", id="a-way-up"),
        pytest.param({"/evil.xml": b"x"}, "E139", "/evil.xml leads out", id="an-absolute-way"),
        pytest.param({"C:/evil.xml": b"x"}, "E139", "leads out", id="another-drive"),
        pytest.param({"XL/styles.XML": b"x"}, "E139", "two of its parts", id="one-name-twice"),
        pytest.param({"xl/media/a.bin": b"\0" * (70 << 20)}, "E111", "70 MiB", id="zeros-without-end"),
    ],
)
def test_a_workbook_that_no_program_saves_is_refused_with_the_part(
    tmp_path: Path, parts: dict[str, bytes | None], code: str, words: str
) -> None:
    """Damage, forbidden XML, lies and names that lead out of the archive."""
    (issue,) = refused(book(tmp_path, {"Orders": GOOD}, parts=parts))
    assert issue.code == code
    assert words in message_of(issue)


@pytest.mark.skipif(not hasattr(zipfile.ZipInfo, "external_attr"), reason="needs file modes")
def test_a_workbook_with_a_link_among_its_parts_is_refused(tmp_path: Path) -> None:
    """Unpacked somewhere it would lead to another file."""
    path = book(tmp_path, {"Orders": GOOD})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    assert told(refused(path)) == ["E139 -"]


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """A download that stopped."""
    path = book(tmp_path, {"Orders": GOOD})
    path.write_bytes(path.read_bytes()[:-200])
    assert told(refused(path)) == ["E110 -"]
    assert told(looked_into(path).refused) == ["E110 -"]


def test_the_size_that_a_sheet_claims_does_not_matter(tmp_path: Path) -> None:
    """Many programs write every column and row that there could be."""
    xml = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{GOOD}</sheetData></worksheet>'
    )
    found = checked(book(tmp_path, {"Orders": '<?xml version="1.0"?>' + xml}))
    assert (found.told, list(found.orders), found.read) == ([], ["A"], 1)


def test_a_stray_cell_at_the_end_of_the_sheet_is_refused_by_its_place(tmp_path: Path) -> None:
    """A sheet of 17 billion cells fits no memory; the process that reads it dies alone."""
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    (issue,) = refused(book(tmp_path, {"Orders": GOOD + stray}))
    assert issue.code == "E138"
    assert "XFD1048576" in message_of(issue)


def test_formatted_empty_rows_and_a_gap_lose_nothing(tmp_path: Path) -> None:
    """Rows below a gap are data; what is only coloured is not."""
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        red = made.add_format({"bg_color": "red", "font_strikeout": True})
        page = made.add_worksheet("Orders")
        page.write_row(0, 0, COLUMNS)
        page.write_row(1, 0, line("A"), red)
        for row in range(2, 5_000):
            page.write_blank(row, 0, None, red)
        page.write_blank(7, 300, None, red)
        page.write_row(5_000, 0, line("B"))
    found = checked(path)
    assert (found.told, list(found.orders), found.read) == ([], ["A", "B"], 2)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_when_it_is_named_and_not_otherwise(tmp_path: Path, state: str) -> None:
    """Drafts and old data stand there; that it is hidden is told."""
    path = book(tmp_path, {"Cover": COVER, "Orders": GOOD}, state=f'state="{state}"')
    found = checked(path, shop=mapping(tmp_path, NAMED))
    assert (found.told, list(found.orders)) == (["W107 Orders!-"], ["A"])
    path = book(tmp_path, {"Orders": GOOD, "Old": GOOD}, state=f'state="{state}"')
    assert checked(path, shop=mapping(tmp_path)).told == []
    assert [one.hidden for one in looked_into(path).tables] == [False, True]


def test_a_sheet_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    """Hidden ones are listed as such."""
    path = book(tmp_path, {"May": GOOD, "Old": GOOD}, state='state="hidden"')
    (issue,) = refused(path, shop=mapping(tmp_path, NAMED))
    assert issue.code == "E114"
    assert "May, Old (hidden)" in message_of(issue)


@pytest.mark.parametrize("wanted", ["", ", sheet: ORDERS"])
def test_sheets_that_could_all_be_meant_are_refused_by_name(tmp_path: Path, wanted: str) -> None:
    """The same columns, or the same name but for blanks and case; a pattern takes them all."""
    path = book(tmp_path, {"Orders": GOOD, "orders ": sheet(line("B"))})
    (issue,) = refused(path, shop=mapping(tmp_path, f'lines: {{files: "*", key: No{wanted}}}'))
    assert (issue.code, issue.facts["sheets"]) == ("E115", "Orders, orders ")
    every = mapping(tmp_path, 'lines: {files: "*", key: No, sheet: "*"}')
    assert list(checked(path, shop=every).orders) == ["A", "B"]


@pytest.mark.parametrize(
    ("instead", "told_of", "value"),
    [
        pytest.param('<c r="C2" t="e"><v>#REF!</v></c>', ["E201 Orders!C2"], "#REF!", id="reference"),
        pytest.param(
            '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ["E201 Orders!C2"], "#DIV/0!", id="zero"
        ),
        pytest.param(
            '<c r="C2"><f>1+1</f></c>', ["E208 Orders!C2"], "formula without a value", id="never-computed"
        ),
        pytest.param('<c r="C2"><f>5+5</f><v>10</v></c>', ["W113 Orders!C2"], None, id="computed"),
        pytest.param(
            '<c r="C2"><f>[1]May!B7</f><v>10</v></c>', ["W113 Orders!C2"], None, id="of-another-workbook"
        ),
    ],
)
def test_a_formula_is_its_last_value_and_an_error_is_none(
    tmp_path: Path, instead: str, told_of: list[str], value: str | None
) -> None:
    """Nothing is computed here: what is not there refuses the order, what is there is told."""
    found = checked(book(tmp_path, {"Orders": sheet(line("A"), line("B"), C2=instead)}))
    assert (found.told, found.values) == (told_of, [value])
    assert list(found.orders) == (["B"] if told_of[0][0] == "E" else ["A", "B"])


def test_a_formula_in_the_key_column_is_told(tmp_path: Path) -> None:
    """Its cached value may be out of date, and it decides which order a row belongs to."""
    formula = '<c r="A2" t="str"><f>"A"</f><v>A</v></c>'
    found = checked(book(tmp_path, {"Orders": sheet(line("A"), A2=formula)}))
    assert (found.told, list(found.orders)) == (["W113 Orders!A2"], ["A"])


def test_links_connections_and_macros_are_told_and_not_followed(tmp_path: Path) -> None:
    """Nothing is run or fetched; the saved values are read."""
    connections = f'<connections xmlns="{MAIN}"><connection id="1"/></connections>'.encode()
    parts = {
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/connections.xml": connections,
        "xl/vbaProject.bin": b"no macro at all",
    }
    found = checked(book(tmp_path, {"Orders": GOOD}, name="orders.xlsm", parts=parts))
    assert (found.told, list(found.orders)) == (["W114 -", "W115 -"], ["A"])
    assert (found.issues[1].facts["links"], found.issues[1].facts["connections"]) == (1, 1)


def test_what_people_do_not_see_is_read_and_told(tmp_path: Path) -> None:
    """Filtered rows, hidden columns, comments, zeros that only a format shows; once each."""
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet("Orders")
        for number, row in enumerate((COLUMNS, line(123), line("B"), line("C"))):
            page.write_row(number, 0, row)
        page.write_number(1, 0, 123, made.add_format({"num_format": "0000000"}))
        page.autofilter(0, 0, 3, 6)
        page.set_row(2, None, None, {"hidden": True})
        page.set_column(3, 3, None, None, {"hidden": True})
        page.write_comment(1, 3, "cancelled by phone")
    found = checked(path)
    assert found.told == ["W108 Orders!3", "W109 Orders!-", "W117 Orders!A2", "W116 Orders!-"]
    assert list(found.orders) == ["0000123", "B", "C"]
    assert "by a filter over A1:G4" in message_of(found.issues[0])
    assert {"W108", "W109", "W116", "W117"} <= risks_of(looked_into(path)).keys()


def test_a_merged_cell_refuses_its_order_unless_the_mapping_expands_it(tmp_path: Path) -> None:
    """Whether the second row shares the value cannot be told."""
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet("Orders")
        for number, row in enumerate((COLUMNS, line("A", Note="x"), line("B"), line("C"))):
            page.write_row(number, 0, row)
        page.merge_range(1, 3, 2, 3, "gift")
    found = checked(path)
    assert (found.told, list(found.orders)) == (["E135 Orders!D3", "E308 Orders!3"], ["A", "C"])
    assert "D2:D3" in message_of(found.issues[0])
    expanded = checked(path, shop=mapping(tmp_path, LINES.replace("}", ", merged: expand}")))
    assert (expanded.told, expanded.sent("notes")) == ([], ["gift", "gift", ""])


def test_sheets_of_months_are_read_as_one(tmp_path: Path) -> None:
    """Each issue names its sheet."""
    path = book(tmp_path, {"Jan": sheet(line("A")), "Feb": sheet(line("B", Sum="ten")), "Notes": COVER})
    months = mapping(tmp_path, 'lines: {files: "*", key: No, sheet: "[JF]*"}')
    found = checked(path, shop=months)
    assert (found.told, list(found.orders)) == (["E211 Feb!C2"], ["A"])


def test_orders_and_items_may_be_two_sheets_of_one_workbook(tmp_path: Path) -> None:
    """Each source names its own; what is wrong is told with the sheet."""
    path = tmp_path / "shop.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in {
            "Orders": (("No", "Placed", "Sum", "Note"), ("A", "2024-03-01", 10, "x")),
            "Items": (("No", "Article", "Qty", "Each"), ("A", 101, 1, 10), ("B", 101, 1, 10)),
        }.items():
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    sources = (
        "orders: {files: shop.*, key: No, sheet: Orders}\n  items: {files: shop.*, key: No, sheet: Items}"
    )
    found = checked(path, shop=mapping(tmp_path, sources))
    assert (found.told, found.sent_items("product")) == (["E305 Items!A3"], [[101]])


def test_a_password_is_told_whatever_the_name(tmp_path: Path) -> None:
    """The content is an encrypted container; nobody is asked for the password."""
    slot = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + (34).to_bytes(2, "little")
    raw = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + slot.ljust(512, b"\0")
    assert told(refused(file(tmp_path, raw, name="orders.xlsx"))) == ["E109 -"]
