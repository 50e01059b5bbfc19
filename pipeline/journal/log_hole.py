"""Whether a write-ahead log was damaged where it had already been brought to the disk.

SQLite reads a log up to the first frame that is not whole, and takes whatever comes behind for the remains
of a commit that was never finished. That is right after a power cut, and wrong after a damaged byte: the
commits behind it had returned. The two can be told apart, because a commit is on the disk before the next one
is begun: an unfinished end holds one commit at most.

The layout is that of https://www.sqlite.org/fileformat2.html#walformat.
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

_HEADER = 32
_FRAME_HEADER = 24
_WORD = 1 << 32
_ORDERS = {b"\x37\x7f\x06\x82": "<", b"\x37\x7f\x06\x83": ">"}
"""The order of bytes in which checksums are made, by the first bytes of a log."""
_PAGE_SIZES = frozenset(1 << power for power in range(9, 17))


class Frame(NamedTuple):
    """The head of a frame: the ``salt`` that says which log it belongs to, and whether it ends a commit."""

    salt: bytes
    ends_commit: bool


def commits_behind(log: Path, whole: int, page_size: int) -> bool:
    """Whether frames of the same log stand behind a commit that SQLite did not read.

    ``whole`` counts the frames that SQLite takes for whole. ``False`` where there is no log.
    """
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return False
    with file:
        head = file.read(_HEADER)
        frames = _frames(file, page_size)
        if _is_whole(head):
            return _goes_on(head[16:24], islice(frames, whole, None))
        first = next(frames, None)  # the log's own head is damaged: its frames know which log they are of
        return first is not None and _goes_on(first.salt, chain([first], frames))


def _is_whole(head: bytes) -> bool:
    """Whether the head of a log carries the checksum of its first 24 bytes."""
    if len(head) != _HEADER or head[:4] not in _ORDERS:
        return False
    order = _ORDERS[head[:4]]
    words = struct.unpack(f"{order}6I", head[:24])
    first = second = 0
    for left, right in zip(words[::2], words[1::2], strict=True):
        first = (first + left + second) % _WORD
        second = (second + right + first) % _WORD
    return struct.pack(">2I", first, second) == head[24:]


def _goes_on(salt: bytes, frames: Iterable[Frame]) -> bool:
    """Whether a frame of this log follows behind the end of a commit."""
    ended = False
    for frame in frames:
        if frame.salt != salt:
            continue
        if ended:
            return True
        ended = frame.ends_commit
    return False


def _frames(file: BinaryIO, page_size: int) -> Iterator[Frame]:
    size = page_size if page_size in _PAGE_SIZES else 4096
    while len(head := file.read(_FRAME_HEADER)) == _FRAME_HEADER:
        yield Frame(head[8:16], head[4:8] != bytes(4))
        file.seek(size, 1)
