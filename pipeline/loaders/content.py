"""What a file really is, by its first bytes; its name only says what somebody thinks it is."""

import zipfile
from enum import Enum
from pathlib import Path

from pipeline.loaders.survey import Survey
from pipeline.model.issue import Issue
from pipeline.model.location import Location


class Kind(Enum):
    """The kinds of file that can be read, as :class:`FileFacts` names them."""

    CSV = "csv"
    XLSX = "xlsx"
    XLSM = "xlsm"


_SUFFIXES = {
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".tab": Kind.CSV,
    ".txt": Kind.CSV,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSM,
}
_WORDS = {Kind.CSV: "text (CSV)", Kind.XLSX: "an Excel workbook", Kind.XLSM: "an Excel workbook with macros"}
_FOREIGN_SUFFIXES = {".xls", ".xlsb", ".ods", ".html", ".htm", ".xml", ".json", ".pdf", ".zip"}

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\0", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<style")


def kind_of(path: Path, found: Survey) -> Kind | Issue:
    """Return the kind of a file, or why it cannot be read."""
    if found.size == 0:
        return Issue("E106", Location(str(path)))
    if found.head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if found.head.startswith(_OLE):
        return _ole_issue(path)
    foreign = _foreign(found.head)
    if foreign:
        return _unsupported(path, foreign)
    return Kind.CSV


def misnamed(path: Path, kind: Kind) -> Issue | None:
    """Return the warning for a name that promises another kind of file."""
    suffix = path.suffix.lower()
    promised = _SUFFIXES.get(suffix)
    if promised is kind or (promised is None and suffix not in _FOREIGN_SUFFIXES):
        return None
    return Issue("W103", Location(str(path)), facts={"suffix": suffix, "kind": _WORDS[kind]})


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


def _zip_kind(path: Path) -> Kind | Issue:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
            opendocument = "mimetype" in names and archive.read("mimetype")[:80]
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError):
        part = "its table of contents is missing, so the file is cut off"
        return Issue("E110", Location(str(path)), facts={"part": part})
    if "xl/workbook.bin" in names:
        return _unsupported(path, "a binary workbook (.xlsb)")
    if opendocument and b"opendocument" in opendocument:
        return _unsupported(path, "an OpenDocument file (.ods)")
    if any(name.startswith("xl/") for name in names):
        return Kind.XLSM if "xl/vbaproject.bin" in names else Kind.XLSX
    if any(name.startswith("word/") for name in names):
        return _unsupported(path, "a Word document")
    return _unsupported(path, "a zip archive")


def _ole_issue(path: Path) -> Issue:
    """Tell what an OLE container is by the names of its streams, which may lie anywhere in the file."""
    wanted = {_ENCRYPTED: "encrypted", **dict.fromkeys(_OLD_BOOKS, "book")}
    seen: set[str] = set()
    with path.open("rb") as stream:
        tail = b""
        while chunk := stream.read(1 << 20):
            seen |= {name for mark, name in wanted.items() if mark in tail + chunk}
            tail = chunk[-64:]
    if "encrypted" in seen:
        return Issue("E109", Location(str(path)))
    return _unsupported(
        path, "an Excel 97-2003 workbook (.xls)" if "book" in seen else "an old Office document"
    )


def _unsupported(path: Path, kind: str) -> Issue:
    return Issue("E108", Location(str(path)), facts={"kind": kind})
