"""ODS workbooks from hand-written content, for what no library writes."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{prefix}="{place}"'
    for prefix, place in {
        "office": f"{_OASIS}:office:1.0",
        "table": f"{_OASIS}:table:1.0",
        "text": f"{_OASIS}:text:1.0",
        "style": f"{_OASIS}:style:1.0",
        "number": f"{_OASIS}:datastyle:1.0",
        "draw": f"{_OASIS}:drawing:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
_MANIFEST = f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0">'
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def row(*cells: str, attributes: str = "") -> str:
    """Make a row of cells."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def text(content: str, attributes: str = "") -> str:
    """Make a cell of one paragraph."""
    return (
        f'<table:table-cell office:value-type="string" {attributes}><text:p>{content}</text:p>'
        "</table:table-cell>"
    )


def typed(kind: str, value: str, shown: str = "", attributes: str = "") -> str:
    """Make a cell with a typed value."""
    name = kind if kind in ("date", "time", "boolean") else ""
    attribute = f"office:{name}-value" if name else "office:value"
    return (
        f'<table:table-cell office:value-type="{kind}" {attribute}="{value}" {attributes}>'
        f"<text:p>{shown or value}</text:p></table:table-cell>"
    )


def table(*content: str, name: str = "Orders", attributes: str = "") -> str:
    """Make a sheet."""
    return f'<table:table table:name="{name}" {attributes}>{"".join(content)}</table:table>'


def write(
    path: Path,
    body: str,
    *,
    styles: str = "",
    doctype: str = "",
    locked: bool = False,
    parts: Mapping[str, bytes | None] | None = None,
) -> Path:
    """Write a workbook around its sheets; ``parts`` replaces parts, or removes them with ``None``."""
    key = "<manifest:encryption-data/>" if locked else ""
    entries = f'<manifest:file-entry manifest:full-path="content.xml">{key}</manifest:file-entry>'
    content: dict[str, bytes | None] = {
        "mimetype": KIND.encode(),
        "META-INF/manifest.xml": f"{_MANIFEST}{entries}</manifest:manifest>".encode(),
        "content.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content {NAMES}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
        ).encode(),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**content, **(parts or {})}.items():
            if data is not None:
                archive.writestr(name, data)
    return path
