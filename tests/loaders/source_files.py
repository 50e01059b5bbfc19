"""Files to load, made fresh for each test, and the short ways to load them."""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.model.catalogue import entry_of
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>No</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Name</t></is></c></row>'
)
"""A sheet's header of two columns, No and Name."""


def spec_of(headers: Iterable[str] = ("No", "Name"), **choices: object) -> SourceSpec:
    """Make a source that wants these columns."""
    return SourceSpec(**{"name": "orders", "files": "*", "headers": frozenset(headers), **choices})  # type: ignore[arg-type]


def cells_of(table: OpenTable) -> list[tuple[Cell, ...]]:
    """Read all rows of a table."""
    return [row for batch in table.batches() for row in batch.rows]


def numbered(table: OpenTable) -> dict[int, tuple[Cell, ...]]:
    """Read all rows of a table by row number."""
    return {n: row for batch in table.batches() for n, row in zip(batch.numbers, batch.rows, strict=True)}


def faults_of(table: OpenTable) -> dict[int, Issue]:
    """Read all faults of a table by row number."""
    found = {number: fault for batch in table.batches() for number, fault in batch.faults.items()}
    _told(found.values())
    return found


def refused(act: Callable[[], object]) -> Sequence[Issue]:
    """Do something that must be refused; every message must read well."""
    with pytest.raises(InputRefused) as caught:
        act()
    _told(caught.value.issues)
    return caught.value.issues


def codes(issues: Iterable[Issue]) -> list[str]:
    """Name the codes, in order; every message must read well."""
    issues = list(issues)
    _told(issues)
    return [issue.code for issue in issues]


def _told(issues: Iterable[Issue]) -> None:
    for issue in issues:
        told = entry_of(issue).message(issue) + entry_of(issue).fix(issue)
        assert not re.search(r"<[a-z_]+>|\bNone\b(?! of)", told), told


def load(*paths: Path, headers: Iterable[str] = ("No", "Name"), **choices: object) -> list[OpenTable]:
    """Open files that have the columns No and Name, unless told otherwise."""
    return open_tables(spec_of(headers, **choices), paths, first_index=0)


def text(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "orders.csv") -> Path:
    """Write a text file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def book(
    folder: Path,
    sheets: Mapping[str, str],
    *,
    name: str = "orders.xlsx",
    settings: str = "",
    state: str = "",
    parts: Mapping[str, bytes | None] | None = None,
) -> Path:
    """Write a workbook from the XML of its sheets' rows, or of a whole sheet.

    ``settings`` goes into the workbook part, ``state`` to every sheet but the first; ``parts`` replaces
    parts, or removes them with ``None``.
    """
    listed = "".join(
        f'<sheet name="{sheet}" sheetId="{i}" r:id="rId{i}" {state if i > 1 else ""}/>'
        for i, sheet in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{LINKS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    content: dict[str, bytes | None] = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{settings}<sheets>{listed}</sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'.encode(),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
            '<xf numFmtId="22"/></cellXfs></styleSheet>'
        ).encode(),
    }
    for i, rows in enumerate(sheets.values(), 1):
        whole = rows if rows.startswith("<?xml") else f"<sheetData>{rows}</sheetData>"
        sheet = whole if whole.startswith("<?xml") else f'<worksheet xmlns="{MAIN}">{whole}</worksheet>'
        content[f"xl/worksheets/sheet{i}.xml"] = sheet.encode()
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in {**content, **(parts or {})}.items():
            if data is not None:
                archive.writestr(part, data)
    return path
