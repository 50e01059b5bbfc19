"""What a correction workbook that came back says, held against what was exported."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TypeAlias

from pipeline.corrections.cell_text import AmbiguousNumberError, cell_of, text_of
from pipeline.corrections.placing import Columns, Exported, keyed, placed
from pipeline.corrections.retyping import retyped, same, says_as_much
from pipeline.corrections.shuffling import refuse_shuffled
from pipeline.model.cell import Cell, plain_text
from pipeline.model.fix_book import BookBack, SheetBack, mark_of
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_Range: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
_MERGED = "the cell is merged with others, and a merged cell keeps the value of the first one alone"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that somebody corrected, as text; ``table`` is the table's number in the run."""

    table: int
    row: int
    column: int
    before: str
    after: str


@dataclass(slots=True)
class Compared:
    """Everything a workbook says that was not said before, and what of it cannot be taken.

    ``held`` are rows, by table and number, in which something was meant that cannot be taken.
    """

    changes: list[CellChange] = made_by(default_factory=list)
    issues: list[Issue] = made_by(default_factory=list)
    held: dict[tuple[int, int], Issue] = made_by(default_factory=dict)

    def refuse(self, ref: tuple[int, int], issue: Issue) -> None:
        """Tell what of a row cannot be taken; its order is not to be sent as if nobody had meant it."""
        self.issues.append(issue)
        self.held.setdefault(ref, issue)


def compare(file: str, back: BookBack, exported: Sequence[Exported], run_id: str, base: int) -> Compared:
    """Compare a workbook with what it was written with; ``file`` is its name in messages.

    Cells are found by the hidden columns of their row and the name of their column, wherever they stand by
    now. Raises :class:`InputRefused` (E671, E674, E678) where that is not certain for a whole sheet.
    """
    found = Compared()
    refusals: list[Issue] = []
    met: dict[int, set[int]] = {one.table.index: set() for one in exported}
    names = {back.about.get(f"name.{place}") for place in range(len(back.about))} - {None}
    edited: dict[tuple[int, int], Row] = {}
    for sheet in back.sheets:
        try:
            _Sheet(file, sheet, exported, run_id, base, sheet.name in names).compare(found, met, edited)
        except InputRefused as refused:
            refusals += refused.issues
    if refusals:
        raise InputRefused(*refusals)
    twice = {ref for ref, issue in found.held.items() if issue.code == "E677"}
    found.changes = [change for change in found.changes if (change.table, change.row) not in twice]
    for one in exported:
        gone = sorted(set(one.rows) - met[one.table.index])
        found.issues += [Issue("W672", one.table.at(number)) for number in gone]
    return found


@dataclass(slots=True)
class _Sheet:
    """One sheet on its way through the comparison."""

    file: str
    sheet: SheetBack
    exported: Sequence[Exported]
    run_id: str
    base: int
    ours: bool
    _merged: dict[int, list[_Range]] = made_by(default_factory=dict)

    def __post_init__(self) -> None:
        last = max((number for number, _ in self.sheet.rows), default=0)
        for merged in self.sheet.merged:
            for row in range(merged[0][0], min(merged[1][0], last) + 1):
                self._merged.setdefault(row, []).append(merged)

    def compare(self, found: Compared, met: dict[int, set[int]], edited: dict[tuple[int, int], Row]) -> None:
        """Add what this sheet says. ``edited`` are the rows that other sheets have changed: a copy of a sheet
        that nobody worked on says nothing, and of two that somebody worked on it is open which is meant.
        """
        columns = placed(self.file, self.sheet, self.exported, ours=self.ours)
        if columns is None:
            facts = {"what": "it was not written by orderlift, and nothing of it was taken"}
            found.issues.append(Issue("W673", self._at(), shown(self.sheet.name), facts=facts))
            return
        found.issues += columns.warnings
        taken: dict[tuple[int, int], Row] = {}
        twice: set[tuple[int, int]] = set()
        changed: list[tuple[int, Exported, int, Row]] = []
        for number, one, source_row, row in self._rows(columns, found):
            ref = (one.table.index, source_row)
            met[one.table.index].add(source_row)
            if ref in taken:
                if taken[ref] != row and ref not in twice:
                    found.refuse(ref, Issue("E677", self._at(number)))
                    twice.add(ref)
                continue
            taken[ref] = row
            if any(row) or not any(one.texts[source_row]):
                changed.append((number, one, source_row, row))
            else:
                found.issues.append(Issue("W672", one.table.at(source_row)))
        rows = [
            (number, one, at, row, list(_differences(one, at, row)))
            for number, one, at, row in changed
            if (one.table.index, at) not in twice
        ]
        self._refuse_shifted(
            [(number, one, at, row) for number, one, at, row, cells in rows if len(cells) > 1]
        )
        refuse_shuffled(self._at(), [(number, one, at, row, cells) for number, one, at, row, cells in rows])
        for number, one, at, row, cells in rows:
            ref = (one.table.index, at)
            if cells and edited.setdefault(ref, row) != row:
                found.refuse(ref, Issue("E677", self._at(number)))
                continue
            for column in cells:
                self._take(found, columns, number, one, at, column, row[column])

    def _rows(self, columns: Columns, found: Compared) -> Iterator[tuple[int, Exported, int, Row]]:
        """The rows whose hidden columns are those that were exported; what is wrong with others is told."""
        for number, cells in self.sheet.rows:
            row = tuple(cells[at] if at is not None and at < len(cells) else None for at in columns.places)
            told = [plain_text(cells[at]) if at < len(cells) else "" for at in columns.hidden]
            if not any(told):
                if any(cell not in {"", None} for cell in row):
                    found.issues.append(Issue("E675", self._at(number)))
                continue
            one, at, reason = keyed(told, self.exported)
            if one is None:
                found.issues.append(Issue("E676", self._at(number), facts={"reason": reason}))
                continue
            table = one.table
            if told[3] != mark_of(self.run_id, self.base, table.file, table.sheet, at, one.texts[at]):
                reason = "the digest of the row is another"
                found.issues.append(Issue("E676", self._at(number), facts={"reason": reason}))
                continue
            if table.index != columns.table:
                reason = "it was moved here from another sheet"
                found.issues.append(Issue("E676", self._at(number), facts={"reason": reason}))
                continue
            # A column that was deleted holds what it held.
            full: list[Cell] = [one.texts[at][i] if cell is None else cell for i, cell in enumerate(row)]
            yield number, one, at, tuple(full)

    def _refuse_shifted(self, changed: Sequence[tuple[int, Exported, int, Row]]) -> None:
        """Raise :class:`InputRefused` (E678) where the cells of a row are those of another row.

        Of another one that has other cells now, too: two lines of an order may well become alike.
        """
        if not changed:
            return
        also = {at for _, _, at, _ in changed}
        known: dict[tuple[str, ...], int] = {}
        for number, texts in changed[0][1].texts.items():
            known.setdefault(texts, number)
        for number, _, at, row in changed:
            other = known.get(tuple(map(text_of, row)))
            if other is not None and other != at and other in also:
                where = Location(self.file, self.sheet.name, number)
                facts: dict[str, str | int] = {"row": at, "other": other}
                raise InputRefused(Issue("E678", where, shown(self.sheet.name), facts=facts))

    def _take(  # noqa: PLR0913, PLR0917 - a cell, and where it stands here and there
        self,
        found: Compared,
        columns: Columns,
        number: int,
        one: Exported,
        at: int,
        column: int,
        cell: Cell,
    ) -> None:
        before = one.texts[at][column]
        place = columns.places[column]
        reason = _MERGED if self._is_covered(number, place) else retyped(before, cell)
        after = text_of(cell)
        if reason is None:
            try:
                cell_of(after, one.rows[at][column])
            except AmbiguousNumberError:
                reason = "it may be a thousand or a number with three decimals, in a column of numbers"
        if reason is None:
            found.changes.append(CellChange(one.table.index, at, column, before, after))
            return
        where = Location(self.file, self.sheet.name, number, place, one.table.header[column] or None)
        issue = Issue("E670", where, shown(plain_text(cell)), facts={"reason": reason})
        if says_as_much(before, cell):
            found.issues.append(issue)
        else:
            found.refuse((one.table.index, at), issue)

    def _is_covered(self, row: int, column: int | None) -> bool:
        """Whether a cell of the workbook is merged with others and not the first of them."""
        return column is not None and any(
            left <= column <= right and (row, column) != (top, left)
            for (top, left), (_bottom, right) in self._merged.get(row, ())
        )

    def _at(self, number: int | None = None) -> Location:
        return Location(self.file, self.sheet.name, number)


def _differences(one: Exported, at: int, row: Row) -> Iterator[int]:
    return (
        column
        for column, (shown_text, cell) in enumerate(zip(one.texts[at], row, strict=True))
        if not same(shown_text, cell)
    )
