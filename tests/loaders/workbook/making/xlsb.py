"""A writer of XLSB workbooks, as small as tests need it. Records are those of [MS-XLSB]."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ERROR_CODES = {
    "#NULL!": 0,
    "#DIV/0!": 7,
    "#VALUE!": 15,
    "#REF!": 23,
    "#NAME?": 29,
    "#NUM!": 36,
    "#N/A": 42,
    "#GETTING_DATA": 43,
}


@dataclass(frozen=True)
class Error:
    """An error value."""

    text: str


@dataclass(frozen=True)
class Rich:
    """A text with its own letters, stored in the cell."""

    text: str


@dataclass(frozen=True)
class Inline:
    """A text stored in the cell."""

    text: str


@dataclass(frozen=True)
class Styled:
    """A number with a style: its place among the workbook's formats, from 1; ``short``: as few bytes."""

    number: float
    style: int
    short: bool = False


@dataclass(frozen=True)
class Computed:
    """A formula and its value."""

    value: "Value"


Value = str | float | bool | Error | Rich | Inline | Styled | Computed | None


@dataclass
class Sheet:
    """Rows by their number (from 1), values in columns from A on; ``None`` is no cell."""

    rows: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    state: int = 0
    hidden_rows: Iterable[int] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    filtered: tuple[int, int, int, int] | None = None
    notes: int = 0
    first_column: int = 0


def record(number: int, body: bytes = b"") -> bytes:
    """Make one record."""
    head = bytes((number,)) if number < 0x80 else bytes((number & 0x7F | 0x80, number >> 7))
    size = len(body)
    while size >= 0x80:
        head += bytes((size & 0x7F | 0x80,))
        size >>= 7
    return head + bytes((size,)) + body


def wide(text: str) -> bytes:
    """Make a text with its length."""
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def write(
    path: Path,
    sheets: Mapping[str, Sheet],
    *,
    formats: Sequence[str] = (),
    epoch_1904: bool = False,
    parts: Mapping[str, bytes | None] | None = None,
) -> Path:
    """Write a workbook; ``parts`` replaces parts, or removes them with ``None``."""
    texts: dict[str, int] = {}
    bodies = [_sheet(sheet, texts) for sheet in sheets.values()]
    listed = b"".join(
        record(156, struct.pack("<II", sheet.state, i) + wide(f"rId{i}") + wide(name))
        for i, (name, sheet) in enumerate(sheets.items(), 1)
    )
    content: dict[str, bytes | None] = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("rId1", f"{LINKS}/officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": record(131)
        + record(153, struct.pack("<III", int(epoch_1904), 0, 0))
        + record(143)
        + listed
        + record(144)
        + record(132),
        "xl/_rels/workbook.bin.rels": _relations(
            [
                *(
                    (f"rId{i}", f"{LINKS}/worksheet", f"worksheets/sheet{i}.bin")
                    for i in range(1, len(sheets) + 1)
                ),
                ("rIdS", f"{LINKS}/styles", "styles.bin"),
                ("rIdT", f"{LINKS}/sharedStrings", "sharedStrings.bin"),
            ]
        ),
        "xl/styles.bin": _styles(formats),
    }
    for i, (sheet, body) in enumerate(zip(sheets.values(), bodies, strict=True), 1):
        content[f"xl/worksheets/sheet{i}.bin"] = body
        if sheet.notes:
            link = ("rId1", f"{LINKS}/comments", f"../comments{i}.bin")
            content[f"xl/worksheets/_rels/sheet{i}.bin.rels"] = _relations([link])
            note = record(635, bytes(36)) + record(636)
            content[f"xl/comments{i}.bin"] = record(628) + note * sheet.notes + record(629)
    items = b"".join(record(19, b"\0" + wide(text)) for text in texts)
    content["xl/sharedStrings.bin"] = (
        record(159, struct.pack("<II", len(texts), len(texts))) + items + record(160)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**content, **(parts or {})}.items():
            if data is not None:
                archive.writestr(name, data)
    return path


def _sheet(sheet: Sheet, texts: dict[str, int]) -> bytes:
    width = max(map(len, sheet.rows.values()), default=0) + sheet.first_column
    extent = struct.pack("<IIII", 0, max(sheet.rows, default=1) - 1, 0, max(width, 1) - 1)
    out = [record(129), record(148, extent)]
    if sheet.hidden_columns:
        out.append(record(390))
        out += [
            record(60, struct.pack("<IIIIH", first, last, 2304, 0, 1)) for first, last in sheet.hidden_columns
        ]
        out.append(record(391))
    out.append(record(145))
    hidden = set(sheet.hidden_rows)
    for number in sorted({*sheet.rows, *hidden}):
        flags = bytes((0, 0x10 if number in hidden else 0, 0))
        out.append(record(0, struct.pack("<IIH", number - 1, 0, 300) + flags + struct.pack("<I", 0)))
        for column, value in enumerate(sheet.rows.get(number, ()), sheet.first_column):
            out.append(_cell(column, value, texts))
    out.append(record(146))
    if sheet.filtered:
        out.append(record(161, struct.pack("<IIII", *sheet.filtered)) + record(162))
    if sheet.merged:
        out.append(record(177, struct.pack("<I", len(sheet.merged))))
        out += [record(176, struct.pack("<IIII", *place)) for place in sheet.merged]
        out.append(record(178))
    out.append(record(130))
    return b"".join(out)


def _cell(column: int, value: Value, texts: dict[str, int]) -> bytes:
    style = value.style if isinstance(value, Styled) else 0
    head = struct.pack("<II", column, style)
    if value is None:
        return b""
    if isinstance(value, Computed):
        number, body = _formula(value.value)
        # No flags, and a formula of one whole number.
        return record(number, head + body + struct.pack("<HI", 0, 3) + b"\x1e\x01\x00" + struct.pack("<I", 0))
    if isinstance(value, bool):
        return record(4, head + bytes((value,)))
    if isinstance(value, Error):
        return record(3, head + bytes((ERROR_CODES[value.text],)))
    if isinstance(value, Rich):
        return record(62, head + b"\0" + wide(value.text))
    if isinstance(value, Inline):
        return record(6, head + wide(value.text))
    if isinstance(value, Styled):
        if value.short:
            return record(2, head + struct.pack("<i", int(value.number) << 2 | 2))
        return record(5, head + struct.pack("<d", value.number))
    if isinstance(value, str):
        return record(7, head + struct.pack("<I", texts.setdefault(value, len(texts))))
    return record(5, head + struct.pack("<d", value))


def _formula(value: Value) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return 10, bytes((value,))
    if isinstance(value, Error):
        return 11, bytes((ERROR_CODES[value.text],))
    if isinstance(value, float | int):
        return 9, struct.pack("<d", value)
    assert isinstance(value, str)
    return 8, wide(value)


def _styles(formats: Sequence[str]) -> bytes:
    listed = b"".join(record(44, struct.pack("<H", 164 + i) + wide(code)) for i, code in enumerate(formats))
    plain = struct.pack("<HHHHHBBBBBB", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    cells = b"".join(
        record(47, struct.pack("<HH", 0, number) + plain[4:])
        for number in (0, *range(164, 164 + len(formats)))
    )
    font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 162, 0) + bytes(8) + b"\x02" + wide("Calibri")
    return b"".join(
        (
            record(278),
            record(615, struct.pack("<I", len(formats))) + listed + record(616) if formats else b"",
            record(611, struct.pack("<I", 1)) + record(43, font) + record(612),
            record(603, struct.pack("<I", 1)) + record(45, bytes(68)) + record(604),
            record(613, struct.pack("<I", 1)) + record(46, bytes(51)) + record(614),
            record(626, struct.pack("<I", 1)) + record(47, b"\xff\xff" + plain[2:]) + record(627),
            record(617, struct.pack("<I", 1 + len(formats))) + cells + record(618),
            record(279),
        )
    )


def _relations(links: Iterable[tuple[str, str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'.encode()


def _content_types(sheets: int) -> bytes:
    kind = "application/vnd.ms-excel"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.bin" ContentType="{kind}.worksheet"/>'
        for i in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="{kind}.sheet.binary.macroEnabled.main"/>{overrides}'
        f'<Override PartName="/xl/styles.bin" ContentType="{kind}.styles"/>'
        f'<Override PartName="/xl/sharedStrings.bin" ContentType="{kind}.sharedStrings"/></Types>'
    ).encode()
