"""The whole past of an undo, line by line, for a proof."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.journal.undo_planning import SEALED_LINES, undo_digest
from pipeline.upload.undo_proof import UndoPast

Read = Callable[..., list[tuple[Any, ...]]]
_BESIDE = (
    "SELECT line_id, before, after, epoch FROM undo_moves ORDER BY line_id, id",
    "SELECT line_id, attempt, epoch, outcome FROM undo_attempts ORDER BY line_id, attempt",
    "SELECT line_id, attempt, epoch, seen FROM undo_looks ORDER BY line_id, id",
)


def listed_digest(read: Read) -> str:
    """The digest of the list as the journal holds it now."""
    return undo_digest(read(SEALED_LINES))


def undo_pasts(read: Read) -> Iterator[UndoPast]:
    """Every line with its past, in the order of the list."""
    beside = [
        {line: tuple(row[1:] for row in rows) for line, rows in groupby(read(sql), key=itemgetter(0))}
        for sql in _BESIDE
    ]
    sql = "SELECT id, number, sorted = 'reversible', state, attempts FROM undo ORDER BY id"
    for line, number, reversible, state, attempts in read(sql):
        moves, tries, looks = (past.get(line, ()) for past in beside)
        yield UndoPast(number, bool(reversible), state, attempts, moves, tries, looks)
