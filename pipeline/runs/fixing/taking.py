"""A correction workbook taken up: compared, what it changed checked again, and kept as an overlay."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.corrections.comparing import CellChange, Compared, compare
from pipeline.corrections.merging import Merged, merged, orders_after
from pipeline.journal.lock import Lock
from pipeline.journal.reading import JournalReader
from pipeline.loaders.fix_book import read_fix_book
from pipeline.mapping.answers_file import Given
from pipeline.model.decision import Answer, Asks, Decision
from pipeline.model.fix_book import BookBack, unpacked_numbers
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.overlay import FixedOrder, Overlay, SheetKey, Taking
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.model.rows import Row, RowRef, Table
from pipeline.runs.asked.request import OverlayUse, Places, PlanRequest
from pipeline.runs.fixing.colliding import Collisions
from pipeline.runs.fixing.making import FixSource
from pipeline.runs.fixing.rechecking import Rechecked, recheck
from pipeline.runs.ledger.changed_inputs import changed_inputs
from pipeline.runs.opening.header import capability_of, decisions_of, read_limits_of
from pipeline.runs.opening.overlaying import key_of
from pipeline.runs.opening.sources import sha256_of
from pipeline.runs.planning.deciding import Asked, decide
from pipeline.runs.state_folder.catalogue_of_runs import list_runs
from pipeline.runs.state_folder.overlay_store import StoredOverlay, current, folder_of, numbered, store

_KIND = {Asks.VALUE: "value", Asks.DATE: "format", Asks.NUMBER: "locale", Asks.DEFAULT: "default"}


@dataclass(frozen=True, slots=True)
class FixedCell:
    """One corrected cell, and what the checks say of it now; ``order_wrong`` is what else its order lacks."""

    at: Location
    before: str
    after: str
    wrong: Issue | None = None
    order_wrong: Issue | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a workbook. ``stored`` is ``None`` for a dry run, and where nothing was new.

    ``rows`` are those with a new correction; ``ready`` and ``still_wrong`` count the orders that they
    belong to. ``answers`` went into the mapping, whose earlier text is in ``kept``. ``sendable`` says
    that the run can be retried; ``sources`` and ``mapping`` are what it was made of.
    """

    run_id: str
    cells: Sequence[FixedCell]
    issues: Sequence[Issue]
    rows: int
    ready: int
    still_wrong: int
    stored: StoredOverlay | None = None
    answers: int = 0
    kept: Path | None = None
    sendable: bool = False
    header: Mapping[str, Any] = made_by(default_factory=dict)

    @property
    def all_well(self) -> bool:
        """Whether everything that was corrected is right now, and everything could be taken."""
        wrong = any(one.wrong is not None or one.order_wrong is not None for one in self.cells)
        return not self.still_wrong and not wrong and not any(i.code.startswith("E") for i in self.issues)


def take_fix_book(path: Path, places: Places, *, dry_run: bool = False) -> Taken:
    """Take up what a correction workbook says; the sources stay as they are.

    Raises :class:`InputRefused` (E671, E673, E674, E678 and those of reading), :class:`UsageRefused` (E672,
    E679), :class:`JournalRefused`, and what taking up answers raises.
    """
    back = read_fix_book(path, ReadLimits())
    run_id, base = _whose(path, back, places)
    with Lock(folder_of(places, run_id) / "fix.lock", f"the corrections of run {run_id}"):
        return _Taking(path, back, places, run_id, base).take(dry_run=dry_run)


def _whose(path: Path, back: BookBack, places: Places) -> tuple[str, int]:
    """The run that a workbook belongs to, and the number of the corrections that it shows."""
    run_id, base = back.about.get("run", ""), back.about.get("base", "")
    if not base.isdecimal() or not any(card.run_id == run_id for card in list_runs(places)):
        facts = {"reason": f"which is not in {places.state_dir}"}
        raise UsageRefused(Issue("E672", Location(str(path)), shown(run_id), facts=facts))
    return run_id, int(base)


@dataclass(slots=True)
class _Taking:
    """One workbook on its way into the state folder."""

    path: Path
    back: BookBack
    places: Places
    run_id: str
    base: int

    def take(self, *, dry_run: bool) -> Taken:
        with closing(JournalReader(self.places.journal(self.run_id))) as journal:
            header, sendable = journal.header, journal.sendable
            shown_then = numbered(self.places, self.run_id, self.base)
            _demand_unchanged(header)
            source = FixSource.of(journal, shown_then.overlay if shown_then is not None else None, same=True)
            plain = source.plain(self._refs(source.tables))
            compared = compare(str(self.path), self.back, source.exported(plain), self.run_id, self.base)
            now = current(self.places, self.run_id)
            given = self._answers(header, compared)
            kept = None
            if given and not dry_run:
                asked = Asked(decisions_of(header), header["mapping_sha256"])
                kept = decide(_request(header), asked, given)
            other = Collisions(journal, self.places, source.tables, _earlier(now, source))
            new, checked = self._settled(compared, now, source, plain, other)
        stored = None
        if checked is not None and not dry_run:
            stored = self._store(now, new, checked, source)
        return self._told(header, sendable, compared, new, checked or Rechecked(), stored, len(given), kept)

    def _settled(
        self,
        compared: Compared,
        now: StoredOverlay | None,
        source: FixSource,
        plain: Mapping[RowRef, Row],
        other: Collisions,
    ) -> tuple[Merged, Rechecked | None]:
        """What can be taken, and what the checks say of it; nothing where nothing is new.

        What harms another order is taken out and the rest is checked again, until nothing does.
        """
        keys = {index: (table, key_of(source.facts(table), table)) for index, table in source.tables.items()}
        ready = _ready(now, source)
        while True:
            cells = now.overlay.cells if now is not None else {}
            new = merged(cells, compared.changes, keys, plain)
            changed = {(change.table, change.row) for change in new.new}
            held = {ref: issue for ref, issue in compared.held.items() if new.new or ref in ready}
            if not changed and not held:
                return new, None
            checked = recheck(
                _request(source.header), _use(self.run_id, new), other.affected(changed | held.keys())
            )
            refused = other.refused(checked, new.new)
            if not refused:
                checked.hold(held)
                compared.issues += other.put_together(checked, new.new)
                return new, checked
            compared.changes = [change for change in compared.changes if change not in refused]
            for change, issue in refused.items():
                compared.refuse((change.table, change.row), issue)

    def _refs(self, tables: Mapping[int, Table]) -> set[RowRef]:
        """The rows that the workbook was written with."""
        about = self.back.about
        places = {(table.file, table.sheet or ""): index for index, table in tables.items()}
        refs: set[RowRef] = set()
        number = 0
        while f"rows.{number}" in about:
            index = places.get((about.get(f"file.{number}", ""), about.get(f"sheet.{number}", "")))
            try:
                rows = unpacked_numbers(about[f"rows.{number}"])
            except ValueError:
                index, rows = None, []
            if index is None:
                facts = {"reason": "its hidden sheet was changed"}
                raise InputRefused(Issue("E671", Location(str(self.path)), facts=facts))
            refs |= {(index, row) for row in rows}
            number += 1
        return refs

    def _answers(self, header: Mapping[str, Any], compared: Compared) -> list[Given]:
        """The answers to questions; one that is open no more is told."""
        known = {one.id: one for one in decisions_of(header).listed}
        given: list[Given] = []
        if self.back.answers and _changed(header):
            at = Location(str(self.path), self.back.answers_sheet)
            compared.issues.append(Issue("W678", at))
            return given
        for name, text, row in self.back.answers:
            at = Location(str(self.path), self.back.answers_sheet, row)
            if name not in known:
                compared.issues.append(Issue("W486", at, shown(name)))
            else:
                given.append(Given(known[name], _answer(known[name], text)))
        return given

    def _store(
        self, now: StoredOverlay | None, new: Merged, checked: Rechecked, source: FixSource
    ) -> StoredOverlay:
        place = now.place + 1 if now is not None else 1
        fixed = tuple(
            FixedOrder(order.number, _by_key(order.rows, source), order.ready) for order in checked.orders
        )
        before = now.overlay.orders if now is not None and now.place > 0 else ()
        takings, taken = self._origins(now, new, source, f"{self.run_id}/{place}")
        overlay = Overlay(
            self.run_id, place, new.cells, orders_after(before, fixed), takings=takings, taken=taken
        )
        return store(self.places, self.run_id, overlay, place)

    def _origins(
        self, now: StoredOverlay | None, new: Merged, source: FixSource, name: str
    ) -> tuple[tuple[Taking, ...], dict[tuple[SheetKey, int, int], int]]:
        """Every workbook that was taken up, this one last, and which of them each corrected cell is of."""
        earlier = now.overlay.takings if now is not None else ()
        taken = dict(now.overlay.taken) if now is not None else {}
        keys = {index: key_of(source.facts(table), table) for index, table in source.tables.items()}
        taken |= {(keys[one.table], one.row, one.column): len(earlier) for one in new.new}
        kept = {
            cell: place
            for cell, place in taken.items()
            if cell[2] in new.cells.get(cell[0], {}).get(cell[1], {})
        }
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return (*earlier, Taking(name, self.path.name, at)), kept

    def _told(  # noqa: PLR0913, PLR0917 - everything that came of it
        self,
        header: Mapping[str, Any],
        sendable: bool,
        compared: Compared,
        new: Merged,
        checked: Rechecked,
        stored: StoredOverlay | None,
        answers: int,
        kept: Path | None,
    ) -> Taken:
        issues = [*compared.issues, *new.warnings, *checked.warnings(header, answered=kept is not None)]
        cells = [self._cell(change, checked) for change in new.new]
        ready = sum(order.ready for order in checked.orders)
        return Taken(
            self.run_id,
            cells,
            issues,
            len({(change.table, change.row) for change in new.new}),
            ready,
            len(checked.orders) - ready,
            stored,
            answers,
            kept,
            sendable,
            header,
        )

    @staticmethod
    def _cell(change: CellChange, checked: Rechecked) -> FixedCell:
        at = checked.tables[change.table].at(change.row, change.column)
        wrong = checked.at_cell(change.table, change.row, change.column)
        order_wrong = None if wrong is not None else checked.at_order((change.table, change.row))
        return FixedCell(replace(at, corrected=False), change.before, change.after, wrong, order_wrong)


def _demand_unchanged(header: Mapping[str, Any]) -> None:
    """Raise :class:`InputRefused` (E673) for each source that is another than the run has read.

    By content, since copies and checkouts have other times than their originals.
    """
    inputs = {given["path"] for given in header["inputs"]}
    found = [
        Issue("E673", issue.at, facts={"reason": issue.facts["what"]})
        for issue in changed_inputs(header)
        if issue.at is not None and issue.at.file in inputs
    ]
    if found:
        raise InputRefused(*found)


def _changed(header: Mapping[str, Any]) -> bool:
    """Whether the mapping is another than the run's."""
    try:
        known: str = header["mapping_sha256"]
        return sha256_of(Path(header["mapping"])) != known
    except OSError:
        return True


def _earlier(now: StoredOverlay | None, source: FixSource) -> list[tuple[str, tuple[RowRef, ...]]]:
    """The orders that earlier workbooks corrected: number and rows."""
    if now is None or now.place == 0:
        return []
    tables = {key_of(source.facts(table), table): index for index, table in source.tables.items()}
    return [
        (order.number, tuple((tables[key], row) for key, rows in order.rows for row in rows))
        for order in now.overlay.orders
        if order.rows
    ]


def _ready(now: StoredOverlay | None, source: FixSource) -> set[RowRef]:
    """The rows of orders that earlier workbooks made ready to be sent."""
    if now is None or now.place == 0:
        return set()
    rows = now.overlay.ready_rows()
    return {
        (index, row)
        for index, table in source.tables.items()
        for row in rows.get(key_of(source.facts(table), table), ())
    }


def _by_key(rows: Sequence[RowRef], source: FixSource) -> tuple[tuple[SheetKey, tuple[int, ...]], ...]:
    grouped: dict[int, list[int]] = {}
    for index, row in rows:
        grouped.setdefault(index, []).append(row)
    return tuple(
        (key_of(source.facts(source.tables[index]), source.tables[index]), tuple(sorted(numbers)))
        for index, numbers in sorted(grouped.items())
    )


def _answer(one: Decision, text: str) -> Answer:
    for candidate in one.candidates:
        if candidate.answer.text == text:
            return candidate.answer
    if text == "-" and one.key.asks is Asks.VALUE:
        return Answer("empty")
    return Answer(_KIND[one.key.asks], text)  # type: ignore[arg-type]


def _request(header: Mapping[str, Any]) -> PlanRequest:
    """What the run has read, as it would be read again."""
    return PlanRequest(
        [Path(facts["path"]) for facts in header["inputs"]],
        Path(header["mapping"]),
        header["target"],
        header["channel"],
        capability_of(header),
        read_limits=read_limits_of(header),
        variables=header["mapping_parts"]["variables"],
    )


def _use(run_id: str, new: Merged) -> OverlayUse:
    return OverlayUse(Overlay(run_id, 0, new.cells), "")
