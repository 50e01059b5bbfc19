"""Finding the header among the first rows of a table, by the column names the mapping knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.model.header import columns_named, header_key, header_name
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location, column_letters
from pipeline.model.rows import SourceSpec

SEARCHED = 20
"""So many rows are looked at before the header counts as missing."""

ANNOTATIONS = ("_status", "_code", "_message")
"""The columns that reports put behind the customer's own; loading leaves them out."""

_LISTED = 12


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A header as the file has it. ``cells`` is the whole row, ``names`` what a table shows of it."""

    row: int
    cells: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The header without the columns that a report added."""
        return self.cells[: self.shown]

    @property
    def shown(self) -> int:
        """How many columns belong to the customer."""
        named = self.named
        own = named - len(ANNOTATIONS)
        if own > 0 and tuple(header_name(text) for text in self.cells[own:named]) == ANNOTATIONS:
            return own
        return len(self.cells)

    @property
    def annotated(self) -> bool:
        """Whether a report added its columns."""
        return self.shown < len(self.cells)

    @property
    def named(self) -> int:
        """How many columns there are up to the last one with a name."""
        return max((i + 1 for i, text in enumerate(self.cells) if header_name(text)), default=0)


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


def best_header(rows: Iterable[tuple[int, Sequence[str]]], spec: SourceSpec) -> Found | None:
    """Return the first row with the most wanted columns, or ``None`` where no row has any."""
    best: Found | None = None
    first: int | None = None
    for number, cells in rows:
        if first is None and any(map(header_name, cells)):
            first = number
        points = score(cells, spec.headers)
        if points > (best.points if best else 0):
            best = Found(points, HeaderRow(number, tuple(cells)), below_text=first != number)
    return best


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
    below = spec.header_row is None and found.below_text
    place = Location(at.file, at.sheet, header.row)
    return refusals, [Issue("W104", place, facts={"row": header.row})] if below else []


def no_header(rows: Sequence[tuple[int, Sequence[str]]], spec: SourceSpec, at: Location) -> Issue:
    """Return the issue for a table in which none of the wanted columns was found."""
    looked = next(((number, cells) for number, cells in rows if any(map(header_name, cells))), None)
    number, cells = looked or (spec.header_row or 1, ())
    found = [name for name in map(header_name, cells) if name]
    where = f"row {spec.header_row}" if spec.header_row else f"the first {SEARCHED} rows"
    facts: dict[str, str | int] = {
        "wanted": _listed(sorted(spec.headers)),
        "where": where,
        "found": _listed(found) or "nothing",
        "near": _near(sorted(spec.headers), found),
    }
    return Issue("E120", Location(at.file, at.sheet, number), facts=facts)


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
