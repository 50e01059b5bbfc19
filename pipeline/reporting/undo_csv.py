"""``orders.csv`` of an undo: one line for everything that the run created, for people with a spreadsheet."""

import codecs
import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue
from pipeline.model.undo import UndoRecord
from pipeline.reporting.atomic import replacing
from pipeline.reporting.formula import neutral

COLUMNS: Final = (
    "kind",
    "number",
    "remote_id",
    "group",
    "outcome",
    "code",
    "message",
    "status",
    "currency",
    "amount",
    "file",
    "sheet",
    "row",
    "attempts",
)


def write_undo_csv(path: Path, records: Iterable[UndoRecord]) -> int:
    """Write the lines in the order given; the answer is how many there were. Raises ``OSError``.

    Written as the ``orders.csv`` of a run is: UTF-8 with a byte order mark, formulas made harmless.
    """
    count = 0
    with replacing(path) as file:
        file.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(COLUMNS)
        for record in records:
            lines.writerow(_cells(record))
            count += 1
        text.detach()
    return count


def why(record: UndoRecord) -> str:
    """Why a line is not taken back, in the catalogue's words; empty where there is nothing to say."""
    return message_of(Issue(record.code, facts=record.facts)) if record.code else ""


def _cells(record: UndoRecord) -> tuple[str | int, ...]:
    return (
        record.kind,
        neutral(record.number),
        neutral(record.remote_id or ""),
        record.group.value,
        record.state.value,
        record.code or "",
        neutral(why(record)),
        neutral(record.status or ""),
        neutral(record.currency or ""),
        record.amount or "",
        neutral(record.file),
        neutral(record.sheet or ""),
        "" if record.row is None else record.row,
        record.attempts,
    )
