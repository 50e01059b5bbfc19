"""Rows as the mapping wants them: some left out by rule, blank cells filled from above."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from pipeline.model.cell import Cell, plain_text
from pipeline.model.folding import fold
from pipeline.model.header import columns_named
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import DropRule, Row, RowBatch, SourceSpec, Table

_REMEMBERED = 5_000
"""Distinct cells whose verdict is remembered, so that memory stays flat whatever the file holds."""

_SAMPLE = 500

_TESTS: Mapping[str, Callable[[tuple[str, ...]], Callable[[str], bool]]] = {
    "is": lambda words: frozenset(words).__contains__,
    "contains": lambda words: lambda text: any(word in text for word in words),
    "starts_with": lambda words: lambda text: text.startswith(words),
    "empty": lambda _: lambda text: not text,
}
"""From the folded words of a rule to the test of a folded cell."""


class Shaper:
    """Applies what a mapping says of rows to the batches of one table, in file order.

    ``header_rows`` are what each row of the header holds; rows that repeat one are left out, whatever the
    mapping says. State goes from batch to batch: one shaper reads a table once.
    """

    def __init__(self, spec: SourceSpec, table: Table, header_rows: Sequence[Sequence[str]] = ()) -> None:
        self._table = table
        self._skipped = spec.skip_rows
        headers = {_folded(row, len(table.header)) for row in (table.header, *header_rows)}
        self._repeated = [one for one in (_Repeated.of(header) for header in headers) if one]
        self._rules = [_Rule.of(rule, table.header) for rule in spec.drop]
        fill = _Fill.of(spec, table.header)
        self._fill = fill if fill.columns else None

    def shape(self, batch: RowBatch) -> RowBatch:
        """Return the batch without the rows that are left out; they are in ``ignored``, with the reason.

        Rows come out as they are where nothing says otherwise, faulty ones too; a row that is left out
        loses its fault. Rules see the cells as the file has them, before blank ones are filled.
        """
        out: dict[int, Issue] = {}
        for index, issue in self._left_out(batch):
            out.setdefault(index, issue)
        if out:
            batch = _without(batch, out)
        if self._fill is None:
            return batch
        rows = [self._fill.filled(row) for row in batch.rows]
        return RowBatch(batch.table, batch.numbers, rows, batch.faults, batch.ignored)

    def _left_out(self, batch: RowBatch) -> Iterator[tuple[int, Issue]]:
        """Yield the index of rows that are left out, with the reason; a row may come twice."""
        numbers, at = batch.numbers, self._table.at
        for first, last in self._skipped:
            told = f"row {first}" if first == last else f"rows {first} to {last}"
            for index in range(bisect_left(numbers, first), bisect_right(numbers, last)):
                yield index, Issue("W121", at(numbers[index]), facts={"rows": told})
        for repeated in self._repeated:
            for index in repeated.among(batch.rows):
                yield index, Issue("W122", at(numbers[index]))
        for rule in self._rules:
            for index, column in rule.among(batch.rows):
                value = shown(plain_text(batch.rows[index][column])) or None
                facts: dict[str, str | int] = {"because": rule.because, "test": rule.told}
                yield index, Issue("W120", at(numbers[index], column), value, facts=facts)


def _folded(row: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple(map(fold, (*row[:width], *[""] * (width - len(row)))))


def _without(batch: RowBatch, out: Mapping[int, Issue]) -> RowBatch:
    kept = [index for index in range(len(batch.rows)) if index not in out]
    ignored = {batch.numbers[index]: out[index] for index in sorted(out)}
    return RowBatch(
        batch.table,
        [batch.numbers[index] for index in kept],
        [batch.rows[index] for index in kept],
        {number: fault for number, fault in batch.faults.items() if number not in ignored},
        {**batch.ignored, **ignored},
    )


@dataclass(slots=True)
class _Repeated:
    """Finds rows that say what the header says.

    Hardly any row does, so one cell is looked at first, in the column whose values repeat most; of each
    value the first letter, and the whole of it only where that fits.
    """

    header: tuple[str, ...]
    columns: tuple[int, ...]
    column: int | None = None
    begins: "_Letters" = field(default_factory=lambda: _Letters(""))
    others: set[Cell] = field(default_factory=set)

    @classmethod
    def of(cls, header: tuple[str, ...]) -> "_Repeated | None":
        """``None`` where the header has no name that could be told from a number."""
        columns = tuple(i for i, name in enumerate(header) if any(map(str.isalpha, name)))
        return cls(header, columns) if columns else None

    def among(self, rows: Sequence[Row]) -> list[int]:
        """Return the indices of the rows that repeat the header."""
        if self.column is None:
            few = rows[:_SAMPLE]
            self.column = min(self.columns, key=lambda column: len(_values(few, column)))
            self.begins = _Letters(self.header[self.column])
        column = self.column
        name, begins = self.header[column], self.begins
        new = _values(rows, column) - self.others
        same = {c for c in new if c.__class__ is str and begins[c[:1]] and fold(c) == name}
        if len(self.others) < _REMEMBERED:
            self.others |= new - same
        if not same:
            return []
        return [index for index, row in enumerate(rows) if row[column] in same and self._is(row)]

    def _is(self, row: Row) -> bool:
        return all(fold(plain_text(cell)) == name for cell, name in zip(row, self.header, strict=True))


class _Letters(dict[str, bool]):
    """Whether a text that begins with a letter may be, once folded, the one that is looked for."""

    def __init__(self, folded: str) -> None:
        super().__init__()
        self._wanted = _base(folded)

    def __missing__(self, letter: str) -> bool:
        self[letter] = answer = _base(fold(letter)) in ("", self._wanted)
        return answer


def _base(text: str) -> str:
    """The first letter without what may be put on top of it."""
    return unicodedata.normalize("NFKD", text[:1])[:1]


def _values(rows: Sequence[Row], column: int) -> set[Cell]:
    return set(map(itemgetter(column), rows))


@dataclass(slots=True)
class _Rule:
    """A rule for rows to leave out, ready to be applied. ``columns`` are those it looks at."""

    columns: Collection[int]
    test: Callable[[str], bool]
    because: str
    told: str
    remembered: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: DropRule, header: Sequence[str]) -> "_Rule":
        """Make a rule for a table; the column is there, because missing columns are told before."""
        columns = range(len(header)) if rule.column is None else columns_named(header, rule.column)[:1]
        test = _TESTS[rule.test](tuple(map(fold, rule.words)))
        return cls(columns, test, shown(rule.because), _told(rule))

    def among(self, rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
        """Yield the index of each row that the rule leaves out, and the column of the cell that did it."""
        for column in self.columns:
            for index, row in enumerate(rows):
                if self._fits(row[column]):
                    yield index, column

    def _fits(self, cell: Cell) -> bool:
        if not isinstance(cell, str):
            return self.test(fold(plain_text(cell)))
        known = self.remembered.get(cell)
        if known is None:
            known = self.test(fold(cell))
            if len(self.remembered) < _REMEMBERED:
                self.remembered[cell] = known
        return known


def _told(rule: DropRule) -> str:
    """What was found in a row that is left out, as a phrase that can be told in another language."""
    words = " / ".join(map(shown, rule.words))
    if rule.column is None:
        told = {
            "is": f"a cell of it is {words}",
            "contains": f"a cell of it contains {words}",
            "starts_with": f"a cell of it starts with {words}",
            "empty": "a cell of it is empty",
        }
    else:
        column = shown(rule.column)
        told = {
            "is": f"its {column} is {words}",
            "contains": f"its {column} contains {words}",
            "starts_with": f"its {column} starts with {words}",
            "empty": f"its {column} is empty",
        }
    return told[rule.test]


@dataclass(slots=True)
class _Fill:
    """Gives blank cells the value above them, as long as the rows belong to the same order.

    Where the mapping fills the ``key`` too (``fills_key``), a row without one belongs to the order above;
    elsewhere it belongs to none, and neither takes nor gives anything.
    """

    columns: tuple[int, ...]
    key: int | None
    fills_key: bool
    order: str | None = None
    above: dict[int, Cell] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: SourceSpec, header: Sequence[str]) -> "_Fill":
        """Find the columns; missing ones are told before."""
        key = _place(header, spec.key or "")
        columns = [_place(header, name) for name in spec.fill_down]
        return cls(tuple(c for c in columns if c is not None and c != key), key, key in columns)

    def filled(self, row: Row) -> Row:
        """Return the row with its blank cells filled; what is above them is remembered."""
        key = plain_text(row[self.key]).strip() if self.key is not None else ""
        if not key and not self.fills_key:
            return row
        if key and key != self.order:
            self.order, self.above = key, {}
        cells = list(row)
        for column in self.columns:
            cell = row[column]
            if isinstance(cell, str) and (not cell or cell.isspace()):
                cells[column] = self.above.get(column, cell)
            else:
                self.above[column] = cell
        return tuple(cells)


def _place(header: Sequence[str], name: str) -> int | None:
    return next(iter(columns_named(header, name)), None)
