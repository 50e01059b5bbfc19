"""The parts of a workbook's zip archive: which can be trusted, which hold what, which is broken."""

import posixpath
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

MIB = 1 << 20
SMALL = 64 * MIB
"""Archives that unpack to less are harmless at any ratio."""
MOST_PARTS = 20_000
"""A workbook has a handful of parts for each sheet."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Parts:
    """The archive, read-only. Part names are compared without case, as the format has it."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self._names = {_plain(name): name for name in archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def names(self) -> list[str]:
        """Return the names of all parts, in lower case."""
        return list(self._names)

    def size(self, part: str) -> int:
        """Return how many bytes a part says it unpacks to; 0 for one that is not there."""
        name = self._names.get(part.lower())
        return self._archive.getinfo(name).file_size if name else 0

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part, a MiB at a time; raises :class:`InputRefused` naming it when broken.

        A part that unpacks to more than it says is broken: reading it stops there.
        """
        try:
            with self._archive.open(self._names[part.lower()]) as stream:
                while chunk := stream.read(MIB):
                    yield chunk
        except KeyError:
            raise InputRefused(damaged(self._file, f"{shown(part)} is missing")) from None
        except _DAMAGE:
            raise InputRefused(damaged(self._file, f"{shown(part)} cannot be unpacked")) from None

    def elements(self, part: str, *names: str) -> list[tuple[str, dict[str, str]]]:
        """Return (local name, attributes) of all elements of these names in a (small) part, in order."""
        found: list[tuple[str, dict[str, str]]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = tag.rpartition(":")[2]
            if name in names:
                found.append((name, attributes))

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
        except (expat.ExpatError, LookupError, ValueError):  # the last two: an encoding that nobody knows
            raise InputRefused(damaged(self._file, f"{shown(part)} cannot be understood")) from None

    def links(self, part: str) -> dict[str, str]:
        """Relationship id of a part → the part it leads to; links out of the workbook are left out."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if relations not in self:
            return {}
        return {
            link.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, link.get("Target", ""))
            ).lstrip("/")
            for _, link in self.elements(relations, "Relationship")
            if link.get("TargetMode") != "External"
        }

    def book(self) -> str:
        """Return the name of the part that lists the sheets."""
        if "_rels/.rels" in self:
            for _, link in self.elements("_rels/.rels", "Relationship"):
                if link.get("Type", "").endswith("/officeDocument"):
                    return link.get("Target", "").lstrip("/")
        return "xl/workbook.xml"

    def broken(self) -> str:
        """In words, the first part that is missing, cannot be unpacked or is no XML."""
        try:
            book = self.book()
            needed = [book, *(part for part in self.links(book).values() if "/worksheets/" in part)]
            missing = next((part for part in needed if part not in self), None)
            if missing:
                return f"{shown(missing)} is missing"
            for part in self._names:
                if part.endswith((".xml", ".rels")):
                    self.parse(safe_parser(self._file, part), part)
                else:
                    for _ in self.chunks(part):
                        pass
        except InputRefused as refusal:
            return str(refusal.issues[0].facts.get("part", ""))
        return "it does not follow the format"

    def refuse_untrusted(self, limits: ReadLimits) -> None:
        """Raise :class:`InputRefused` for an archive built to do harm: its names, or what it unpacks to."""
        self._refuse_names()
        sizes = self._archive.infolist()
        unpacked = sum(part.file_size for part in sizes)
        packed = max(1, sum(part.compress_size for part in sizes))
        refuse_unpacked(self._file, unpacked, packed, limits)

    def _refuse_names(self) -> None:
        infos = self._archive.infolist()
        names = Counter(_plain(info.filename) for info in infos)
        twice = next((name for name, count in names.items() if count > 1), None)
        reason = None
        if len(infos) > MOST_PARTS:
            reason = f"it has {len(infos)} parts, more than any workbook"
        elif twice is not None:
            reason = f"two of its parts are named {shown(twice)}"
        else:
            bad = next((info.filename for info in infos if _leads_out(info)), None)
            if bad is not None:
                reason = f"the part {shown(bad)} leads out of the archive"
        if reason:
            raise InputRefused(Issue("E139", Location(self._file), facts={"reason": reason}))


def refuse_unpacked(file: str, unpacked: int, packed: int, limits: ReadLimits) -> None:
    """Raise :class:`InputRefused` when ``packed`` bytes that unpack to ``unpacked`` go beyond the limits."""
    facts: dict[str, str | int] = {"size": unpacked // MIB, "ratio": unpacked // max(1, packed)}
    if unpacked > limits.unpacked * MIB:
        facts |= {"name": "unpacked", "limit": limits.unpacked, "more": unpacked // MIB + 1}
    elif unpacked > SMALL and unpacked > limits.ratio * packed:
        facts |= {"name": "ratio", "limit": limits.ratio, "more": unpacked // packed + 1}
    else:
        return
    raise InputRefused(Issue("E111", Location(file), facts=facts))


@contextmanager
def open_parts(source: Path | BytesIO, file: str) -> Iterator[Parts]:
    """Open the archive's parts; raises :class:`InputRefused` when it is no whole zip archive."""
    try:
        archive = zipfile.ZipFile(source)
    except _DAMAGE:
        words = "its table of contents is missing, so the file is cut off"
        raise InputRefused(damaged(file, words)) from None
    with archive:
        yield Parts(file, archive)


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
    return Issue("E113", Location(file), facts={"part": shown(part)})


def _plain(name: str) -> str:
    return name.lower().replace("\\", "/")


def _leads_out(info: zipfile.ZipInfo) -> bool:
    """Whether unpacking this entry by its name could write elsewhere; nothing is, but no workbook has one."""
    name = _plain(info.filename)
    parts = name.split("/")
    link = stat.S_ISLNK(info.external_attr >> 16)
    return link or name.startswith("/") or ".." in parts or ":" in parts[0]
