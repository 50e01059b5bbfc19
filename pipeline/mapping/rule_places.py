"""What the rules of a mapping know, for questions about the cells that they read."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.grammar import PREFIX, MappingFile
from pipeline.mapping.kinds import WHOLE
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.positioned import Path
from pipeline.mapping.preset import is_historic
from pipeline.mapping.review import SECTIONS, rules_of
from pipeline.mapping.review_lookups import lookups_of
from pipeline.mapping.rule import DecimalFormat, Rule
from pipeline.model.decision import RulePlace
from pipeline.model.lookup import LOOKUPS
from pipeline.model.payload import CLOSED_STATUSES, CURRENCIES, STATUSES, Kind

_HARMLESS = frozenset({"upper", "lower", "title", "collapse_spaces"})
"""Clean-ups after which a table still knows the word that stands in the cell."""


def rule_places(mapping: CompiledMapping) -> dict[tuple[str, str], RulePlace]:
    """Every rule by its payload field and each column that it reads.

    Those inside lookups also by payload field and what they find by which key (``city name``).
    """
    file = mapping.file
    found: dict[tuple[str, str], RulePlace] = {}
    for section in SECTIONS:
        for path, field, _, kind, rule in rules_of(getattr(file, section), section, {}):
            place = _place(file, path, rule, kind)
            for column in place.columns or ("",):
                found[f"{PREFIX[section]}.{field}", column] = place
        for path, lookup in lookups_of(getattr(file, section), section):
            found |= dict(_of_lookup(file, section, path, lookup))
    return found


def _of_lookup(
    file: MappingFile, section: str, path: Path, lookup: LookupRule
) -> Iterator[tuple[tuple[str, str], RulePlace]]:
    field = f"{PREFIX[section]}.{path[1]}"
    for below, name, rule in reversed(list(lookup.rules())):  # the first of several that read a column counts
        place = _place(file, (*path, *below), rule, Kind.TEXT)
        for column in place.columns:
            yield (field, column), place
        what = _what(below, lookup)
        if what is not None:
            yield (field, f"{what} {name}"), place


def _what(below: Path, lookup: LookupRule) -> str | None:
    """The kind of record that a rule inside a lookup finds, ``None`` where it describes a new one."""
    if below[0] == "by":
        return lookup.kind.value.replace("_", " ")
    return str(below[1]).replace("_", " ") if below[0] == "within" else None


def _place(file: MappingFile, path: Path, rule: Rule, kind: Kind) -> RulePlace:
    table, entries = _table(file, path, rule)
    formats = (rule.date,) if isinstance(rule.date, str) else tuple(rule.date or ())
    locale = rule.decimal.locale if isinstance(rule.decimal, DecimalFormat) else file.locale
    takes = () if kind in WHOLE else _takes(file, kind)
    return RulePlace(path, _columns(rule), table, entries, takes, formats, locale, rule.source)


def _columns(rule: Rule) -> tuple[str, ...]:
    if rule.column is not None:
        return (rule.column,)
    several: Any = rule.first_of or rule.concat or rule.multiply or list((rule.columns or {}).values())
    return tuple(several)


def _takes(file: MappingFile, kind: Kind) -> tuple[str, ...]:
    """The names that a field takes and no others."""
    if kind is Kind.STATUS:
        closed = is_historic(file)
        return tuple(name for code, name in STATUSES.items() if not closed or code in CLOSED_STATUSES)
    if kind is Kind.CURRENCY:
        return tuple(file.options.currencies or CURRENCIES)
    return ("true", "false") if kind is Kind.BOOLEAN else ()


def _table(file: MappingFile, path: Path, rule: Rule) -> tuple[Path | None, Mapping[str, str]]:
    """Where an answer about a word of the cell would stand, and what stands there already."""
    if rule.column is None and not _is_joined_by_spaces(rule):
        return None, {}
    if not _HARMLESS.issuperset(rule.text):
        return None, {}
    step = rule.steps[0] if rule.steps else None
    if step is not None:
        given = step.get("map") if isinstance(step, dict) else None
        if isinstance(given, dict) and isinstance(given.get("table"), str):
            given = given["table"]
        return (("values", given), file.values.get(given, {})) if isinstance(given, str) else (None, {})
    if isinstance(rule.map, str):
        return ("values", rule.map), file.values.get(rule.map, {})
    if rule.map is not None:
        return (*path, "map"), rule.map
    return (("values", new_table(path)), {}) if not rule.text else (None, {})


def _is_joined_by_spaces(rule: Rule) -> bool:
    """Whether the cells of a rule, joined by blanks, are the word that its table is asked for."""
    if rule.template is not None:
        return rule.template == " ".join(f"{{{name}}}" for name in rule.columns or {})
    return rule.concat is not None and rule.separator in (None, " ")


def new_table(path: Path) -> str:
    """The name of the table for words of a rule that has none: ``order shipping_address city``."""
    skipped = {"by", "within", *(key for spec in LOOKUPS.values() for key in spec.keys)}
    parts = [str(part) for part in path if part not in skipped and not isinstance(part, int)]
    return "_".join((*parts, "words"))
