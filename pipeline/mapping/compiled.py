"""A mapping file understood: text in, compiled rules out, or every mistake with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.mapping.field_plan import ABSENT, OMIT, Check, FieldPlan, RuleCompiler, anything
from pipeline.mapping.further import FurtherPlan, Pick
from pipeline.mapping.grammar import MappingFile, Part, RangeRule, Rule
from pipeline.mapping.kinds import Setting
from pipeline.mapping.positioned import Document, Path, read_document
from pipeline.mapping.review import SECTIONS, review, rules_of
from pipeline.mapping.sources import WantedColumn, source_spec, wanted_columns
from pipeline.mapping.steps.moment import zone
from pipeline.mapping.steps.words import nearest
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark
from pipeline.model.payload import CURRENCIES, Absent, FieldSpec, Kind
from pipeline.model.refusal import MappingRefused
from pipeline.model.rows import SourceSpec

PREFIX = {"order": "order", "items": "order_item"}
"""What a section's fields are called in issues: as in the payload."""


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """A mapping file whose rules are functions.

    ``order`` and ``items`` are the compiled rules, ``further`` those of the order that read another source
    than its own; ``places`` tells where the rule of a payload field (``order.status``) stands in the file;
    ``columns`` are those that each source must have; ``warnings`` are worth knowing but refuse nothing.
    """

    file: MappingFile
    lines: tuple[str, ...]
    order: tuple[FieldPlan, ...]
    items: tuple[FieldPlan, ...]
    places: Mapping[str, Mark]
    warnings: tuple[Issue, ...]
    further: tuple[FurtherPlan, ...]
    columns: Mapping[str, tuple[WantedColumn, ...]]

    @property
    def sources(self) -> list[SourceSpec]:
        """What the loaders need to know of each source, those of orders and items first."""
        given, locale = self.file.sources.given(), self.file.locale
        return [source_spec(name, source, self.columns[name], locale) for _, name, source in given]


def compile_mapping(text: str, file: str, checks: Mapping[str, Check]) -> CompiledMapping:
    """Understand the text of a mapping file.

    ``file`` is its name in messages; ``checks`` says for each payload field (``order.amount``) what may
    leave. Raises :class:`MappingRefused` with every mistake found, each with line and column.
    """
    document = read_document(text, file)
    mapping = _validated(document)
    issues = review(mapping, document)
    if issues:
        raise MappingRefused(*_in_order(issues))
    rules = _Rules(mapping, document, checks)
    order, items = rules.plans("order"), rules.plans("items")
    if rules.issues:
        raise MappingRefused(*_in_order(list(rules.issues.values())))
    further = tuple(rules.further(name) for name in mapping.sources.further)
    whole = _with_field("order", order), _with_field("items", items)
    readers = {"orders": whole[0], "items": whole[1], "lines": [*whole[0], *whole[1]]}
    readers |= {one.name: _with_field("order", one.fields) for one in further}
    return CompiledMapping(
        mapping,
        tuple(document.lines),
        order,
        items,
        rules.places,
        warnings=tuple(_not_sent(mapping, document)),
        further=further,
        columns={
            name: tuple(wanted_columns(source, path, readers[name], document))
            for path, name, source in mapping.sources.given()
        },
    )


def _validated(document: Document) -> MappingFile:
    try:
        return MappingFile.model_validate(document.data)
    except ValidationError as error:
        issues = [_grammar_issue(detail, document) for detail in _innermost(error, document)]
        unique = {(issue.code, issue.mark): issue for issue in reversed(issues)}
        raise MappingRefused(*_in_order(list(unique.values()))) from None


def _innermost(error: ValidationError, document: Document) -> list[ErrorDetails]:
    """The errors without those that only say of an outer setting that it might have been another kind."""
    details = [(_whole_path(detail, document), detail) for detail in error.errors(include_url=False)]
    outer = {path[:length] for path, _ in details for length in range(len(path))}
    return [detail for path, detail in details if path not in outer]


def _whole_path(detail: ErrorDetails, document: Document) -> Path:
    path = _path_in(document, detail["loc"])
    return (*path, detail["loc"][-1]) if detail["type"] == "missing" else path


def _grammar_issue(detail: ErrorDetails, document: Document) -> Issue:
    path = _path_in(document, detail["loc"])
    if detail["type"] == "extra_forbidden":
        key = str(path[-1])
        near = nearest(key, _known_keys(path[:-1]))
        hint = f"Did you mean {near!r}? " if near else ""
        return Issue("E411", mark=document.key_mark(path), value=shown(key), facts={"hint": hint})
    if detail["type"] == "missing":
        return Issue("E412", mark=document.key_mark(path), value=shown(detail["loc"][-1]))
    given = detail.get("input")
    value = shown(given) if isinstance(given, str) else None
    return Issue("E421", mark=document.value_mark(path), value=value, facts={"wanted": _wanted(detail)})


def _path_in(document: Document, parts: Path) -> Path:
    """The path in the file: pydantic also names branches of unions and missing keys, which are not there."""
    path: Path = ()
    for part in parts:
        if (*path, part) in document.values:
            path = (*path, part)
    return path


def _wanted(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] in {"literal_error", "enum"}:
        return f"one of {context.get('expected', '')}"
    names = {
        "model_type": "settings such as {column: NAME}",
        "dict_type": "a table of settings",
        "list_type": "a list",
        "string_type": "text",
        "int_parsing": "a whole number",
        "int_type": "a whole number, or several in a list",
        "string_too_short": "text",
        "bool_parsing": "true or false",
    }
    return names.get(detail["type"], detail["msg"])


def _known_keys(path: Path) -> list[str]:
    """The keys that the grammar knows at a path."""
    annotation: object = MappingFile
    for part in path:
        annotation = next(_inside(annotation, part), None)
    models = (inner for inner in _branches(annotation) if isinstance(inner, type) and issubclass(inner, Part))
    model = next(models, Rule)
    return [field.alias or name for name, field in model.model_fields.items()]


def _branches(annotation: object) -> Iterator[object]:
    """What an annotation may be: the branches of a union, without what they are annotated with."""
    if get_origin(annotation) in (Union, UnionType):
        for inner in get_args(annotation):
            yield from _branches(inner)
    elif get_origin(annotation) is Annotated:
        yield from _branches(get_args(annotation)[0])
    else:
        yield annotation


def _inside(annotation: object, part: str | int) -> Iterator[object]:
    """The annotations of what stands under a key or at an index."""
    for branch in _branches(annotation):
        if isinstance(branch, type) and issubclass(branch, Part):
            yield from (f.annotation for name, f in branch.model_fields.items() if (f.alias or name) == part)
        elif get_origin(branch) in (dict, list):
            yield get_args(branch)[-1]


@dataclass(slots=True)
class _Rules:
    """Compiles the rules of a mapping; what cannot be compiled is in ``issues``, once for each place."""

    mapping: MappingFile
    document: Document
    checks: Mapping[str, Check]
    places: dict[str, Mark] = made_by(default_factory=dict)
    issues: dict[tuple[Mark, object], Issue] = made_by(default_factory=dict)
    readers: dict[tuple[FieldSpec, Kind, str], Callable[..., Any]] = made_by(default_factory=dict)
    elsewhere: dict[str, list[FieldPlan]] = made_by(default_factory=dict)
    picks: dict[str, dict[str, Pick]] = made_by(default_factory=dict)

    def further(self, name: str) -> FurtherPlan:
        """The rules of the order that read a further source; ``plans`` has found them."""
        source = self.mapping.sources.further[name]
        fields = tuple(self.elsewhere.get(name, ()))
        return FurtherPlan(name, source, source.rows, fields, self.picks.get(name, {}))

    def plans(self, name: str) -> tuple[FieldPlan, ...]:
        """The compiled rules of a section, and what stands in for fields that it leaves out.

        Those that read a further source go into ``elsewhere`` and ``picks``, by its name.
        """
        mapping = self.mapping
        currencies = tuple(mapping.options.currencies or CURRENCIES)
        where = zone(mapping.timezone) if mapping.timezone else None
        setting = Setting(mapping.locale, where, mapping.options.status_as, currencies)
        plans = list(_defaults(mapping, name))
        for path, field, spec, kind, rule in rules_of(getattr(mapping, name), name):
            payload_field = f"{PREFIX[name]}.{field}"
            self.places[payload_field] = self.document.key_mark(path)
            check = self.checks.get(payload_field, anything)
            identifies = payload_field == "order.number"
            compiler = RuleCompiler(spec, kind, rule, setting, mapping.values, check, identifies)
            if not self._can_be_sent(compiler, rule, path):
                continue
            plan = compiler.plan(field)
            if rule.source is not None:
                self._add_further(rule.source, plan, compiler)
            else:
                plans.append(plan if identifies else self._shared(plan, spec, kind, rule))
        return tuple(plans)

    def _add_further(self, source: str, plan: FieldPlan, compiler: RuleCompiler) -> None:
        self.elsewhere.setdefault(source, []).append(plan)
        how = compiler.rule.pick
        if how is not None:
            self.picks.setdefault(source, {})[plan.name] = Pick(how, plan.value, compiler.check)

    def _shared(self, plan: FieldPlan, spec: FieldSpec, kind: Kind, rule: Rule) -> FieldPlan:
        """The plan with the function of an earlier one that reads alike: what one learns serves both."""
        if plan.read is None or rule.column is None:
            return plan
        alike = replace(spec, name="", note=""), kind, rule.model_dump_json(exclude={"column"})
        return replace(plan, read=self.readers.setdefault(alike, plan.read))

    def _can_be_sent(self, compiler: RuleCompiler, rule: Rule, path: Path) -> bool:
        """Whether the field takes every value that the mapping itself writes for it."""
        fits = True
        for place, text in _written_values(rule, path, self.mapping.values):
            problem = compiler.refusal(text)
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
        if value is not OMIT and (left_out or isinstance(given, RangeRule | Mapping)):
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
    return [(f"{PREFIX[section]}.{plan.name}", plan) for plan in plans]


def _in_order(issues: list[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: (issue.mark.line, issue.mark.column) if issue.mark else (0, 0))
