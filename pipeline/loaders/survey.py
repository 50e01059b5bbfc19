"""One pass over a file's bytes: its fingerprint, and what they say about its text."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.source_file import SourceFile, unreadable
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts

CHUNK = 1 << 20
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
"""The control characters that no text of a table holds."""

_REPLACEMENT = "\ufffd".encode()
_GARBLED = re.compile(rb"\xc3(?:\x83\xc2|[\x84\x85][\xc2\xc5])")
"""``Ã``, ``Ä`` or ``Å`` followed by a sign: how UTF-8 looks that was read as a Windows encoding."""
_OVERLAP = 2
ENDLESS = 16
"""So many chunks (MiB) without one line break are no table."""


@dataclass(slots=True)
class Survey:
    """What one pass found. Offsets count bytes from 0; ``controls`` counts control characters.

    ``file_bytes``, ``modified`` and ``sha256`` are of the file on disk, everything else is of what is inside
    where it is packed. ``lines`` is right where line ends are single bytes, as in UTF-8.
    """

    sha256: str = ""
    file_bytes: int = 0
    size: int = 0
    modified: int = 0
    lines: int = 0
    head: bytes = b""
    utf8_fault: int | None = None
    first_high: int | None = None
    nul_even: int = 0
    nul_odd: int = 0
    controls: int = 0
    replacement: bool = False
    garbled: int | None = None
    endless: bool = False


def survey(source: SourceFile) -> Survey:
    """Read the whole file once, in chunks; a packed one is unpacked on the way.

    Raises :class:`InputRefused` when it cannot be read, is damaged, unpacks to too much or changes meanwhile.
    """
    path = source.path
    try:
        before = path.stat()
        with source.open() as stream:
            found = _Pass(hashed=source.packing is None).over(iter(lambda: stream.read(CHUNK), b""))
        if source.packing is not None:
            with path.open("rb") as stream:
                found.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        after = path.stat()
    except OSError as error:
        raise InputRefused(unreadable(path, error)) from None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or (source.packing is None and found.size != after.st_size):
        raise InputRefused(changed(str(path)))
    found.file_bytes, found.modified = after.st_size, after.st_mtime_ns
    return found


def refuse_changed(facts: FileFacts) -> None:
    """Raise :class:`InputRefused` when the file is not the one the facts were taken from."""
    try:
        now = Path(facts.path).stat()
    except OSError as error:
        raise InputRefused(unreadable(Path(facts.path), error)) from None
    if (now.st_size, now.st_mtime_ns) != (facts.bytes, facts.modified):
        raise InputRefused(changed(facts.path))


def changed(file: str) -> Issue:
    """Return the issue for a file that was written to while it was being read."""
    return Issue("E112", Location(file))


class _Pass:
    """The chunks of one file, looked at in order."""

    def __init__(self, *, hashed: bool) -> None:
        self._hashed = hashed
        self._found = Survey()
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
        self._tail = b""
        self._unbroken = 0

    def over(self, chunks: Iterator[bytes]) -> Survey:
        """Look at every chunk and return what was found."""
        found, digest = self._found, hashlib.sha256()
        for chunk in chunks:
            found.head = found.head or chunk[:4096]
            if self._hashed:
                digest.update(chunk)
            self._breaks(chunk)
            self._nothing_printable(chunk)
            if not chunk.isascii():
                self._letters(chunk)
            self._utf8(chunk)
            self._tail = chunk[-_OVERLAP:]
            found.size += len(chunk)
        self._utf8(b"", final=True)
        found.lines += found.size > 0 and self._tail[-1:] not in {b"\n", b"\r"}
        found.sha256 = digest.hexdigest()
        return found

    def _breaks(self, chunk: bytes) -> None:
        ends = chunk.count(b"\n")
        if b"\r" in chunk:
            ends += chunk.count(b"\r") - chunk.count(b"\r\n")
        self._unbroken = 0 if ends else self._unbroken + 1
        if chunk.startswith(b"\n") and self._tail.endswith(b"\r"):
            ends -= 1
        self._found.lines += ends
        if self._unbroken >= ENDLESS:
            self._found.endless = True

    def _nothing_printable(self, chunk: bytes) -> None:
        found = self._found
        found.controls += len(chunk) - len(chunk.translate(None, CONTROLS))
        if b"\0" in chunk:
            shift = found.size % 2
            found.nul_even += chunk[shift::2].count(0)
            found.nul_odd += chunk[1 - shift :: 2].count(0)

    def _letters(self, chunk: bytes) -> None:
        found, joined = self._found, self._tail + chunk
        if found.first_high is None:
            found.first_high = found.size + next(i for i, byte in enumerate(chunk) if byte > 127)  # noqa: PLR2004
        if not found.replacement:
            found.replacement = (
                _REPLACEMENT[:1] in joined and _REPLACEMENT in joined
            )  # one byte is found faster
        if found.garbled is None:
            place = _GARBLED.search(joined)
            if place:
                found.garbled = found.size - len(self._tail) + place.start()

    def _utf8(self, chunk: bytes, *, final: bool = False) -> None:
        if self._decoder is None:
            return
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self._found.utf8_fault = self._found.size - pending + error.start
            self._decoder = None
