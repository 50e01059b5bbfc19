"""What an inspection found, as values that reports are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.inspection.shapes import Shape
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.rows import FileFacts


@dataclass(frozen=True, slots=True)
class Guess:
    """How something was told that no mapping says: ``confidence`` from 0 to 1, ``reasons`` as keys.

    What the keys mean in words is said where they are shown (``reporting``); ``facts`` fill the words.
    """

    confidence: float
    reasons: tuple[str, ...]
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """The rows that make the header (several are joined), and how sure that is. ``rows`` count from 1."""

    rows: tuple[int, ...]
    guess: Guess


@dataclass(frozen=True, slots=True)
class Risk:
    """One kind of finding in one place: its ``issue`` stands at the first of ``count`` cells or rows."""

    issue: Issue
    count: int = 1
    places: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one column holds. ``index`` counts from 0.

    ``distinct`` is exact unless ``distinct_exceeds``: then there are more values than that. ``shape`` is
    what nearly all values look like (``Shape.MIXED`` where they do not agree), ``shares`` counts values by
    shape. ``formats`` are ``strptime`` formats, ``decimal`` the decimal separator,
    ``separators`` counts every one that was met, with a ``?`` where it may as well part thousands. Lengths
    are characters of filled cells. ``samples`` are values as the file holds them: mask before showing them.
    """

    index: int
    name: str
    filled: int
    blank: int
    distinct: int
    distinct_exceeds: bool
    shape: Shape
    shares: Mapping[Shape, int]
    formats: tuple[str, ...] = ()
    decimal: str | None = None
    shortest: int = 0
    longest: int = 0
    samples: tuple[str, ...] = ()
    separators: Mapping[str, int] = field(default_factory=dict)

    @property
    def constant(self) -> bool:
        """Whether every row holds the same value."""
        return self.distinct == 1 and not self.blank and self.filled > 1


@dataclass(frozen=True, slots=True)
class TableFound:
    """One text file or one sheet. ``header`` says how its rows were told; ``None``: a mapping named them.

    ``rows`` counts those that are not blank, ``ignored_rows`` those of them that a rule leaves out, such as
    a header that is repeated. ``source`` is the mapping's source that the table was read as.
    """

    file: str
    sheet: str | None
    hidden: bool
    header_rows: tuple[int, ...]
    header: Guess | None
    rows: int
    blank_rows: int
    ignored_rows: int
    columns: tuple[ColumnProfile, ...]
    risks: tuple[Risk, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class SheetFound:
    """A sheet as the workbook lists it; ``visibility`` is visible, hidden or very hidden.

    ``cells``: it holds cells, and not a chart. ``empty`` is the code of why it has no rows: E106 where it
    is blank, E107 where it has a header alone. Beside sheets with rows that is no failure.
    """

    name: str
    visibility: str = "visible"
    cells: bool = True
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class FileFound:
    """One file: what it is, its tables, and what is wrong with it as a whole.

    ``facts`` is ``None`` where the file could not be read at all; ``refused`` are the issues why not
    everything in it could be.
    """

    path: str
    facts: FileFacts | None = None
    encoding: Guess | None = None
    delimiter: Guess | None = None
    sheets: tuple[SheetFound, ...] = ()
    tables: tuple[TableFound, ...] = ()
    risks: tuple[Risk, ...] = ()
    refused: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """Every file that was looked at, in the order given; ``mapping`` is the mapping's path, if any."""

    files: tuple[FileFound, ...]
    mapping: str | None = None

    @property
    def exit_code(self) -> int:
        """0, or 2 where something could not be read."""
        return 2 if any(file.refused for file in self.files) else 0
