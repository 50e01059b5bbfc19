"""What is known of every column before anything is concluded: its profile, its words, its distinct values."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pipeline.inference.identifiers import is_iban, is_ip, is_tckn, is_vkn
from pipeline.inspection.found import ColumnProfile
from pipeline.inspection.shapes import Shape
from pipeline.model.cell import Cell, plain_text
from pipeline.model.rows import RowBatch

MOST_WORDS: Final = 60
"""A column with more distinct values is no list of words."""
_LOOKED_AT: Final = 400
_SKETCH: Final = 4_096
_FULL: Final = 1 << 32
_LONGEST_KEY: Final = 64

NUMERIC: Final = frozenset({Shape.WHOLE, Shape.DECIMAL, Shape.NUMBER_CELL})
_NEARLY_ALL: Final = 0.95
DATED: Final = frozenset({Shape.DATE, Shape.DATE_CELL})


def key_text(cell: Cell) -> str:
    """A cell as a key is compared: what a reader would write down, without outer blanks."""
    return (cell if isinstance(cell, str) else plain_text(cell)).strip()


def key_hash(text: str) -> int:
    """A number from 0 to 2**32 that stands for a key; the same in every process."""
    return zlib.crc32(text.encode())


class KeySketch:
    """Distinct values of a column in little memory: those with the smallest hashes, with their counts.

    Exact up to some thousand values; beyond that a fair sample, the same values in every column, so that
    two columns can be compared.
    """

    def __init__(self) -> None:
        self.below = _FULL
        self.counts: dict[int, int] = {}

    def add(self, hashes: Mapping[int, int]) -> None:
        """Count some more values, by their hashes."""
        counts, below = self.counts, self.below
        for value, count in hashes.items():
            if value < below:
                counts[value] = counts.get(value, 0) + count
        while len(counts) > _SKETCH:
            self.below //= 2
            self.counts = counts = {one: count for one, count in counts.items() if one < self.below}

    @property
    def exact(self) -> bool:
        """Whether every value is in it."""
        return self.below == _FULL

    @property
    def distinct(self) -> int:
        """How many distinct values there are, an estimate where not exact."""
        return round(len(self.counts) * _FULL / self.below)

    @property
    def unique(self) -> float:
        """The share of values that stand once."""
        once = sum(count == 1 for count in self.counts.values())
        return once / len(self.counts) if self.counts else 0.0

    def covered_by(self, other: "KeySketch") -> float:
        """The share of these values that the other column has as well."""
        below = min(self.below, other.below)
        mine = [one for one in self.counts if one < below]
        return sum(one in other.counts for one in mine) / len(mine) if mine else 0.0


@dataclass(frozen=True)
class ColumnFacts:
    """One column. ``words`` holds its values with their counts where they are few, else it is ``None``.

    ``kinds`` are the shares, from 0 to 1, of looked-at values that are ``ip``, ``tckn``, ``vkn``, ``iban``.
    ``sketch`` is ``None`` where values are too long for keys.
    """

    profile: ColumnProfile
    words: Mapping[str, int] | None
    kinds: Mapping[str, float]
    sketch: KeySketch | None = field(repr=False)

    @property
    def name(self) -> str:
        """Its name in the header."""
        return self.profile.name

    @property
    def index(self) -> int:
        """Where it stands, from 0."""
        return self.profile.index

    @property
    def filled(self) -> float:
        """The share of rows that have a value."""
        rows = self.profile.filled + self.profile.blank
        return self.profile.filled / rows if rows else 0.0

    @cached_property
    def numeric(self) -> bool:
        """Whether its values can be calculated with."""
        profile = self.profile
        if profile.shape is Shape.MIXED:  # some amounts of a workbook are cells with numbers, others texts
            numbers = sum(profile.shares.get(shape, 0) for shape in NUMERIC)
            return numbers >= _NEARLY_ALL * sum(profile.shares.values())
        return profile.shape in NUMERIC

    @cached_property
    def whole(self) -> bool:
        """Whether all its numbers are whole as they stand."""
        if self.profile.shape is Shape.WHOLE:
            return self.profile.shares.get(Shape.DECIMAL, 0) == 0
        return self.profile.shape is Shape.NUMBER_CELL and all(
            "." not in one for one in (self.words or self.profile.samples)
        )

    @cached_property
    def dated(self) -> bool:
        """Whether its values are dates."""
        return self.profile.shape in DATED


@dataclass(frozen=True)
class TableFacts:
    """One table, or several of the same header. ``rows`` counts data rows; ``file`` is the first one's name.

    ``files`` are all their names, ``sheet`` is set where the workbook has several. ``encoding`` and
    ``delimiter`` are set where a mapping had better name them, ``header_rows`` where the header is not row 1.
    """

    files: tuple[str, ...]
    rows: int
    columns: tuple[ColumnFacts, ...]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_rows: tuple[int, ...] = ()

    def column(self, name: str) -> ColumnFacts | None:
        """The column of that name."""
        return next((one for one in self.columns if one.name == name), None)


class FactGatherer:
    """Words, kinds and distinct values of the columns of a table, fed in batches."""

    def __init__(self, width: int) -> None:
        self._words: list[dict[str, int] | None] = [{} for _ in range(width)]
        self._looked: list[dict[str, None]] = [{} for _ in range(width)]
        self._sketches: list[KeySketch | None] = [KeySketch() for _ in range(width)]

    def feed(self, batch: RowBatch) -> None:
        """Take in one batch."""
        for index, cells in enumerate(zip(*batch.rows, strict=True)):
            if index < len(self._words):
                self._column(index, cells)

    def facts(self, profiles: Sequence[ColumnProfile]) -> tuple[ColumnFacts, ...]:
        """Return what was seen, with the profiles of the same columns."""
        return tuple(
            ColumnFacts(
                profile,
                self._words[profile.index],
                _kinds(self._looked[profile.index]),
                self._sketches[profile.index],
            )
            for profile in profiles
        )

    def _column(self, index: int, cells: Sequence[Cell]) -> None:
        if all(type(cell) is str for cell in cells):
            counts: Counter[str] = Counter(cells)  # type: ignore[arg-type]  # all of them are
        else:
            counts = Counter(map(key_text, cells))
        counts.pop("", None)
        words = self._words[index]
        if words is not None:
            self._words[index] = _more_words(words, counts)
        looked = self._looked[index]
        for text in counts:
            if len(looked) >= _LOOKED_AT:
                break
            looked[text.strip()] = None
        sketch = self._sketches[index]
        if sketch is not None:
            if any(len(text) > _LONGEST_KEY for text in counts):
                self._sketches[index] = None
            else:
                sketch.add({key_hash(text.strip()): count for text, count in counts.items()})


def _more_words(words: dict[str, int], counts: Mapping[str, int]) -> dict[str, int] | None:
    if len(counts) > MOST_WORDS:
        return None
    for text, count in counts.items():
        if word := text.strip():
            words[word] = words.get(word, 0) + count
    return words if len(words) <= MOST_WORDS else None


def _kinds(looked: Mapping[str, None]) -> dict[str, float]:
    values = [one for one in looked if one]
    tests = {"ip": is_ip, "tckn": is_tckn, "vkn": is_vkn, "iban": is_iban}
    if not values:
        return dict.fromkeys(tests, 0.0)
    return {name: sum(map(test, values)) / len(values) for name, test in tests.items()}
