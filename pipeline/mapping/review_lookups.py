"""What a mapping says of the records that it looks up, and cannot be meant."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.mapping.lookup_plan import attributes
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.rule import Part, Rule
from pipeline.model.issue import Issue
from pipeline.model.lookup import LOOKUPS, LookupKind

CUSTOMER: Path = ("order", "customer")


def lookups_of(section: Part, name: str) -> Iterator[tuple[Path, LookupRule]]:
    """Every lookup of a section, and its path in the file."""
    for field in type(section).model_fields:
        given = getattr(section, field)
        if isinstance(given, LookupRule):
            yield (name, field), given


def review_lookup(path: Path, lookup: LookupRule, customer: object, document: Document) -> Iterator[Issue]:
    """Every mistake of one lookup but those of the single rules in it.

    ``customer`` is what the mapping says of the order's customer.
    """
    yield from _keys(path, lookup, document)
    yield from _ways(path, lookup, document)
    yield from _places(path, lookup, document)
    yield from _created(path, lookup, customer, document)
    if lookup.kind is LookupKind.ADDRESS and isinstance(customer, Rule) and customer.source is not None:
        facts = {"reason": f"the customer, to whom an address belongs, is read from {customer.source}"}
        yield Issue("E444", mark=document.key_mark((*path, "lookup")), facts=facts)
    for below, _, rule in lookup.rules():
        if rule.source is not None:
            facts = {"reason": "a lookup reads the row of its order or item"}
            yield Issue("E437", mark=document.key_mark((*path, *below, "source")), facts=facts)


def _keys(path: Path, lookup: LookupRule, document: Document) -> Iterator[Issue]:
    """Whatever is looked up is looked up by one key at a time."""
    ways = ((lookup.kind, below, keys) for below, keys in lookup.ways or [(("by",), {})])
    places = ((kind, ("within", kind.value), keys) for kind, keys in lookup.places.items())
    for kind, below, keys in chain(ways, places):
        if len(keys) != 1:
            facts = {"keys": " and ".join(LOOKUPS[kind].keys), "given": " and ".join(keys) or "none of them"}
            yield Issue("E440", mark=document.value_mark((*path, *below)), facts=facts)


def _ways(path: Path, lookup: LookupRule, document: Document) -> Iterator[Issue]:
    """After a key that always has a value, or must have one, no other is tried."""
    for below, keys in lookup.ways[:-1]:
        for key, rule in keys.items():
            why = next((name for name in ("constant", "default", "required") if getattr(rule, name)), None)
            if why is not None:
                mark = document.key_mark((*path, *below, key, why))
                yield Issue("E443", mark=mark, facts={"key": key, "setting": why})


def _places(path: Path, lookup: LookupRule, document: Document) -> Iterator[Issue]:
    for place in lookup.places:
        lacking = [one.value for one in LOOKUPS[place].within if one not in lookup.places]
        if lacking:
            facts = {"place": place.value, "lacking": " and ".join(lacking)}
            yield Issue("E442", mark=document.key_mark((*path, "within", place.value)), facts=facts)


def _created(path: Path, lookup: LookupRule, customer: object, document: Document) -> Iterator[Issue]:
    if lookup.created is None:
        return
    origins = attributes(path, lookup, (CUSTOMER, customer))
    given: set[str] = {*origins, *(place.value for place in lookup.places), LookupKind.CUSTOMER.value}
    missing = [one.name for one in LOOKUPS[lookup.kind].creates if one.required and one.name not in given]
    if missing:
        facts = {"record": lookup.lookup, "missing": ", ".join(missing)}
        yield Issue("E441", mark=document.key_mark((*path, "create")), facts=facts)


def kinds_of(lookups: Iterable[LookupRule]) -> tuple[frozenset[LookupKind], frozenset[LookupKind]]:
    """The kinds of record that are looked up, those that others lie within too, and those created."""
    found: set[LookupKind] = set()
    creates: set[LookupKind] = set()
    for lookup in lookups:
        found.update((lookup.kind, *lookup.places))
        if lookup.created is not None:
            creates.add(lookup.kind)
            parents = {one.name: one.parent for one in LOOKUPS[lookup.kind].creates if one.parent}
            found.update(parents[name] for name in lookup.created if name in parents)
    return frozenset(found), frozenset(creates)
