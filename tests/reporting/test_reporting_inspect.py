"""An inspection as text, as a page and as JSON."""

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import hostile
import pytest

from pipeline.inspection.found import (
    ColumnProfile,
    FileFound,
    Guess,
    Inspection,
    Risk,
    SheetFound,
    TableFound,
)
from pipeline.inspection.shapes import Shape
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.rows import FileFacts
from pipeline.reporting.files.inspect_json import inspection_object
from pipeline.reporting.page.inspect_html import inspection_section, render_inspection, write_inspection
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.terminal.inspection import print_inspection


def column(name: str, *samples: str, shape: Shape = Shape.TEXT, index: int = 0) -> ColumnProfile:
    """Make a column of three filled cells and one blank."""
    return ColumnProfile(index, name, 3, 1, 2, False, shape, {shape: 3}, (), None, 1, 9, samples)


def table(*columns: ColumnProfile, risks: tuple[Risk, ...] = (), sheet: str | None = None) -> TableFound:
    """Make a table whose header was guessed."""
    guess = Guess(0.9, ("filled", "unlike"))
    return TableFound("orders.csv", sheet, False, (1,), guess, 12_402, 2, 1, columns, risks)


def inspection(*tables: TableFound, path: str = "orders.csv", refused: tuple[Issue, ...] = ()) -> Inspection:
    """Make an inspection of one CSV file."""
    facts = FileFacts(path, 41_200, 0, "ab", "csv", "cp1254", ";")
    encoding = Guess(0.7, ("guess",), {"reason": "it holds Turkish letters"})
    delimiter = Guess(1.0, ("even",), {"percent": 100, "columns": 2})
    return Inspection((FileFound(path, facts, encoding, delimiter, (), tables, (), refused),))


def risk(code: str, *cells: int, value: str = "x", header: str = "No", **facts: str | int) -> Risk:
    """Make a risk in column A."""
    places = tuple(Location("orders.csv", None, row, 0, header) for row in cells)
    named = ", ".join(place.cell or "" for place in places)
    return Risk(Issue(code, places[0], value, facts={"cells": named, **facts}), len(cells), places)


def shown(found: Inspection, *, width: int = 100, encoding: str = "utf-8", show_pii: bool = False) -> str:
    """Print an inspection on a terminal without colours."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    print_inspection(Screen(stream, "never", width=width), found, show_pii=show_pii)
    stream.seek(0)
    return stream.read()


def test_a_file_says_in_a_few_lines_what_it_is() -> None:
    """Kind, size, encoding, delimiter, rows and header, each with its reason."""
    text = shown(inspection(table(column("No", "0001", shape=Shape.CODE))))
    for words in (
        "orders.csv  text (CSV)",
        "41.2 KB",
        "cp1254 (a guess: it holds Turkish letters)",
        "separated by semicolons (;) (100 % of the first rows have 2 columns)",
        "12 402 rows",
        "2 blank rows left out",
        "1 of them ignored",
        "header in row 1 (full, unlike the rows below)",
    ):
        assert f"{words}\n" in text
    assert re.search(r"\n  A  No +75\.0 % +2  code +0001\n", text)


def test_sheets_are_listed_with_what_people_do_not_see() -> None:
    """Hidden ones, and those without rows."""
    sheets = (SheetFound("May"), SheetFound("Old", "very hidden"), SheetFound("Blank", empty="E106"))
    found = Inspection((FileFound("book.xlsx", FileFacts("book.xlsx", 1, 0, "", "xlsx"), sheets=sheets),))
    assert "sheets: May, Old (very hidden), Blank (empty)\n" in shown(found)


def test_a_risk_is_told_with_its_cells_and_what_to_do() -> None:
    """One heading a code, one line a column."""
    text = shown(inspection(table(column("No"), risks=(risk("W131", 2, 9), risk("W131", 3)))))
    assert text.count("warning[W131]: Numbers are written with an exponent") == 1
    assert "A (No): Numbers are written like x, as a spreadsheet shows long ones: A2, A9." in text
    assert text.count("    fix: ") == 1


def test_what_was_refused_is_told_before_the_tables() -> None:
    """With its row."""
    refused = (Issue("E130", Location("orders.csv", row=7)),)
    text = shown(inspection(refused=refused))
    assert "fatal[E130]: A quotation mark is never closed\n    row 7: A text in this row opens" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_table_of_columns_fits_the_terminal(width: int) -> None:
    """Long names and samples are cut, letters of East Asia take two places."""
    columns = [column("顧客名" * 20, "山田太郎" * 30, index=i) for i in range(3)]
    lines = [line for line in shown(inspection(table(*columns)), width=width).splitlines() if "顧" in line]
    assert len(lines) == 3
    cells = [sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines]
    assert max(cells) <= max(width, 78)
    assert all("…" in line for line in lines)


def test_columns_beyond_sixty_are_counted() -> None:
    """A page of columns is enough for a terminal."""
    text = shown(inspection(table(*(column(f"c{i}", index=i) for i in range(70)))))
    assert "… and 10 more columns" in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1254", "utf-8"])
def test_any_terminal_can_show_it(encoding: str) -> None:
    """What its encoding lacks is written as an escape; nothing steers it."""
    found = inspection(table(column("Şehir\x1b[2J", "\u202eİzmir ❤", "a\nb")))
    text = shown(found, encoding=encoding)
    assert "\x1b" not in text
    assert "\\x1b[2J" in text
    assert "a\\nb" in text


def as_json(found: Inspection, *, show_pii: bool = False) -> str:
    """Return the JSON object as text."""
    return json.dumps(inspection_object(found, show_pii=show_pii), ensure_ascii=False)


PERSONAL = [
    ("E-posta", "ada@example.com", Shape.EMAIL, "ada@"),
    ("x", "ada@example.com", Shape.EMAIL, "ada@"),
    ("Cep", "05321112233", Shape.PHONE, "0532111"),
    ("Müşteri", "Ada Lovelace", Shape.TEXT, "Lovelace"),
    ("Customer Name", "Ada Lovelace", Shape.TEXT, "Lovelace"),
    ("Fatura Adı", "Ada Lovelace", Shape.TEXT, "Lovelace"),
    ("Teslimat Adresi", "Kadıköy 17", Shape.TEXT, "Kadıköy"),
]


@pytest.mark.parametrize(("header", "value", "shape", "secret"), PERSONAL)
def test_personal_data_is_masked_unless_asked_for(header: str, value: str, shape: Shape, secret: str) -> None:
    """In samples and in risks, on the terminal, on the page and in JSON."""
    told = risk("W138", 2, value=value, header=header, meant=value)
    found = inspection(table(column(header, value, shape=shape), risks=(told,)))
    for form in (shown, render_inspection, as_json):
        assert secret not in form(found)
        assert secret in form(found, show_pii=True)


@pytest.mark.parametrize(
    "header", ["Product Name", "Ürün Adı", "Customer No", "Müşteri Kodu", "Şehir", "Status"]
)
def test_names_of_things_stay_readable(header: str) -> None:
    """A mapping is written by what is seen here."""
    assert "Blue shirt" in shown(inspection(table(column(header, "Blue shirt"))))


class _Parsed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("text", hostile.MARKUP)
def test_the_page_keeps_hostile_text_a_text(text: str) -> None:
    """In every place that data can reach, no element and no attribute comes of it."""
    calm = _everywhere("calm")
    wild = _everywhere(text)
    assert wild.tags == calm.tags
    assert wild.attributes == calm.attributes


def _everywhere(text: str) -> _Parsed:
    at = Location(text, text, 3, 0, text)
    found = risk("W132", 2, value=text, header=text, kinds=text)
    one = table(column(text, text), risks=(found,), sheet=text)
    facts = FileFacts(text, 1, 0, text, text, text, text, "zip", text)
    issue = Issue("E111", at, text, facts={"size": text, "ratio": text, "limit": text})
    guess = Guess(1.0, ("guess",), {"reason": text})
    sheets = (SheetFound(text, "hidden"),)
    file = FileFound(text, facts, guess, None, sheets, (one,), (found,), (issue,))
    return _Parsed(render_inspection(Inspection((file,), mapping=text), show_pii=True))


def test_the_page_loads_and_runs_nothing() -> None:
    """Its policy forbids it, and it has nothing to load."""
    page = render_inspection(inspection(table(column("No", "1"))))
    parsed = _Parsed(page)
    assert "default-src 'none'" in page
    assert not parsed.tags & {"script", "link", "img", "iframe", "a", "form"}
    assert not {name for name in parsed.attributes if name.startswith("on")} | (
        parsed.attributes & {"src", "href"}
    )


def test_the_section_alone_fits_into_another_page() -> None:
    """It is markup, escaped already, without a page around it."""
    section = inspection_section(inspection(table(column("<b>", "x"))))
    assert "<html" not in section
    assert "&lt;b&gt;" in section
    assert f"{section}" == section.__html__()


def test_the_page_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    """It replaces an older one."""
    path = tmp_path / "out.html"
    for _ in range(2):
        write_inspection(path, inspection(table(column("No", "1"))))
    assert path.stat().st_mode & 0o077 == 0 or path.drive
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_json_object_has_every_key_always() -> None:
    """Also for a file that could not be read."""
    whole = inspection_object(inspection(table(column("No", "1"), risks=(risk("W131", 2, 9),))))
    nothing = inspection_object(Inspection((FileFound("x", refused=(Issue("E106", Location("x")),)),)))
    assert (whole["schema"], whole["exit_code"], nothing["exit_code"]) == ("orderlift/inspection/1", 0, 2)
    assert set(whole["files"][0]) == set(nothing["files"][0])
    (told,) = whole["files"][0]["tables"][0]["risks"]
    assert (told["code"], told["count"], told["cells"], told["column"]) == ("W131", 2, ["A2", "A9"], "A")
    assert whole["files"][0]["encoding_guess"]["because"] == "a guess: it holds Turkish letters"
    assert json.loads(json.dumps(whole)) == whole
