"""What a file really is, by its first bytes; its name only says what somebody thinks it is."""

import codecs
import re
import zipfile
import zlib
from enum import Enum
from pathlib import PurePath

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import CHUNK, Survey
from pipeline.model.issue import Issue
from pipeline.model.location import Location


class Kind(Enum):
    """The kinds of file that can be read, as :class:`FileFacts` names them."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


_SUFFIXES = {
    ".csv": {Kind.CSV},
    ".tsv": {Kind.CSV},
    ".tab": {Kind.CSV},
    ".txt": {Kind.CSV, Kind.JSON, Kind.JSONL},
    ".json": {Kind.JSON, Kind.JSONL},
    ".jsonl": {Kind.JSONL},
    ".ndjson": {Kind.JSONL},
    ".xlsx": {Kind.XLSX},
    ".xlsm": {Kind.XLSM},
    ".xlsb": {Kind.XLSB},
    ".xls": {Kind.XLS},
    ".ods": {Kind.ODS},
}
_WORDS = {
    Kind.CSV: "text (CSV)",
    Kind.JSON: "JSON",
    Kind.JSONL: "JSON, one object in each line",
    Kind.XLSX: "an Excel workbook",
    Kind.XLSM: "an Excel workbook with macros",
    Kind.XLSB: "a binary Excel workbook",
    Kind.XLS: "an Excel 97-2003 workbook",
    Kind.ODS: "an OpenDocument spreadsheet",
}
_FOREIGN_SUFFIXES = {".html", ".htm", ".xml", ".pdf"}

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_SLOT = 128
"""Streams of an OLE container are listed in slots of this size; a name comes first, its length at 64."""
_OLE_NAMES = ("EncryptedPackage", "Workbook", "Book")
_BIFF = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06")
"""How the workbook stream itself begins, which some programs write without a container."""
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\0", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<style")


_JSON_LIST = re.compile(r'\[\s*(?:\]|$|\{\s*(?:"|\}|$)|\[\s*(?:["\[\]\d-]|true|false|null|$))')
_JSON_OBJECT = re.compile(r'\{\s*(?:\}|$|"(?:[^"\\]|\\.)*(?:$|"\s*(?::|$)))')


def kind_of(source: SourceFile, found: Survey) -> Kind | Issue:
    """Return the kind of a file, or why it cannot be read."""
    at = Location(str(source.path))
    if found.size == 0:
        return Issue("E106", at)
    if found.head.startswith(b"PK\x03\x04"):
        return _zip_kind(source, at)
    if found.head.startswith(_OLE):
        return _ole_kind(source, at)
    if found.head.startswith(_BIFF):
        return Kind.XLS
    foreign = _foreign(found.head)
    if foreign:
        return _unsupported(at, foreign)
    return _text_kind(source, found)


def misnamed(source: SourceFile, kind: Kind) -> Issue | None:
    """Return the warning for a name that promises another kind of file."""
    suffix = _suffix(source)
    if kind in _SUFFIXES.get(suffix, {kind}) and suffix not in _FOREIGN_SUFFIXES:
        return None
    return Issue("W103", Location(str(source.path)), facts={"suffix": suffix, "kind": _WORDS[kind]})


def _suffix(source: SourceFile) -> str:
    return PurePath(source.name).suffix.lower()


def _text_kind(source: SourceFile, found: Survey) -> Kind:
    """Tell JSON from CSV by how the text begins; where that leaves it open, the name decides."""
    start = _start(found)
    if _JSON_LIST.match(start):
        return Kind.JSON
    if _JSON_OBJECT.match(start):
        return Kind.JSONL
    promised = _SUFFIXES.get(_suffix(source), {Kind.CSV})
    if Kind.CSV in promised or start[:1] not in {"[", "{"}:
        return Kind.CSV
    return Kind.JSON if start[0] == "[" else Kind.JSONL


def _start(found: Survey) -> str:
    """Return how the text begins; of letters beyond ASCII only that they are some matters here."""
    head = found.head
    if not found.nul_even and not found.nul_odd:
        return head.removeprefix(codecs.BOM_UTF8).decode("latin-1").lstrip()
    return head.replace(b"\0", b"").lstrip(b"\xff\xfe").decode("latin-1").lstrip()


def _foreign(head: bytes) -> str | None:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "an XML spreadsheet of Excel 2003"
    if start.startswith(_MARKUP) or (start.startswith((b"<?xml", b"<!--")) and b"<html" in start):
        return "a web page (HTML)"
    return "an XML file" if start.startswith(b"<?xml") else None


def _zip_kind(source: SourceFile, at: Location) -> Kind | Issue:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            listed = {name.lower().replace("\\", "/"): name for name in archive.namelist()}
            names = set(listed)
            opendocument = archive.read(listed["mimetype"])[:80] if "mimetype" in names else b""
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, zlib.error, EOFError):
        part = "its table of contents is missing, so the file is cut off"
        return Issue("E110", at, facts={"part": part})
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if b"opendocument.spreadsheet" in opendocument:
        return Kind.ODS
    if any(name.startswith("xl/") for name in names):
        return Kind.XLSM if "xl/vbaproject.bin" in names else Kind.XLSX
    return _unsupported(at, _document(names, opendocument))


def _document(names: set[str], opendocument: bytes) -> str:
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if "index/document.iwa" in names:
        return "a document of Apple Numbers or Pages"
    return (
        "an OpenDocument file that is no spreadsheet" if b"opendocument" in opendocument else "a zip archive"
    )


def _ole_kind(source: SourceFile, at: Location) -> Kind | Issue:
    """Tell what an OLE container is by the names of its streams, which may lie anywhere in the file."""
    seen: set[str] = set()
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            seen |= {name for name in _OLE_NAMES if _lists(chunk, name)}
    if "EncryptedPackage" in seen:
        return Issue("E109", at)
    return Kind.XLS if seen else _unsupported(at, "an old Office document")


def _lists(chunk: bytes, name: str) -> bool:
    """Whether a slot in the chunk lists a stream of this name; slots never cross chunks."""
    mark = name.encode("utf-16-le") + b"\0\0"
    place = chunk.find(mark)
    while place >= 0:
        if place % _OLE_SLOT == 0 and chunk[place + 64 : place + 66] == len(mark).to_bytes(2, "little"):
            return True
        place = chunk.find(mark, place + 1)
    return False


def _unsupported(at: Location, kind: str) -> Issue:
    return Issue("E108", at, facts={"kind": kind})
