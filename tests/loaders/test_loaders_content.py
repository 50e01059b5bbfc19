"""The content decides what a file is, not its name."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest
from source_files import HEAD, book, cells_of, codes, load, refused, text

from pipeline.loaders.content import Kind, kind_of
from pipeline.loaders.source_file import find_inside
from pipeline.loaders.survey import survey
from pipeline.model.reading import ReadLimits

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504


def slot(name: str) -> bytes:
    """Make the slot that lists a stream in an OLE container."""
    raw = name.encode("utf-16-le")
    return (raw.ljust(64, b"\0") + (len(raw) + 2).to_bytes(2, "little")).ljust(128, b"\0")


XML_2003 = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
ROW = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Ann</t></is></c></row>'


@pytest.mark.parametrize(
    ("name", "content", "code", "word"),
    [
        pytest.param("a.csv", b"", "E106", "", id="no-bytes"),
        pytest.param("a.csv", b"\xef\xbb\xbf", "E106", "", id="only-a-mark"),
        pytest.param("a.csv", b"\r\n \r\n", "E106", "", id="only-blank-lines"),
        pytest.param("a.csv", b"No;Name\r\n;\r\n\r\n", "E107", "", id="header-only"),
        pytest.param("a.xls", b"<html><table><tr><td>No", "E108", "HTML", id="html-as-xls"),
        pytest.param("a.xlsx", b"%PDF-1.7 ...", "E108", "PDF", id="pdf"),
        pytest.param("a.xls", XML_2003, "E108", "Excel 2003", id="xml-of-excel-2003"),
        pytest.param(
            "a.doc", OLE + slot("WordDocument") + "Workbook".encode("utf-16-le"), "E108", "Office", id="word"
        ),
        pytest.param(
            "a.xlsx", OLE + slot("Root Entry") + slot("EncryptedPackage"), "E109", "", id="password"
        ),
        pytest.param("a.xlsx", b"PK\x03\x04 cut off", "E110", "cut off", id="cut-off"),
        pytest.param("a.csv", bytes(range(1, 32)) * 50, "E119", "", id="binary"),
    ],
)
def test_what_cannot_be_read_is_named_for_what_it_is(
    tmp_path: Path, name: str, content: bytes, code: str, word: str
) -> None:
    """The message says what the file really is."""
    (issue,) = refused(lambda: load(text(tmp_path, content, name=name)))
    assert issue.code == code
    assert word in str(issue.facts)


def test_csv_named_xlsx_is_read_with_a_warning(tmp_path: Path) -> None:
    """A file that can be read is read, whatever it is called."""
    (table,) = load(text(tmp_path, "No;Name\n1;Ann\n", name="orders.xlsx"))
    assert (codes(table.issues), cells_of(table)) == (["W103"], [("1", "Ann")])


def test_a_workbook_named_csv_is_read_with_a_warning(tmp_path: Path) -> None:
    """The other way round as well."""
    (table,) = load(book(tmp_path, {"S": HEAD + ROW}, name="orders.csv"))
    assert (codes(table.issues), cells_of(table), table.facts.kind) == (["W103"], [(1.0, "Ann")], "xlsx")


def test_the_facts_say_which_file_was_read(tmp_path: Path) -> None:
    """Fingerprint, size, kind, encoding and delimiter let a later run notice a change."""
    (table,) = load(text(tmp_path, "No;Name\n1;Ann\n"))
    facts = table.facts
    assert facts.sha256 == hashlib.sha256(b"No;Name\n1;Ann\n").hexdigest()
    assert (facts.bytes, facts.kind, facts.encoding, facts.delimiter) == (14, "csv", "utf-8", ";")


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """A customer repairs the files once, not once per run."""
    first, second = text(tmp_path, "", name="a.csv"), text(tmp_path, "%PDF-1.4", name="b.csv")
    assert codes(refused(lambda: load(first, second))) == ["E106", "E108"]


def test_a_file_that_changes_between_opening_and_the_end_is_refused(tmp_path: Path) -> None:
    """Half old rows and half new rows are worse than none."""
    path = text(tmp_path, "No;Name\n" + "1;Ann\n" * 10)
    (table,) = load(path)
    batches = table.batches(2)
    next(batches)
    path.write_bytes(path.read_bytes() + b"2;Bob\n")
    assert codes(refused(lambda: list(batches))) == ["E112"]
    assert codes(refused(lambda: list(table.batches()))) == ["E112"]


def kind(path: Path) -> Kind | str:
    """Tell the kind of a file, or the code of why it has none."""
    source = find_inside(path, ReadLimits())
    found = kind_of(source, survey(source))
    return found if isinstance(found, Kind) else found.code


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        pytest.param(OLE + slot("Root Entry") + slot("Workbook"), "a.xls", Kind.XLS, id="excel-97"),
        pytest.param(OLE + slot("Book"), "a.csv", Kind.XLS, id="excel-95"),
        pytest.param(b"\x09\x08\x10\x00\x00\x06\x05\x00", "a.xls", Kind.XLS, id="excel-97-bare"),
        pytest.param(b'[{"No": 1}]', "a.csv", Kind.JSON, id="json-named-csv"),
        pytest.param(b' \r\n[ {"No": 1}]', "a.json", Kind.JSON, id="json-with-blanks"),
        pytest.param(b"[[1, 2]]", "a.json", Kind.JSON, id="lists"),
        pytest.param(b'{"No": 1}\n{"No": 2}', "a.json", Kind.JSONL, id="lines"),
        pytest.param(b"[No];[Name]\n1;2\n", "a.csv", Kind.CSV, id="names-in-brackets"),
        pytest.param(b"[No];[Name]\n1;2\n", "a.json", Kind.JSON, id="names-in-brackets-named-json"),
        pytest.param(b"{No};{Name}\n1;2\n", "a.txt", Kind.CSV, id="names-in-braces"),
        pytest.param(b"{'No': 1}", "a.jsonl", Kind.JSONL, id="single-quotes-named-json"),
        pytest.param(b"No;Name\n1;2\n", "a.json", Kind.CSV, id="csv-named-json"),
        pytest.param('[{"No": 1}]'.encode("utf-16"), "a.json", Kind.JSON, id="json-in-utf-16"),
        pytest.param('{"No": 1}'.encode("utf-32-be"), "a.json", Kind.JSONL, id="json-in-utf-32"),
    ],
)
def test_the_kind_is_told_by_the_content(tmp_path: Path, content: bytes, name: str, expected: Kind) -> None:
    """The name decides only where the content leaves it open."""
    assert kind(text(tmp_path, content, name=name)) is expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"xl/workbook.xml": ""}, Kind.XLSX),
        ({"xl/workbook.xml": "", "xl/vbaProject.bin": ""}, Kind.XLSM),
        ({"xl/workbook.bin": ""}, Kind.XLSB),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}, Kind.ODS),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "E108"),
        ({"word/document.xml": ""}, "E108"),
        ({"Index/Document.iwa": ""}, "E108"),
    ],
)
def test_the_kind_of_an_archive_is_told_by_its_parts(
    tmp_path: Path, parts: dict[str, str], expected: Kind | str
) -> None:
    """Packed once more it is the same kind."""
    path = tmp_path / "a.bin"
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    assert kind(path) == expected
    assert kind(text(tmp_path, gzip.compress(path.read_bytes()), name="a.gz")) == expected
