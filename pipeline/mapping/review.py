"""What a mapping file says that cannot be meant, found before any row is read, all of it at once."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.mapping.archive_plan import archive_rules, review_archive
from pipeline.mapping.grammar import MappingFile
from pipeline.mapping.kinds import DATED, NUMERIC, WHOLE, kind_of_free_rule
from pipeline.mapping.lookup_text import kind_of_text
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.preset import review_preset
from pipeline.mapping.review_lookups import lookups_of, review_lookup
from pipeline.mapping.review_sources import review_origin, review_sources
from pipeline.mapping.review_steps import Chains, review_steps, review_when
from pipeline.mapping.rule import ORIGINS, BooleanWords, DecimalFormat, Part, RangeRule, Rule
from pipeline.mapping.steps.moment import is_format, zone
from pipeline.mapping.steps.number import is_locale, plain_decimal
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.chain import Chain
from pipeline.mapping.transforms.shape import Shape
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, Absent, FieldSpec, Kind

SECTIONS = {"order": ORDER_BY_NAME, "items": ITEM_BY_NAME}


def rules_of(section: Part, name: str, chains: Chains) -> Iterator[tuple[Path, str, FieldSpec, Kind, Rule]]:
    """Every rule of a section: its path in the file, payload field (dotted inside objects), spec, kind.

    Inside an object an empty cell leaves its key out, whatever stands in for the object as a whole.
    """
    for field, spec in SECTIONS[name].items():
        given = getattr(section, field)
        inside = replace(spec, absent=Absent.OMIT)
        path: Path = (name, field)
        if isinstance(given, Rule):
            yield path, field, spec, spec.kind, given
        elif isinstance(given, RangeRule):
            for edge in ("start", "end"):
                yield (*path, edge), f"{field}.{edge}", inside, Kind.MOMENT, getattr(given, edge)
        elif isinstance(given, Mapping):
            for key, rule in given.items():
                yield (
                    (*path, key),
                    f"{field}.{key}",
                    inside,
                    kind_of_free_rule(rule, chains.get((*path, key))),
                    rule,
                )


def review(mapping: MappingFile, document: Document, chains: Chains) -> list[Issue]:
    """Every mistake that the grammar alone cannot see. The issues carry their mark in the file."""
    issues = [*review_sources(mapping, document), *_places(mapping, document), *_tables(mapping, document)]
    issues += review_preset(mapping, document)
    for name, specs in SECTIONS.items():
        section: Part = getattr(mapping, name)
        for field, spec in specs.items():
            if spec.absent is Absent.REQUIRED and getattr(section, field) is None:
                mark = document.key_mark((name,))
                issues.append(Issue("E413", mark=mark, field=f"{name}.{field}", value=field))
        for path, _, _, kind, rule in rules_of(section, name, chains):
            issues += _rule(rule, kind, path, mapping, document)
            issues += review_steps(rule, kind, path, chains.get(path), document)
            issues += _dates(rule, kind, path, mapping, document, chains.get(path))
        issues += _windows(section, name, document)
        issues += _lookups(section, name, mapping, document, chains)
    issues += review_archive(mapping, document)
    for found in archive_rules(mapping, chains):
        chain = chains.get(found.path)
        issues += _rule(found.own, found.kind, found.path, mapping, document)
        issues += review_steps(found.own, found.kind, found.path, chain, document)
        issues += _dates(found.own, found.kind, found.path, mapping, document, chain)
    return issues


def _lookups(
    section: Part, name: str, mapping: MappingFile, document: Document, chains: Chains
) -> Iterator[Issue]:
    """Lookups, and the rules inside them, which read the row of their order or item alone."""
    customer = mapping.order.customer  # type: ignore[attr-defined]
    for path, lookup in lookups_of(section, name):
        yield from review_lookup(path, lookup, customer, document)
        for below, text, rule in lookup.rules():
            own = rule if rule.source is None else rule.model_copy(update={"source": None, "pick": None})
            place, kind = (*path, *below), kind_of_text(text)
            yield from _rule(own, kind, place, mapping, document)
            yield from review_steps(own, kind, place, chains.get(place), document)
            yield from _dates(own, kind, place, mapping, document, chains.get(place))


def _windows(section: Part, name: str, document: Document) -> Iterator[Issue]:
    """Both ends of a window of time come from one row."""
    for field in SECTIONS[name]:
        given = getattr(section, field)
        if isinstance(given, RangeRule):
            start, end = given.start, given.end
            if start.constant is None and end.constant is None and start.source != end.source:
                facts = {"reason": "start and end of a window of time come from the same source"}
                yield Issue("E437", mark=document.key_mark((name, field)), facts=facts)


def _places(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    if not is_locale(mapping.locale):
        yield Issue("E415", mark=document.value_mark(("locale",)), value=shown(mapping.locale))
    if mapping.timezone is not None and zone(mapping.timezone) is None:
        yield Issue("E416", mark=document.value_mark(("timezone",)), value=shown(mapping.timezone))
    if not _is_tolerance(mapping.checks.tolerance):
        mark = document.value_mark(("checks", "tolerance"))
        facts = {"wanted": "a decimal such as 0.01"}
        yield Issue("E421", mark=mark, value=shown(mapping.checks.tolerance), facts=facts)


def _is_tolerance(text: str) -> bool:
    try:
        return plain_decimal(text) >= 0
    except CellProblem:
        return False


def _tables(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    for name, table in mapping.values.items():
        yield from _table(table, ("values", name), document)


def _table(table: Mapping[str, str], path: Path, document: Document) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for key in table:
        folded = fold(key)
        if folded in seen:
            mark = document.key_mark((*path, key))
            yield Issue("E417", mark=mark, value=shown(key), facts={"first": shown(seen[folded])})
        seen.setdefault(folded, key)


def _words(rule: Rule, path: Path, document: Document) -> Iterator[Issue]:
    """A word cannot mean both yes and no."""
    if isinstance(rule.boolean, BooleanWords):
        yes = {fold(word): word for word in rule.boolean.true}
        for index, word in enumerate(rule.boolean.false):
            if fold(word) in yes:
                mark = document.value_mark((*path, "boolean", "false", index))
                yield Issue("E417", mark=mark, value=shown(word), facts={"first": shown(yes[fold(word)])})


def _rule(rule: Rule, kind: Kind, path: Path, mapping: MappingFile, document: Document) -> Iterator[Issue]:
    given = [name for name in ORIGINS if getattr(rule, name) is not None]
    if len(given) != 1:
        facts = {"given": " and ".join(given) or "none of them"}
        yield Issue("E418", mark=document.value_mark(path), facts=facts)
    yield from review_origin(rule, kind, path, mapping, document)
    yield from _template(rule, path, document)
    yield from _value_table(rule, path, mapping, document)
    yield from _types(rule, kind, path, document)
    yield from _words(rule, path, document)
    yield from review_when(rule, path, document)


def _template(rule: Rule, path: Path, document: Document) -> Iterator[Issue]:
    if rule.template is None:
        if rule.columns is not None:
            mark = document.key_mark((*path, "columns"))
            yield Issue("E419", mark=mark, facts={"reason": "there is no template"})
        return
    mark = document.value_mark((*path, "template"))
    known = rule.columns or {}
    try:
        parts = list(string.Formatter().parse(rule.template))
    except ValueError as error:
        yield Issue("E419", mark=mark, facts={"reason": shown(error)})
        return
    used = [(name, spec, conversion) for _, name, spec, conversion in parts if name is not None]
    for name, spec, conversion in used:
        if not name.isidentifier() or spec or conversion:
            reason = f"{{{shown(name)}}} is not a plain name"
            yield Issue("E419", mark=mark, value=shown(name), facts={"reason": reason})
        elif name not in known:
            near = nearest(name, known)
            hint = f", did you mean {near!r}?" if near else ""
            reason = f"columns: has no {shown(name)!r}{hint}"
            yield Issue("E419", mark=mark, value=shown(name), facts={"reason": reason})
    if not used:
        yield Issue("E419", mark=mark, facts={"reason": "it names no column; use constant: for fixed text"})


def _value_table(rule: Rule, path: Path, mapping: MappingFile, document: Document) -> Iterator[Issue]:
    if isinstance(rule.map, str):
        if rule.map not in mapping.values:
            near = nearest(rule.map, mapping.values)
            hint = f"Did you mean {near!r}? " if near else ""
            mark = document.value_mark((*path, "map"))
            yield Issue("E420", mark=mark, value=shown(rule.map), facts={"hint": hint})
    elif rule.map is not None:
        yield from _table(rule.map, (*path, "map"), document)


_FITS = {
    "decimal": NUMERIC | WHOLE,
    "integer": WHOLE,
    "boolean": frozenset({Kind.BOOLEAN}),
    "date": DATED,
    "timezone": frozenset({Kind.MOMENT}),
    "ambiguous": frozenset({Kind.MOMENT}),
    "multiply": NUMERIC,
}
_NOT_OF_PRODUCTS = ("text", "steps", "map", "integer", "boolean", "date")


def _types(rule: Rule, kind: Kind, path: Path, document: Document) -> Iterator[Issue]:
    for name, kinds in _FITS.items():
        if getattr(rule, name) not in (None, False) and kind not in kinds:
            facts = {"setting": name, "kind": kind.value}
            yield Issue("E422", mark=document.key_mark((*path, name)), facts=facts)
    for name in _NOT_OF_PRODUCTS if rule.multiply is not None else ():
        if getattr(rule, name):
            facts = {"setting": name, "kind": "product"}
            yield Issue("E422", mark=document.key_mark((*path, name)), facts=facts)
    if isinstance(rule.decimal, DecimalFormat) and not is_locale(rule.decimal.locale):
        mark = document.value_mark((*path, "decimal", "locale"))
        yield Issue("E415", mark=mark, value=shown(rule.decimal.locale))


def _dates(  # noqa: PLR0913, PLR0917 - what dates depend on
    rule: Rule, kind: Kind, path: Path, mapping: MappingFile, document: Document, chain: Chain | None
) -> Iterator[Issue]:
    if rule.timezone is not None and zone(rule.timezone) is None:
        yield Issue("E416", mark=document.value_mark((*path, "timezone")), value=shown(rule.timezone))
    read_by_steps = rule.steps is not None and (chain is None or chain.gives is not Shape.TEXT)
    if kind not in DATED or rule.constant is not None or read_by_steps:
        return
    formats = [rule.date] if isinstance(rule.date, str) else list(rule.date or ())
    if not formats:
        yield Issue("E423", mark=document.value_mark(path))
    for index, pattern in enumerate(formats):
        if not is_format(pattern):
            place = (*path, "date") if isinstance(rule.date, str) else (*path, "date", index)
            yield Issue("E424", mark=document.value_mark(place), value=shown(pattern))
    if kind is Kind.MOMENT and rule.timezone is None and mapping.timezone is None:
        yield Issue("E425", mark=document.value_mark(path))
