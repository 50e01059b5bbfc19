"""What mutated files have brought to light, each as the smallest file that does."""

import zipfile
from pathlib import Path

import pytest
from making import ods
from source_files import HEAD, MAIN, book, cells_of, load, refused

from pipeline.loaders.content import Kind, kind_of
from pipeline.loaders.source_file import find_inside
from pipeline.loaders.survey import survey
from pipeline.mapping.compiled import compile_mapping
from pipeline.model.catalogue import message_of
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

ROOT = Path(__file__).parents[2]
ROW = ods.row(ods.text("No"), ods.text("Name"))


def test_a_mimetype_in_capitals_is_looked_up_by_its_own_name(tmp_path: Path) -> None:
    """Names are compared without case, and read as they are written; it was a KeyError."""
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("MIMETYPE", ods.KIND)
    source = find_inside(path, ReadLimits())
    assert kind_of(source, survey(source)) is Kind.ODS


def test_an_entry_without_a_name_is_a_file_like_others(tmp_path: Path) -> None:
    """It was an IndexError of the zip library."""
    path = tmp_path / "orders.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", "No,Name\n1,a\n")
        info = zipfile.ZipInfo("x")
        info.filename = ""
        archive.writestr(info, "")
    (issue,) = refused(lambda: load(path))
    assert issue.code == "E145"


@pytest.mark.parametrize("spec", [{}, {"sheet": "*"}, {"sheet": "Orders"}])
def test_two_sheets_of_one_name_are_refused(tmp_path: Path, spec: dict[str, str]) -> None:
    """Only the first could be read: the second's rows were the first's again."""
    row = '<row r="2"><c r="A2"><v>{}</v></c></row>'
    sheets = {"Orders": HEAD + row.format(1), "Orders2": HEAD + row.format(2)}
    path = book(tmp_path, sheets)
    with zipfile.ZipFile(path) as archive:
        listed = archive.read("xl/workbook.xml").replace(b'"Orders2"', b'"Orders"')
    path = book(tmp_path, sheets, parts={"xl/workbook.xml": listed})
    (issue,) = refused(lambda: load(path, **spec))
    assert (issue.code, issue.facts["part"]) == ("E110", "two of its sheets are named Orders")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"<table:table-row>{ROW}{ods.text('1')}</table:table-row>", "a row stands inside a row"),
        (f"{ROW}{ods.row(ods.text('1'))}{ods.text('2')}", "a cell stands outside of rows"),
        (f"{ROW}{ods.row(ods.text('1'))}{ods.table(ROW)}", "a sheet stands inside a sheet"),
    ],
)
def test_ods_content_at_the_wrong_place_is_refused(tmp_path: Path, content: str, words: str) -> None:
    """Its cells went into the row above, or made a row that nobody wrote."""
    (issue,) = refused(lambda: load(ods.write(tmp_path / "orders.ods", ods.table(content))))
    assert (issue.code, issue.facts["part"]) == ("E110", words)


def test_an_xlsx_row_inside_a_row_is_refused(tmp_path: Path) -> None:
    """Two of its rows had one number, and one of them was gone without a word."""
    row = '<row r="2"><row r="3"><c r="A3"><v>1</v></c></row><c r="A2"><v>2</v></c></row>'
    again = '<row r="3"><c r="A3"><v>3</v></c></row>'
    (issue,) = refused(lambda: load(book(tmp_path, {"Orders": HEAD + row + again})))
    assert issue.code == "E110"


def test_xlsx_rows_in_every_sound_form_are_no_rows_inside_rows(tmp_path: Path) -> None:
    """Empty rows, line ends between rows, and page breaks below them."""
    rows = '\n<row r="2"/>\n<row r="3"></row>\n<row r="4"><c r="A4"><v>1</v></c></row>\n'
    breaks = '<rowBreaks count="1"><brk id="2"/></rowBreaks>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{rows}</sheetData>{breaks}</worksheet>'
    (table,) = load(book(tmp_path, {"Orders": f'<?xml version="1.0"?>{sheet}'}))
    assert [batch.numbers[0] for batch in table.batches()] == [4]


def test_ods_text_without_a_type_is_text(tmp_path: Path) -> None:
    """As LibreOffice has it; it was taken for nothing."""
    row = ods.row('<table:table-cell office:string-value="abc"/>')
    (table,) = load(ods.write(tmp_path / "orders.ods", ods.table(ROW, row)))
    assert cells_of(table) == [("abc", "")]


def test_a_part_is_named_without_control_characters(tmp_path: Path) -> None:
    """The name of a part is the file's word, and no terminal should obey it."""
    path = book(tmp_path, {"Orders": HEAD}, parts={"xl/a\x1b[2J.xml": b"<!DOCTYPE a><a/>"})
    (issue,) = refused(lambda: load(path))
    assert "\\u001b" in message_of(issue)
    assert message_of(issue).isprintable()


def test_a_locale_with_blanks_behind_it_is_no_locale() -> None:
    """The library takes the name, and then misses a file; it was a FileNotFoundError."""
    text = (ROOT / "mappings" / "turkish_two_files.yaml").read_text("utf-8")
    spoilt = text.replace("\nlocale: tr_TR ", '\nlocale: "tr_TR     " ')
    assert spoilt != text
    with pytest.raises(MappingRefused) as caught:
        compile_mapping(spoilt, "a.yaml", field_checks())
    assert [issue.code for issue in caught.value.issues] == ["E415"]
