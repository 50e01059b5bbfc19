"""Finding the header among the first rows of a table, by the column names the mapping knows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from pipeline.loaders.workbook.grid import Range
from pipeline.model.header import columns_named, header_key, header_name
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location, column_letters
from pipeline.model.rows import SourceSpec

SEARCHED = 20
"""So many rows are looked at before the header counts as missing."""

ANNOTATIONS = ("_status", "_code", "_message")
"""The columns that reports put behind the customer's own; loading leaves them out."""


_JOINED = 3
"""So many rows are joined where no row alone has all wanted columns."""

_LISTED = 12

Cells: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A header as the file has it. ``cells`` is the whole header, ``names`` what a table shows of it.

    ``row`` is its last row. Where it has several, ``cells`` are their names joined, ``rows`` what each of
    them holds, from top to bottom, and ``first`` is the number of the first.
    """

    row: int
    cells: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    first: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The header without the columns that a report added."""
        return self.cells[: self.shown]

    @property
    def shown(self) -> int:
        """How many columns belong to the customer."""
        last = self.rows[-1] if self.rows else self.cells
        named = _named(last)
        own = named - len(ANNOTATIONS)
        if own > 0 and tuple(header_name(text) for text in last[own:named]) == ANNOTATIONS:
            return own
        return len(self.cells)

    @property
    def annotated(self) -> bool:
        """Whether a report added its columns."""
        return self.shown < len(self.cells)

    @property
    def named(self) -> int:
        """How many columns there are up to the last one with a name."""
        return _named(self.cells)

    @property
    def own_rows(self) -> tuple[tuple[str, ...], ...]:
        """What each of its rows holds."""
        return self.rows or (self.cells,)


def joined_header(rows: Sequence[tuple[int, Cells]], merged: Sequence[Range] | None = None) -> HeaderRow:
    """Make one header of rows (number, cells) that stand below each other."""
    (first, _), (last, _) = rows[0], rows[-1]
    cells = [tuple(row) for _, row in rows]
    if len(rows) == 1:
        return HeaderRow(last, cells[0], first=first)
    return HeaderRow(last, joined_names(cells, merged, first), tuple(cells), first)


def joined_names(
    rows: Sequence[Cells], merged: Sequence[Range] | None = None, first: int = 1
) -> tuple[str, ...]:
    """Return the names of a header of several rows: for every column its texts from top to bottom.

    A cell of a ``merged`` range has the range's text; rows are counted from ``first``. Where ranges are not
    known (``None``), a blank cell above the last row takes the text to its left, as far as the rows below
    name something under it. A text that stands twice in a column is taken once.
    """
    width = max(map(len, rows))
    texts = [[header_name(text) for text in row] + [""] * (width - len(row)) for row in rows]
    if merged is None:
        _spread(texts)
    else:
        _spread_merged(texts, merged, first)
    return tuple(" ".join(_once(column)) for column in zip(*texts, strict=True))


def _once(column: Iterable[str]) -> Iterable[str]:
    texts: dict[str, str] = {}
    for text in column:
        if text:
            texts.setdefault(header_key(text), text)
    return texts.values()


def _spread(texts: list[list[str]]) -> None:
    """Let the headings of groups stand above each column of theirs."""
    for index, row in enumerate(texts[:-1]):
        below = texts[index + 1 :]
        heading = ""
        for column, text in enumerate(row):
            if not any(lower[column] for lower in below):
                heading = ""  # a name of its own, or none: nothing to its right belongs to it
            elif text:
                heading = text
            else:
                row[column] = heading


def _spread_merged(texts: list[list[str]], merged: Sequence[Range], first: int) -> None:
    last = first + len(texts) - 1
    for (top, left), (bottom, right) in merged:
        if first <= top <= last:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right + 1, len(texts[0]))):
                    texts[row - first][column] = texts[top - first][left]


def _named(cells: Cells) -> int:
    return max((i + 1 for i, text in enumerate(cells) if header_name(text)), default=0)


@dataclass(frozen=True, slots=True)
class Found:
    """A header and how many wanted columns it has. ``below_text``: something stands above it."""

    points: int
    header: HeaderRow
    below_text: bool


def score(cells: Sequence[str], wanted: Iterable[str]) -> int:
    """How many of the wanted columns stand in this row."""
    keys = {header_key(text) for text in cells}
    return sum(header_key(text) in keys for text in wanted)


def best_header(
    rows: Iterable[tuple[int, Cells]],
    spec: SourceSpec,
    merged: Sequence[Range] | None = None,
    following: Mapping[int, int] | None = None,
) -> Found | None:
    """Return the header with the most wanted columns, or ``None`` where nothing has any.

    The rows that the mapping names are joined. Without its word the first row with the most columns is
    taken, or a few rows joined where that shows more. ``merged`` are the sheet's merged ranges, ``None``
    where there are none to know of. ``following`` has the number of the row below for each row that is
    higher than one line.
    """
    rows = [(number, cells) for number, cells in rows if not _is_skipped(number, spec)]
    first = next((number for number, cells in rows if any(map(header_name, cells))), None)
    if spec.header_rows:
        candidates = [joined_header(rows, merged)] if rows else []
    else:
        candidates = [joined_header([row]) for row in rows]
    best = _first_best(candidates, spec)
    if not spec.header_rows and (best is None or best[0] < len(spec.headers)):
        best = _first_best([*([best[1]] if best else []), *_joined(rows, merged, following or {})], spec)
    if best is None:
        return None
    points, header = best
    return Found(points, header, below_text=first is not None and first < header.first)


def _first_best(headers: Iterable[HeaderRow], spec: SourceSpec) -> tuple[int, HeaderRow] | None:
    """Return the first header with the most wanted columns, with their number."""
    scored = [(score(header.names, spec.headers), header) for header in headers]
    points, header = max(scored, key=lambda one: one[0], default=(0, None))
    return (points, header) if header and points else None


def _joined(
    rows: Sequence[tuple[int, Cells]], merged: Sequence[Range] | None, following: Mapping[int, int]
) -> Iterator[HeaderRow]:
    """Yield the headers that two or more rows below each other make."""
    at = dict(rows)
    for height in range(2, _JOINED + 1):
        for number, cells in rows:
            block = [(number, cells)]
            while len(block) < height:
                above = block[-1][0]
                below = following.get(above, above + 1)
                if below not in at:
                    break
                block.append((below, at[below]))
            else:
                yield joined_header(block, merged)


def _is_skipped(number: int, spec: SourceSpec) -> bool:
    return any(first <= number <= last for first, last in spec.skip_rows)


def header_issues(found: Found, spec: SourceSpec, at: Location) -> tuple[list[Issue], list[Issue]]:
    """Tell what refuses the table (a wanted column that stands there twice), and what is worth a warning."""
    header = found.header
    refusals = []
    for wanted in sorted(spec.headers):
        places = columns_named(header.names, wanted)
        if len(places) > 1:
            where = Location(at.file, at.sheet, header.row, places[1], header.cells[places[1]])
            columns = " and ".join(column_letters(place) for place in places)
            refusals.append(Issue("E122", where, facts={"columns": columns, "header": shown(wanted)}))
    if spec.header_rows:
        return refusals, []
    place = Location(at.file, at.sheet, header.row)
    if header.rows:
        rows = ", ".join(str(header.first + index) for index in range(len(header.rows)))
        return refusals, [Issue("W123", place, facts={"rows": rows})]
    return refusals, [Issue("W104", place, facts={"row": header.row})] if found.below_text else []


def no_header(rows: Sequence[tuple[int, Cells]], spec: SourceSpec, at: Location) -> Issue:
    """Return the issue for a table in which none of the wanted columns was found."""
    told = spec.header_rows
    looked = [(number, cells) for number, cells in rows if any(map(header_name, cells))]
    header = (
        joined_header(looked if told else looked[:1]) if looked else HeaderRow(told[-1] if told else 1, ())
    )
    found = [name for name in map(header_name, header.cells) if name]
    facts: dict[str, str | int] = {
        "wanted": _listed(sorted(spec.headers)),
        "where": _where(told),
        "found": _listed(found) or "nothing",
        "near": _near(sorted(spec.headers), found),
    }
    return Issue("E120", Location(at.file, at.sheet, header.row), facts=facts)


def _where(told: Sequence[int]) -> str:
    if not told:
        return f"the first {SEARCHED} rows"
    return f"row {told[0]}" if len(told) == 1 else f"the rows {told[0]} to {told[-1]}, joined"


def _near(wanted: Sequence[str], found: Sequence[str]) -> str:
    """Return the closest names, as a sentence with a blank before it; empty where nothing is close."""
    keys = {header_key(name): name for name in found}
    pairs = []
    for name in wanted:
        close = get_close_matches(header_key(name), list(keys), n=1, cutoff=0.7)
        pairs += [f"{shown(keys[key])} for {shown(name)}" for key in close]
    return f" Closest: {_listed(pairs)}." if pairs else ""


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(shown(name) for name in names[:_LISTED])
    return f"{text} and {len(names) - _LISTED} more" if len(names) > _LISTED else text
