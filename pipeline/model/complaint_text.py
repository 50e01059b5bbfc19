"""Complaints of the target as the journal keeps them: few, short, in one line of JSON."""

import json
from collections.abc import Iterable

from pipeline.model.exchange import Complaint
from pipeline.model.issue import shown

MOST_BYTES = 2048
_LONGEST = 400
"""Characters of one complaint."""
_MORE = "and {more} more"


def packed_complaints(complaints: Iterable[Complaint]) -> str:
    """JSON ``[[[path], message], …]`` of two KiB at most; how many did not fit stands at the end."""
    kept: list[tuple[list[str | int], str]] = []
    room, left = MOST_BYTES - 64, 0
    for complaint in complaints:
        path = [shown(part) if isinstance(part, str) else part for part in complaint.path]
        one = (path, _shortened(complaint.message))
        room -= len(_written(one)) + 2
        if room < 0 or left:
            left += 1
        else:
            kept.append(one)
    if left:
        kept.append(([], _MORE.format(more=left)))
    return _written(kept)


def unpacked_complaints(text: str) -> tuple[Complaint, ...]:
    """What :func:`packed_complaints` packed."""
    return tuple(Complaint(tuple(path), message) for path, message in json.loads(text))


def _shortened(message: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in message[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _written(value: object) -> str:
    # Escaped, so that a character is a byte and a half surrogate is still text that SQLite takes.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
