"""Workbooks that are broken, or built to do harm: each is refused in words, soon, and in little memory."""

import socket
import stat
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from source_files import HEAD, LINKS, MAIN, PACKAGE, book, cells_of, codes, load, numbered, refused, spec_of

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.model.cell import CellError
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits

MIB = 1 << 20
ROW = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Ann</t></is></c></row>'
GOOD = HEAD + ROW
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
XML = '<?xml version="1.0"?>'


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """Check that no test here takes long."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 10


@contextmanager
def in_little_memory() -> Iterator[None]:
    """Check that what is done here takes this process little memory; making the workbook does not count."""
    forgotten = _forget_peak()
    before = _peak()
    yield
    assert not forgotten or _peak() - before < 30 * MIB


def _forget_peak() -> bool:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # only Linux can
        return False
    return True


def _peak() -> int:
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(told.partition("VmHWM:")[2].split()[0]) << 10


def only(path: Path, **choices: object) -> Issue:
    """Load a workbook that must be refused for one reason."""
    with in_little_memory():
        (issue,) = refused(lambda: [cells_of(table) for table in load(path, **choices)])  # type: ignore[arg-type]
    assert issue.at is not None
    assert issue.at.file == str(path)
    return issue


def opened(path: Path, limits: ReadLimits) -> list[OpenTable]:
    """Open a workbook under limits of one's own."""
    with in_little_memory():
        return open_tables(spec_of(), [path], first_index=0, limits=limits)


def sheet_of(rows: str, above: str = "", below: str = "", doctype: str = "") -> str:
    """Make a whole sheet."""
    data = f"{above}<sheetData>{rows}</sheetData>{below}"
    return f'{XML}{doctype}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}">{data}</worksheet>'


# --- Broken archives


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    """A download that did not end."""
    path = book(tmp_path, {"S": GOOD})
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * kept)])
    issue = only(path)
    assert (issue.code, issue.facts["part"]) == (
        "E110",
        "its table of contents is missing, so the file is cut off",
    )


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_with_a_wrong_check_sum_is_refused_by_name(tmp_path: Path, part: str) -> None:
    """A few bits fell over on the disk."""
    path = book(tmp_path, {"S": GOOD})
    patch(path, part, crc=0xDEADBEEF)
    issue = only(path)
    assert (issue.code, issue.facts["part"]) == ("E110", f"{part} cannot be unpacked")


@pytest.mark.parametrize("part", ["xl/styles.xml", "[Content_Types].xml"])
def test_a_missing_part_that_says_nothing_about_values_is_not_missed(tmp_path: Path, part: str) -> None:
    """What can be read without doubt is read."""
    (table,) = load(book(tmp_path, {"S": GOOD}, parts={part: None}))
    assert cells_of(table) == [(1.0, "Ann")]


def test_missing_shared_texts_are_missed(tmp_path: Path) -> None:
    """Cells that name a text which is not there are no empty cells."""
    rows = f'{HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    assert only(book(tmp_path, {"S": rows})).code == "E110"


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels"])
def test_a_missing_part_that_leads_to_values_is_missed(tmp_path: Path, part: str) -> None:
    """And named, where there is a name for it."""
    assert only(book(tmp_path, {"S": GOOD}, parts={part: None})).code == "E110"


@pytest.mark.parametrize("end", ["", '<row r="3">', '<row r="3"><c r="A3"><v>1', '<row r="3"><c r="A'])
def test_a_sheet_that_ends_in_the_middle_is_refused(tmp_path: Path, end: str) -> None:
    """A program that saved it was ended; the archive around it may well be whole."""
    xml = f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{GOOD}{end}'
    assert only(book(tmp_path, {"S": ""}, parts={SHEET: xml.encode()})).code == "E110"


# --- Archives that lie


def patch(path: Path, part: str, *, crc: int | None = None, size: int | None = None) -> None:
    """Change what the archive says about a part, in both places."""
    raw = bytearray(path.read_bytes())
    name = part.encode()
    for sign, crc_at, size_at, name_at in ((b"PK\x03\x04", 14, 22, 30), (b"PK\x01\x02", 16, 24, 46)):
        place = raw.find(sign)
        while raw[place + name_at : place + name_at + len(name)] != name:
            place = raw.index(sign, place + 1)
        if crc is not None:
            struct.pack_into("<I", raw, place + crc_at, crc)
        if size is not None:
            struct.pack_into("<I", raw, place + size_at, size)
    path.write_bytes(raw)


@pytest.mark.parametrize("part", [SHEET, SHARED])
def test_a_part_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path, part: str) -> None:
    """A KiB by its own word, 50 MiB in truth: reading stops where its word ends."""
    inside = (
        sheet_of(GOOD + " " * (50 * MIB))
        if part == SHEET
        else f'<sst xmlns="{MAIN}">{" " * (50 * MIB)}</sst>'
    )
    path = book(tmp_path, {"S": GOOD}, parts={part: inside.encode()})
    patch(path, part, size=1024)
    issue = only(path)
    assert (issue.code, str(issue.facts["part"]).lower()) == ("E110", f"{part.lower()} cannot be unpacked")


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    """Before anything is unpacked; the remedy names a limit that lets it in."""
    path = book(tmp_path, {"S": GOOD}, parts={"xl/media/a.bin": b"\0" * (80 * MIB)})
    issue = only(path)
    assert (issue.code, issue.facts["name"], issue.facts["size"]) == ("E111", "ratio", 80)
    more = int(issue.facts["more"])
    (table,) = opened(path, ReadLimits(ratio=more))
    assert cells_of(table) == [(1.0, "Ann")]


def test_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    """Also where it says itself how big it is."""
    path = book(tmp_path, {"S": GOOD}, parts={"xl/media/a.bin": b"\0" * 1000})
    patch(path, "xl/media/a.bin", size=0xFFFF_FFF0)
    issue = only(path)
    assert (issue.code, issue.facts["name"], issue.facts["limit"]) == ("E111", "unpacked", 4096)
    (issue,) = refused(lambda: opened(path, ReadLimits(unpacked=int(issue.facts["more"]))))
    assert (issue.code, issue.facts["name"]) == ("E111", "ratio")


def _twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, sheet_of(HEAD + ROW.replace("Ann", "Eve")))


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("xl/link.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(30_000):
        archive.writestr(f"xl/media/{number}", b"")


@pytest.mark.parametrize(
    ("add", "reason"),
    [
        pytest.param(_twice, f"two of its parts are named {SHEET}", id="twice"),
        pytest.param(
            lambda archive: archive.writestr("XL/Worksheets/Sheet1.xml", sheet_of(GOOD)),
            f"two of its parts are named {SHEET}",
            id="twice-but-for-case",
        ),
        pytest.param(
            lambda archive: archive.writestr("xl/../../../tmp/a.xml", "x"),
            "the part xl/../../../tmp/a.xml leads out of the archive",
            id="up",
        ),
        pytest.param(
            lambda archive: archive.writestr("..\\a.xml", "x"),
            "the part ..\\a.xml leads out of the archive",
            id="up-on-windows",
        ),
        pytest.param(
            lambda archive: archive.writestr("/etc/a.xml", "x"),
            "the part /etc/a.xml leads out of the archive",
            id="absolute",
        ),
        pytest.param(
            lambda archive: archive.writestr("C:/a.xml", "x"),
            "the part C:/a.xml leads out of the archive",
            id="drive",
        ),
        pytest.param(_link, "the part xl/link.xml leads out of the archive", id="link"),
        pytest.param(_many, "it has 30006 parts, more than any workbook", id="many"),
    ],
)
def test_archives_that_no_program_saves_are_refused(
    tmp_path: Path, add: Callable[[zipfile.ZipFile], None], reason: str
) -> None:
    """They are made to mislead whatever unpacks them."""
    path = book(tmp_path, {"S": GOOD})
    with zipfile.ZipFile(path, "a") as archive:
        add(archive)
    issue = only(path)
    assert (issue.code, issue.facts["reason"]) == ("E139", reason)


# --- XML that does harm

_LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)
SHEETS = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{SHEETS}</workbook>'


@pytest.mark.parametrize(
    ("part", "inside"),
    [
        (
            SHEET,
            f'<worksheet xmlns="{MAIN}"><sheetData>{GOOD.replace("Ann", "&a11;")}</sheetData></worksheet>',
        ),
        (SHARED, f'<sst xmlns="{MAIN}"><si><t>&a11;</t></si></sst>'),
        ("xl/workbook.xml", BOOK.replace('"S"', '"&a11;"')),
        ("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">&a11;</styleSheet>'),
    ],
    ids=["sheet", "shared-texts", "workbook", "styles"],
)
def test_texts_that_multiply_are_refused(tmp_path: Path, part: str, inside: str) -> None:
    """A billion laughs fit into a few lines."""
    path = book(tmp_path, {"S": GOOD}, parts={part: f"{XML}{_LAUGHS}{inside}".encode()})
    issue = only(path)
    assert (issue.code, str(issue.facts["part"]).lower()) == ("E113", part.lower())


def test_nothing_outside_the_workbook_is_opened(tmp_path: Path) -> None:
    """Neither a file nor a server that an entity, a link or a connection points to."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        paths = [_entity(tmp_path, secret.as_uri(), "file"), _entity(tmp_path, url, "http")]
        told = [only(path).code for path in paths]
        (table,) = load(_linked(tmp_path, url))
        assert cells_of(table) == [(1.0, "Ann")]
        assert codes(table.issues) == ["W115"]
        assert table.issues[0].facts == {"links": 1, "connections": 1}
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert told == ["E113", "E113"]


def _entity(folder: Path, target: str, name: str) -> Path:
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>'
    sheet = sheet_of(GOOD.replace("Ann", "&e;"), doctype=doctype)
    return book(folder, {"S": sheet}, name=f"{name}.xlsx")


def _linked(folder: Path, url: str) -> Path:
    link = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{LINKS}/externalLinkPath" '
        f'Target="{url}other.xlsx" TargetMode="External"/></Relationships>'
    )
    parts: dict[str, bytes | None] = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'.encode(),
        "xl/externalLinks/_rels/externalLink1.xml.rels": link.encode(),
        "xl/connections.xml": (
            f'<connections xmlns="{MAIN}"><connection id="1" type="4">'
            f'<webPr url="{url}"/></connection></connections>'
        ).encode(),
    }
    return book(folder, {"S": GOOD}, parts=parts, name="linked.xlsx")


# --- Numbers that lie


@pytest.mark.parametrize("count", ["uniqueCount", "count"])
def test_a_lying_number_of_texts_takes_no_memory(tmp_path: Path, count: str) -> None:
    """Four billion texts, says a part of a hundred bytes."""
    rows = GOOD.replace(' t="inlineStr"><is><t>Ann</t></is>', ' t="s"><v>0</v>')
    sst = f'<sst xmlns="{MAIN}" {count}="4000000000"><si><t>Ann</t></si></sst>'
    path = book(tmp_path, {"S": rows}, parts={SHARED: sst.encode()})
    if count == "count":  # cells that use a text, which nobody asks for
        assert cells_of(load(path)[0]) == [(1.0, "Ann")]
    else:
        issue = only(path)
        assert issue.code == "E110"
        assert "4000000000 texts" in str(issue.facts["part"])


@pytest.mark.parametrize("extent", ["A1:XFD1048576", "A1", "B7:C9", "nonsense"])
def test_what_a_sheet_says_of_its_extent_is_not_believed(tmp_path: Path, extent: str) -> None:
    """Only cells count."""
    above = f'<dimension ref="{extent}"/>'
    if extent == "nonsense":
        assert only(book(tmp_path, {"S": sheet_of(GOOD, above)})).code == "E110"
    else:
        (table,) = load(book(tmp_path, {"S": sheet_of(GOOD, above)}))
        assert numbered(table) == {2: (1.0, "Ann")}


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZ1048576"])
def test_a_stray_cell_far_away_is_named(tmp_path: Path, cell: str) -> None:
    """The process that lays the sheet out runs out of memory, alone."""
    number = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = f'{GOOD}<row r="{number}"><c r="{cell}"><v>1</v></c></row>'
    issue = only(book(tmp_path, {"S": rows}))
    assert (issue.code, issue.facts["cell"], issue.facts["valued"]) == ("E138", cell, 3)
    assert issue.at is not None
    assert issue.at.sheet == "S"


def test_a_stray_cell_that_still_fits_is_read(tmp_path: Path) -> None:
    """Empty rows and columns on the way to it are cheap on this side."""
    rows = f'{GOOD}<row r="150"><c r="XFD150"><v>7</v></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}))
    read = numbered(table)
    assert list(read) == [2, 150]
    assert (read[150][-1], table.blank_rows) == (7.0, 147)


# --- What spreadsheet programs save, and readers trip over


def test_hidden_sheets_are_not_chosen_but_can_be_named(tmp_path: Path) -> None:
    """However deeply they are hidden; being asked for one by name is enough."""
    for state in ("hidden", "veryHidden"):
        path = book(tmp_path, {"S": GOOD, "Old": GOOD.replace("Ann", "Eve")}, state=f'state="{state}"')
        (table,) = load(path)
        assert (table.table.sheet, codes(table.issues)) == ("S", [])
        (table,) = load(path, sheet="Old")
        assert (cells_of(table), codes(table.issues)) == ([(1.0, "Eve")], ["W107"])


def test_names_that_differ_in_blanks_or_case_are_ambiguous_unless_exact(tmp_path: Path) -> None:
    """One of them may be a draft."""
    path = book(tmp_path, {"Orders": GOOD, "orders ": GOOD})
    issue = only(path, sheet="ORDERS")
    assert (issue.code, issue.facts["sheets"]) == ("E115", "Orders, orders ")
    assert load(path, sheet="orders ")[0].table.sheet == "orders "


@pytest.mark.parametrize("name", ["R&amp;D &lt;1&gt;", "Şişli – İ", "a'b", "x" * 31])
def test_sheets_of_any_name_are_found(tmp_path: Path, name: str) -> None:
    """As the workbook writes it, and as people read it."""
    plain = name.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    path = book(tmp_path, {name: GOOD, "Other": GOOD})
    assert load(path, sheet=plain)[0].table.sheet == plain


def test_merged_cells_refuse_rows_and_not_the_header(tmp_path: Path) -> None:
    """A title over the table is no fault; a value over two rows is one of the second."""
    rows = HEAD + "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in (2, 3, 4))
    below = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells>'
    (table,) = load(book(tmp_path, {"S": sheet_of(rows, below=below)}))
    faults = {n: fault for batch in table.batches() for n, fault in batch.faults.items()}
    assert {n: (fault.code, fault.facts["range"]) for n, fault in faults.items()} == {4: ("E135", "A3:A4")}


def test_formulas_are_read_by_their_value_and_told_of(tmp_path: Path) -> None:
    """A value may be out of date; no value is no value."""
    rows = (
        f'{HEAD}<row r="2"><c r="A2"><f>B2*2</f><v>4</v></c><c r="B2" t="str"><f>"A"</f><v>A</v></c></row>'
        '<row r="3"><c r="A3"><f>B3*2</f></c></row>'
    )
    (table,) = load(book(tmp_path, {"S": rows}))
    assert numbered(table) == {2: (4.0, "A"), 3: (CellError("formula without a value"), "")}
    assert [(issue.code, issue.facts["count"]) for issue in table.issues] == [("W113", 1), ("W113", 1)]


def test_errors_of_every_kind_are_errors(tmp_path: Path) -> None:
    """Never empty, never text."""
    kinds = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"]
    rows = "".join(
        f'<row r="{n}"><c r="B{n}" t="e"><v>{kind}</v></c></row>' for n, kind in enumerate(kinds, 2)
    )
    (table,) = load(book(tmp_path, {"S": HEAD + rows}))
    assert cells_of(table) == [("", CellError(kind)) for kind in kinds]


@pytest.mark.parametrize(
    ("flag", "day", "warned"),
    [
        ("", date(2024, 2, 29), []),
        ('date1904="0"', date(2024, 2, 29), []),
        ('date1904="1"', date(2028, 3, 1), ["W112"]),
        ('date1904="true"', date(2028, 3, 1), ["W112"]),
    ],
)
def test_days_are_counted_from_the_year_the_workbook_says(
    tmp_path: Path, flag: str, day: date, warned: list[str]
) -> None:
    """Day 45351 is another one on an old Mac, and people are told."""
    rows = f'{HEAD}<row r="2"><c r="A2" s="1"><v>45351</v></c></row>'
    (table,) = load(book(tmp_path, {"S": rows}, settings=f"<workbookPr {flag}/>"))
    assert (cells_of(table), codes(table.issues)) == ([(day, "")], warned)
