"""Corrected order numbers that another order has: of the run, of earlier corrections, of the channel's runs.

Such a correction is not taken: taken up, it would harm an order with which nothing is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from pipeline.corrections.comparing import CellChange
from pipeline.journal.ledger import AT_ONCE
from pipeline.journal.numbers import Numbered, Numbers
from pipeline.journal.reading import JournalReader
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef, Table
from pipeline.model.states import State
from pipeline.runs.asked.request import Places
from pipeline.runs.fixing.rechecking import Rechecked, RecheckedOrder
from pipeline.runs.ledger.keeping import anything_known, opened_ledger
from pipeline.upload.standing import standing

_MENDABLE = frozenset({State.INVALID, State.REJECTED, State.FAILED})
"""Orders that did not go and may go otherwise than they were: rows may be added to them."""
_OTHERS = 5


@dataclass(slots=True)
class Collisions:
    """What is known of the other orders; ``earlier`` are those corrected before, with their rows."""

    journal: JournalReader
    places: Places
    tables: Mapping[int, Table]
    earlier: Sequence[tuple[str, tuple[RowRef, ...]]] = ()
    _rows: dict[RowRef, list[RowRef]] = made_by(default_factory=dict)

    def affected(self, changed: Iterable[RowRef]) -> set[RowRef]:
        """The changed rows, all rows of the orders that they belonged to, and of orders with their numbers.

        An order that was refused for another one's number may be whole when that one changes.
        """
        found = set(changed)
        numbers = Numbers(self.journal)
        self._rows = {at: rows for at, rows, *_ in self.journal.refused()} if found else {}
        touched = {at for at, rows in self._rows.items() if not found.isdisjoint(rows)}
        for order in filter(None, map(numbers.standing_at, list(touched))):
            touched.update(one.at for one in numbers.bearing(fold(order.number)))
        return found.union(*(self._rows.get(at, ()) for at in touched))

    def refused(self, checked: Rechecked, changes: Sequence[CellChange]) -> dict[CellChange, Issue]:
        """The changes that give an order the number of another one, each with its issue (E694).

        Orders that share a number without such a change are held back in ``checked`` (E306).
        """
        moving = [one for one in changes if one.column in checked.naming[one.table]]
        moved = {(one.table, one.row) for one in moving}
        look = _Look(checked, moved, Numbers(self.journal), self.journal.sendable, self.earlier)
        taken: dict[RowRef, str] = {}
        held: dict[RowRef, Issue] = {}
        for order in checked.orders:
            other = self._other(look, order)
            if other is None:
                continue
            rows, places = other
            if rows:
                taken.update(dict.fromkeys(rows, places))
            else:
                held[order.at] = self._same(checked, order, places)
        mine = [order for order in checked.orders if order.at in moved and order.at not in taken]
        for order, run in _on_the_ledger(mine, self.journal.header, self.places):
            taken.update(dict.fromkeys(self._moved(look, order), f"run {run}"))
        if not taken:
            checked.hold(held)
        return {
            one: Issue(
                "E694",
                self.tables[one.table].at(one.row, one.column),
                shown(one.after),
                facts={"other": taken[one.table, one.row]},
            )
            for one in moving
            if (one.table, one.row) in taken
        }

    def _other(self, look: "_Look", order: RecheckedOrder) -> tuple[set[RowRef], str] | None:
        """The rows that must not have the order's number, and where it belongs; no rows where none moved."""
        hosts = look.hosts(order)
        if hosts:
            return look.moved.intersection(order.rows), self._where(hosts)
        others = look.others(order)
        if not others:
            return None
        if order.at in look.moved:
            return self._moved(look, order), self._where(others)
        return None if order.twice else (set(), self._where(others))

    def _moved(self, look: "_Look", order: RecheckedOrder) -> set[RowRef]:
        """The rows that came to their number together with the order's own."""
        rows = {order.at, *self._rows.get(order.at, ())}
        return look.moved.intersection(rows if order.twice else rows.union(order.rows))

    def _where(self, orders: Sequence[Numbered]) -> str:
        places = [f"row {one.at[1]} of {self.tables[one.at[0]].file}" for one in orders[:_OTHERS]]
        return "; ".join(dict.fromkeys(places))

    @staticmethod
    def _same(checked: Rechecked, order: RecheckedOrder, places: str) -> Issue:
        table, row = order.at
        column = min(checked.naming[table], default=None)
        at = checked.tables[table].at(row, column)
        return Issue("E306", at, shown(order.number), order.number, "order.number", facts={"other": places})

    def put_together(self, checked: Rechecked, changes: Sequence[CellChange]) -> Iterator[Issue]:
        """A warning for each order that is made of rows of several orders (W679)."""
        moved = {(one.table, one.row) for one in changes if one.column in checked.naming[one.table]}
        look = _Look(checked, moved, Numbers(self.journal), self.journal.sendable, self.earlier)
        for order in checked.orders:
            before = look.before(order)
            if len(before) > 1:
                rows = ", ".join(str(one.at[1]) for one in before)
                at = self.tables[order.at[0]].at(order.at[1])
                yield Issue("W679", at, order=order.number, facts={"count": len(before), "rows": rows})


@dataclass(slots=True)
class _Look:
    """One look at orders as they are after the corrections; ``moved`` are rows whose number was corrected."""

    checked: Rechecked
    moved: set[RowRef]
    numbers: Numbers
    sendable: bool
    earlier: Sequence[tuple[str, tuple[RowRef, ...]]]
    _rows: set[RowRef] = made_by(default_factory=set)
    _same: dict[str, list[RecheckedOrder]] = made_by(default_factory=dict)
    _corrected: set[RowRef] = made_by(default_factory=set)
    _by_earlier: dict[str, list[Numbered]] = made_by(default_factory=dict)

    def __post_init__(self) -> None:
        self._corrected.update(ref for _, rows in self.earlier for ref in rows)
        self._rows.update(ref for order in self.checked.orders for ref in order.rows)
        for order in self.checked.orders:
            self._same.setdefault(order.collision, []).append(order)
        for number, rows in self.earlier:
            if self._rows.isdisjoint(rows):
                one = Numbered(rows[0], number, State.INVALID)
                self._by_earlier.setdefault(fold(number), []).append(one)

    def before(self, order: RecheckedOrder) -> list[Numbered]:
        """The orders of the run whose order rows are among the rows of this one, where some of them moved."""
        if self.moved.isdisjoint(order.rows):
            return []
        found = map(self.numbers.standing_at, order.rows)
        return [one for one in found if one is not None]

    def hosts(self, order: RecheckedOrder) -> list[Numbered]:
        """Orders that rows were moved into, though nothing is wrong with them.

        An order that was only checked may get rows that belonged to none; whole orders are put together with
        refused ones alone.
        """
        before = self.before(order)
        hosts = [one for one in before if one.at not in self.moved and one.state not in _MENDABLE]
        return hosts if self.sendable or len(hosts) < len(before) else []

    def others(self, order: RecheckedOrder) -> list[Numbered]:
        """Other orders whose numbers may count as the same as this one's."""
        found = [
            one
            for one in self.numbers.bearing(order.collision)
            if one.at not in self._rows and one.at not in self._corrected
        ]
        found += self._by_earlier.get(order.collision, ())
        found += [
            Numbered(one.at, one.number, State.INVALID)
            for one in self._same[order.collision]
            if one.at != order.at
        ]
        return found


def _on_the_ledger(
    orders: Sequence[RecheckedOrder], header: Mapping[str, Any], places: Places
) -> list[tuple[RecheckedOrder, str]]:
    """The orders that other runs of the channel speak against, each with the run.

    A ledger that cannot be opened now says nothing: it is asked again before anything is sent.
    """
    target, channel, own = header["target"], header["channel"], header["run_id"]
    if not orders or target is None or channel is None or not anything_known(places, target, channel):
        return []
    found: list[tuple[RecheckedOrder, str]] = []
    with suppress(JournalRefused), opened_ledger(places, target, channel, own=own) as kept:
        for first in range(0, len(orders), AT_ONCE):
            some = orders[first : first + AT_ONCE]
            collisions = [order.collision for order in some]
            known, undone = kept.ledger.entries(collisions), kept.ledger.cancelled(collisions)
            for order in some:
                entries = known.get(order.collision, [])
                stands = standing(
                    order.content, State.PLANNED, own, entries, undone=undone.get(order.collision)
                )
                if stands is not None and stands.code is not None:
                    found.append((order, stands.entry.run))
    return found
