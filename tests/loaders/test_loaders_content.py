"""The content decides what a file is, not its name."""

import hashlib
from pathlib import Path

import pytest
from source_files import HEAD, book, cells_of, codes, load, refused, text

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
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
        pytest.param("a.xls", OLE + "Workbook".encode("utf-16-le"), "E108", ".xls", id="old-excel"),
        pytest.param("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "E109", "", id="password"),
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
