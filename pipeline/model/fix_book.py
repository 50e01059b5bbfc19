"""A correction workbook as values: what is written, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime
from hashlib import blake2b

from pipeline.model.location import column_letters
from pipeline.model.rows import Row

FILE, SHEET, ROW, MARK = "_orderlift_file", "_orderlift_sheet", "_orderlift_row", "_orderlift_mark"
HIDDEN = (FILE, SHEET, ROW, MARK)
"""The hidden columns behind the customer's own."""
ABOUT = "_orderlift"
"""The hidden sheet that says what the workbook belongs to."""
LISTS = "_orderlift_lists"
DECISION = "_orderlift_decision"
"""The hidden column of questions."""
SCHEMA = "orderlift/fix/1"
MOST_COLUMNS = 16_000
"""Columns of one table: the hidden ones must fit in, too."""
LONGEST_NAME = 250
MOST_ROWS = 20_000
"""Rows of one workbook: it opens and scrolls anywhere."""


@dataclass(frozen=True, slots=True)
class FixRow:
    """A row to correct: its number in the source, its cells as text, and what is wrong in which column."""

    number: int
    cells: tuple[str, ...]
    wrong: Mapping[int, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FixSheet:
    """The broken rows of one table. ``lists`` are the values that a column allows, by its place."""

    name: str
    file: str
    sheet: str | None
    header: tuple[str, ...]
    rows: Sequence[FixRow]
    lists: Mapping[int, tuple[str, ...]] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FixQuestion:
    """A decision as a sheet asks it, with the answers that somebody may mean."""

    id: str
    question: str
    place: str
    orders: int
    suggested: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixBook:
    """One workbook. ``base`` is the version of the overlay that its cells show, 0 for none."""

    run_id: str
    base: int
    volume: int
    volumes: int
    sheets: Sequence[FixSheet]
    questions: Sequence[FixQuestion] = ()
    answer_by: str = ""
    """The command that asks the same questions."""
    created: datetime | None = None
    """When the run was made: the workbook says so of itself, and is the same whenever it is written."""


@dataclass(frozen=True, slots=True)
class SheetBack:
    """A sheet as it came back: its header, and the rows below it by their number there.

    ``merged`` are ranges of merged cells: first and last, each row (from 1) and column (from 0). ``above`` is
    the number of rows that somebody wrote above the header.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, Row]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    above: int = 0


@dataclass(frozen=True, slots=True)
class BookBack:
    """A workbook as it came back; ``about`` are the words of its hidden sheet."""

    about: Mapping[str, str]
    sheets: Sequence[SheetBack]
    answers: Sequence[tuple[str, str, int]] = ()
    """Answers to questions: the question's id, what somebody wrote, the row."""
    answers_sheet: str = ""


def shown_header(header: Sequence[str]) -> tuple[str, ...]:
    """The names above the columns, as a cell can hold them; a column without one goes by its letters."""
    return tuple(_as_name(name) or f"(column {column_letters(i)})" for i, name in enumerate(header))


def _as_name(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST_NAME]).split())


def mark_of(  # noqa: PLR0913, PLR0917 - what a row is
    run_id: str, base: int, file: str, sheet: str | None, row: int, cells: Sequence[str]
) -> str:
    """What a row's hidden column holds: a digest of where it comes from and of every cell as exported."""
    digest = blake2b(digest_size=10)
    for part in (run_id, str(base), file, sheet or "", str(row), *cells):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "big"))
        digest.update(data)
    return digest.hexdigest()


def packed_numbers(numbers: Sequence[int]) -> str:
    """Row numbers in order as ranges: ``2-40,44``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def unpacked_numbers(text: str) -> list[int]:
    """What :func:`packed_numbers` packed; raises ``ValueError``."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if int(last or first) - int(first) > MOST_ROWS * 2:
            raise ValueError(part)
        found += range(int(first), int(last or first) + 1)
    return found
