"""A lookup compiled: which columns it reads, and the function from their cells to a reference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import lru_cache
from typing import Any, TypeAlias

from pipeline.mapping.field_plan import OMIT, FieldPlan, Omitted
from pipeline.mapping.lookup_rule import LookupRule, place_path
from pipeline.mapping.lookup_text import REMEMBERED, Wanted
from pipeline.mapping.positioned import Path
from pipeline.mapping.rule import Rule
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.text import is_text
from pipeline.mapping.transforms.shape import Noted
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.cell import Cell
from pipeline.model.draft import Problem
from pipeline.model.lookup import KNOWN_ID, LOOKUPS, Attribute, LookupKind, Reference

INHERITED = ("email", "phone_number", "first_name", "last_name")
"""What an address has of its customer where it does not say it itself."""

Cells: TypeAlias = tuple[Cell, ...]
TextPlan: TypeAlias = Callable[[Path, Rule, Wanted], FieldPlan]
"""Compiles one rule inside a lookup, which stands at the path; what it reads is a normal text or OMIT."""

_NAMES = frozenset({"first_name", "last_name"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A rule that gives an attribute, and its path; it may be that of a key, or of the customer."""

    path: Path
    rule: Rule
    is_key: bool = False
    inherited: bool = False


def attributes(path: Path, lookup: LookupRule, customer: tuple[Path, object] | None) -> dict[str, Origin]:
    """Where each attribute of a new record comes from.

    From ``create``; else from the key by which it is looked up; else, for an address, from the order's
    ``customer`` (the path, and what the mapping says there). First and last name have one origin.
    """
    known = {attribute.name for attribute in LOOKUPS[lookup.kind].creates}
    found = {name: Origin((*path, "create", name), rule) for name, rule in (lookup.created or {}).items()}
    for below, keys in lookup.ways:
        for key, rule in keys.items():
            if key in known:
                found.setdefault(key, Origin((*path, *below, key), rule, is_key=True))
    if lookup.kind is LookupKind.ADDRESS and customer is not None and isinstance(customer[1], LookupRule):
        theirs = attributes(customer[0], customer[1], None)
        own = set(found) | (_NAMES if _NAMES & set(found) else frozenset())
        for name in INHERITED:
            if name in theirs and name not in own:
                found[name] = Origin(theirs[name].path, theirs[name].rule, inherited=True)
    return found


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a lookup: the function from all its cells, and which of them it reads first."""

    read: Callable[[Cells], Any]
    at: int


@dataclass(slots=True)
class _Reading:
    """The cells of one row, and what is wrong with them."""

    cells: Cells
    problems: list[CellProblem] = made_by(default_factory=list)
    notes: dict[tuple[str, int], Problem] = made_by(default_factory=dict)

    def text(self, text: _Text) -> str | None:
        """The text, ``""`` where nothing is there, ``None`` where it has a problem."""
        try:
            value: str | Omitted | Noted = text.read(self.cells)
        except CellProblem as problem:
            self.problems.append(problem)
            return None
        if isinstance(value, Noted):
            self.notes.update(((note.code, text.at), note) for note, _ in value.notes)
            value = str(value.value)
        return "" if isinstance(value, Omitted) else value

    def blame(self, text: _Text, code: str, **facts: str | int) -> None:
        """Add a problem at the cell of a text."""
        problem = CellProblem(code, **facts)
        problem.cell = text.at
        self.problems.append(problem)

    @property
    def told(self) -> tuple[tuple[Problem, int | None], ...]:
        """The warnings, each once for each cell."""
        return tuple((note, at) for (_, at), note in self.notes.items())

    def raise_problems(self) -> None:
        """Raise the first problem with the others beside it, each once, where there is any."""
        once = {(one.cell, one.problem.code): one for one in reversed(self.problems)}
        if once:
            *others, first = once.values()
            first.also = tuple(reversed(others))
            raise first


_Places: TypeAlias = Callable[[_Reading], tuple[Reference, ...]]
_Pairs: TypeAlias = tuple[tuple[str, str], ...]
_Maker: TypeAlias = Callable[[_Reading, str, bool], tuple[_Pairs | None, tuple[Reference, ...]]]


@dataclass(slots=True)
class LookupCompiler:
    """Compiles the lookup of one field, which the review has found sound; ``path`` is the field's.

    ``customer`` is the plan of the order's customer, where an address is looked up. ``columns`` are those
    that are read so far, in the order of the cells.
    """

    path: Path
    lookup: LookupRule
    plan_text: TextPlan
    customer: FieldPlan | None = None
    watch: Watch = NOBODY
    columns: dict[str, int] = made_by(default_factory=dict)

    def plan(self, name: str, origins: Mapping[str, Origin], *, required: bool) -> FieldPlan:
        """The plan of the field: its value is a :class:`Reference`, or ``OMIT`` where no key has a value.

        Where one is ``required`` that is E205 instead. ``origins`` are the :func:`attributes`.
        """
        read = self._reader(origins, required=required)
        if not self.columns:
            return FieldPlan(name, value=read(()))

        def of_cells(*cells: Cell) -> Reference | Omitted | Noted:
            return read(cells)

        return FieldPlan(name, tuple(self.columns), self.watch.remembered(of_cells))

    def _reader(
        self, origins: Mapping[str, Origin], *, required: bool
    ) -> Callable[[Cells], Reference | Omitted | Noted]:
        kind, creates = self.lookup.kind, self.lookup.created is not None
        limits = {one.name: one.max_length for one in LOOKUPS[kind].creates if creates}
        ways = [
            (key, self._text((*below, key), rule, Wanted(kind, key, limits.get(key))))
            for below, keys in self.lookup.ways
            for key, rule in keys.items()
        ]
        places, make, change = self._places(), self._maker(origins), self._changer()
        parent = self._part(self.customer).read if self.customer is not None else None

        def read(cells: Cells) -> Reference | Omitted | Noted:
            reading = _Reading(cells)
            key, value = _first_given(ways, reading)
            if value == "":
                if not required:
                    return OMIT
                reading.blame(ways[0][1], "E205")
            above = _parent(parent, cells)
            within = places(reading)
            create, stores = make(reading, key, above is None)
            update = change(reading)
            reading.raise_problems()
            if above is None or value is None:
                return OMIT  # the customer's own field tells what is wrong
            found = Reference(kind, key, value, (*above, *within, *stores), create, update)
            return Noted(found, reading.told) if reading.notes else found

        return read

    def _places(self) -> _Places:
        """The places it lies within, each within those around it."""
        creates = LOOKUPS[self.lookup.kind].creates if self.lookup.created is not None else ()
        needed = {attribute.parent for attribute in creates if attribute.required}
        given = [
            (place, key, self._text(place_path(place, key), rule, Wanted(place, key)))
            for place, keys in self.lookup.places.items()
            for key, rule in keys.items()
        ]

        @lru_cache(maxsize=REMEMBERED)
        def chain(*values: str) -> tuple[Reference, ...]:
            made: dict[LookupKind, Reference] = {}
            for (place, key, _), value in zip(given, values, strict=True):
                if value:
                    around = tuple(made[one] for one in LOOKUPS[place].within if one in made)
                    made[place] = Reference(place, key, value, around)
            return tuple(made.values())

        def read(reading: _Reading) -> tuple[Reference, ...]:
            values = [reading.text(text) for _, _, text in given]
            inner = ""
            for (place, _, text), value in zip(reversed(given), reversed(values), strict=True):
                if value == "" and place in needed:
                    reading.blame(text, "E250", record=self.lookup.lookup, attribute=place.value)
                elif value == "" and inner:
                    reading.blame(text, "E249", place=place.value, inner=inner)
                inner = place.value if value else inner
            return chain(*(value or "" for value in values))

        return read

    def _maker(self, origins: Mapping[str, Origin]) -> _Maker:
        """What a new record is made of, and the stores among it: they are looked up like places.

        Nothing is created where a key that was passed over, because its cell is empty, would be needed.
        """
        if self.lookup.created is None:
            return lambda *_: (None, ())
        kind = self.lookup.kind
        parts = [
            (attribute, origins[attribute.name], self._attribute(attribute, origins[attribute.name]))
            for attribute in LOOKUPS[kind].creates
            if attribute.name in origins
        ]

        def make(reading: _Reading, key: str, orphan: bool) -> tuple[_Pairs | None, tuple[Reference, ...]]:
            pairs: list[tuple[str, str]] = []
            stores: list[Reference] = []
            complete = True
            for attribute, origin, text in parts:
                if origin.inherited and orphan:
                    continue
                value = reading.text(text)
                if value and attribute.parent is not None:
                    stores.append(Reference(attribute.parent, LOOKUPS[attribute.parent].keys[0], value))
                elif value:
                    pairs.append((attribute.name, value))
                elif value == "" and attribute.required and origin.is_key:
                    complete = complete and attribute.name == key
                elif value == "" and attribute.required:
                    reading.blame(text, "E250", record=kind.value, attribute=attribute.name)
            return (tuple(pairs), tuple(stores)) if complete else (None, ())

        return make

    def _changer(self) -> Callable[[_Reading], _Pairs | None]:
        """What a living record shall have; an empty cell leaves what is there."""
        kind = self.lookup.kind
        limits = {one.name: one.max_length for one in LOOKUPS[kind].creates}
        parts = [
            (name, self._text(("update", name), rule, Wanted(kind, name, limits.get(name))))
            for name, rule in self.lookup.updated.items()
        ]

        def change(reading: _Reading) -> _Pairs | None:
            pairs = [(name, reading.text(text)) for name, text in parts]
            return tuple((name, value) for name, value in pairs if value) or None

        return change

    def _attribute(self, attribute: Attribute, origin: Origin) -> _Text:
        name, of = attribute.name, self.lookup.kind
        if attribute.parent is not None:
            of, name = attribute.parent, LOOKUPS[attribute.parent].keys[0]
        return self._part(self.plan_text(origin.path, origin.rule, Wanted(of, name, attribute.max_length)))

    def _text(self, below: Path, rule: Rule, wanted: Wanted) -> _Text:
        return self._part(self.plan_text((*self.path, *below), rule, wanted))

    def _part(self, plan: FieldPlan) -> _Text:
        """What another plan reads, of the cells of this one."""
        if plan.read is None:
            return _Text(lambda _: plan.value, 0)
        read = plan.read
        places = [self.columns.setdefault(column, len(self.columns)) for column in plan.columns]

        def of_all(cells: Cells) -> Any:  # noqa: ANN401
            own = [cells[place] for place in places]
            try:
                return read(*own)
            except CellProblem as problem:
                at = problem.cell
                if at is None:  # none alone is to blame, unless it is no text
                    at = next((index for index, cell in enumerate(own) if not is_text(cell)), 0)
                problem.cell = places[at]
                raise

        place = places[0]

        def of_one(cells: Cells) -> Any:  # noqa: ANN401 - most texts have one cell
            try:
                return read(cells[place])
            except CellProblem as problem:
                problem.cell = place
                raise

        return _Text(of_one if len(places) == 1 else of_all, place)


def known_customer(plan: FieldPlan) -> FieldPlan:
    """The plan of a customer whose id the mapping reads, as the customer of an address."""
    if plan.read is None:
        return FieldPlan(plan.name, value=_known(plan.value))
    read = plan.read
    return FieldPlan(plan.name, plan.columns, lambda *cells: _known(_without_notes(read(*cells))))


def _without_notes(value: Any) -> Any:  # noqa: ANN401
    """The value alone: its own field tells the warnings about it."""
    return value.value if isinstance(value, Noted) else value


def _known(value: object) -> Reference:
    return Reference(LookupKind.CUSTOMER, KNOWN_ID, str(value))


def _first_given(ways: list[tuple[str, _Text]], reading: _Reading) -> tuple[str, str | None]:
    """The first key that has a value, and the value; ``None`` where one before it has a problem."""
    for key, text in ways:
        value = reading.text(text)
        if value != "":
            return key, value
    return "", ""


def _parent(read: Callable[[Cells], Any] | None, cells: Cells) -> tuple[Reference, ...] | None:
    """The customer of an address, none of other records; ``None`` where the customer has a problem."""
    if read is None:
        return ()
    try:
        found: Reference | Omitted = _without_notes(read(cells))
    except CellProblem:
        return None
    return None if isinstance(found, Omitted) else (found,)
