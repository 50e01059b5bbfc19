"""The whole past of an undo, line by line, for a proof."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.journal.undo_planning import undo_digest
from pipeline.upload.undo_proof import UndoPast

Read = Callable[..., list[tuple[Any, ...]]]
_PAGE = 2_000
_LINES = (
    "SELECT id, number, sorted = 'reversible', state, attempts FROM undo WHERE id > ? ORDER BY id LIMIT ?"
)
_BESIDE = (
    "SELECT line_id, before, after, epoch FROM undo_moves WHERE line_id BETWEEN ? AND ? ORDER BY line_id, id",
    (
        "SELECT line_id, attempt, epoch, outcome FROM undo_attempts WHERE line_id BETWEEN ? AND ?"
        " ORDER BY line_id, attempt"
    ),
    (
        "SELECT line_id, attempt, epoch, seen FROM undo_looks WHERE line_id BETWEEN ? AND ?"
        " ORDER BY line_id, id"
    ),
)


def listed_digest(read: Read) -> str:
    """The digest of the list as the journal holds it now."""
    return undo_digest(read)


def undo_pasts(read: Read) -> Iterator[UndoPast]:
    """Every line with its past, in the order of the list, a page at a time."""
    last = 0
    while page := read(_LINES, (last, _PAGE)):
        first, last = page[0][0], page[-1][0]
        beside = [
            {
                line: tuple(row[1:] for row in rows)
                for line, rows in groupby(read(sql, (first, last)), key=itemgetter(0))
            }
            for sql in _BESIDE
        ]
        for line, number, reversible, state, attempts in page:
            moves, tries, looks = (past.get(line, ()) for past in beside)
            yield UndoPast(number, bool(reversible), state, attempts, moves, tries, looks)
