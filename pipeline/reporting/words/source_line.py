"""A line of a mapping file with a caret under the place that is meant."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.model.issue import Issue
from pipeline.model.location import Mark
from pipeline.reporting.masking.visible import visible

_BEFORE: Final = 40
_ELLIPSIS: Final = "…"


def pointed_at(lines: Sequence[str], mark: Mark, width: int) -> list[tuple[str, str]]:
    """Gutter and text of the lines to print; none where ``lines`` do not reach to the mark.

    A long line is cut around the mark, so that the caret stays within ``width``.
    """
    if not 1 <= mark.line <= len(lines):
        return []
    line = lines[mark.line - 1].rstrip("\r\n").replace("\t", " ")
    start = max(mark.column - 1, 0)
    number = str(mark.line)
    gutter = " " * len(number)
    first = max(start - _BEFORE, 0) if start > width - len(number) - _BEFORE else 0
    head = (_ELLIPSIS if first else "") + visible(line[first:start])
    tail = visible(line[start:])
    room = max(width - len(number) - 4 - _cells(head), 1)
    if len(tail) > room:
        tail = tail[: room - 1] + _ELLIPSIS
    return [
        (f"{gutter} |", ""),
        (f"{number} |", f" {head}{tail}"),
        (f"{gutter} |", f" {' ' * _cells(head)}^"),
    ]


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def mapping_mark(issue: Issue, places: Mapping[str, Mark]) -> Mark | None:
    """Where the mapping is at fault, or else where it speaks of the issue's field."""
    return issue.mark or (places.get(issue.field) if issue.field else None)
