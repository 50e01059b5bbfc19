"""Which rows are the header, where no mapping names columns to look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.inspection.found import Guess, HeaderGuess
from pipeline.inspection.shapes import Shape, look_of_text
from pipeline.loaders.header_row import SEARCHED
from pipeline.model.header import header_key, header_name

_WORDS: Final = frozenset({Shape.TEXT, Shape.CODE, Shape.YES_NO})
"""What names of columns look like; ``CODE`` is there for names such as ``Line1``."""
_COMPARED: Final = 40
"""So many rows below are compared with a candidate."""
_NEAR: Final = 0.06
"""Rows that score nearly as well as the best: the first of them is the header."""
_SURE: Final = 0.8
_UNLIKE_ENOUGH: Final = 0.3
"""A third of the columns: the others may be texts below texts."""
_MOST_ROWS: Final = 3
_LONGEST_NAME: Final = 120

_Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Scored:
    """How much a row looks like a header, each from 0 to 1."""

    place: int
    filled: float
    words: float
    distinct: float
    unlike: float

    @property
    def points(self) -> float:
        return 0.35 * self.filled + 0.25 * self.words + 0.15 * self.distinct + 0.25 * self.unlike


def guess_header(rows: list[_Numbered]) -> HeaderGuess | None:
    """Guess the header among the first rows of a table; ``None`` where all of them are blank.

    ``rows`` are (number, cells as text), some dozens of them. A header has a name for nearly every column,
    all different, and looks unlike what stands below it. Rows right above it that name groups of its
    columns belong to it where they tell columns apart.
    """
    kept = [(number, [header_name(cell) for cell in cells]) for number, cells in rows]
    kept = [(number, cells) for number, cells in kept if any(cells)]
    if not kept:
        return None
    usual = _usual_width([cells for _, cells in kept])
    scored = [_score(place, kept, usual) for place in range(min(len(kept), SEARCHED))]
    most = max(one.points for one in scored)
    best = next(one for one in scored if one.points >= most - _NEAR)
    chosen = _with_groups(kept, best.place)
    numbers = tuple(kept[place][0] for place in chosen)
    below = len(kept) > best.place + 1
    return HeaderGuess(numbers, _told(best, numbers, below=below))


def _told(best: _Scored, rows: tuple[int, ...], *, below: bool) -> Guess:
    reasons = [
        name
        for name, share in (("filled", best.filled), ("words", best.words), ("distinct", best.distinct))
        if share >= _SURE
    ]
    if best.unlike >= _UNLIKE_ENOUGH:
        reasons.append("unlike")
    if not below:
        reasons.append("alone")
    if len(rows) > 1:
        reasons.append("groups")
    enough = best.unlike >= _UNLIKE_ENOUGH
    return Guess(round(best.points + (0.25 * (1 - best.unlike) if enough else 0), 2), tuple(reasons))


def _usual_width(rows: Sequence[list[str]]) -> int:
    """How many cells the fuller half of the rows have filled, in the middle."""
    counts = sorted(sum(map(bool, cells)) for cells in rows)
    return max(1, counts[(3 * len(counts)) // 4 if len(counts) > 1 else 0])


def _score(place: int, rows: Sequence[_Numbered], usual: int) -> _Scored:
    cells = rows[place][1]
    names = [cell for cell in cells if cell]
    keys = {header_key(name) for name in names}
    joined = len(_with_groups(rows, place)) > 1  # what stands above tells equal names apart
    words = sum(look_of_text(name).shape in _WORDS and len(name) <= _LONGEST_NAME for name in names)
    below = [other for _, other in rows[place + 1 : place + 1 + _COMPARED]]
    return _Scored(
        place,
        min(1.0, len(names) / usual),
        words / len(names),
        1.0 if joined else len(keys) / len(names),
        _unlike(cells, below),
    )


def _unlike(cells: Sequence[str], below: Sequence[list[str]]) -> float:
    """The share of named columns whose values below look otherwise than the name does."""
    compared = differing = 0
    for column, name in enumerate(cells):
        values = [row[column] for row in below if column < len(row) and row[column]]
        if not name or not values:
            continue
        compared += 1
        shape = look_of_text(name).shape
        alike = sum(look_of_text(value).shape is shape for value in values)
        repeated = len(set(values)) * 2 < len(values) and name not in values
        differing += alike * 2 < len(values) or repeated
    return differing / compared if compared else 0.0


def _with_groups(rows: Sequence[_Numbered], place: int) -> list[int]:
    """The header's place with those of rows above that its columns cannot do without."""
    chosen = [place]
    while len(chosen) < _MOST_ROWS and chosen[0] > 0:
        top = chosen[0]
        (above, upper), (number, lower) = rows[top - 1], rows[top]
        if number - above != 1 or not _groups(upper, lower):
            break
        chosen.insert(0, top - 1)
    return chosen


def _groups(upper: list[str], lower: list[str]) -> bool:
    """Whether a row names groups of the columns below: it tells equal names apart, or names blank ones."""
    filled = [cell for cell in upper if cell]
    if len(filled) < 2 or any(look_of_text(cell).shape not in _WORDS for cell in filled):  # noqa: PLR2004
        return False
    wide = upper + [""] * (len(lower) - len(upper))
    names = [header_key(name) for name in lower if name]
    blank_below = any(over and not (lower[i] if i < len(lower) else "") for i, over in enumerate(wide))
    return len(set(names)) < len(names) or blank_below
