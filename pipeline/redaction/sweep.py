"""The last look: does an original value stand anywhere in the bytes that are to be shared?"""

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

SHORTEST = 4
"""Shorter values stand everywhere by chance."""
_USUAL = ("utf-8", "utf-16-le", "utf-16-be")
_DEEPEST = 4


def traces(
    values: Iterable[str], contents: Mapping[str, bytes], encodings: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Every value that stands in a file, as (value, name of the file): as it is, or as XML or JSON write it.

    Packed files are looked into. ``encodings`` are tried beside UTF-8 and UTF-16; names of files count too.
    """
    layers = [(name, layer) for name, data in contents.items() for layer in _layers(data, 0)]
    layers += [(name, name.encode()) for name in contents]
    names = tuple(dict.fromkeys((*_USUAL, *encodings)))
    found: list[tuple[str, str]] = []
    for value in dict.fromkeys(values):
        if len(value) >= SHORTEST:
            spelled = set(_spellings(value, names))
            found += {
                name: (value, name) for name, data in layers if any(one in data for one in spelled)
            }.values()
    return found


def _spellings(value: str, encodings: tuple[str, ...]) -> Iterator[bytes]:
    for text in {value, value.strip(), escape(value), json.dumps(value)[1:-1], value.replace('"', '""')}:
        for encoding in encodings if len(text) >= SHORTEST else ():
            try:
                yield text.encode(encoding)
            except (UnicodeEncodeError, LookupError):
                continue


def _layers(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes of a file and, where it is packed, of what is inside, with the names there."""
    yield data
    if depth >= _DEEPEST:
        return
    if data.startswith(b"\x1f\x8b"):
        try:
            yield from _layers(gzip.decompress(data), depth + 1)
        except (OSError, EOFError, zlib.error):
            return
    elif data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.infolist():
                    yield entry.filename.encode() + b"\n" + entry.comment
                    yield from _layers(archive.read(entry), depth + 1)
        except zipfile.BadZipFile:
            return
