"""Layouts that no mapping tells, guessed with a reason."""

import gzip
from pathlib import Path

import pytest
from source_files import HEAD, book, text

from pipeline.loaders.guessing.delimiter_guess import guess_delimiter
from pipeline.loaders.guessing.header_guess import guess_header
from pipeline.loaders.guessing.looking import look_into, open_plan
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

LIMITS = ReadLimits()


def _header(*rows: str) -> tuple[tuple[int, ...], tuple[str, ...], float]:
    """Guess the header of rows written as ``a|b|c``: (its rows, the reasons, how sure)."""
    found = guess_header([(number, row.split("|")) for number, row in enumerate(rows, 1)])
    assert found is not None
    return found.rows, found.guess.reasons, found.guess.confidence


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        (("No|Date|Sum", "1|2024-01-01|5", "2|2024-01-02|6"), (1,)),
        (("Sales 2024||", "||", "from: 1 Jan||", "No|Date|Sum", "1|2024-01-01|5", "Total||5"), (4,)),
        (("||", "No|Date|Sum", "1|2024-01-01|5"), (2,)),
        (("Name|City", "Ada|Izmir", "Bo|Van"), (1,)),
        (("No|Name|Note", "A-1|Ada|x", "A-2|Bo|", "A-3|Cy|y"), (1,)),
        (("Order||Customer|", "No|Date|Name|City", "1|2024-01-01|Ada|Van"), (2,)),
        (("Bill||Ship|", "Name|City|Name|City", "Ada|Van|Bo|Izmir"), (1, 2)),
        (("Order||Bill|Ship|Note", "No|Date|Name|Name|", "1|2024-01-01|Ada|Bo|x"), (1, 2)),
        (("Bill||Ship|", "Person||Person|", "Name|City|Name|City", "Ada|1|Bo|2"), (1, 2, 3)),
        (("No", "1", "2"), (1,)),
        (("No|Date",), (1,)),
    ],
)
def test_the_header_is_found_among_the_first_rows(rows: tuple[str, ...], header: tuple[int, ...]) -> None:
    """Below titles, joined only where one row cannot tell its columns apart."""
    assert _header(*rows)[0] == header


def test_a_header_says_why_and_how_sure_it_is() -> None:
    """Names above numbers and dates are sure; numbers above numbers are not."""
    _, why, sure = _header("No|Date|Sum", "1|2024-01-01|5", "2|2024-01-02|6")
    assert (why, sure) == (("filled", "words", "distinct", "unlike"), 1.0)
    _, why, unsure = _header("1|2", "3|4", "5|6")
    assert "words" not in why
    assert unsure < 0.6
    assert "alone" in _header("No|Date")[1]
    assert "groups" in _header("Bill||Ship|", "Name|City|Name|City", "Ada|Van|Bo|Izmir")[1]


def test_blank_rows_have_no_header() -> None:
    """Nothing is made up."""
    assert guess_header([(1, ["", " "]), (2, ["\u200b"])]) is None
    assert guess_header([]) is None


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["No;Sum;Tax\n", "1;12,50;3,20\n", "2;12,50;3,20\n"], ";"),
        (["No,Sum,Note\n", '1,12.50,"a;b"\n', "2,12.50,c; d\n"], ","),
        (["No\tSum\n", "1\t1,50\n"], "\t"),
        (["No|Sum\n", "1|1;50\n"], "|"),
        (["Report of 1, 2 and 3\n", "\n", "No;Name;Sum\n"] + ["1;Ada, Bo;1,50\n"] * 20, ";"),
        (["sep=|\n", "No|Name, first\n"], "|"),
        (['"No";"Note"\n', '"1";"a\n', "b;c\n", 'd"\n', '"2";"e"\n'], ";"),
        (["Name\n", "Ada\n"], None),
        (["Name\n", "Yılmaz, Ada\n"], None),
        ([], None),
    ],
)
def test_the_delimiter_makes_rows_of_one_width(lines: list[str], delimiter: str | None) -> None:
    """A decimal comma parts nothing, nor does a comma in a sentence."""
    assert guess_delimiter(lines).delimiter == delimiter


def test_two_delimiters_that_do_equally_well_leave_the_matter_open() -> None:
    """The second one is named, and the first is not sure."""
    found = guess_delimiter(["a;b,c;d,e\n"] * 10)
    assert {found.delimiter, found.other} == {";", ","}
    assert found.guess.confidence <= 0.6
    assert guess_delimiter(["No;Sum\n", "1;12,50\n"]).other is None


@pytest.mark.parametrize(
    ("content", "encoding", "reasons"),
    [
        ("No;Name\n1;Ada\n", "utf-8", ("ascii",)),
        ("No;Name\n1;Özgür\n", "utf-8", ("utf8",)),
        ("No;Name\n1;Özgür\n", "utf-8-sig", ("mark",)),
        ("No;Name\n1;Şebnem Işık\n", "cp1254", ("guess",)),
        ("No;Name\n1;Özgür\n", "utf-16", ("mark",)),
        ("No;Name\n1;Ozgur\n" * 9, "utf-16-le", ("zeros",)),
    ],
)
def test_an_encoding_says_how_it_was_told(
    tmp_path: Path, content: str, encoding: str, reasons: tuple[str, ...]
) -> None:
    """And the file opens in it."""
    look = look_into(text(tmp_path, content, encoding), LIMITS)
    assert look.encoding is not None
    assert look.encoding.reasons == reasons
    assert (look.encoding.confidence < 0.9) == (reasons == ("guess",))
    (opened,) = open_plan(look, look.plans[0], LIMITS)
    assert opened.table.header == ("No", "Name")
    assert [row[0] for batch in opened.batches() for row in batch.rows][:1] == ["1"]


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    """Kind, encoding and delimiter are of what is inside."""
    path = text(tmp_path, gzip.compress(b"No;Sum\n1;2,50\n"), name="orders.csv.gz")
    look = look_into(path, LIMITS)
    assert (look.facts.kind, look.facts.packing, look.facts.delimiter) == ("csv", "gzip", ";")


def test_every_sheet_of_a_workbook_is_planned_hidden_ones_too(tmp_path: Path) -> None:
    """Each with a header of its own; one without rows keeps no other from being read."""
    title = '<row r="1"><c r="A1" t="inlineStr"><is><t>Old</t></is></c></row>'
    moved = HEAD.replace('r="1"', 'r="3"').replace("A1", "A3").replace("B1", "B3")
    rows = '<row r="4"><c r="A4"><v>7</v></c></row>'
    path = book(
        tmp_path, {"May": HEAD + rows, "Empty": "", "June": title + moved + rows}, state='state="hidden"'
    )
    look = look_into(path, LIMITS)
    assert [(sheet.name, sheet.visibility) for sheet in look.sheets] == [
        ("May", "visible"), ("Empty", "hidden"), ("June", "hidden")
    ]  # fmt: skip
    assert [(plan.sheet, plan.hidden, plan.spec.header_rows) for plan in look.plans] == [
        ("May", False, (1,)), ("Empty", True, ()), ("June", True, (3,))
    ]  # fmt: skip
    (june,) = open_plan(look, look.plans[2], LIMITS)
    assert [(batch.numbers[0], batch.rows[0][0]) for batch in june.batches()] == [(4, 7.0)]
    with pytest.raises(InputRefused) as refused:
        open_plan(look, look.plans[1], LIMITS)
    assert [issue.code for issue in refused.value.issues] == ["E106"]


def test_the_columns_of_json_need_no_guess(tmp_path: Path) -> None:
    """Names are in every row."""
    look = look_into(text(tmp_path, '[{"no": "007", "sum": 5}]', name="rows.json"), LIMITS)
    (opened,) = open_plan(look, look.plans[0], LIMITS)
    assert look.plans[0].header is None
    assert opened.table.header == ("no", "sum")


def test_a_file_of_equal_names_is_still_opened(tmp_path: Path) -> None:
    """Those that stand once are enough to find the header."""
    look = look_into(text(tmp_path, "No;Sum;Sum\n1;2;3\n"), LIMITS)
    (opened,) = open_plan(look, look.plans[0], LIMITS)
    assert opened.table.header == ("No", "Sum", "Sum")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "E106"), (b"%PDF-1.7 x", "E108"), (b"a\x80\x00" * 9, "E119")]
)
def test_a_file_that_is_no_table_is_refused_at_the_first_look(
    tmp_path: Path, content: bytes, code: str
) -> None:
    """With the words of the loaders."""
    path = text(tmp_path, content)
    with pytest.raises(InputRefused) as refused:
        look_into(path, LIMITS)
    assert [issue.code for issue in refused.value.issues] == [code]


def test_a_file_of_blank_lines_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    """There is text, but no table in it."""
    look = look_into(text(tmp_path, "\n \n"), LIMITS)
    with pytest.raises(InputRefused) as refused:
        open_plan(look, look.plans[0], LIMITS)
    assert [issue.code for issue in refused.value.issues] == ["E106"]
