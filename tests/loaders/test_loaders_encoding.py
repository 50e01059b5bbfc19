"""In which encoding a file is written."""

from pathlib import Path

import pytest
from source_files import cells_of, codes, load, refused, text

TURKISH = "No;Name\n" + "".join(f"{i};Şişli Ağrı İğdır çığ öykü üzüm\n" for i in range(9))
GERMAN = "No;Name\n" + "".join(f"{i};Müller Größe Äpfel, 12 € straße\n" for i in range(9))


@pytest.mark.parametrize(
    ("encoding", "mark", "locale", "content"),
    [
        pytest.param("utf-8", b"", None, TURKISH, id="utf-8"),
        pytest.param("utf-8", b"\xef\xbb\xbf", None, TURKISH, id="utf-8-marked"),
        pytest.param("utf-16-le", b"\xff\xfe", None, TURKISH, id="utf-16-le-marked"),
        pytest.param("utf-16-be", b"\xfe\xff", None, TURKISH, id="utf-16-be-marked"),
        pytest.param("utf-16-le", b"", None, TURKISH, id="utf-16-le-bare"),
        pytest.param("utf-16-be", b"", None, TURKISH, id="utf-16-be-bare"),
        pytest.param("utf-32-le", b"\xff\xfe\0\0", None, TURKISH, id="utf-32-le-marked"),
        pytest.param("utf-32-be", b"\0\0\xfe\xff", None, TURKISH, id="utf-32-be-marked"),
        pytest.param("utf-32-le", b"", None, TURKISH, id="utf-32-le-bare"),
        pytest.param("utf-32-be", b"", None, TURKISH, id="utf-32-be-bare"),
        pytest.param("cp1254", b"", "tr_TR", TURKISH, id="turkish-windows-by-locale"),
        pytest.param("cp1254", b"", None, TURKISH, id="turkish-windows-by-letters"),
        pytest.param("cp1252", b"", None, GERMAN, id="western-windows"),
        pytest.param("cp1252", b"", "de_DE", GERMAN, id="german-windows"),
        pytest.param("cp857", b"", "tr_TR", TURKISH, id="turkish-dos"),
        pytest.param("mac_turkish", b"", "tr_TR", TURKISH, id="turkish-mac"),
        pytest.param("cp1252", b"", "is_IS", "No;Name\n1;Þór Ýmir Guðrún\n", id="icelandic"),
    ],
)
def test_the_letters_come_out_as_they_were_written(
    tmp_path: Path, encoding: str, mark: bytes, locale: str | None, content: str
) -> None:
    """The encoding is found over the whole file, and a guess is told."""
    (table,) = load(text(tmp_path, mark + content.encode(encoding)), locale=locale)
    assert table.facts.encoding == encoding
    assert codes(table.issues) == ([] if encoding.startswith("utf") else ["W101"])
    assert cells_of(table) == [tuple(line.split(";")) for line in content.splitlines()[1:]]


def test_a_single_letter_beyond_the_first_megabyte_decides_too(tmp_path: Path) -> None:
    """A late byte must not surprise in row 900,000."""
    content = "No;Name\n" + "12345;Ann\n" * 150_000 + "1;Şişli\n"
    (table,) = load(text(tmp_path, content, "cp1254"), locale="tr_TR")
    assert cells_of(table)[-1] == ("1", "Şişli")
    (warning,) = table.issues
    assert warning.at is not None
    assert warning.at.row == 150_002


def test_letters_on_the_border_of_two_chunks_stay_whole(tmp_path: Path) -> None:
    """Two bytes of one letter may come in two reads."""
    head = "No;Name\n1;"
    content = head + "x" * ((1 << 20) - len(head) - 4) + "\n2;ş\n"
    raw = content.encode()
    assert raw[(1 << 20) - 1 : (1 << 20) + 1] == "ş".encode()
    (table,) = load(text(tmp_path, raw))
    assert (table.facts.encoding, cells_of(table)[-1]) == ("utf-8", ("2", "ş"))


def test_a_declared_encoding_that_does_not_fit_is_refused_at_the_byte(tmp_path: Path) -> None:
    """Nothing is ever replaced silently."""
    (issue,) = refused(lambda: load(text(tmp_path, "No;Name\n1;Ann\n2;Şişli\n", "cp1254"), encoding="utf-8"))
    assert issue.code == "E116"
    assert issue.at is not None
    assert (issue.at.row, issue.facts["offset"]) == (3, 16)


def test_a_declared_encoding_is_followed_without_a_warning(tmp_path: Path) -> None:
    """The mapping's word ends the guessing."""
    (table,) = load(text(tmp_path, TURKISH, "cp857"), encoding="cp857")
    assert (table.issues, cells_of(table)[0][1]) == ([], "Şişli Ağrı İğdır çığ öykü üzüm")


def test_the_byte_is_named_right_where_a_letter_is_cut_by_two_reads(tmp_path: Path) -> None:
    """The first byte of the broken letter counts, though it came with the read before."""
    head = b"No;Name\n1;"
    raw = head + b"x" * ((1 << 20) - 1 - len(head)) + b"\xc5?\n"
    (issue,) = refused(lambda: load(text(tmp_path, raw), encoding="utf-8"))
    assert (issue.code, issue.facts["offset"]) == ("E116", (1 << 20) - 1)


@pytest.mark.parametrize("name", ["utf-88", "base64"])
def test_an_unknown_encoding_is_refused(tmp_path: Path, name: str) -> None:
    """Also codecs that make no text."""
    assert codes(refused(lambda: load(text(tmp_path, TURKISH), encoding=name))) == ["E117"]


def test_the_mark_of_the_file_outweighs_the_mapping(tmp_path: Path) -> None:
    """The mark was written by the program that saved the file."""
    (table,) = load(text(tmp_path, TURKISH, "utf-8-sig"), encoding="cp1254")
    assert (codes(table.issues), table.facts.encoding) == (["W102"], "utf-8")


def test_a_few_foreign_bytes_in_utf8_are_refused_instead_of_spoiling_the_rest(tmp_path: Path) -> None:
    """Pasted files mix encodings; reading all of it as cp1254 would garble the good part."""
    raw = TURKISH.encode() + "10;Şişli\n".encode("cp1254")
    (issue,) = refused(lambda: load(text(tmp_path, raw), locale="tr_TR"))
    assert issue.code == "E118"
    assert issue.at is not None
    assert issue.at.row == 11


def test_text_garbled_before_it_was_saved_is_pointed_out(tmp_path: Path) -> None:
    """The bytes are valid, the letters are not what anybody typed."""
    (table,) = load(text(tmp_path, "No;Name\n1;Ann\n2;Ä°stanbul\n"))
    (warning,) = table.issues
    assert warning.code == "W105"
    assert warning.at is not None
    assert warning.at.row == 3


@pytest.mark.parametrize("good", [1, 20, 400])
def test_pasted_files_of_two_encodings_are_refused_whichever_part_is_larger(
    tmp_path: Path, good: int
) -> None:
    """Read as one encoding, the other part would be garbled; the rows that stand out are listed."""
    raw = ("1;Şişli Ağrı\n" * good).encode() + ("2;Şişli Ağrı\n" * 12).encode("cp1254")
    (issue,) = refused(lambda: load(text(tmp_path, b"No;Name\n" + raw), locale="tr_TR"))
    assert (issue.code, issue.facts["count"]) == ("E118", 48)
    assert str(issue.facts["rows"]).startswith(f"{good + 2}, {good + 3}, ")
    assert str(issue.facts["rows"]).endswith(f"{good + 11} and more")


def test_signs_behind_capital_letters_do_not_make_a_mixed_file(tmp_path: Path) -> None:
    """In Turkish a name and its ending are parted by a sign, which may look like UTF-8 by chance."""
    content = "No;Name\n" + "1;KADIKÖY\u2019Ü, BEYOĞLU\u2019nu, İ\u2019ye Ü\u2019nün\n" * 50
    (table,) = load(text(tmp_path, content, "cp1254"), locale="tr_TR")
    assert (table.facts.encoding, codes(table.issues)) == ("cp1254", ["W101"])


def test_a_few_capital_letters_before_a_hard_blank_do_not_make_a_mixed_file(tmp_path: Path) -> None:
    """By chance these two bytes are a letter in UTF-8, too; among many others they weigh nothing."""
    content = "No;Name\n" + "1;Blåbærgrød på Åsen\n" * 50 + "2;Å\u00a0i\u00a0Lofoten\n" * 3
    (table,) = load(text(tmp_path, content, "cp1252"))
    assert (table.facts.encoding, cells_of(table)[-1]) == ("cp1252", ("2", "Å\u00a0i\u00a0Lofoten"))
