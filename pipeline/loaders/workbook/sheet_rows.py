"""A sheet's rows as the header promises them, with a fault where they are not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.loaders.characters import judge_characters
from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.grid import SheetEntry, SheetFindings
from pipeline.loaders.workbook.merged_cells import MergedCells
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import Cell
from pipeline.model.header import columns_named
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, RowBatch, Table


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Which sheet of which workbook, and under which limits it is parsed."""

    source: SourceFile
    kind: str
    entry: SheetEntry
    limits: ReadLimits


@dataclass(slots=True)
class SheetRows:
    """Where the rows are. ``held`` is the workbook as opening left it, given up once the sheet has been read.

    ``wanted`` are the columns that the mapping reads: merged cells elsewhere do not matter. With ``expand``
    merged cells all take the value of their range.
    """

    place: SheetPlace
    findings: SheetFindings
    header: HeaderRow
    wanted: frozenset[str]
    expand: bool
    held: WorkbookSession | None = field(repr=False)

    def read(self, table: Table, size: int) -> Iterator[tuple[RowBatch, int]]:
        """Yield (batch, number of blank rows left out).

        Raises :class:`InputRefused` at the end when another way of counting finds other rows.
        """
        session = self._session()
        merged = self._merged()
        valued = 0
        for first, rows in session.rows(self.place.entry.name):
            blank = {i for i, row in enumerate(rows) if not row or (_is_empty(row[0]) and _is_blank(row))}
            valued += len(rows) - len(blank)
            if self.expand:
                merged.expand(first, rows)
            for start in range(max(0, self.header.row + 1 - first), len(rows), size):
                places = range(start, min(start + size, len(rows)))
                kept = [place for place in places if place not in blank] if blank else places
                numbers: Sequence[int] = (
                    [first + place for place in kept]
                    if blank
                    else range(first + places.start, first + places.stop)
                )
                batch = self._batch(table, numbers, [rows[place] for place in kept], merged)
                yield batch, len(places) - len(kept)
        self._prove(session, valued)

    def _session(self) -> WorkbookSession:
        session, self.held = self.held, None
        if session is None or session.closed or session.busy:
            place = self.place
            session = WorkbookSession(place.source, place.kind, place.limits)
            session.load(place.entry)
        return session

    def _merged(self) -> MergedCells:
        """The merged ranges below the header that leave cells of a wanted column without a value."""
        columns = {place for name in self.wanted for place in columns_named(self.header.names, name)}
        return MergedCells(
            ((top, left), (bottom, right))
            for (top, left), (bottom, right) in self.findings.merged
            if bottom > self.header.row
            and (self.expand or any(left <= column <= right for column in columns))
        )

    def _batch(self, table: Table, numbers: Sequence[int], rows: list[Row], merged: MergedCells) -> RowBatch:
        if self.header.annotated:
            rows = [row[: len(table.header)] for row in rows]
        faults: dict[int, Issue] = {}
        if not self.expand:
            merged.judge(table, numbers, faults)
        if self.findings.bad_text:
            judge_characters(table, numbers, rows, faults)
        return RowBatch(table, numbers, rows, faults)

    def _prove(self, session: WorkbookSession, valued: int) -> None:
        """No row is lost between the file and here: two ways of counting agree, or a third one decides."""
        expected = self.findings.valued_rows
        if expected is None or expected == valued:
            return
        place = self.place
        expected = session.valued_rows(place.entry.name)
        if expected is not None and expected != valued:
            at = Location(str(place.source.path), place.entry.name)
            raise InputRefused(Issue("E140", at, facts={"counted": expected, "read": valued}))


def _is_blank(row: Row) -> bool:
    return all(map(_is_empty, row))


def _is_empty(cell: Cell) -> bool:
    return cell == "" or (cell.__class__ is str and cell.isspace())
