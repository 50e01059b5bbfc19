"""Steps and conditions of rules, understood or told what cannot be meant."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TypeAlias

from pipeline.mapping.archive_plan import archive_rules
from pipeline.mapping.grammar import MappingFile
from pipeline.mapping.kinds import TAKES
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.lookup_text import FIRST_BIRTH_YEAR
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.rule import Part, RangeRule, Rule
from pipeline.mapping.several import COMPARISONS, NUMBERS, WORDS
from pipeline.mapping.steps.moment import FIRST_YEAR, zone
from pipeline.mapping.steps.number import is_locale, plain_decimal
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.transforms.chain import Chain, ChainReader
from pipeline.mapping.transforms.registry import Registry
from pipeline.mapping.transforms.shape import Setting, Shape
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.payload import CURRENCIES, Kind

Chains: TypeAlias = Mapping[Path, Chain]
"""The chain of each rule that has sound ``steps:``, by the path of the rule."""

_TYPED = ("decimal", "integer", "boolean", "date", "timezone", "ambiguous")


def read_chains(
    mapping: MappingFile, document: Document, registry: Registry, tables: Mapping[str, Mapping[str, str]]
) -> tuple[Chains, list[Issue]]:
    """The chains of all rules by their paths, and every mistake in one."""
    issues: list[Issue] = []
    chains: dict[Path, Chain] = {}
    for path, rule in every_rule(mapping):
        if rule.steps is not None:
            first_year = FIRST_BIRTH_YEAR if path[-1] == "date_of_birth" else FIRST_YEAR
            reader = ChainReader(registry, _setting(mapping, tables, first_year), document)
            chain = reader.read(rule.steps, (*path, "steps"))
            issues += reader.issues
            if chain is not None:
                chains[path] = chain
    return chains, issues


def _setting(mapping: MappingFile, tables: Mapping[str, Mapping[str, str]], first_year: int) -> Setting:
    """What the file says for all steps; what is wrong with it is told elsewhere, and not at every step."""
    where = (zone(mapping.timezone) or UTC) if mapping.timezone is not None else None
    locale = mapping.locale if is_locale(mapping.locale) else "en_US"
    currencies = tuple(mapping.options.currencies or CURRENCIES)
    declared = {name: tables.get(name, {}) for name in mapping.tables}
    return Setting(locale, where, currencies, first_year, mapping.values, declared)


def every_rule(mapping: MappingFile) -> Iterator[tuple[Path, Rule]]:
    """Every rule of the file with its path, those inside objects, windows, lookups and the archive too."""
    for name in ("order", "items"):
        section: Part = getattr(mapping, name)
        for field in type(section).model_fields:
            given = getattr(section, field)
            path: Path = (name, field)
            if isinstance(given, Rule):
                yield path, given
            elif isinstance(given, LookupRule):
                yield from (((*path, *below), rule) for below, _, rule in given.rules())
            elif isinstance(given, RangeRule):
                yield (*path, "start"), given.start
                yield (*path, "end"), given.end
            elif isinstance(given, Mapping):
                yield from (((*path, key), rule) for key, rule in given.items())
    yield from ((found.path, found.rule) for found in archive_rules(mapping))


def review_steps(
    rule: Rule, kind: Kind, path: Path, chain: Chain | None, document: Document
) -> Iterator[Issue]:
    """What has no place beside ``steps:``, and a chain that gives what the field does not take."""
    if rule.separator is not None and rule.concat is None:
        yield _misplaced("separator", "it is for concat", path, document)
    if rule.steps is None:
        return
    if rule.text:
        yield _misplaced("text", "write its clean-ups as steps", path, document)
    if rule.constant is not None:
        yield _misplaced("steps", "a constant is written as it is sent", path, document)
    if chain is None:
        return
    if kind not in TAKES[chain.gives]:
        facts = {"gives": chain.gives.value, "kind": kind.value, "step": chain.steps[-1].transform.name}
        last = (*path, "steps", len(chain.steps) - 1)
        yield Issue("E475", mark=document.value_mark(last), facts=facts)
    if chain.gives is not Shape.TEXT:
        for name in ("map", *_TYPED):
            if getattr(rule, name) not in (None, False):
                reason = f"the steps before it give {chain.gives.value} already"
                yield _misplaced(name, reason, path, document)


def _misplaced(setting: str, reason: str, path: Path, document: Document) -> Issue:
    facts = {"setting": setting, "reason": reason}
    return Issue("E462", mark=document.key_mark((*path, setting)), facts=facts)


def review_when(rule: Rule, path: Path, document: Document) -> Iterator[Issue]:
    """Conditions without exactly one comparison, or with one that nothing can meet."""
    one = not isinstance(rule.when, list)
    if rule.when is not None and not rule.conditions:
        facts = {"reason": "it names no condition"}
        yield Issue("E472", mark=document.value_mark((*path, "when")), facts=facts)
    for index, condition in enumerate(rule.conditions):
        place: Path = (*path, "when") if one else (*path, "when", index)
        given = [name for name in COMPARISONS if getattr(condition, name) is not None]
        if len(given) != 1:
            which = " and ".join(name.rstrip("_") for name in given) or "none"
            reason = f"a condition has exactly one comparison; given: {which}"
            yield Issue("E472", mark=document.value_mark(place), facts={"reason": reason})
        for name in given:
            mark = document.value_mark((*place, name.rstrip("_")))
            value = getattr(condition, name)
            words = [value] if isinstance(value, str) else value
            if name in WORDS and not (words and all(map(fold, words))):
                reason = "a word is missing; for cells that are empty write empty: true"
                yield Issue("E472", mark=mark, facts={"reason": reason})
            if name in NUMBERS and not _is_number(value):
                facts = {"wanted": "a number, plainly written: 100 or 0.5"}
                yield Issue("E421", mark=mark, value=shown(value), facts=facts)


def _is_number(text: str) -> bool:
    try:
        plain_decimal(text)
    except CellProblem:
        return False
    return True
