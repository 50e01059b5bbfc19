"""Several items in one cell: ``SKU1 x2; SKU2 x1`` becomes an item line for each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.mapping.grammar import Split
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.text import as_text
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue, shown

MOST_ITEMS = 200
_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one item is written: ``names`` with the ``marks`` around them, one more than names."""

    names: tuple[str, ...]
    marks: tuple[str, ...]

    def values(self, part: str) -> tuple[str, ...] | None:
        """The text of each name, ``None`` where the part does not fit; raises E272 where it fits twice.

        Marks are looked for from the left and from the right: if both find the same places there is one way
        to read the part. White space around marks does not matter, except that a mark which begins or ends
        with a space needs one there.
        """
        first, *between, last = self.marks
        if not part.startswith(first.lstrip()) or not part.endswith(last.rstrip()):
            return None
        inner = part[len(first.lstrip()) : len(part) - len(last.rstrip())]
        if len(first.lstrip()) + len(last.rstrip()) > len(part):
            return None
        left = _leftmost(inner, between)
        right = _rightmost(inner, between)
        if left is None or right is None:
            return None
        if left != right:
            raise CellProblem("E272", part=shown(part), pattern=self.written)
        edges = [0]
        for at, mark in zip(left, between, strict=True):
            edges += [at, at + len(mark)]
        edges.append(len(inner))
        found = tuple(inner[edges[at] : edges[at + 1]].strip() for at in range(0, len(edges), 2))
        return found if all(found) else None

    @property
    def written(self) -> str:
        """The pattern as the mapping writes it."""
        names = [f"{{{name}}}" for name in self.names]
        return shown("".join(mark + name for mark, name in zip(self.marks, [*names, ""], strict=True)))


def _leftmost(text: str, marks: Sequence[str]) -> list[int] | None:
    """Where the marks stand if each is taken as early as it can be, with something before each."""
    places, at = [], 0
    for mark in marks:
        found = text.find(mark, at + 1)
        if found < 0:
            return None
        places.append(found)
        at = found + len(mark)
    return places if at < len(text) else None


def _rightmost(text: str, marks: Sequence[str]) -> list[int] | None:
    """Where the marks stand if each is taken as late as it can be, with something behind each."""
    places, end = [], len(text)
    for mark in reversed(marks):
        found = text.rfind(mark, 0, end - 1)
        if found < 0:
            return None
        places.append(found)
        end = found
    return places[::-1] if end > 0 else None


def pattern_of(into: str) -> Pattern:
    """The pattern; :func:`review_split` has looked at it."""
    pieces = _NAME.split(into)
    return Pattern(tuple(pieces[1::2]), tuple(" ".join(f".{mark}.".split())[1:-1] for mark in pieces[::2]))


class Splitter:
    """Parts the cell of one column into item lines; what is not understood is the cell's problem."""

    def __init__(self, split: Split, column: int) -> None:
        self.column = column
        self._separator = split.separator
        self._pattern = pattern_of(split.into)

    def lines(self, cell: Cell) -> list[tuple[str, ...]]:
        """The texts of every item, in the order of the pattern's names; none of an empty cell.

        Raises :class:`CellProblem`: E271 for an item that is not written so, E272 where it can be read in
        two ways, E273 for too many items, and as :func:`as_text` does.
        """
        text = as_text(cell)
        parts = [part for part in map(_tidy, text.split(self._separator)) if part]
        if len(parts) > MOST_ITEMS:
            raise CellProblem("E273", items=len(parts), limit=MOST_ITEMS)
        found = []
        for number, part in enumerate(parts, 1):
            values = self._pattern.values(part)
            if values is None:
                facts: dict[str, str | int] = {
                    "part": shown(part),
                    "number": number,
                    "pattern": self._pattern.written,
                }
                raise CellProblem("E271", **facts)
            found.append(values)
        return found


def _tidy(part: str) -> str:
    return " ".join(part.split())


def review_split(split: Split, path: Path, document: Document) -> Iterator[Issue]:
    """What cannot be meant of a pattern for items in a cell."""
    mark = document.value_mark((*path, "into"))
    reasons = []
    pieces = _NAME.split(split.into)
    names, marks = pieces[1::2], pieces[2:-1:2]
    if not names:
        reasons.append('it names nothing: write {sku} where the code stands, as in "{sku} x{pieces}"')
    if any(not name.strip() for name in names):
        reasons.append("a name in braces is missing")
    if len({*names}) != len(names):
        reasons.append("a name stands in it twice")
    if any(not between for between in marks):
        reasons.append("nothing stands between two names, so that nobody can tell where one ends")
    if any("{" in piece or "}" in piece for piece in pieces[::2]):
        reasons.append("a brace is not closed")
    if any(split.separator in between for between in pieces[::2] if between):
        reasons.append(f"it holds the separator {shown(split.separator)!r}")
    yield from (Issue("E473", mark=mark, value=shown(split.into), facts={"reason": why}) for why in reasons)
