"""``undo.csv``: one line for everything that an undo lists, for people with a spreadsheet."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from pipeline.model.issue import Issue
from pipeline.model.undo import UndoRecord
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.formula import neutral
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.words.undo_words import issue_of, moment, why

COLUMNS: Final = (
    "kind",
    "number",
    "remote_id",
    "group",
    "outcome",
    "code",
    "message",
    "when",
    "status",
    "currency",
    "amount",
    "file",
    "sheet",
    "row",
    "attempts",
)


def write_undo_csv(
    path: Path, records: Iterable[UndoRecord], seen: Callable[[Issue], Issue] = mask_issue
) -> int:
    """Write the lines in the order given, one at a time; the answer is how many there were.

    Written as ``orders.csv`` is: UTF-8 with a byte order mark, formulas made harmless. ``seen`` is how
    an issue may be seen that a message is made of. Raises ``OSError``.
    """
    count = 0
    with replacing(path) as file:
        file.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(COLUMNS)
        for record in records:
            lines.writerow(_cells(record, seen))
            count += 1
        text.detach()
    return count


def _cells(record: UndoRecord, seen: Callable[[Issue], Issue]) -> tuple[str | int, ...]:
    issue = issue_of(record)
    return (
        record.kind,
        neutral(record.number),
        neutral(record.remote_id or ""),
        record.group.value,
        record.state.value,
        record.code or "",
        neutral(why(seen(issue) if issue is not None else None)),
        moment(record.when),
        neutral(record.status or ""),
        neutral(record.currency or ""),
        neutral(record.amount or ""),
        neutral(record.file),
        neutral(record.sheet or ""),
        "" if record.row is None else record.row,
        record.attempts,
    )
