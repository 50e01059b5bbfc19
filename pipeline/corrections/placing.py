"""Where things stand in a sheet that came back: its columns by name, its rows by their hidden columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.cell import plain_text
from pipeline.model.fix_book import HIDDEN, SheetBack, shown_header
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, Table

_KEYS = 3
"""File, sheet and row; the fourth hidden column is the digest."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of one table that a workbook was written with, as they are, with what was corrected before."""

    table: Table
    rows: Mapping[int, Row]
    texts: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """``places`` has, for each column of the table, its place in the sheet, ``None`` where it was deleted."""

    table: int
    places: tuple[int | None, ...]
    hidden: tuple[int, ...]
    warnings: tuple[Issue, ...]


def placed(file: str, sheet: SheetBack, exported: Sequence[Exported], *, ours: bool) -> Columns | None:
    """Find the columns of a sheet; ``None`` for one that was never ours.

    Raises :class:`InputRefused` where hidden columns are gone (E671) or a column was renamed (E674).
    """
    at = Location(file, sheet.name)
    if not set(HIDDEN) <= set(sheet.header):
        if not ours and not set(HIDDEN) & set(sheet.header):
            return None
        reason = f"the hidden columns of sheet {shown(sheet.name)} are gone"
        raise InputRefused(Issue("E671", at, facts={"reason": reason}))
    hidden = tuple(sheet.header.index(name) for name in HIDDEN)
    one = _table_of(sheet, hidden, exported)
    if one is None:
        reason = f"no row of sheet {shown(sheet.name)} is one of those that were exported"
        raise InputRefused(Issue("E671", at, facts={"reason": reason}))
    wanted = _numbered(shown_header(one.table.header))
    there = {
        name: place
        for place, name in enumerate(_numbered([" ".join(name.split()) for name in sheet.header]))
        if place not in hidden
    }
    missing = [name for name, count in wanted if (name, count) not in there]
    unknown = [
        name or f"column {place + 1}"
        for (name, count), place in there.items()
        if (name, count) not in set(wanted) and (name or _holds(sheet, place))
    ]
    if missing and unknown:
        facts: dict[str, str | int] = {
            "missing": ", ".join(map(shown, missing)),
            "unknown": ", ".join(map(shown, unknown)),
        }
        raise InputRefused(Issue("E674", at, shown(sheet.name), facts=facts))
    told = []
    if missing:
        told.append(f"{', '.join(map(shown, missing))} was deleted: its cells stay as they are in the source")
    if unknown:
        told.append(f"{', '.join(map(shown, unknown))} is no column of the source, and was not taken")
    if sheet.above:
        told.append("what stands above the header was not taken")
    warnings = tuple(Issue("W673", at, shown(sheet.name), facts={"what": what}) for what in told)
    return Columns(one.table.index, tuple(there.get(one) for one in wanted), hidden, warnings)


def keyed(told: Sequence[str], exported: Sequence[Exported]) -> tuple[Exported | None, int, str]:
    """The table and row that hidden columns name, or why they name none."""
    file, sheet, number = told[:_KEYS]
    one = next((one for one in exported if (one.table.file, one.table.sheet or "") == (file, sheet)), None)
    if one is None:
        return None, 0, "they name a file or sheet that was not exported"
    if not number.isdecimal() or int(number) not in one.rows:
        return None, 0, "they name a row that was not exported"
    return one, int(number), ""


def _table_of(sheet: SheetBack, hidden: Sequence[int], exported: Sequence[Exported]) -> Exported | None:
    """The table that most rows of a sheet are of."""
    counts: Counter[int] = Counter()
    for _, row in sheet.rows:
        told = [plain_text(row[at]) if at < len(row) else "" for at in hidden]
        one, _, _ = keyed(told, exported)
        if one is not None:
            counts[one.table.index] += 1
    if not counts:
        return None
    return next(one for one in exported if one.table.index == counts.most_common(1)[0][0])


def _numbered(names: Sequence[str]) -> list[tuple[str, int]]:
    """Names with how often each has stood before: two columns of one name are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append((name, seen[name]))
        seen[name] += 1
    return found


def _holds(sheet: SheetBack, place: int) -> bool:
    return any(place < len(row) and row[place] != "" for _, row in sheet.rows)
