"""What the fast reader does not tell of an XLSX sheet: searched quickly, and parsed where that fails."""

import re
import zipfile
from dataclasses import asdict, dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import HEAD, MAIN, book, cells_of, load, numbered, refused

from pipeline.loaders.workbook import xlsx_quick_look
from pipeline.loaders.workbook.archive import open_parts
from pipeline.loaders.workbook.grid import Corrections, SheetFindings
from pipeline.loaders.workbook.xlsx import open_book
from pipeline.loaders.workbook.xlsx_quick_look import OtherFormError, look
from pipeline.loaders.workbook.xlsx_slow_look import blank_shared_texts, look_slowly
from pipeline.model.cell import Cell, CellError
from pipeline.model.reading import ReadLimits

PADDING = {3: "00000", 4: "00-000"}
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
        )
    )
    + "</Types>"
).encode()
"""What other readers want to know of a workbook before they read it."""


@dataclass
class Looked:
    """What a look has found."""

    corrections: Corrections
    valued: int
    findings: dict[str, Any]


def whole(rows: str, above: str = "", below: str = "") -> str:
    """Make a whole sheet."""
    return f'<worksheet xmlns="{MAIN}">{above}<sheetData>{rows}</sheetData>{below}</worksheet>'


def quickly(sheet: str | bytes, chunk: int = 1 << 20) -> Looked:
    """Search a sheet that comes in chunks."""
    data = sheet.encode() if isinstance(sheet, str) else sheet
    findings = SheetFindings()
    chunks = [data[i : i + chunk] for i in range(0, len(data), chunk)]
    corrections, valued = look(chunks, PADDING, findings)
    return Looked(corrections, valued, asdict(findings))


def slowly(sheet: str | bytes, blank: frozenset[int] = frozenset()) -> Looked:
    """Parse a sheet."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(SHEET, sheet)
    findings = SheetFindings()
    with open_parts(stream, "a.xlsx") as parts:
        corrections, valued = look_slowly(parts, "a.xlsx", SHEET, PADDING, findings, blank)
    return Looked(corrections, valued, asdict(findings))


# --- Both looks see the same

_TEXT = st.sampled_from(["Ann", "x < y & z", 't="e"', "<f>", "<v", 's="3"', "hidden=1", "İ–", "#N/A"]).map(
    escape
)
_NUMBER = st.sampled_from(["0", "7", "12.5", "123", "99999", "123456", "-4", "1E3", "1e-7", "45292"])
_ERROR = st.sampled_from(["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"])
_FORMULA = st.sampled_from(
    ["<f>A1+1</f>", '<f t="shared" si="0"/>', '<f t="shared" ref="A1:A9" si="0">A1&lt;2</f>', "<f></f>"]
)
_VALUED = st.one_of(
    _NUMBER.map(lambda n: ("", f"<v>{n}</v>")),
    _TEXT.map(lambda t: (' t="str"', f"<v>{t}</v>")),
    _TEXT.map(lambda t: (' t="inlineStr"', f"<is><t>{t}</t></is>")),
    _TEXT.map(
        lambda t: (' t="inlineStr"', f'<is><r><t xml:space="preserve">{t}</t></r><r><t>b</t></r></is>')
    ),
    _TEXT.map(lambda t: (' t="inlineStr"', f'<is><t>{t}</t><rPh sb="0" eb="1"><t>ka</t></rPh></is>')),
    st.just((' t="s"', "<v>0</v>")),
    st.just((' t="b"', "<v>1</v>")),
    st.just((' t="n"', "<v>42</v>")),
    _ERROR.map(lambda e: (' t="e"', f"<v>{e}</v>")),
    st.tuples(_FORMULA, _NUMBER).map(lambda both: ("", f"{both[0]}<v>{both[1]}</v>")),
    st.tuples(_FORMULA, _TEXT).map(lambda both: (' t="str"', f"{both[0]}<v>{both[1]}</v>")),
    st.tuples(_FORMULA, _ERROR).map(lambda both: (' t="e"', f"{both[0]}<v>{both[1]}</v>")),
)
_UNCOMPUTED = st.tuples(_FORMULA, st.sampled_from(["", "<v></v>"])).map(lambda both: ("", "".join(both)))
_CELL = st.one_of(_VALUED, _VALUED, _UNCOMPUTED)
_STYLE = st.sampled_from(["", "", ' s="1"', ' s="3"', ' s="4"', ' s="33"'])


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Draw a sheet as usual programs write it: with gaps, blank rows, hidden rows, styled empty cells."""
    xml, number = "", 0
    for _ in range(draw(st.integers(0, 5))):
        number += draw(st.integers(1, 3))
        hidden = draw(st.sampled_from(["", "", ' hidden="1"', ' hidden="0"', ' ht="12" hidden="true"']))
        cells = ""
        for letter in sorted(draw(st.sets(st.sampled_from("ABCDE"), max_size=4))):
            style = draw(_STYLE)
            if draw(st.integers(0, 5)):
                kind, inside = draw(_CELL)
                cells += f'<c r="{letter}{number}"{style}{kind}>{inside}</c>'
            else:
                cells += f'<c r="{letter}{number}"{style}/>'
        if "<v></v>" in cells and draw(st.booleans()):
            cells += f'<c r="Z{number}"><v>1</v></c>'
        xml += (
            f'<row r="{number}"{hidden} spans="1:5">{cells}</row>'
            if cells
            else f'<row r="{number}"{hidden}/>'
        )
    columns = draw(
        st.sampled_from(
            ["", '<cols><col min="2" max="3" hidden="1"/><col min="4" max="4" width="3"/></cols>']
        )
    )
    below = draw(st.sampled_from(["", '<autoFilter ref="A1:C9"/>', '<tableParts count="0"/>']))
    return whole(xml, columns, below)


@settings(max_examples=300, deadline=None)
@given(sheets(), st.sampled_from([1 << 20, 90, 37]))
def test_the_quick_look_sees_what_the_slow_look_sees(sheet: str, chunk: int) -> None:
    """Errors, formulas, padded numbers, what is hidden, and how many rows there are."""
    try:
        quick = quickly(sheet, chunk)
    except OtherFormError:
        assert '>t="e"' in sheet  # only a text that looks like this may do it
        return
    slow = slowly(sheet)
    assert quick.corrections == slow.corrections
    assert quick.findings == slow.findings
    # What only the quick count takes for a value, or does not, makes the rows be counted again.
    doubtful = "tableParts" in sheet or quick.findings["uncomputed"]["count"]
    assert quick.valued == slow.valued or doubtful


def test_the_property_above_meets_everything() -> None:
    """A search that finds nothing proves nothing."""
    seen: set[str] = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(sheets())
    def collect(sheet: str) -> None:
        found = slowly(sheet).findings
        seen.update(
            name for name, value in found.items() if value not in ({"count": 0, "first": []}, [], {}, None)
        )

    collect()
    assert {"errors", "uncomputed", "computed", "padded", "hidden_rows", "hidden_columns", "filtered"} <= seen


# --- Every other form goes to the slow look and gives the same rows

CELLS = (
    '<c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f>1+1</f><v>2</v></c>'
    '<c r="C2" t="inlineStr"><is><t>Ann</t></is></c>'
)
USUAL = whole(f'{HEAD}<row r="2" hidden="1">{CELLS}</row>')


def prefixed(sheet: str, prefix: str) -> str:
    """Write every element of a sheet with a prefix."""
    return re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", sheet).replace("xmlns=", f"xmlns:{prefix}=")


OTHER_FORMS = {
    "single-quotes": USUAL.replace('"', "'"),
    "prefix": prefixed(USUAL, "x"),
    "prefix-with-a-dash": prefixed(USUAL, "my-x"),
    "prefix-beside-none": USUAL.replace(f'xmlns="{MAIN}"', f'xmlns="{MAIN}" xmlns:x="{MAIN}"')
    .replace("<row ", "<x:row ")
    .replace("</row>", "</x:row>"),
    "no-names-of-cells": re.sub(r'<c r="\w+"', "<c", USUAL),
    "no-name-of-one-cell": USUAL.replace('<c r="B2"', "<c"),
    "no-names-of-rows": USUAL.replace(' r="1"', "").replace(' r="2"', ""),
    "small-letters": USUAL.replace('"A2"', '"a2"').replace('"B2"', '"b2"'),
    "cdata": USUAL.replace("#N/A", "<![CDATA[#N/A]]>"),
    "comment": USUAL.replace("<v>#N/A", "<!-- never --><v>#N/A"),
    "comment-with-a-row": USUAL.replace('<row r="2"', '<!-- <row r="9"> --><row r="2"'),
    "instruction": USUAL.replace("<v>#N/A", "<?x y?><v>#N/A"),
    "blanks-around-equals": USUAL.replace(' t="e"', ' t = "e"'),
    "blank-after-equals": USUAL.replace(' t="e"', ' t= "e"'),
    "line-breaks-in-tags": USUAL.replace("<c ", "<c\n").replace("<row ", "<row\n"),
    "tab-in-a-tag": USUAL.replace('<c r="B2"', '<c\tr="B2"'),
    "blank-in-end-tag": USUAL.replace("</v>", "</v >"),
}


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("form", OTHER_FORMS)
def test_other_forms_of_a_sheet_give_the_same_rows(tmp_path: Path, form: str) -> None:
    """As the usual form does, and as another reader understands them."""
    sheet = f'<?xml version="1.0" encoding="UTF-8"?>{OTHER_FORMS[form]}'
    path = book(tmp_path, {"S": sheet}, parts={"[Content_Types].xml": TYPES})
    with open_book(path, "a.xlsx", ReadLimits()) as opened:
        loaded = opened.load("S")
        rows = [row for _, block in loaded.blocks(10) for row in block]
        found = loaded.findings
        recounted = opened.valued_rows("S")
    assert rows == [("No", "Name", ""), (CellError("#N/A"), 2.0, "Ann")]
    assert (found.valued_rows, recounted) == (2, 2)
    assert (found.errors.first, found.computed.first) == ([(2, 0, "#N/A")], [(2, 1, "")])
    assert found.hidden_rows.count == 1
    second = openpyxl.load_workbook(path, data_only=True)["S"]
    texts = [tuple(_as_openpyxl(cell) for cell in row) for row in rows]
    assert [tuple(cell or "" for cell in row) for row in second.iter_rows(values_only=True)] == texts


def _as_openpyxl(cell: Cell) -> object:
    return cell.text if isinstance(cell, CellError) else cell


def test_the_usual_form_needs_no_slow_look() -> None:
    """Else every sheet would be read twice."""
    assert quickly(USUAL).valued == 2
    for form, sheet in OTHER_FORMS.items():
        if form != "no-names-of-rows":  # cells with names need none of their row, but hidden ones do
            with pytest.raises(OtherFormError):
                quickly(sheet)


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(f"\ufeff{USUAL}".encode("utf-16-le"), id="utf-16-le"),
        pytest.param(f"\ufeff{USUAL}".encode("utf-16-be"), id="utf-16-be"),
        pytest.param(
            f'<?xml version="1.0" encoding="UTF-16"?>{USUAL}'.encode("utf-16-le"), id="utf-16-unmarked"
        ),
        pytest.param(
            f'<?xml version="1.0" encoding="ISO-8859-9"?>{USUAL}'.replace("Ann", "Şişli").encode(
                "iso-8859-9"
            ),
            id="latin-5",
        ),
    ],
)
@pytest.mark.parametrize("part", [SHEET, SHARED])
def test_parts_in_another_encoding_are_refused(tmp_path: Path, part: str, sheet: bytes) -> None:
    """The fast reader takes their texts for empty, and nobody would see it."""
    path = book(tmp_path, {"S": f'{HEAD}<row r="2">{CELLS}</row>'}, parts={part: sheet})
    (issue,) = refused(lambda: load(path))
    assert (issue.code, str(issue.facts["part"]).lower()) == (
        "E110",
        f"{part.lower()} is not written in utf-8",
    )


@pytest.mark.parametrize(
    "start", ["\ufeff", '<?xml version="1.0" encoding="utf-8"?>', "<?xml version='1.0'?>\n"]
)
def test_usual_beginnings_of_a_part_are_read(tmp_path: Path, start: str) -> None:
    """A mark, a declaration or nothing."""
    (table,) = load(book(tmp_path, {"S": HEAD}, parts={SHEET: (start + USUAL).encode()}))
    assert cells_of(table) == [(CellError("#N/A"), 2.0, "Ann")]


def test_a_declared_blank_in_a_value_is_a_usual_form(tmp_path: Path) -> None:
    """Some programs declare of every value that its blanks count."""
    rows = f'{HEAD}<row r="2">{CELLS}</row>'.replace("<v>", '<v xml:space="preserve">')
    assert quickly(whole(rows)).corrections == {2: {0: CellError("#N/A")}}
    (table,) = load(book(tmp_path, {"S": rows}))
    assert cells_of(table) == [(CellError("#N/A"), 2.0, "Ann")]


# --- Corrections stand where the cell is


@pytest.mark.parametrize("row", [2, 3, 50, 51, 52, 120])
def test_an_error_stands_in_its_own_row(tmp_path: Path, row: int) -> None:
    """Also at the borders of blocks and behind gaps."""
    rows = [f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 130) if n not in {row, 70, 71}]
    bad = f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="e"><v>#REF!</v></c></row>'
    ordered = sorted([*rows, bad], key=lambda xml: int(re.findall(r"\d+", xml)[0]))
    path = book(tmp_path, {"S": HEAD + "".join(ordered)})
    with open_book(path, "a.xlsx", ReadLimits()) as opened:
        read = {
            first + i: cells
            for first, block in opened.load("S").blocks(50)
            for i, cells in enumerate(block)
            if any(cells)
        }
    assert [n for n, cells in read.items() if isinstance(cells[1], CellError)] == [row]
    assert all(read[n][0] == float(n) for n in range(2, 130) if n not in {70, 71})


def test_the_name_of_a_cell_counts_where_its_row_says_otherwise(tmp_path: Path) -> None:
    """The fast reader goes by the cell, so the corrections do, too; in both looks."""
    rows = f'{HEAD}<row r="7"><c r="A3"><v>1</v></c><c r="B3" t="e"><v>#N/A</v></c></row>'
    for sheet in (rows, rows.replace('t="e"', "t='e'")):
        (table,) = load(book(tmp_path, {"S": sheet}))
        assert numbered(table) == {3: (1.0, CellError("#N/A"))}


@pytest.mark.parametrize(
    ("style", "stored", "shown"),
    [
        ("3", "<v>123</v>", "00123"),
        ("3", "<v>123.0</v>", "00123"),
        ("3", "<v>1.23E2</v>", "00123"),
        ("3", "<f>100+23</f><v>123</v>", "00123"),
        ("4", "<v>7</v>", "00-007"),
        ("3", "<v>12345</v>", None),
        ("3", "<v>12345.0</v>", None),
        ("3", "<v>12.5</v>", None),
        ("3", "<v>-5</v>", None),
        ("3", "<v>&#49;23</v>", "00123"),
        ("33", "<v>123</v>", None),
    ],
)
def test_zeros_that_only_the_format_shows_are_seen_by_both_looks(
    style: str, stored: str, shown: str | None
) -> None:
    """And numbers that look the same without it stay numbers."""
    sheet = whole(f'<row r="2"><c r="B2" s="{style}">{stored}</c></row>')
    expected: Corrections = {2: {1: shown}} if shown else {}
    assert slowly(sheet).corrections == expected
    if "&" in stored:
        with pytest.raises(OtherFormError):
            quickly(sheet)
    else:
        assert quickly(sheet).corrections == expected


@pytest.mark.parametrize("inside", ['t="e"', "<f>", '<row r="9" hidden="1">', '<c r="A1" s="3"><v>1</v>'])
def test_texts_that_look_like_markup_are_texts(tmp_path: Path, inside: str) -> None:
    """They are escaped, or go to the slow look."""
    rows = f'{HEAD}<row r="2"><c r="A2" t="inlineStr"><is><t>{escape(inside)}</t></is></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}))
    assert numbered(table) == {2: (inside, "")}
    assert table.issues == []


def test_the_filter_below_the_rows_is_found_wherever_the_last_piece_is_cut() -> None:
    """Page breaks below it begin like a row."""
    below = '<autoFilter ref="A1:B2"/><rowBreaks count="1"><brk id="2"/></rowBreaks>'
    for chunk in (1 << 20, 64, 33):
        assert (
            quickly(whole(f'{HEAD}<row r="2">{CELLS}</row>', below=below), chunk).findings["filtered"]
            == "A1:B2"
        )
    single = whole(HEAD, below="<autoFilter ref='A1:B2'/>")
    assert quickly(single).findings["filtered"] == "A1:B2"


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.integers(1, 40))
@settings(deadline=None)
def test_no_row_is_parted_and_no_byte_lost(lengths: list[int], chunk: int) -> None:
    """However the chunks fall."""
    data = (
        b"<worksheet>"
        + b"".join(b"<row>" + b"x" * length + b"</row>" for length in lengths)
        + b"</worksheet>"
    )
    pieces = list(xlsx_quick_look.whole_rows(data[i : i + chunk] for i in range(0, len(data), chunk)))
    assert b"".join(piece for _, piece in pieces) == data
    assert all(piece.startswith(b"<row") for _, piece in pieces[1:])
    assert all(before.endswith((b"</row>", b"<worksheet>")) for (_, before), _ in pairwise(pieces))
    assert [first for first, _ in pieces] == [True] + [False] * (len(pieces) - 1)


# --- Which texts are blank


def test_blank_shared_texts_are_those_without_a_letter(tmp_path: Path) -> None:
    """Rich text is joined; how a text is pronounced is no part of it."""
    texts = [
        "<si><t>Ann</t></si>",
        "<si><t/></si>",
        '<si><t xml:space="preserve"> \u00a0\n</t></si>',
        '<si><r><t xml:space="preserve"> </t></r><r><t>x</t></r></si>',
        "<si><t> </t><rPh><t>ka</t></rPh></si>",
        "<si><rPh><t>ka</t></rPh><t>b</t></si>",
        "<si/>",
    ]
    xml = f'<sst xmlns="{MAIN}">{"".join(texts)}</sst>'.encode()
    with open_parts(book(tmp_path, {"S": HEAD}, parts={SHARED: xml}), "a.xlsx") as parts:
        assert blank_shared_texts(parts, "a.xlsx", SHARED) == {1, 2, 4, 6}


# --- Rows add up to what another reader counts


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from([None, "Ann", 5, "", "  "]), min_size=1, max_size=3), max_size=12))
def test_rows_blank_rows_and_the_header_are_all_rows_there_are(
    tmp_path: Path, rows: list[list[str | int | None]]
) -> None:
    """As another reader counts them."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    everything: list[list[str | int | None]] = [["No", "Name"], *rows, ["end", "x"]]
    for row in everything:
        sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    (table,) = load(tmp_path / "a.xlsx")
    read = numbered(table)
    second = openpyxl.load_workbook(tmp_path / "a.xlsx")["Sheet"]
    assert table.rows_read + table.blank_rows + table.table.header_row == second.max_row
    assert set(read) == {
        cells[0].row
        for cells in second.iter_rows(min_row=2)
        if any(str(cell.value).strip() for cell in cells if cell.value is not None)
    }
