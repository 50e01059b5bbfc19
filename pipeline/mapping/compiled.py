"""A mapping file understood: text in, compiled rules out, or every mistake with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any

from pipeline.mapping import bookkeeping_terms
from pipeline.mapping.archive_plan import archive_rules, archive_settings, cell_plans, setting_of
from pipeline.mapping.field_plan import ABSENT, OMIT, Check, FieldPlan, RuleCompiler, anything
from pipeline.mapping.further import FurtherPlan, Pick
from pipeline.mapping.grammar import PREFIX, MappingFile
from pipeline.mapping.grammar_issues import in_order, validated
from pipeline.mapping.kinds import Setting
from pipeline.mapping.layers import Beside, layered
from pipeline.mapping.lookup_plan import LookupCompiler, attributes, known_customer
from pipeline.mapping.lookup_rule import LookupRule
from pipeline.mapping.lookup_text import FIRST_BIRTH_YEAR, Wanted
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.preset import SENT, closed_only, is_historic, warnings_of
from pipeline.mapping.review import SECTIONS, review, rules_of
from pipeline.mapping.review_lookups import CUSTOMER, kinds_of, lookups_of
from pipeline.mapping.review_steps import Chains, read_chains
from pipeline.mapping.rule import RangeRule, Rule
from pipeline.mapping.sources import WantedColumn, source_spec, wanted_columns
from pipeline.mapping.steps.moment import zone
from pipeline.mapping.tables import read_tables
from pipeline.mapping.transforms.registry import BUILTIN, Registry
from pipeline.mapping.transforms.shape import Transform
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.archive import ArchiveSettings
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark
from pipeline.model.lookup import LOOKUPS, LookupKind
from pipeline.model.payload import CURRENCIES, Absent, FieldSpec, Kind
from pipeline.model.refusal import MappingRefused
from pipeline.model.rows import SourceSpec

ALONE = Beside()
"""What a mapping has beside it that extends nothing and names no tables."""

__all__ = ["PREFIX", "CompiledMapping", "compile_mapping"]


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """A mapping file whose rules are functions.

    ``order`` and ``items`` are the compiled rules, ``further`` those of the order that read another source
    than its own; ``places`` tells where the rule of a payload field (``order.status``) stands in the file;
    ``columns`` are those that each source must have; ``warnings`` are worth knowing but refuse nothing.
    ``lookups`` are the kinds of record that are looked up, those that others lie within too, ``creates``
    those that may be created. ``archive`` is what the section of that name says, where there is one; its
    fields are read with the others, under names such as ``archive.user.email``.
    """

    file: MappingFile
    lines: tuple[str, ...]
    order: tuple[FieldPlan, ...]
    items: tuple[FieldPlan, ...]
    places: Mapping[str, Mark]
    warnings: tuple[Issue, ...]
    further: tuple[FurtherPlan, ...]
    columns: Mapping[str, tuple[WantedColumn, ...]]
    lookups: frozenset[LookupKind] = frozenset()
    creates: frozenset[LookupKind] = frozenset()
    transforms: tuple[Transform, ...] = ()
    archive: ArchiveSettings | None = None

    @property
    def sources(self) -> list[SourceSpec]:
        """What the loaders need to know of each source, those of orders and items first."""
        given, locale = self.file.sources.given(), self.file.locale
        return [source_spec(name, source, self.columns[name], locale) for _, name, source in given]


def compile_mapping(  # noqa: PLR0913, PLR0917 - a mapping, what it needs beside itself, and who looks on
    text: str,
    file: str,
    checks: Mapping[str, Check],
    beside: Beside = ALONE,
    registry: Registry = BUILTIN,
    watch: Watch = NOBODY,
) -> CompiledMapping:
    """Understand the text of a mapping file.

    ``file`` is its name in messages; ``checks`` says for each payload field (``order.amount``) what may
    leave; ``beside`` holds what it builds on, ``registry`` the transforms that its steps may name; ``watch``
    looks on. Raises :class:`MappingRefused` with every mistake found, each with line and column.
    """
    layers = layered(text, file, beside)
    document = layers.document
    try:
        mapping = validated(document)
    except MappingRefused as refusal:
        raise MappingRefused(*in_order(layers.with_more(refusal.issues))) from None
    tables, issues = read_tables(mapping, document, beside)
    chains, wrong = read_chains(mapping, document, registry, tables)
    issues = layers.with_more([*issues, *wrong, *review(mapping, document, chains)])
    if issues:
        raise MappingRefused(*in_order(issues))
    rules = _Rules(mapping, document, checks, chains, watch)
    old_orders, old_items = rules.archive()
    order, items = (*rules.plans("order"), *old_orders), (*rules.plans("items"), *old_items)
    if rules.issues:
        raise MappingRefused(*in_order(list(rules.issues.values())))
    further = tuple(rules.further(name) for name in mapping.sources.further)
    whole = _with_field("order", order), _with_field("items", items)
    readers = {"orders": whole[0], "items": whole[1], "lines": [*whole[0], *whole[1]]}
    readers |= {one.name: _with_field("order", one.fields) for one in further}
    used = {one.transform.name: one.transform for chain in chains.values() for one in chain.steps}
    lookups, creates = kinds_of(
        lookup for name in SECTIONS for _, lookup in lookups_of(getattr(mapping, name), name)
    )
    return CompiledMapping(
        mapping,
        tuple(document.lines),
        order,
        items,
        rules.places,
        warnings=(
            *warnings_of(mapping, document),
            *bookkeeping_terms.warnings_of(mapping, document),
            *_not_sent(mapping, document),
        ),
        further=further,
        columns={
            name: tuple(wanted_columns(source, path, readers[name], document))
            for path, name, source in mapping.sources.given()
        },
        lookups=lookups,
        creates=creates,
        transforms=tuple(used.values()),
        archive=archive_settings(mapping),
    )


@dataclass(slots=True)
class _Rules:
    """Compiles the rules of a mapping; what cannot be compiled is in ``issues``, once for each place."""

    mapping: MappingFile
    document: Document
    checks: Mapping[str, Check]
    chains: Chains
    watch: Watch = NOBODY
    places: dict[str, Mark] = made_by(default_factory=dict)
    issues: dict[tuple[Mark, object], Issue] = made_by(default_factory=dict)
    readers: dict[tuple[FieldSpec, Kind, str], Callable[..., Any]] = made_by(default_factory=dict)
    elsewhere: dict[str, list[FieldPlan]] = made_by(default_factory=dict)
    picks: dict[str, dict[str, Pick]] = made_by(default_factory=dict)
    texts: dict[tuple[Path, Wanted], FieldPlan] = made_by(default_factory=dict)

    def further(self, name: str) -> FurtherPlan:
        """The rules of the order that read a further source; ``plans`` has found them."""
        source = self.mapping.sources.further[name]
        fields = tuple(self.elsewhere.get(name, ()))
        return FurtherPlan(name, source, source.rows, fields, self.picks.get(name, {}))

    def plans(self, name: str) -> tuple[FieldPlan, ...]:
        """The compiled rules of a section, and what stands in for fields that it leaves out.

        Those that read a further source go into ``elsewhere`` and ``picks``, by its name.
        """
        mapping, setting = self.mapping, self.setting
        plans = list(_defaults(mapping, name))
        for path, field, spec, kind, rule in rules_of(getattr(mapping, name), name, self.chains):
            payload_field = f"{PREFIX[name]}.{field}"
            self.places[payload_field] = self.document.key_mark(path)
            check = self.checks.get(payload_field, anything)
            if kind is Kind.STATUS and is_historic(mapping):
                check, spec = closed_only(check), replace(spec, absent=Absent.REQUIRED)  # noqa: PLW2901
            identifies = payload_field == "order.number"
            chain = self.chains.get(path)
            compiler = RuleCompiler(
                spec, kind, rule, setting, mapping.values, check, identifies, chain, self.watch.at(path)
            )
            if not self._can_be_sent(compiler, rule, path):
                continue
            plan = compiler.plan(field)
            if rule.source is not None:
                self._add_further(rule.source, plan, compiler)
            else:
                plans.append(plan if identifies else self._shared(plan, spec, kind, rule))
        for path, lookup in lookups_of(getattr(mapping, name), name):
            plans += self._lookup(path, lookup, plans)
        return tuple(plans)

    def archive(self) -> tuple[tuple[FieldPlan, ...], tuple[FieldPlan, ...]]:
        """The rules of the archive that read the row of an order, and those that read an item's."""
        orders = list(cell_plans(self.mapping, self.document, self.places))
        items: list[FieldPlan] = []
        for found in archive_rules(self.mapping, self.chains):
            name, check = found.name, self.checks.get(found.check, anything)
            self.places[name] = self.document.key_mark(found.path)
            if found.kind is Kind.STATUS and is_historic(self.mapping):
                check = closed_only(check)
            setting = setting_of(found, self.setting)
            compiler = RuleCompiler(
                found.spec,
                found.kind,
                found.rule,
                setting,
                self.mapping.values,
                check,
                found.identifies,
                self.chains.get(found.path),
            )
            if self._can_be_sent(compiler, found.rule, found.path):
                (items if found.of_items else orders).append(compiler.plan(name))
        return tuple(orders), tuple(items)

    @property
    def setting(self) -> Setting:
        """What the file says for all its rules."""
        mapping = self.mapping
        currencies = tuple(mapping.options.currencies or CURRENCIES)
        where = zone(mapping.timezone) if mapping.timezone else None
        return Setting(mapping.locale, where, mapping.options.status_as, currencies)

    def _lookup(self, path: Path, lookup: LookupRule, plans: list[FieldPlan]) -> Iterator[FieldPlan]:
        """The plan of a lookup. That of an address reads its customer too, whose plan is among ``plans``."""
        section, field = str(path[0]), str(path[1])
        self.places[f"{PREFIX[section]}.{field}"] = self.document.key_mark(path)
        customer, plan = self.mapping.order.customer, None  # type: ignore[attr-defined]
        if LookupKind.CUSTOMER in LOOKUPS[lookup.kind].within:
            plan = next((one for one in plans if one.name == CUSTOMER[1]), None)
            if plan is None:
                return  # what is wrong with it is told already
            plan = plan if isinstance(customer, LookupRule) else known_customer(plan)
        required = SECTIONS[section][field].absent is Absent.REQUIRED
        compiler = LookupCompiler(path, lookup, self._text, plan, self.watch.at(path))
        yield compiler.plan(field, attributes(path, lookup, (CUSTOMER, customer)), required=required)

    def _text(self, path: Path, rule: Rule, wanted: Wanted) -> FieldPlan:
        """The plan of one rule inside a lookup: what it reads is text as it is looked up, or ``OMIT``.

        What is learnt of a cell serves every lookup that reads by the rule.
        """
        if (path, wanted) not in self.texts:
            self.texts[path, wanted] = self._new_text(path, rule, wanted)
        return self.texts[path, wanted]

    def _new_text(self, path: Path, rule: Rule, wanted: Wanted) -> FieldPlan:
        setting = replace(self.setting, first_year=FIRST_BIRTH_YEAR) if wanted.is_birthday else self.setting
        spec, tables = FieldSpec(wanted.name, wanted.kind, ""), self.mapping.values
        chain = self.chains.get(path)
        watch = self.watch.at(path)
        compiler = RuleCompiler(
            spec, wanted.kind, rule, setting, tables, wanted.refusal, chain=chain, watch=watch
        )
        if not self._can_be_sent(compiler, rule, path):
            return FieldPlan(wanted.name, value="?")  # the mapping is refused
        plan = replace(compiler, check=anything).plan(wanted.name)
        if plan.read is not None:
            read = wanted.reader(plan.read, watch)
            return replace(plan, read=watch.step(read, f"as {wanted.of.value} {wanted.name}"))
        text = wanted.normal(plan.value)
        if not text:
            mark = self.document.value_mark((*path, "constant"))
            self.issues[mark, "E205"] = Issue("E426", mark=mark, value="", facts={"reason": "E205"})
        return replace(plan, value=text or "?")

    def _add_further(self, source: str, plan: FieldPlan, compiler: RuleCompiler) -> None:
        self.elsewhere.setdefault(source, []).append(plan)
        how = compiler.rule.pick
        if how is not None:
            self.picks.setdefault(source, {})[plan.name] = Pick(how, plan.value, compiler.check)

    def _shared(self, plan: FieldPlan, spec: FieldSpec, kind: Kind, rule: Rule) -> FieldPlan:
        """The plan with the function of an earlier one that reads alike: what one learns serves both."""
        if plan.read is None or rule.column is None or self.watch.keeps_apart:
            return plan
        alike = replace(spec, name="", note=""), kind, rule.model_dump_json(exclude={"column"})
        return replace(plan, read=self.readers.setdefault(alike, plan.read))

    def _can_be_sent(self, compiler: RuleCompiler, rule: Rule, path: Path) -> bool:
        """Whether the field takes every value that the mapping itself writes for it."""
        fits = True
        for place, text in _written_values(rule, path, self.mapping.values):
            problem = compiler.refusal(text)
            if problem is not None and problem.code == "E247" and place[:-1] != path:
                continue  # a table may know open statuses; a cell that holds one refuses its order
            if problem is not None:
                fits = False
                mark = self.document.value_mark(place)
                facts = {**problem.facts, "reason": problem.code}
                issue = Issue("E426", mark=mark, value=shown(text), facts=facts)
                self.issues.setdefault((mark, problem.code), issue)
        return fits


def _written_values(
    rule: Rule, path: Path, tables: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Path, str]]:
    """What a rule sends as the mapping writes it: constant, default, and the right side of its table."""
    for name in ("constant", "default"):
        text = getattr(rule, name)
        if text is not None:
            yield (*path, name), text
    if isinstance(rule.map, str):
        yield from ((("values", rule.map, key), text) for key, text in tables[rule.map].items())
    elif rule.map is not None:
        yield from (((*path, "map", key), text) for key, text in rule.map.items())


def _defaults(mapping: MappingFile, name: str) -> Iterator[FieldPlan]:
    """What is sent for fields without a rule, as the reference client does, and for objects without a key."""
    section = getattr(mapping, name)
    for field, spec in SECTIONS[name].items():
        given = getattr(section, field)
        left_out = given is None and mapping.options.unmapped == "client_defaults"
        value = ABSENT.get(spec.absent, OMIT)
        if field == SENT.name and given is None and is_historic(mapping):
            yield SENT
        elif value is not OMIT and (left_out or isinstance(given, RangeRule | Mapping)):
            yield FieldPlan(field, value=value)


def _not_sent(mapping: MappingFile, document: Document) -> list[Issue]:
    """Fields that the reference client sends on every order and this mapping does not."""
    warnings = []
    for name, specs in SECTIONS.items():
        section = getattr(mapping, name)
        missing = [
            field
            for field, spec in specs.items()
            if spec.by_client
            and spec.absent is Absent.OMIT
            and getattr(section, field) is None
            and field != "channel"
            and "client only" not in spec.note
        ]
        if missing:
            facts = {"fields": ", ".join(missing), "section": name}
            warnings.append(Issue("W431", mark=document.key_mark((name,)), facts=facts))
    return warnings


def _with_field(section: str, plans: tuple[FieldPlan, ...]) -> list[tuple[str, FieldPlan]]:
    return [
        (plan.name if plan.name.startswith("archive.") else f"{PREFIX[section]}.{plan.name}", plan)
        for plan in plans
    ]
