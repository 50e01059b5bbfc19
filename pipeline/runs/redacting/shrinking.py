"""A bundle's inputs become small and lose what is personal, and the real check is asked about every step."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from dataclasses import field as made_by

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.rows import RowRef
from pipeline.redaction.disguise import Disguise
from pipeline.redaction.render import Masks, Place, Selection, cells_of
from pipeline.redaction.restoring import restored
from pipeline.redaction.roles import Role, role_of, uses_of
from pipeline.redaction.shrinking import Budget, smallest
from pipeline.redaction.signature import Signature, refusing, shown_by, signature_of
from pipeline.runs.redacting.mapping import BundledMapping
from pipeline.runs.redacting.start import Start
from pipeline.runs.redacting.trial import Trial

TARGET = ("E5", "W5", "E34", "W34", "E35", "E6", "W6")
"""What only the target, or the journal of other runs, can show."""


@dataclass(slots=True)
class Shrinking:
    """Makes the inputs of one bundle smaller. ``selection`` is where it stands; it always shows ``shown``.

    Time is kept for hiding: what nobody could ask about any more would stay real.
    """

    start: Start
    trial: Trial
    budget: Budget
    for_hiding: Budget
    selection: Selection = made_by(default_factory=lambda: Selection(frozenset()))
    shown: frozenset[Signature] = frozenset()
    allowed: frozenset[Signature] = frozenset()
    pinned: frozenset[RowRef] = frozenset()

    def begin(self) -> None:
        """Ask what all rows show, and hold on to the orders whose problem no check can show."""
        rows = [ref for unit in self.start.units for ref in unit]
        likely = frozenset(ref for unit in self.start.likely for ref in unit)
        self.selection = Selection(frozenset(rows))
        if likely and self._begin_with(Selection(likely)) >= self.start.wanted:
            self.selection = Selection(likely)
        else:
            self._begin_with(self.selection)
        hidden: dict[Signature, int | None] = {}
        for case in self.start.cases:
            if signature_of(case.issue) not in self.shown:
                hidden.setdefault(signature_of(case.issue), case.order)
        held = {*hidden.values(), *self.start.held}
        rows_held = {ref for order in self.start.orders if order.id in held for ref in order.rows}
        self.pinned = frozenset(rows_held & self.selection.rows)

        self._be_quick()

    def _be_quick(self) -> None:
        """Ask without a journal from here on, where that finds the same."""
        self.trial.quick = True
        seen = self.trial.seen(self.selection)
        same = self.shown <= set(map(signature_of, seen)) and refusing(seen) == self.allowed
        self.trial.quick = same

    def _holds(self, masks: Masks | None = None) -> bool:
        """Whether the real check agrees with what quick ones have led to; if not, no more are asked."""
        if not self.trial.quick:
            return True
        self.trial.quick = False
        holds = self.shows(self.selection, masks)
        self.trial.quick = holds
        return holds

    def _begin_with(self, selection: Selection) -> frozenset[Signature]:
        seen = self.trial.seen(selection)
        self.shown = self.start.wanted & set(map(signature_of, seen))
        self.allowed = refusing(seen)
        return self.shown

    def shows(self, selection: Selection, masks: Masks | None = None) -> bool:
        """Whether everything that was shown still is, and nothing else is refused."""
        return shown_by(self.trial.seen(selection, masks), self.shown, self.allowed)

    def shrink(self) -> None:
        """Leave out orders, then single rows, then columns that the mapping does not read."""
        everything = self.selection
        self._shrink()
        if not self._holds():
            self.selection = everything
            self._shrink()

    def _shrink(self) -> None:
        there = self.selection.rows
        units = [unit for unit in self.start.units if set(unit) <= there and not set(unit) & self.pinned]
        units = smallest(units, lambda some: self.shows(self._with(some)), self.budget)
        rows = [(ref,) for unit in units for ref in unit]
        rows = smallest(rows, lambda some: self.shows(self._with(some)), self.budget)
        self.selection = self._with(rows)
        self._drop_columns()

    def _with(self, units: Iterable[Collection[RowRef]]) -> Selection:
        return Selection(self.pinned | {ref for unit in units for ref in unit})

    def _drop_columns(self) -> None:
        needless = [
            (table.table.index, column)
            for file in self.start.extracts
            for table in file.tables
            if table.table.index in self.start.needed
            for column in range(len(table.table.header))
            if column not in self.start.needed[table.table.index]
        ]

        def without(kept: Iterable[tuple[int, int]]) -> Selection:
            dropped: dict[int, set[int]] = {}
            for tab, column in set(needless) - set(kept):
                dropped.setdefault(tab, set()).add(column)
            return replace(self.selection, dropped={tab: frozenset(some) for tab, some in dropped.items()})

        kept = smallest(needless, lambda some: self.shows(without(some)), self.budget)
        self.selection = without(kept)

    def take_mapping(self, mapping: BundledMapping, otherwise: BundledMapping) -> bool:
        """Go on with another mapping if it shows the same; else with the other one."""
        quick, self.trial.quick = self.trial.quick, False
        self.trial.mapping = mapping
        shows = self.shows(self.selection)
        self.trial.mapping = mapping if shows else otherwise
        self.trial.quick = quick
        return shows

    def hide(self, disguise: Disguise) -> Masks | None:
        """Put every cell into disguise, but for those without which it does not show.

        ``None`` where it shows in no way at all.
        """
        masks = self._hide(disguise)
        return masks if masks is not None and self._holds(masks) else self._hide(disguise)

    def _hide(self, disguise: Disguise) -> Masks | None:
        masks = Masks(self._roles(), self.trial.mapping.known, disguise)
        groups: dict[tuple[int, int], list[Place]] = {}
        self.selection = replace(self.selection, plain=frozenset())
        for place, table, cell in cells_of(self.start.extracts, self.selection):
            above = place[1] < 0
            if masks.cell(table, place[2], cell, above=above) != cell:
                groups.setdefault((place[0], -1 if above else place[2]), []).append(place)
        ranked = sorted(
            groups.items(), key=lambda one: (masks.role(*one[0]) if one[0][1] >= 0 else 0, one[0])
        )
        plain = restored(
            ranked,
            lambda some: self.shows(replace(self.selection, plain=frozenset(some)), masks),
            self.for_hiding,
        )
        if plain is None:
            return None
        self.selection = replace(self.selection, plain=plain)
        return masks

    def _roles(self) -> dict[int, tuple[Role, ...]]:
        return roles_of(self.start)


def roles_of(start: Start) -> dict[int, tuple[Role, ...]]:
    """What each column of each table is; tables of bare lines have none."""
    document = start.texts.document().document.data
    roles: dict[int, tuple[Role, ...]] = {}
    for file in start.extracts:
        for one in file.tables:
            if one.table.index in start.needed:
                uses = uses_of(document, one.table.header)
                roles[one.table.index] = tuple(role_of(name, uses.get(name, ())) for name in one.table.header)
    return roles


def only_the_target(signature: Signature) -> bool:
    """Whether no check of the inputs can show it."""
    return signature.code.startswith(TARGET) and signature.code in CATALOGUE
