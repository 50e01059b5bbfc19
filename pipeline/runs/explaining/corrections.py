"""What was corrected in the rows of one order: for its run, and since."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.corrections.cell_text import text_of
from pipeline.model.overlay import CorrectedRows, FixedOrder, SheetKey
from pipeline.model.refusal import Refusal
from pipeline.model.rows import FileFacts, RowRef, Table
from pipeline.reporting.shown.corrected import Correction
from pipeline.runs.asked.request import Places
from pipeline.runs.opening.overlaying import key_of
from pipeline.runs.preparing.rows_again import RowsAgain
from pipeline.runs.state_folder.overlay_store import StoredOverlay, current, numbered


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections that a run was planned with, and those that were taken up for it later.

    ``lost``: the run was planned with some that cannot be read any more.
    """

    keys: Mapping[int, SheetKey]
    came_with: StoredOverlay | None = None
    later: StoredOverlay | None = None
    lost: bool = False

    @classmethod
    def of(cls, places: Places, header: Mapping[str, Any], tables: Mapping[int, Table]) -> "Corrections":
        """Those of a run. What cannot be read is not known; of what came with the run, that is told."""
        run_id, facts = header["run_id"], {one["path"]: FileFacts(**one) for one in header["inputs"]}
        keys = {index: key_of(facts[table.file], table) for index, table in tables.items()}
        came_with = _readable(lambda: numbered(places, run_id, 0)) if header.get("overlay") else None
        later = _readable(lambda: current(places, run_id))
        return cls(
            keys,
            came_with,
            later if later is not None and later.place > 0 else None,
            bool(header.get("overlay")) and came_with is None,
        )

    def rows(self, index: int) -> CorrectedRows:
        """What the run has read in a table in the place of what the file says."""
        return self.came_with.overlay.cells.get(self.keys[index], {}) if self.came_with is not None else {}

    def of_rows(
        self, refs: Iterable[RowRef], tables: Mapping[int, Table], again: RowsAgain
    ) -> tuple[Correction, ...]:
        """What was corrected in some rows; cells that were not looked into again have no text before."""
        return tuple(
            one
            for ref in dict.fromkeys(refs)
            for one in (*self._known(ref, tables[ref[0]], again), *self._later(ref, tables[ref[0]], again))
        )

    def fixed(self, refs: Sequence[RowRef]) -> FixedOrder | None:
        """The order of these rows as it was found when corrections for it were taken up."""
        wanted = {(self.keys[index], row) for index, row in refs}
        for order in self.later.overlay.orders if self.later is not None else ():
            if any((key, row) in wanted for key, rows in order.rows for row in rows):
                return order
        return None

    def _known(self, ref: RowRef, table: Table, again: RowsAgain) -> Iterator[Correction]:
        if self.came_with is None:
            return
        for column, text in sorted(self.rows(ref[0]).get(ref[1], {}).items()):
            raw = again.before.get((ref, column))
            yield self._made(self.came_with, ref, column, table, None if raw is None else text_of(raw), text)

    def _later(self, ref: RowRef, table: Table, again: RowsAgain) -> Iterator[Correction]:
        if self.later is None:
            return
        then = self.rows(ref[0]).get(ref[1], {})
        now = self.later.overlay.cells.get(self.keys[ref[0]], {}).get(ref[1], {})
        row = again.rows.get(ref)
        for column in sorted({*then, *now}):
            read = then.get(column)
            if read is None and row is not None and column < len(row):
                read = text_of(row[column])
            raw = again.before.get((ref, column))
            text = now.get(column, None if raw is None else text_of(raw))
            if text is not None and now.get(column) != then.get(column):
                yield replace(self._made(self.later, ref, column, table, read, text), since=True)

    def _made(  # noqa: PLR0913, PLR0917 - a cell, and what it says when
        self,
        stored: StoredOverlay,
        ref: RowRef,
        column: int,
        table: Table,
        before: str | None,
        after: str,
    ) -> Correction:
        at = replace(table.at(ref[1], column), corrected=False)
        taking = stored.overlay.taking(self.keys[ref[0]], ref[1], column)
        return Correction(at, before, after, stored.overlay.name, taking)


def _readable(read: Callable[[], StoredOverlay | None]) -> StoredOverlay | None:
    try:
        return read()
    except Refusal:
        return None
