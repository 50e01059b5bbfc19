"""A writer of workbooks as Excel 95 wrote them, bare of their container, as small as tests need them."""

import struct
from collections.abc import Sequence

_GLOBALS, _SHEET = 0x05, 0x10


def record(number: int, body: bytes = b"") -> bytes:
    """Make one record."""
    return struct.pack("<HH", number, len(body)) + body


def biff5(
    rows: Sequence[Sequence[str | float]],
    *,
    codepage: int | None = None,
    charset: int = 0,
    locked: bool = False,
    encoding: str = "cp1254",
) -> bytes:
    """Make a workbook of one sheet, ``Orders``; without a ``codepage`` only the font's ``charset`` tells."""
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, charset, 0) + b"\x05Arial"
    style = struct.pack("<HHHHHHHH", 0, 0, 1, 0x20, 0, 0, 0, 0)
    before = _begin(_GLOBALS)
    if locked:
        before += record(0x2F, bytes(4))
    if codepage is not None:
        before += record(0x42, struct.pack("<H", codepage))
    before += record(0x31, font) + record(0xE0, style)
    name = b"\x06Orders"
    start = len(before) + 4 + 6 + len(name) + 4
    before += record(0x85, struct.pack("<IBB", start, 0, 0) + name) + record(0x0A)
    cells = b"".join(
        _cell(row, column, value, encoding)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
    )
    width = max(map(len, rows), default=0)
    extent = record(0x200, struct.pack("<HHHHH", 0, len(rows), 0, width, 0))
    return before + _begin(_SHEET) + extent + cells + record(0x0A)


def _begin(kind: int) -> bytes:
    return record(0x809, struct.pack("<HHHH", 0x0500, kind, 0x096C, 1993))


def _cell(row: int, column: int, value: str | float, encoding: str) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode(encoding)
        return record(0x204, place + struct.pack("<H", len(text)) + text)
    return record(0x203, place + struct.pack("<d", value))
