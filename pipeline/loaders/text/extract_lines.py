"""Lines of a text file that cannot be read as a table, in memory, and back; every byte is kept."""

import io
from collections.abc import Container
from pathlib import Path

from pipeline.loaders.source_file import find_inside
from pipeline.model.extract import FileExtract, TableExtract
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import FileFacts, Row, Table

LINES = "lines"
"""The kind of such an extract: each row is one cell, a line with its end."""
_LARGEST = 64 << 20
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08")
_KEEPS = "surrogateescape"
"""Bytes that are no text in the encoding become characters of their own, and those the same bytes again."""


def extract_lines(
    table: Table, encoding: str | None, limits: ReadLimits, wanted: Container[int] | None = None
) -> FileExtract | None:
    """The lines of a text file (those wanted, by number from 1); ``None`` where it is none, or far too long.

    Raises :class:`InputRefused` and ``OSError`` as opening does.
    """
    source = find_inside(Path(table.file), limits)
    with source.open() as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST or data.startswith(_WORKBOOKS):
        return None
    name = encoding or "utf-8"
    try:
        text = data.decode(name, _KEEPS)
    except (UnicodeDecodeError, LookupError):
        name = "latin-1"
        text = data.decode(name)
    rows: dict[int, Row] = {
        number: (line,)
        for number, line in enumerate(io.StringIO(text, newline=""), 1)
        if wanted is None or number in wanted
    }
    facts = FileFacts(table.file, len(data), 0, "", LINES, name, None, source.packing, source.member)
    return FileExtract(facts, (TableExtract(table, (), (), rows),))


def write_lines(extract: FileExtract, out: Path) -> None:
    """Write the lines one behind the other; what was packed is written unpacked."""
    lines = "".join(str(cell) for table in extract.tables for row in table.rows.values() for cell in row)
    out.write_bytes(lines.encode(extract.facts.encoding or "utf-8", _KEEPS))
