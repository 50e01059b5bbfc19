"""One column, fed in batches: counted, each of its values looked at once."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.inspection.forms import Forms, Known
from pipeline.inspection.found import ColumnProfile
from pipeline.inspection.shapes import Look, look_of
from pipeline.inspection.signs import Sign, signs_of
from pipeline.inspection.tally import Tally
from pipeline.inspection.verdict import verdict_of
from pipeline.model.cell import Cell, plain_text

EXACT: Final = 50_000
"""Distinct values are counted exactly up to here."""
SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 200
_KEPT_LENGTH: Final = 64
"""Longer values are remembered by their hash, so that long notes do not fill the memory."""


class ColumnProfiler:
    """What has been seen of one column so far.

    ``exact`` is the most distinct values that are remembered, ``splits`` the delimiter and the width of a
    CSV file, by which a cell that swallowed lines is known.
    """

    def __init__(
        self, index: int, name: str, *, exact: int = EXACT, splits: tuple[str, int] | None = None
    ) -> None:
        self.index, self.name = index, name
        self.looks: dict[Look, Tally] = {}
        self.signs: dict[Sign, Tally] = {}
        self.filled = self.blank = 0
        self._exact, self._forms = exact, Forms(splits)
        self._known: dict[Cell | tuple[type, object], Known | None] = {}
        self._met = 0
        self._exceeded = False
        self._shortest = self._longest = 0
        self._samples: list[str] = []

    def feed(self, numbers: Sequence[int], cells: Sequence[Cell]) -> None:
        """Take in the column's cells of one batch, with their row numbers."""
        kinds = set(map(type, cells))
        if len(kinds) <= 1:
            self._feed(numbers, cells)
            return
        for kind in sorted(kinds, key=lambda one: one.__name__):  # in one dictionary 1.0 would be True
            chosen = [i for i, cell in enumerate(cells) if type(cell) is kind]
            self._feed([numbers[i] for i in chosen], [cells[i] for i in chosen])

    def profile(self) -> ColumnProfile:
        """Return what was seen."""
        verdict = verdict_of(self.looks)
        return ColumnProfile(
            index=self.index,
            name=self.name,
            filled=self.filled,
            blank=self.blank,
            distinct=self._exact if self._exceeded else self._met,
            distinct_exceeds=self._exceeded,
            shape=verdict.shape,
            shares=verdict.shares,
            formats=verdict.formats,
            decimal=verdict.decimal,
            separators=verdict.separators,
            shortest=self._shortest,
            longest=self._longest,
            samples=tuple(self._samples),
        )

    def _feed(self, numbers: Sequence[int], cells: Sequence[Cell]) -> None:
        counts = Counter(cells)
        self.blank += counts.pop("", 0)
        looks: dict[Look, list[Cell]] = {}
        signs: dict[Sign, list[Cell]] = {}
        for value, known in zip(counts, map(self._look, counts), strict=True):
            if known is None:
                self.blank += counts[value]
                continue
            looks.setdefault(known[0], []).append(value)
            for sign in known[1]:
                signs.setdefault(sign, []).append(value)
        for look, values in looks.items():
            count = sum(map(counts.__getitem__, values))
            self.filled += count
            self.looks.setdefault(look, Tally()).add(values, count, numbers, cells)
        for sign, values in signs.items():
            count = sum(map(counts.__getitem__, values))
            self.signs.setdefault(sign, Tally()).add(values, count, numbers, cells)

    def _look(self, value: Cell) -> Known | None:
        """What a value looks like and which signs it bears; ``None`` for blanks. Known values cost little."""
        key: Cell | tuple[type, object]
        if type(value) is str:
            key = value if len(value) <= _KEPT_LENGTH else (str, hash(value))
        else:
            key = (type(value), value)
        if key in self._known:
            return self._known[key]
        known = self._looked_at(value)
        if known is not None:
            self._met += 1
        if not self._exceeded:
            if self._met > self._exact:
                self._exceeded = True
                self._known.clear()
            else:
                self._known[key] = known
        return known

    def _looked_at(self, value: Cell) -> Known | None:
        text = value if isinstance(value, str) else plain_text(value)
        if not text or text.isspace():
            return None
        size = len(text)
        if not self._shortest <= size <= self._longest:
            self._longest = max(self._longest, size)
            self._shortest = min(self._shortest or size, size)
        if len(self._samples) < SAMPLES and text[:_SAMPLE_LENGTH] not in self._samples:
            self._samples.append(text[:_SAMPLE_LENGTH])
        if text is value:
            return self._forms.look(text)
        look = look_of(value)
        return look, signs_of(value, look)
