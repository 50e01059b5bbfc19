"""Text files whose letters, delimiters, quotation marks or rows are not as they should be."""

import json
from pathlib import Path

import pytest
from bad_files import (
    COLUMNS,
    checked,
    csv_file,
    csv_text,
    file,
    line,
    looked_into,
    mapping,
    refused,
    risk_places,
    risks_of,
    told,
)

from pipeline.model.catalogue import message_of

TURKISH = "Işık Şişli Ağrı çığ"


@pytest.mark.parametrize(
    ("encoding", "delimiter", "warned"),
    [
        ("utf-8", ";", []),
        ("utf-8-sig", ";", []),
        ("utf-16", "\t", []),
        ("utf-16-be", "\t", []),
        ("cp1254", ";", ["W101 2"]),
        ("iso-8859-9", ",", ["W101 2"]),
        ("cp857", "|", ["W101 2"]),
    ],
)
def test_letters_arrive_as_they_were_written(
    tmp_path: Path, encoding: str, delimiter: str, warned: list[str]
) -> None:
    """Marks are taken off, the delimiter is found by the columns, and a guessed encoding is told."""
    path = file(tmp_path, csv_text(line("A", Note=TURKISH), delimiter=delimiter), encoding)
    found = checked(path, shop=mapping(tmp_path, more="locale: tr_TR"))
    assert (found.told, found.sent("notes")) == (warned, [TURKISH])


def test_a_file_of_two_encodings_is_refused_with_the_rows(tmp_path: Path) -> None:
    """Two exports were pasted together; as one encoding, half of the names would be garbled."""
    good = csv_text(line("A", Note=TURKISH), line("B", Note=TURKISH))
    path = file(tmp_path, good.encode() + ";".join(line("C", Note="Ağrı")).encode("cp1254") + b"\n")
    (issue,) = refused(path)
    assert told([issue]) == ["E118 4"]
    assert "rows 4" in message_of(issue)


def test_letters_that_were_garbled_before_are_pointed_out_with_what_they_were(tmp_path: Path) -> None:
    """The file is valid, so it is read; but nobody typed these letters."""
    path = csv_file(tmp_path, line("A"), line("B", Note="Ä°stanbul"))
    found = checked(path)
    assert (found.told, found.sent("notes")) == (["W105 3"], ["", "Ä°stanbul"])
    assert risk_places(path, "W138") == ["D3"]
    assert "İstanbul" in message_of(risks_of(looked_into(path))["W138"].issue)


def test_the_separator_line_of_excel_is_followed_and_no_row(tmp_path: Path) -> None:
    """Row numbers stay those of the editor."""
    found = checked(file(tmp_path, "sep=;\n" + csv_text(line("A"), line("B", Sum="ten"))))
    assert (found.told, list(found.orders)) == (["E211 C4"], ["A"])


def test_a_header_that_reads_well_under_two_delimiters_is_refused(tmp_path: Path) -> None:
    """With both of them; the mapping's word settles it."""
    path = file(tmp_path, "No;X,Note\nA;1,b\n")
    (doubt,) = refused(path)
    assert told([doubt]) == ["E121 1"]
    assert "semicolons (;)" in message_of(doubt)
    assert "commas (,)" in message_of(doubt)
    (settled,) = refused(path, shop=mapping(tmp_path, 'lines: {files: "*", key: No, delimiter: ";"}'))[:1]
    assert settled.code == "E430"


def test_a_decimal_comma_among_commas_refuses_its_order_and_shifts_nothing(tmp_path: Path) -> None:
    """The row has a cell too many; the next one is fine."""
    path = csv_file(tmp_path, line("A", Sum="10,00"), line("B"), delimiter=",")
    found = checked(path)
    assert (found.told, list(found.orders)) == (["E133 2", "E308 2"], ["B"])
    assert "8 cells, the header has 7" in message_of(found.issues[0])


def test_decimal_commas_among_semicolons_are_read_by_the_locale(tmp_path: Path) -> None:
    """The usual file of Excel in Türkiye and Germany."""
    path = csv_file(tmp_path, line("A", Sum="1.234,56", Each="1.234,56"), line("B", Sum="10", Each="10,00"))
    found = checked(path, shop=mapping(tmp_path, more="locale: tr_TR"))
    assert (found.told, found.sent("amount")) == ([], ["1234.56", "10.00"])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param((line("A"), line("B", Note='"x'), line("C")), "E130", id="never-closed"),
        pytest.param((line("A"), line("B", Note='"x"y'), line("C")), "E131", id="closed-too-early"),
        pytest.param(
            (line("A"), line("B", Note='"x'), line("C"), line("D", Note='y"')), "E146", id="closed-rows-later"
        ),
        pytest.param((line("A"), line("B", Note="x" * (1 << 20) + "y")), "E132", id="a-cell-without-end"),
    ],
)
def test_a_quotation_mark_that_would_swallow_rows_is_refused_where_it_opens(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...], code: str
) -> None:
    """Checking and inspecting name the same row."""
    path = csv_file(tmp_path, *rows)
    assert told(refused(path)) == [f"{code} 3"]
    assert told(looked_into(path).refused) == [f"{code} 3"]


def test_a_lone_quotation_mark_inside_a_text_is_text(tmp_path: Path) -> None:
    """Inches and the like; it opens nothing where it does not come first."""
    found = checked(csv_file(tmp_path, line("A", Note='5" pipe'), line("B")))
    assert (found.told, found.sent("notes")) == ([], ['5" pipe', ""])


def test_a_row_with_cells_too_few_or_too_many_refuses_its_order(tmp_path: Path) -> None:
    """Empty cells too many do no harm."""
    path = csv_file(tmp_path, (*line("A"), "", ""), line("B")[:5], (*line("C"), "x"), line("D"))
    found = checked(path)
    assert found.told == ["E133 3", "E133 4", "E308 3", "E308 4"]
    assert list(found.orders) == ["A", "D"]
    assert {"E133"} == {code for code in risks_of(looked_into(path)) if code.startswith("E")}


@pytest.mark.parametrize(
    ("bad", "point"), [("\0", "U+0000"), ("\x07", "U+0007"), ("\x1b", "U+001B"), ("\ufffd", "U+FFFD")]
)
def test_a_character_that_no_text_has_refuses_its_order(tmp_path: Path, bad: str, point: str) -> None:
    """At the cell and the position; it never reaches a message as it is."""
    found = checked(csv_file(tmp_path, line("A", Note=f"ab{bad}c"), line("B")))
    assert (found.told, list(found.orders)) == (["E134 D2", "E308 2"], ["B"])
    assert f"Character 3 of the cell is {point}" in message_of(found.issues[0])


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    """UTF-16 may hold one, JSON may write one."""
    utf16 = csv_text(line("A", Note="a?b"), delimiter="\t").encode("utf-16-le").replace(b"?\0", b"\x3d\xd8")
    (issue,) = refused(file(tmp_path, b"\xff\xfe" + utf16))
    assert told([issue]) == ["E116 2"]
    rows = json.dumps(
        [dict(zip(COLUMNS, line(no, Note=note), strict=True)) for no, note in (("A", ""), ("B", "\ud83d"))]
    )
    found = checked(file(tmp_path, rows, name="orders.json"))
    assert found.told == ["E134 D2", "E308 2"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_stay_right_whatever_ends_the_lines(tmp_path: Path, end: str) -> None:
    """Line breaks inside cells count as an editor counts them."""
    rows = csv_text(line("A", Note='"one\ntwo\nthree"'), ("",) * 7, line("B", Sum="ten"))
    found = checked(file(tmp_path, rows.replace("\n", end)))
    assert (found.told, found.sent("notes")) == (["E211 C6"], [end.join(("one", "two", "three"))])


def test_mixed_line_ends_keep_every_row(tmp_path: Path) -> None:
    """Programs that append write their own."""
    rows = csv_text(*(line(f"N{i}") for i in range(6))).splitlines()
    path = file(tmp_path, "".join(row + end for row, end in zip(rows, "\n\r\n\r\n\r\n", strict=False)))
    found = checked(
        file(tmp_path, f"{rows[0]}\r\n{rows[1]}\n{rows[2]}\r{rows[3]}\r\n{rows[4]}\r\r\n{rows[5]}")
    )
    assert path.exists()
    assert (found.told, len(found.orders)) == ([], 5)
