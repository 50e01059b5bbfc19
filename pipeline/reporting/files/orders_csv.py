"""``orders.csv``: one line for every order read, for people who live in a spreadsheet program."""

import codecs
import csv
import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from pipeline.model.records import OrderRecord
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.formula import neutral
from pipeline.reporting.words.outcome import outcome_of

COLUMNS: Final = (
    "number",
    "file",
    "sheet",
    "row",
    "outcome",
    "code",
    "message",
    "remote_id",
    "currency",
    "amount",
    "items",
    "attempts",
)


_often: Final = lru_cache(maxsize=1024)(neutral)
"""For what stands in thousands of lines."""


def write_orders_csv(path: Path, records: Iterable[OrderRecord]) -> int:
    """Write the records in the order given, one at a time; the answer is how many there were.

    Comma-separated UTF-8 with a byte order mark, by which Excel knows the encoding. ``outcome`` is the
    name under which ``summary.json`` counts the order. Values that a spreadsheet would run as a formula
    carry an apostrophe, which ``formula.original`` takes away again. Raises ``OSError``.
    """
    count = 0
    with replacing(path) as file:
        file.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="", write_through=False)
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(COLUMNS)
        for record in records:
            lines.writerow(_cells(record))
            count += 1
        text.detach()  # flushes, and leaves the file to whoever opened it
    return count


def _cells(record: OrderRecord) -> tuple[str | int, ...]:
    """Return the record's cells; empty where nothing is known."""
    return (
        neutral(record.number),
        _often(record.at.file),
        _often(record.at.sheet or ""),
        "" if record.at.row is None else record.at.row,
        outcome_of(record.state).key,
        record.code or "",
        neutral(record.message or ""),
        neutral(record.remote_id or ""),
        _often(record.currency or ""),
        neutral(record.amount or ""),
        record.items,
        record.attempts,
    )
