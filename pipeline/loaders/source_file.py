"""A file as it was given, and the one file inside it where it is packed."""

import errno
import gzip
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How zip archives begin; the second one is an empty archive."""

_OTHER_ARCHIVES = (
    (re.compile(rb"Rar!\x1a\x07"), "a RAR archive"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7-Zip archive"),
    (re.compile(rb"BZh[1-9]1AY&SY"), "a bzip2 archive"),
    (re.compile(rb"\xfd7zXZ\0"), "an XZ archive"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "a Zstandard archive"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a TAR archive"),
)

_MIB = 1 << 20
_SMALL = 64 * _MIB
"""Whatever stays below this is no trap, however well it packs."""
_BY_THE_WAY = {".ds_store", "thumbs.db", "desktop.ini"}
_DOCUMENTS = (
    "[content_types].xml", "_rels/", "docprops/", "xl/", "word/", "ppt/", "mimetype", "index/document.iwa"
)  # fmt: skip
"""What only archives hold that are a document in themselves."""
_DOCUMENT_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_ENTRIES = 50_000
_DIRECTORY = 16 * _MIB
_ELSEWHERE = 0xFFFFFFFF
"""A size that is written in the larger record for archives of today."""
_NAMED = 5
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile)
_NO_ARCHIVE = (*_DAMAGE, ValueError, RuntimeError, NotImplementedError)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. ``packing`` is ``gzip`` or ``zip``, ``member`` the name of the zip archive's entry.

    With ``limits``, reading stops where the content unpacks to more than they allow.
    """

    path: Path
    packing: str | None = None
    member: str | None = None
    limits: ReadLimits | None = None

    @property
    def name(self) -> str:
        """The name of the file inside, or of the file itself where it is not packed."""
        if self.packing == "zip" and self.member is not None:
            return last_part(self.member)
        suffix = self.path.suffix.lower()
        return self.path.stem if self.packing == "gzip" and suffix in {".gz", ".gzip"} else self.path.name

    def open(self) -> BinaryIO:
        """Open what is inside, from its first byte on; nothing is unpacked to disk.

        Seeking works, backwards at the price of unpacking again. Reading raises :class:`InputRefused`
        where the archive is damaged or unpacks to too much, ``OSError`` where the disk fails.
        """
        if self.packing is None:
            return self.path.open("rb")
        file = str(self.path)
        packed = self.path.stat().st_size
        with _blaming_archive(file):
            inner = _member(self.path, self.member or "") if self.packing == "zip" else _unzipped(self.path)
        return io.BufferedReader(_Unpacked(inner, file, packed, self.limits), _MIB)


def find_inside(path: Path, limits: ReadLimits) -> SourceFile:
    """Look whether the file is packed: as gzip, or in a zip archive that holds just this one file.

    Workbooks are zip archives in themselves and stay as they are. Raises :class:`InputRefused` for what is
    no regular file, cannot be opened, or is an archive of none, several or encrypted files.
    """
    issue = regular_file_issue(path)
    if issue:
        raise InputRefused(issue)
    try:
        with path.open("rb") as stream:
            head = stream.read(512)
        if head.startswith(_GZIP):
            return _only(SourceFile(path, "gzip", limits=limits))
        if head.startswith(_ZIP):
            return _in_zip(path, limits)
    except OSError as error:
        raise InputRefused(unreadable(path, error)) from None
    _refuse_archive(str(path), head)
    return SourceFile(path)


def member_name(path: Path) -> str | None:
    """Return the name of the only file in a zip archive, or ``None`` where there is no such thing."""
    try:
        return _in_zip(path, ReadLimits()).member
    except (InputRefused, OSError):
        return None


def last_part(name: str) -> str:
    """Return the file name at the end of an archive entry's name."""
    return PurePosixPath(name.replace("\\", "/")).name


def regular_file_issue(path: Path) -> Issue | None:
    """Why the path cannot be read as a file, or ``None``; nothing is opened, so no pipe can block."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return unreadable(path, error)
    if stat.S_ISREG(mode):
        return None
    kind = next((name for test, name in _KINDS if test(mode)), "something else")
    return Issue("E102", Location(str(path)), facts={"kind": kind})


def unreadable(path: Path, error: Exception) -> Issue:
    """Return the issue for a file the operating system will not open."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Issue("E101", Location(str(path)), facts={"reason": reason})


class _Unpacked(io.RawIOBase):
    """A stream of unpacked bytes that counts them and calls damage by its name."""

    def __init__(self, inner: IO[bytes], file: str, packed: int, limits: ReadLimits | None) -> None:
        self._inner, self._file, self._packed, self._limits = inner, file, max(1, packed), limits

    def readable(self) -> bool:
        """Say that this is for reading."""
        return True

    def seekable(self) -> bool:
        """Say that any place can be reached."""
        return True

    def readinto(self, buffer: object, /) -> int:
        """Read as much as there is room for."""
        room = memoryview(cast("bytearray", buffer)).cast("B")
        try:
            data = self._inner.read(len(room))
        except _DAMAGE as error:
            raise InputRefused(_damaged(self._file, error)) from None
        room[: len(data)] = data
        if self._limits is not None:
            _refuse_too_much(self._inner.tell(), self._packed, self._file, self._limits)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        try:
            return self._inner.seek(offset, whence)
        except _DAMAGE as error:
            raise InputRefused(_damaged(self._file, error)) from None

    def tell(self) -> int:
        """Tell the place."""
        return self._inner.tell()

    def close(self) -> None:
        """Close the archive, too."""
        if not self.closed:
            self._inner.close()
        super().close()


@contextmanager
def _blaming_archive(file: str) -> Iterator[None]:
    """Call whatever goes wrong by its name: damage."""
    try:
        yield
    except _NO_ARCHIVE as error:
        raise InputRefused(_damaged(file, error)) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # an archive that names a place before its first byte
            raise
        raise InputRefused(_damaged(file, error)) from None


def _unzipped(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(path, "rb"))


def _member(path: Path, name: str) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:  # the file stays open until the member is closed
        try:
            return archive.open(name)
        except KeyError:
            raise zipfile.BadZipFile from None


def _refuse_too_much(size: int, packed: int, file: str, limits: ReadLimits) -> None:
    if size > limits.unpacked * _MIB:
        name, words, limit = "unpacked", f"{limits.unpacked} MiB", limits.unpacked
    elif size > max(_SMALL, limits.ratio * packed):
        name, words, limit = "ratio", f"{limits.ratio} times its size", limits.ratio
    else:
        return
    facts: dict[str, str | int] = {"limit": words, "name": name, "more": 2 * limit}
    raise InputRefused(Issue("E148", Location(file), facts=facts))


def _in_zip(path: Path, limits: ReadLimits) -> SourceFile:
    file = str(path)
    _refuse_long_directory(path)
    try:
        with _blaming_archive(file), zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except InputRefused:
        if path.suffix.lower() in _DOCUMENT_SUFFIXES:
            return SourceFile(path)  # a damaged workbook, which has words of its own
        raise
    if any(entry.filename.lower().replace("\\", "/").startswith(_DOCUMENTS) for entry in entries):
        return SourceFile(path)
    if len(entries) > _ENTRIES:
        raise InputRefused(Issue("E139", Location(file), facts={"reason": f"it lists {len(entries)} files"}))
    inside = [entry for entry in entries if not _by_the_way(entry)]
    names = [shown(entry.filename) for entry in inside]
    if len(set(names)) < len(names):
        raise InputRefused(Issue("E139", Location(file), facts={"reason": "it lists a file twice"}))
    if len(inside) != 1:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        listed = ", ".join(names[:_NAMED]) + more
        raise InputRefused(_unfit(file, f"holds {len(names)} files: {listed}" if names else "holds no file"))
    (entry,) = inside
    if entry.flag_bits & _ENCRYPTED:
        raise InputRefused(_unfit(file, "is encrypted with a password"))
    if entry.compress_type not in _METHODS:
        raise InputRefused(_unfit(file, "is packed by an unusual method"))
    return _only(SourceFile(path, "zip", entry.filename, limits))


def _only(source: SourceFile) -> SourceFile:
    """Return the source, unless what is inside is an archive again; a workbook is none."""
    with source.open() as stream:
        head = stream.read(512)
    file = str(source.path)
    _refuse_archive(file, head)
    if head.startswith(_GZIP) or (head.startswith(_ZIP) and not _first_entry(head).startswith(_DOCUMENTS)):
        raise InputRefused(_unfit(file, f"holds another archive, {shown(source.name)}"))
    return source


def _refuse_archive(file: str, head: bytes) -> None:
    for magic, kind in _OTHER_ARCHIVES:
        if magic.match(head):
            raise InputRefused(_unfit(file, f"is {kind}, which is not unpacked here"))


def _first_entry(head: bytes) -> str:
    """Return the name of the first entry of a zip archive."""
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].decode("ascii", "replace").lower().replace("\\", "/")


def _refuse_long_directory(path: Path) -> None:
    """Raise :class:`InputRefused` when the table of contents alone would fill the memory."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - (1 << 16) - 100))
        tail = stream.read()
    sizes = []
    for mark, start, end in ((b"PK\x05\x06", 12, 16), (b"PK\x06\x06", 40, 48)):
        at = tail.rfind(mark)
        size = int.from_bytes(tail[at + start : at + end], "little") if at >= 0 else 0
        sizes.append(0 if size == _ELSEWHERE else size)
    if max(sizes) > _DIRECTORY:
        reason = f"its table of contents is {max(sizes) // _MIB} MiB long"
        raise InputRefused(Issue("E139", Location(str(path)), facts={"reason": reason}))


def _by_the_way(entry: zipfile.ZipInfo) -> bool:
    """Whether the entry is a folder, or something an operating system leaves behind."""
    name = entry.filename.lower()
    return name.endswith("/") or name.startswith("__macosx/") or last_part(name) in _BY_THE_WAY


def _unfit(file: str, reason: str) -> Issue:
    return Issue("E145", Location(file), facts={"reason": reason})


def _damaged(file: str, error: Exception) -> Issue:
    reason = "its content does not fit its checksum"
    if isinstance(error, EOFError) or "File is not a zip file" in str(error):
        reason = "its end is missing"
    elif isinstance(error, OSError) and error.errno == errno.EINVAL:
        reason = "its table of contents is wrong"
    return Issue("E147", Location(file), facts={"reason": reason})
