"""Which parts of a mapping the rows at hand ever needed: values of tables, defaults, conditions, fields.

Counted while rules are worked through. An answer that is remembered was counted when it was first found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any, TypeAlias

from pipeline.mapping.compiled import PREFIX, CompiledMapping
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.steps.problem import Step
from pipeline.mapping.watch import Watch
from pipeline.model.folding import fold
from pipeline.model.language import N_, _
from pipeline.model.location import Mark

Part: TypeAlias = tuple[str, Path]
"""A kind of part (of :data:`KINDS`) and its path in the mapping file, or the name of a payload field."""

KINDS = {
    "value": (N_("value of a table never met"), N_("values of tables never met")),
    "field": (N_("field never written"), N_("fields never written")),
    "default": (N_("default never needed"), N_("defaults never needed")),
    "condition": (N_("condition never met"), N_("conditions never met")),
    "column": (N_("column never used"), N_("columns never used")),
}
"""What there may be too much of, in the words of a report for one and for several."""


@dataclass(frozen=True, slots=True)
class Needless:
    """A part of a mapping, or a column of a file, that no row needed: its kind, name and place."""

    kind: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Coverage(Watch):
    """Counts which parts of a mapping are used; ``parts`` are all of them, with a name for people."""

    parts: dict[Part, str] = made_by(default_factory=dict)
    used: set[Part] = made_by(default_factory=set)
    path: Path = ()
    keeps_apart = True

    def at(self, path: Path) -> "Coverage":
        """The same count, for the rule at a path."""
        return replace(self, path=path)

    def step(self, step: Step, name: str, *below: str | int) -> Step:
        """The step itself, unless it is a default or a condition."""
        if not below or below[0] not in ("default", "when"):
            return step
        is_default = below[0] == "default"
        part = ("default" if is_default else "condition", (*self.path, *below))
        rule = _dotted(self.path)
        self.parts[part] = rule if is_default else f"{rule}: {name}"
        used = self.used

        def counted(*given: Any) -> Any:  # noqa: ANN401
            gave = step(*given)
            if is_default or gave:
                used.add(part)
            return gave

        return counted

    def table(self, name: str, table: Mapping[str, str], look_up: Step) -> Step:
        """The step through a value table, which counts the entries that are met."""
        base: Path = ("values", name) if name else (*self.path, "map")
        entries: dict[str, Part] = {}
        for key in table:
            part = entries[fold(key)] = ("value", (*base, key))
            self.parts[part] = f"{name or _dotted(self.path)}: {key}"
        used = self.used

        def counted(text: str) -> Any:  # noqa: ANN401
            gave = look_up(text)
            met = entries.get(fold(text))  # a word that is kept as it is stands in no entry
            if met is not None:
                used.add(met)
            return gave

        return counted


class Written:
    """Which of the fields that a mapping writes have not had a value yet."""

    def __init__(self, mapping: CompiledMapping) -> None:
        self._open: dict[str, set[str]] = {"order": set(), PREFIX["items"]: set()}
        for field in mapping.places:
            section, _, name = field.partition(".")
            if section in self._open:
                self._open[section].add(name)

    def look_at(self, section: str, fields: Mapping[str, Any]) -> list[Part]:
        """The fields of a section that have their first value here."""
        waiting = self._open[section]
        found = [name for name in waiting if _has_value(fields, name)] if waiting else []
        waiting.difference_update(found)
        return [("field", (f"{section}.{name}",)) for name in found]


def _has_value(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value is None and "." in name:
        outer, _, inner = name.partition(".")
        inside = fields.get(outer)
        value = inside.get(inner) if isinstance(inside, Mapping) else None
    return value is not None and value != ""


def needless(
    coverage: Coverage, mapping: CompiledMapping, document: Document, used: Iterable[Part]
) -> list[Needless]:
    """The parts of a mapping that are not among those ``used``, by kind and in the order of the file."""
    met = set(used)
    found = [
        (kind, name, document.keys.get(path) or document.value_mark(path))
        for (kind, path), name in coverage.parts.items()
        if (kind, path) not in met
    ]
    found += [
        ("field", field, mark)
        for field, mark in mapping.places.items()
        if ("field", (field,)) not in met and field.partition(".")[0] in PREFIX.values()
    ]
    order = list(KINDS)
    found.sort(key=lambda one: (order.index(one[0]), _at(one[2])))
    return list(dict.fromkeys(Needless(kind, name, str(mark)) for kind, name, mark in found))


def _at(mark: Mark) -> tuple[str, int, int]:
    return mark.file, mark.line, mark.column


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def in_a_line(parts: Iterable[Needless]) -> str:
    """``12 columns never used, 3 values of tables never met``; nothing where all was needed."""
    counts: dict[str, int] = {}
    for one in parts:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return ", ".join(
        f"{counts[kind]} {_(one if counts[kind] == 1 else several)}"
        for kind, (one, several) in KINDS.items()
        if kind in counts
    )
