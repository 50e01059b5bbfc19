"""How a sheet's rows cross the pipe: whole columns as JSON, which keeps every digit and runs no code.

A frame is a sign (one byte), the length of its body (eight bytes) and the body. ``M`` is a message, a JSON
object; ``R`` is a block of rows: ``[number of the first row, number of rows, columns, odd columns]``. In an
odd column a cell that JSON does not know is a list: what it is, and its text.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, BinaryIO

import orjson

from pipeline.model.cell import Cell, CellError
from pipeline.model.rows import Row

MESSAGE = b"M"
ROWS = b"R"
MOST_BYTES = 1 << 30
"""No frame is longer; a block of rows is some ten thousand times smaller."""

_LENGTH = 8
_AS_JSON = frozenset({str, float, bool})
_KINDS: dict[str, Callable[[str], Cell]] = {
    "error": CellError,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda text: timedelta(microseconds=int(text)),
}


class BrokenFrameError(Exception):
    """The other side ended in the middle of a frame, or sent none of ours."""


def packed_rows(first: int, rows: Sequence[Row]) -> bytes:
    """Return the body of a block."""
    columns: list[Sequence[object]] = list(zip(*rows, strict=True))
    odd = []
    for index, column in enumerate(columns):
        kinds = set(map(type, column))
        if not kinds <= _AS_JSON:
            columns[index] = list(map(_packed, column))
            odd.append(index)
    body = orjson.dumps([first, len(rows), columns, odd])
    if b"null" in body:  # a number that is none, or only the word
        columns = [list(map(_packed, column)) for column in zip(*rows, strict=True)]
        body = orjson.dumps([first, len(rows), columns, list(range(len(columns)))])
    return body


def unpacked_rows(body: bytes) -> tuple[int, list[Row]]:
    """Return (number of the first row, rows) of a block's body."""
    first, height, columns, odd = orjson.loads(body)
    for index in odd:
        columns[index] = [_unpacked(cell) if cell.__class__ is list else cell for cell in columns[index]]
    return first, list(zip(*columns, strict=True)) if columns else [()] * height


def write_frame(stream: BinaryIO, sign: bytes, body: bytes) -> None:
    """Write one frame; raises ``OSError`` when nobody reads any more."""
    stream.write(sign + len(body).to_bytes(_LENGTH, "big"))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return (sign, body) of the next frame; raises :class:`BrokenFrameError`."""
    head = stream.read(1 + _LENGTH)
    length = int.from_bytes(head[1:], "big")
    if len(head) != 1 + _LENGTH or head[:1] not in (MESSAGE, ROWS) or length > MOST_BYTES:
        raise BrokenFrameError
    body = stream.read(length)
    if len(body) != length:
        raise BrokenFrameError
    return head[:1], body


def _packed(cell: Any) -> object:  # noqa: ANN401 - whatever a reader may hand out
    if isinstance(cell, str | bool):
        return cell
    if isinstance(cell, CellError):
        return ["error", cell.text]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["timedelta", str(cell // timedelta(microseconds=1))]
    number = float(cell)
    return number if isfinite(number) else ["error", str(cell)]


def _unpacked(cell: list[str]) -> Cell:
    kind, text = cell
    return _KINDS[kind](text)
