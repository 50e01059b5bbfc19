"""Rows sorted into partitions by key, in memory while they are few and on disk when they are many.

The only part of preparing that sees all rows; what it holds in memory does not grow with the files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from pipeline.assembly.key import join_key, partition_of
from pipeline.model.cell import Cell, CellError
from pipeline.model.rows import FileFacts, Row, RowBatch

BUFFERED_ROWS = 30_000
_TEXT = {"csv", "json", "jsonl"}
_PACKED = 8
"""How much more text a packed file stands for, workbooks among them."""
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_DATES: dict[str, Callable[[str], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


class Keyed(NamedTuple):
    """Rows of one table in one partition, in file order, each with its key and number.

    ``damaged`` are numbers of rows that could not be read as the header promises. ``beside`` are keys with
    the number of a row next to theirs that names no order, and may therefore be missing from it.
    """

    table: int
    keys: list[str]
    numbers: list[int]
    rows: list[Row]
    damaged: list[int]
    beside: list[tuple[str, int]]


class Spool:
    """Takes batches, gives partitions."""

    def __init__(self, folder: Path, partitions: int) -> None:
        self._folder = folder
        self._partitions = partitions
        self._buffers: list[dict[int, Keyed]] = [{} for _ in range(partitions)]
        self._buffered = 0
        self._last_key: dict[int, str] = {}
        self._lost: dict[int, int] = {}
        self.spilled = False

    def add(self, batch: RowBatch, key_column: int, *, fill_down: bool) -> list[int]:
        """Sort a batch into partitions; returns the numbers of rows without a key.

        With ``fill_down`` a row with an empty key belongs to the order of the row above it.
        """
        tab, faults = batch.table.index, batch.faults
        last, lost = self._last_key.get(tab), self._lost.get(tab)
        keyless = []
        keyed, keyed_for = None, None
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            cell = row[key_column]
            key = join_key(cell)
            if key is None and fill_down and cell == "":
                key = last
            damaged = bool(faults) and number in faults
            if key is None or (damaged and key_column > 0):
                # Which order the row belongs to is unknown or, its cells being shifted, uncertain.
                lost = number
                if last is not None:
                    self._keyed(last, tab).beside.append((last, number))
            if key is None:
                keyless.append(number)
                continue
            if keyed is None or key != keyed_for:
                keyed, keyed_for = self._keyed(key, tab), key
            keyed.keys.append(key)
            keyed.numbers.append(number)
            keyed.rows.append(row)
            if damaged:
                keyed.damaged.append(number)
            elif lost is not None:
                keyed.beside.append((key, lost))
                lost = None
            last = key
        self._remember(tab, last, lost)
        self._buffered += len(batch.rows)
        if self._partitions > 1 and self._buffered >= BUFFERED_ROWS:
            self._spill()
        return keyless

    def keys(self) -> Iterator[str]:
        """The keys of the rows that are held in memory."""
        for buffer in self._buffers:
            for held in buffer.values():
                yield from held.keys

    def keep_only(self, key: str) -> None:
        """Forget the rows of all other orders: for whoever looks at one order alone, held in memory."""
        for buffer in self._buffers:
            for tab, held in buffer.items():
                chosen = [at for at, one in enumerate(held.keys) if one == key]
                numbers = [held.numbers[at] for at in chosen]
                buffer[tab] = Keyed(
                    tab,
                    [key] * len(chosen),
                    numbers,
                    [held.rows[at] for at in chosen],
                    [number for number in held.damaged if number in numbers],
                    [pair for pair in held.beside if pair[0] == key],
                )

    def _keyed(self, key: str, tab: int) -> Keyed:
        partitions = self._partitions
        buffer = self._buffers[partition_of(key, partitions) if partitions > 1 else 0]
        keyed = buffer.get(tab)
        if keyed is None:
            keyed = buffer[tab] = Keyed(tab, [], [], [], [], [])
        return keyed

    def _remember(self, tab: int, last: str | None, lost: int | None) -> None:
        """What the next batch of the table needs to know of this one."""
        if last is not None:
            self._last_key[tab] = last
        if lost is not None:
            self._lost[tab] = lost
        else:
            self._lost.pop(tab, None)

    def partitions(self) -> Iterator["Partition"]:
        """Every partition, first to last, as often as asked; after the last batch."""
        if self.spilled:
            self._spill()
        for index, buffer in enumerate(self._buffers):
            if self.spilled:
                yield Partition(self._path(index), [])
            else:
                yield Partition(None, list(buffer.values()))

    def _spill(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for index, buffer in enumerate(self._buffers):
            if not buffer:
                continue
            handle = os.open(
                self._path(index), os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
            )
            with os.fdopen(handle, "ab") as file:
                for keyed in buffer.values():
                    file.write(_packed(keyed))
                    file.write(b"\n")
            buffer.clear()
        self._buffered = 0
        self.spilled = True

    def _path(self, index: int) -> Path:
        return self._folder / f"partition-{index:05d}.jsonl"


class Partition(NamedTuple):
    """All rows of some orders: in memory, or in a file of JSON lines."""

    path: Path | None
    held: list[Keyed]

    def load(self) -> list[Keyed]:
        """The rows, one entry per table and spill."""
        if self.path is None:
            return self.held
        if not self.path.exists():
            return []
        return [_unpacked(line) for line in self.path.read_bytes().splitlines()]


def _packed(keyed: Keyed) -> bytes:
    tagged = False

    def tag(cell: object) -> dict[str, str | float]:
        nonlocal tagged
        tagged = True
        if isinstance(cell, CellError):
            return {"error": cell.text}
        if isinstance(cell, timedelta):
            return {"timedelta": cell.total_seconds()}
        if isinstance(cell, date | time):
            return {type(cell).__name__: cell.isoformat()}
        raise TypeError(type(cell).__name__)

    rows = orjson.dumps(keyed.rows, default=tag, option=_OPTIONS)
    head = orjson.dumps([keyed.table, keyed.keys, keyed.numbers, keyed.damaged, keyed.beside, tagged])
    return b"[" + head + b"," + rows + b"]"


def _unpacked(line: bytes) -> Keyed:
    (table, keys, numbers, damaged, beside, tagged), rows = orjson.loads(line)
    if tagged:
        rows = [[_cell(cell) if isinstance(cell, dict) else cell for cell in row] for row in rows]
    return Keyed(table, keys, numbers, rows, damaged, [(key, number) for key, number in beside])


def _cell(tagged: dict[str, Any]) -> Cell:
    ((kind, value),) = tagged.items()
    if kind == "error":
        return CellError(value)
    if kind == "timedelta":
        return timedelta(seconds=value)
    return _DATES[kind](value)


def partitions_for(files: Sequence[FileFacts]) -> int:
    """How many partitions keep each one small: one per 1.5 megabytes of text, or its like in a workbook."""
    weight = sum(
        facts.bytes if facts.kind in _TEXT and facts.packing is None else facts.bytes * _PACKED
        for facts in files
    )
    return max(1, min(512, weight // 1_500_000))
