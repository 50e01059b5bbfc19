"""The parts of a workbook's zip archive: which one holds a sheet, which one is broken, how big they are."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

MIB = 1 << 20
UNPACKED_LIMIT = 4096 * MIB
"""Bytes all parts together may unpack to; a full sheet of 30 columns is well below."""
RATIO_LIMIT = 250
_SMALL = 64 * MIB
_CHUNK = MIB
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Parts:
    """The archive, read-only. Part names are compared without case, as the format has it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._file = str(path)
        self._archive = archive
        self._names = {name.lower().replace("\\", "/"): name for name in archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part, a MiB at a time; raises :class:`InputRefused` naming it when broken."""
        try:
            with self._archive.open(self._names[part.lower()]) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except KeyError:
            raise InputRefused(damaged(self._file, f"{part} is missing")) from None
        except _DAMAGE:
            raise InputRefused(damaged(self._file, f"{part} cannot be unpacked")) from None

    def elements(self, part: str, name: str) -> list[dict[str, str]]:
        """Return the attributes of all elements of this local name in a (small) part."""
        found: list[dict[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == name:
                found.append(attributes)

        parser = safe_parser(self._file, part)
        parser.StartElementHandler = start
        self.parse(parser, part)
        return found

    def parse(self, parser: expat.XMLParserType, part: str) -> None:
        """Run a part through the parser; raises :class:`InputRefused` naming it when it is no XML."""
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise InputRefused(damaged(self._file, f"{part} cannot be understood")) from None

    def sheet_part(self, sheet: str) -> str | None:
        """Return the part that holds the sheet of this name, or ``None`` where the workbook does not say."""
        book = self._book()
        links = self._links(book)
        for element in self.elements(book, "sheet"):
            if element.get("name") == sheet:
                link = next((value for key, value in element.items() if key.rpartition(":")[2] == "id"), "")
                return links.get(link)
        return None

    def broken(self) -> str:
        """In words, the first part that is missing or cannot be unpacked."""
        try:
            book = self._book()
            needed = [book, *(element for element in self._links(book).values() if "/worksheets/" in element)]
            missing = next((part for part in needed if part not in self), None)
            if missing:
                return f"{missing} is missing"
            for part in self._names:
                for _ in self.chunks(part):
                    pass
        except InputRefused as refusal:
            return str(refusal.issues[0].facts.get("part", ""))
        return "it does not follow the format"

    def refuse_bomb(self) -> None:
        """Raise :class:`InputRefused` when the parts, by their own word, unpack to too much.

        A part that unpacks to more than its word is damaged: reading it here stops there.
        """
        sizes = self._archive.infolist()
        unpacked = sum(part.file_size for part in sizes)
        packed = max(1, sum(part.compress_size for part in sizes))
        if unpacked <= _SMALL or (unpacked <= UNPACKED_LIMIT and unpacked <= RATIO_LIMIT * packed):
            return
        facts: dict[str, str | int] = {
            "size": unpacked // MIB,
            "ratio": unpacked // packed,
            "limit": min(UNPACKED_LIMIT, max(_SMALL, RATIO_LIMIT * packed)) // MIB,
        }
        raise InputRefused(Issue("E111", Location(self._file), facts=facts))

    def _book(self) -> str:
        if "_rels/.rels" in self:
            for link in self.elements("_rels/.rels", "Relationship"):
                if link.get("Type", "").endswith("/officeDocument"):
                    return link.get("Target", "").lstrip("/")
        return "xl/workbook.xml"

    def _links(self, part: str) -> dict[str, str]:
        """Relationship id → part name, relative targets resolved."""
        folder, name = posixpath.split(part)
        return {
            link.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, link.get("Target", ""))
            ).lstrip("/")
            for link in self.elements(f"{folder}/_rels/{name}.rels".lstrip("/"), "Relationship")
        }


@contextmanager
def open_parts(path: Path) -> Iterator[Parts]:
    """Open the archive's parts; raises :class:`InputRefused` when it is no whole zip archive."""
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE:
        words = "its table of contents is missing, so the file is cut off"
        raise InputRefused(damaged(str(path), words)) from None
    with archive:
        yield Parts(path, archive)


def safe_parser(file: str, part: str) -> expat.XMLParserType:
    """Make an XML parser that refuses document types, and with them every entity trick."""

    def refuse(*_: object) -> None:
        raise InputRefused(forbidden(file, part))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def damaged(file: str, part: str) -> Issue:
    """Return the issue for a broken workbook, with the broken part in words."""
    return Issue("E110", Location(file), facts={"part": part})


def forbidden(file: str, part: str) -> Issue:
    """Return the issue for a document type in a part."""
    return Issue("E113", Location(file), facts={"part": part})
