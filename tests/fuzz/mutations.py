"""Ways to spoil a file on purpose: bytes, lines, tokens, records, and the parts of archives.

Every mutation takes the file and the dice, and gives the same result for the same dice.
"""

import codecs
import gzip
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_NOISE = (
    b"\0", b'"', b"'", b";", b",", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\n", b"\x1a", b"\xff",
    b"\xfe\xff", b"\x80", b"\xc3", b"\xef\xbb\xbf", b"\xef\xbf\xbd", b"=", b" ", b"\xc2\xa0",
    b"\xe2\x80\xa8", b"\x1f\x8b", b"<", b">", b"&", b"&#0;", b"<![CDATA[", b"]]>", b"<!--", b"<!DOCTYPE a>",
    b"-1", b"0", b"65536", b"4294967295", b"99999999999999999999", b"1e400", b"NaN", b"A1:XFD1048576",
    b"XFD1048576", b"[", b"]", b"{", b"}", b"\\", b"\\u0000", b"\\ud800", b"null", b"true", b"sep=;\n",
    b"\x0b", b"\x0c", b"\x85", b"\x1c",
)  # fmt: skip
_LINE_ENDS = (b"\n", b"\r\n", b"\r", b"\n\r", b"\r\r\n", b"\x0b", b"\xc2\x85", b"")
_ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-32-be", "cp1254", "cp1252",
    "cp857", "iso8859-9", "mac_turkish", "cp1251", "utf-7", "shift_jis",
)  # fmt: skip
_ATTRIBUTE = re.compile(rb'(\s)([\w:.-]+)="([^"]*)"')
_NUMBERS = (
    b"0", b"1", b"2", b"-1", b"3", b"255", b"1048576", b"1048577", b"4294967296", b"x", b"", b"1.5", b"A1",
    b"B2", b"A3", b"ZZ9", b"XFD1048576", b"A0", b"A", b"1A", b"true", b"s", b"str", b"n", b"b", b"e", b"d",
    b"inlineStr", b"float", b"string", b"date", b"time", b"rId1", b"rId2", b"hidden", b"veryHidden",
    b"2024-01-01", b"PT1H", b"1e309", b"9" * 5000, b"A" + b"9" * 5000, b"PT" + b"9" * 5000 + b"H",
    "٤".encode(), "²".encode(), "\uff21\uff11".encode(), b"1_0", b"nan", b"inf", b"9999999", b"0000-00-00",
    b"9999-12-31T24:00:00", b"A1048577", b"a3",
)  # fmt: skip
_XML_PIECES = re.compile(rb"<[^>]*>|[^<]+")
_JSON_PIECES = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|\s+|[^\s\[\]{}:,"]+|"')
_JSON_VALUES = (
    b"null", b"true", b"0", b"-0.0", b"1e5", b"123456789012345678", b"0.1234567890123456789", b"1e400",
    b"-1e-400", b"NaN", b"[]", b"{}", b"[1,[2,{}]]", b'{"a":{"b":null}}', b'{"No":1,"No":2}',
    b'{"first":1,"first.x":2}', b'""', b'" "', b"[" * 50, b"[" * 100_000, b"9" * 5000,
    b'"' + b"x" * 70_000 + b'"', b"0123", b"1.", b"'a'",
)  # fmt: skip
_JSON_LETTERS = (
    b"\\u0000", b"\\ud83d", b"\\ud83d\\ude00", b"\\n", b"\\u2028", b"\\", b"\0", b"\x01", b"\n", b"\xff",
    b"\xc4\x9f", b"\xef\xbf\xbd", b"_status", b".", b"",
)  # fmt: skip
_YAML_PIECES = re.compile(r"\w+|\n +|\W")
_YAML_NOISE = (
    "", "{", "}", "[", "]", ": ", ",", "\n", "\n  ", "\n    ", "'", '"', "#", "&a ", "*a", "!t ", "!!int ",
    "---\n", "...\n", "- ", "? ", "~", "|", ">", "|-\n", "%YAML 1.1\n", "null", "true", "-1", "0", "9" * 40,
    "9" * 5000, "1e9", "%d", "%Y", "%", "{a}", "{a.b}", "{", "{}", "{0}", "{a!r:>9}", "İ", "\t", "\u2028",
    "\x85", "\0", "\ufeff", "\ud800", "\U0001f600", "tr", "en_US", "Europe/Istanbul", "../../etc", "columns",
    "template", "constant", "default", "map", "date", "column", "integer", "decimal", "source", "pick",
    "drop", "merged", "expand", "header_row", "skip_rows", "2024-05-01", "[" * 80, "{a: " * 80, "<<: *a",
    "x" * 300, "version", "1", "order", "items", "values", "checks", "options", "sources",
)  # fmt: skip


def repeated(mutation: Mutation, most: int = 4) -> Mutation:
    """Do a mutation a few times over; once is most likely."""

    def mutated(data: bytes, dice: Random) -> bytes:
        for _ in range(min(most, 1 + int(dice.expovariate(1)))):
            data = mutation(data, dice)
        return data

    return mutated


def one_of(*weighted: tuple[int, Mutation]) -> Mutation:
    """Do one of several mutations, each as often as its weight says."""
    weights = [weight for weight, _ in weighted]

    def mutated(data: bytes, dice: Random) -> bytes:
        ((_, mutation),) = dice.choices(weighted, weights)
        return mutation(data, dice)

    return mutated


def spoil_bytes(data: bytes, dice: Random) -> bytes:
    """Flip, set, cut, leave out, double, move or insert a few bytes."""
    if not data:
        return dice.choice(_NOISE)
    at, length = dice.randrange(len(data)), min(dice.choice((1, 1, 2, 4, 16, 64, 512)), len(data))
    begin, piece, rest = data[:at], data[at : at + length], data[at + length :]
    match dice.randrange(8):
        case 0:
            return begin + bytes((piece[0] ^ 1 << dice.randrange(8),)) + data[at + 1 :]
        case 1:
            return (
                begin + bytes((dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256))),)) + data[at + 1 :]
            )
        case 2:
            return begin if dice.randrange(3) else data[at:]
        case 3:
            return begin + rest
        case 4:
            return begin + piece * dice.choice((2, 2, 3, 50)) + rest
        case 5:
            to = dice.randrange(len(data))
            return data[:to] + piece + data[to:]
        case 6:
            return begin + dice.choice(_NOISE) + data[at:]
        case _:
            return begin + dice.randbytes(length) + rest


def spoil_lines(data: bytes, dice: Random) -> bytes:
    """Leave out, double, swap, join, blank or break lines; change how some of them end."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return spoil_bytes(data, dice)
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    line = lines[at]
    bare = line.rstrip(b"\r\n")
    match dice.randrange(9):
        case 0:
            lines[at] = b""
        case 1:
            lines.insert(other, line * dice.choice((1, 1, 2, 30)))
        case 2:
            lines[at], lines[other] = lines[other], line
        case 3:
            lines[at] = bare
        case 4:
            lines[at] = dice.choice(
                (b"\n", b"\r\n\r\n", b" \n", b";;;\n", b",,,,\n", b'""\n', b'"\n"\n', b"\x1a", b"\xa0\n")
            )
        case 5:
            place = dice.randint(0, len(bare))
            lines[at] = bare[:place] + dice.choice(_LINE_ENDS) + line[place:]
        case 6:
            lines[at] = bare + dice.choice(_LINE_ENDS)
        case 7:
            end = dice.choice(_LINE_ENDS)
            lines[at:] = [one.rstrip(b"\r\n") + end for one in lines[at:]]
        case _:
            return b"".join(lines[: at + 1])
    return b"".join(lines)


def spoil_cells(data: bytes, dice: Random) -> bytes:
    """Put quotation marks and delimiters where none belong, and take some away."""
    signs = [i for i, byte in enumerate(data) if byte in b'";,\t|\n']
    if not signs:
        return spoil_bytes(data, dice)
    at = dice.choice(signs)
    match dice.randrange(6):
        case 0:
            return data[:at] + data[at + 1 :]
        case 1:
            return data[:at] + data[at : at + 1] * dice.choice((2, 3, 4)) + data[at + 1 :]
        case 2:
            return data[: at + 1] + b'"' + data[at + 1 :]
        case 3:
            return data[:at] + b'"' + data[at:]
        case 4:
            to = dice.choice(signs)
            first, last = sorted((at, to))
            return data[: first + 1] + b'"' + data[first + 1 : last] + b'"' + data[last:]
        case _:
            old, new = data[at : at + 1], dice.choice((b";", b",", b"\t", b"|", b"^", b'"'))
            return data.replace(old, new, dice.choice((1, 5, -1)))


def change_encoding(data: bytes, dice: Random) -> bytes:
    """Write the text, or a part of it, in another encoding; add, drop or spoil the mark at the start."""
    text = data.decode("utf-8", "replace") if dice.randrange(2) else data.decode("cp1254", "replace")
    encoding = dice.choice(_ENCODINGS)
    match dice.randrange(4):
        case 0:
            return text.encode(encoding, "replace")
        case 1:
            at = dice.randint(0, len(text))
            return text[:at].encode("utf-8") + text[at:].encode(encoding, "replace")
        case 2:
            return (
                dice.choice((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE))
                + data
            )
        case _:
            return spoil_bytes(text.encode(encoding, "replace"), dice)


def spoil_pieces(data: bytes, dice: Random, pieces: re.Pattern[bytes]) -> bytes:
    """Leave out, double, swap or replace tokens."""
    found = pieces.findall(data)
    if not found:
        return spoil_bytes(data, dice)
    at, other = dice.randrange(len(found)), dice.randrange(len(found))
    match dice.randrange(6):
        case 0:
            found[at] = b""
        case 1:
            found[at] *= dice.choice((2, 2, 40, 3000))
        case 2:
            found[at], found[other] = found[other], found[at]
        case 3:
            found[at] = found[other]
        case 4:
            found[at] = dice.choice(_NOISE)
        case _:
            found[at] = spoil_bytes(found[at], dice)
    return b"".join(found)


def spoil_json(data: bytes, dice: Random) -> bytes:
    """Spoil JSON token by token; half of the time only values, so that it mostly stays JSON."""
    found = _JSON_PIECES.findall(data)
    scalars = [i for i, piece in enumerate(found) if not piece.isspace() and piece not in b"[]{}:,"]
    if not scalars or dice.randrange(2):
        return spoil_pieces(data, dice, _JSON_PIECES)
    at, other = dice.choice(scalars), dice.choice(scalars)
    match dice.randrange(4):
        case 0:
            found[at] = dice.choice(_JSON_VALUES)
        case 1:
            found[at] = found[other]
        case 2:
            found[at] = b'"' + dice.choice(_JSON_LETTERS) * dice.choice((1, 1, 3)) + b'"'
        case _:
            found.insert(dice.randrange(len(found)), dice.choice((b" ", b"\n", b"\r\n", b"\t")))
    return b"".join(found)


def spoil_yaml(text: str, dice: Random) -> str:
    """Spoil YAML token by token."""
    found = _YAML_PIECES.findall(text)
    for _ in range(min(5, 1 + int(dice.expovariate(1)))):
        at, other = dice.randrange(len(found)), dice.randrange(len(found))
        words = [i for i, piece in enumerate(found) if piece[:1].isalnum()]
        match dice.randrange(11):
            case 7 | 8 | 9 | 10 if words:
                found[dice.choice(words)] = (
                    found[dice.choice(words)] if dice.randrange(3) else dice.choice(_YAML_NOISE)
                )
            case 0:
                found[at] = ""
            case 1:
                found[at] *= 2
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at] = found[other]
            case 4:
                found[at : at + dice.choice((1, 5, 30))] = []
                found = found or [""]
            case 5:
                first, last = sorted((at, other))
                found[at:at] = found[first : min(last, first + 60)]
            case _:
                found[at] = dice.choice(_YAML_NOISE)
    return "".join(found)


def spoil_xml(data: bytes, dice: Random) -> bytes:
    """Spoil XML so that most of it stays XML: attributes, whole elements, texts, and how it is written."""
    kind = dice.randrange(20)
    if kind < 9:
        return _spoil_attribute(data, dice)
    if kind < 14:
        return _spoil_element(data, dice)
    if kind < 16:
        return _spoil_text(data, dice)
    if kind < 17:
        return spoil_pieces(data, dice, _XML_PIECES)
    return _write_otherwise(data, dice)


def _spoil_attribute(data: bytes, dice: Random) -> bytes:
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return spoil_bytes(data, dice)
    one, other = dice.choice(found), dice.choice(found)
    blank, name, value = one.groups()
    match dice.randrange(5):
        case 0:
            new = b""
        case 1:
            new = blank + name + b'="' + other[3] + b'"'
        case 2:
            new = blank + other[2] + b'="' + value + b'"'
        case 3:
            new = blank + name + b'="' + dice.choice(_NUMBERS) + b'"'
        case _:
            alike = [same[3] for same in found if same[2] == name]
            new = blank + name + b'="' + dice.choice(alike) + b'"'
    return data[: one.start()] + new + data[one.end() :]


def _spoil_element(data: bytes, dice: Random) -> bytes:
    """Double, drop, move or unwrap an element with all that is in it."""
    starts = list(re.finditer(rb"<([\w:-]+)[^<>]*?(/?)>", data))
    if not starts:
        return spoil_bytes(data, dice)
    first, last = _span(data, dice.choice(starts))
    element = data[first:last]
    match dice.randrange(5):
        case 0:
            return data[:first] + data[last:]
        case 1:
            return data[:first] + element * dice.choice((2, 2, 3, 40)) + data[last:]
        case 2:
            to = dice.choice(starts).start()
            return data[:to] + element + data[to:]
        case 3:
            other, end = _span(data, dice.choice(starts))
            return data[:first] + data[other:end] + data[last:]
        case _:
            return (
                data[:first]
                + dice.choice((b"<v>7</v>", b"<row/>", b"<c/>", b"<f>A1</f>", b"<t> </t>", b"<a/>"))
                + data[first:]
            )


def _span(data: bytes, start: re.Match[bytes]) -> tuple[int, int]:
    """Return where an element begins and ends, as far as that can be told at a glance."""
    if start[2]:
        return start.start(), start.end()
    closing = b"</" + start[1] + b">"
    end = data.find(closing, start.end())
    return start.start(), end + len(closing) if end >= 0 else start.end()


def _spoil_text(data: bytes, dice: Random) -> bytes:
    found = [match for match in re.finditer(rb">([^<]+)<", data) if match[1].strip()]
    if not found:
        return spoil_bytes(data, dice)
    one, other = dice.choice(found), dice.choice(found)
    noise = dice.choice(
        (
            b"",
            b" ",
            b"&#10;",
            b"&amp;",
            b"\xef\xbf\xbd",
            b"_x0001_",
            b"7",
            b"-1",
            b"999999",
            b"1e999",
            b"#N/A",
        )
    )
    new = dice.choice((other[1], noise, one[1] * 3, b"<![CDATA[" + one[1] + b"]]>"))
    return data[: one.start(1)] + new + data[one.end(1) :]


def _write_otherwise(data: bytes, dice: Random) -> bytes:
    """The same content in another form of XML, or nearly."""
    match dice.randrange(6):
        case 0:
            return re.sub(rb'="([^"\']*)"', rb"='\1'", data, count=dice.choice((0, 1)))
        case 1:
            pieces = _XML_PIECES.findall(data)
            at = dice.randint(1, max(1, len(pieces) - 1))
            added = dice.choice((b"<!-- a -->", b"<?a b?>", b"\n\n", b"<!-- <row r='1'><c/></row> -->"))
            return b"".join((*pieces[:at], added, *pieces[at:]))
        case 2:
            return re.sub(rb"(?<=[\w\"])(/?)>", rb" \1>", data, count=dice.choice((0, 1, 5)))
        case 3:
            text = data.decode("utf-8", "replace")
            return re.sub(r'encoding="[^"]*"', 'encoding="UTF-16"', text).encode("utf-16")
        case 4:
            head = dice.choice((b"utf-8", b"UTF-16", b"iso-8859-9", b"windows-1254", b"ascii", b"none"))
            return re.sub(rb'encoding="[^"]*"', b'encoding="' + head + b'"', data)
        case _:
            return (
                b'<!DOCTYPE a [<!ENTITY b "c">]>' + data
                if dice.randrange(2)
                else data.replace(b"<c ", b"<x:c ", 1)
            )


def spoil_biff(stream: bytes, dice: Random) -> bytes:
    """Spoil a workbook stream record by record; mostly the sheets' places are put right afterwards."""
    records = biff_records(stream)
    if len(records) < 4:
        return spoil_bytes(stream, dice)
    before = _sheet_starts(records)
    at, other = dice.randrange(len(records)), dice.randrange(len(records))
    number, body = records[at]
    match dice.randrange(8):
        case 0:
            records[at : at + 1] = []
        case 1:
            records[at:at] = [records[at]] * dice.choice((1, 1, 20))
        case 2:
            records[at], records[other] = records[other], records[at]
        case 3:
            records[at] = dice.choice((records[other][0], dice.randrange(0x300))), body
        case 4:
            records[at] = number, spoil_bytes(body, dice)[:8000]
        case 5:
            records[at] = number, body[: dice.randint(0, len(body))] + bytes(dice.choice((0, 0, 3)))
        case 6:
            records[at] = number, _set_short(body, dice)
        case _:
            records[at : at + dice.choice((2, 5, 20))] = []
    if dice.randrange(8) and len(_sheet_starts(records)) == len(before):
        records = _placed(records)
    return b"".join(struct.pack("<HH", number, len(body)) + body for number, body in records)


def biff_records(stream: bytes) -> list[tuple[int, bytes]]:
    """Cut a workbook stream into (number, body) of its records; what is left over is a last body."""
    records, place = [], 0
    while place + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, place)
        records.append((number, stream[place + 4 : place + 4 + length]))
        place += 4 + length
    return records


def _sheet_starts(records: Sequence[tuple[int, bytes]]) -> list[int]:
    """Return where parts begin that are listed as sheets."""
    starts, place, depth = [], 0, 0
    for number, body in records:
        if number == 0x809:
            if not depth and place:
                starts.append(place)
            depth += 1
        depth -= number == 0x0A
        place += 4 + len(body)
    return starts


def _placed(records: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    starts = iter(_sheet_starts(records))
    return [
        (number, struct.pack("<I", next(starts, 0)) + body[4:])
        if number == 0x85 and len(body) > 4
        else (number, body)
        for number, body in records
    ]


def _set_short(body: bytes, dice: Random) -> bytes:
    if len(body) < 2:
        return body
    at = dice.randrange(0, len(body) - 1, 2)
    value = dice.choice((0, 1, 2, 3, 5, 255, 256, 0x7FFF, 0xFFFF, dice.randrange(1 << 16)))
    return body[:at] + struct.pack("<H", value) + body[at + 2 :]


def spoil_xlsb(data: bytes, dice: Random) -> bytes:
    """Spoil a part of a binary workbook record by record."""
    records = xlsb_records(data)
    if not records:
        return spoil_bytes(data, dice)
    at, other = dice.randrange(len(records)), dice.randrange(len(records))
    number, body = records[at]
    match dice.randrange(8):
        case 0:
            records[at : at + 1] = []
        case 1:
            records[at:at] = [records[at]] * dice.choice((1, 1, 20))
        case 2:
            records[at], records[other] = records[other], records[at]
        case 3:
            records[at] = dice.choice((records[other][0], dice.randrange(20))), body
        case 4:
            records[at] = number, spoil_bytes(body, dice)
        case 5:
            records[at] = number, body[: dice.randint(0, len(body))]
        case 6:
            records[at] = number, _set_short(body, dice)
        case _:
            records[at:] = []
    return b"".join(_varint(number, 2) + _varint(len(body), 4) + body for number, body in records)


def xlsb_records(data: bytes) -> list[tuple[int, bytes]]:
    """Cut a part of a binary workbook into (number, body) of its records."""
    records, place = [], 0
    while place < len(data):
        number, place = _read_varint(data, place, 2)
        length, place = _read_varint(data, place, 4)
        records.append((number, data[place : place + length]))
        place += length
    return records


def _read_varint(data: bytes, place: int, most: int) -> tuple[int, int]:
    value = 0
    for index in range(most):
        byte = data[place] if place < len(data) else 0
        place += 1
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            break
    return value, place


def _varint(value: int, most: int) -> bytes:
    out = bytearray()
    for _ in range(most):
        out.append(value & 0x7F | (0x80 if value >> 7 else 0))
        value >>= 7
        if not value:
            break
    return bytes(out)


def spoil_parts(kinds: Mapping[str, Mutation]) -> Mutation:
    """Spoil one part of a zip archive and pack it again, so that its checksum holds.

    ``kinds`` tells by the end of a part's name how it is spoilt; parts named first are chosen more often.
    """

    def mutated(data: bytes, dice: Random) -> bytes:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
        except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, EOFError, OSError):
            return spoil_bytes(data, dice)
        if not parts:
            return spoil_bytes(data, dice)
        if not dice.randrange(12):
            return packed(_spoil_listing(parts, dice), dice)
        weights = [
            next((8 >> i // 2 for i, end in enumerate(kinds) if name.endswith(end)), 1) for name, _ in parts
        ]
        ((at, (name, content)),) = dice.choices(list(enumerate(parts)), weights)
        mutation = next((kinds[end] for end in kinds if name.endswith(end)), spoil_xml)
        parts[at] = name, mutation(content, dice) if dice.randrange(10) else spoil_bytes(content, dice)
        return packed(parts, dice)

    return mutated


def _spoil_listing(parts: Sequence[tuple[str, bytes]], dice: Random) -> list[tuple[str, bytes]]:
    """Drop, double, rename, swap or add parts."""
    changed = list(parts)
    at, other = dice.randrange(len(changed)), dice.randrange(len(changed))
    name, content = changed[at]
    match dice.randrange(6):
        case 0:
            changed[at : at + 1] = []
        case 1:
            changed.append((name, changed[other][1]))
        case 2:
            changed[at] = (
                dice.choice(
                    (name.upper(), "../" + name, "/" + name, name.replace("/", "\\"), "é" + name, "a")
                ),
                content,
            )
        case 3:
            changed[at], changed[other] = (name, changed[other][1]), (changed[other][0], content)
        case 4:
            changed[at] = name, b""
        case _:
            changed.append(
                (dice.choice(("xl/vbaProject.bin", "a.txt", "xl/worksheets/sheet9.xml", "mimetype")), content)
            )
    return changed


def packed(parts: Sequence[tuple[str, bytes]], dice: Random) -> bytes:
    """Make a zip archive of parts; two of them may have the same name."""
    out = BytesIO()
    method = dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name)  # no warning about names that stand there twice
            info.compress_type = method
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, content)
    return out.getvalue()


def spoil_gzip(inner: Mutation) -> Mutation:
    """Spoil what is inside a gzip file, and pack it again; now and then in several pieces."""

    def mutated(data: bytes, dice: Random) -> bytes:
        try:
            content = inner(gzip.decompress(data), dice)
        except (OSError, EOFError, ValueError):
            return spoil_bytes(data, dice)
        cut = dice.randint(0, len(content)) if not dice.randrange(4) else len(content)
        pieces = [content[:cut], content[cut:]] if cut < len(content) else [content]
        return b"".join(gzip.compress(piece, 1, mtime=0) for piece in pieces) + bytes(
            dice.choice((0, 0, 0, 1, 512))
        )

    return mutated


spoil_text: Mutation = one_of((3, spoil_lines), (4, spoil_cells), (2, spoil_bytes), (1, change_encoding))
