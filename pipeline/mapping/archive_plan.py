"""The section ``archive:`` understood: what cannot be meant in it, its rules, and its settings as values."""

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from pipeline.mapping.archive_grammar import Archive, ArchiveWhen
from pipeline.mapping.field_plan import FieldPlan
from pipeline.mapping.grammar import MappingFile
from pipeline.mapping.kinds import Setting, kind_of_free_rule
from pipeline.mapping.lookup_text import FIRST_BIRTH_YEAR
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.rule import Part, Rule
from pipeline.mapping.steps.moment import is_format, zone
from pipeline.mapping.transforms.chain import Chain
from pipeline.model.archive import SECTIONS, ArchiveSettings, CellTest, RouteRule, age_of
from pipeline.model.cell import plain_text
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark
from pipeline.model.payload import Absent, FieldSpec, Kind

TESTS: tuple[CellTest, ...] = ("is", "contains", "starts_with", "empty")
UNUSABLE = "!"
"""A password that begins with it is one that nobody can log in with, in the framework of the target."""


@dataclass(frozen=True, slots=True)
class ArchiveRule:
    """A rule of the archive: where it stands, the field under which it is read, and what it reads.

    ``check`` names what the field allows.
    """

    path: Path
    name: str
    check: str
    spec: FieldSpec
    kind: Kind
    rule: Rule

    @property
    def of_items(self) -> bool:
        """Whether it reads the row of an item."""
        return self.path[1] == "items"

    @property
    def identifies(self) -> bool:
        """Whether the field is a code that a spreadsheet must not have rewritten."""
        return self.spec.name == "customer_code"

    @property
    def own(self) -> Rule:
        """The rule without what has no place in the archive, which is told apart."""
        return self.rule.model_copy(update={"source": None, "pick": None})


def archive_rules(mapping: MappingFile, chains: Mapping[Path, Chain] | None = None) -> Iterator[ArchiveRule]:
    """Every rule of the section, in the order of the fields; ``chains`` are those of rules, once read."""
    archive = mapping.archive
    if archive is None:
        return
    for section, path, part in _parts(archive):
        name = ".".join(map(str, path))
        for spec in SECTIONS[section]:
            given = getattr(part, spec.name)
            check = f"archive.{section}.{spec.name}"
            where: Path = (*path, spec.name)
            if isinstance(given, Rule):
                yield ArchiveRule(where, f"{name}.{spec.name}", check, spec, spec.kind, given)
            elif isinstance(given, Mapping):
                inside = replace(spec, absent=Absent.OMIT)
                for key, rule in given.items():
                    field = f"{name}.{spec.name}.{key}"
                    chain = (chains or {}).get((*where, key))
                    yield ArchiveRule((*where, key), field, "", inside, kind_of_free_rule(rule, chain), rule)


def _parts(archive: Archive) -> Iterator[tuple[str, Path, Part]]:
    yield "user", ("archive", "user"), archive.user
    for index, address in enumerate(archive.addresses):
        yield "addresses", ("archive", "addresses", index), address
    yield "order", ("archive", "order"), archive.order
    items: Part | None = getattr(archive, "items", None)  # a type that was made at run time
    if items is not None:
        yield "items", ("archive", "items"), items


def setting_of(found: ArchiveRule, setting: Setting) -> Setting:
    """The mapping's setting as a rule of the archive wants it: statuses are codes, birthdays lie long ago."""
    setting = replace(setting, status_as="code")
    return replace(setting, first_year=FIRST_BIRTH_YEAR) if found.kind is Kind.DAY else setting


def cell_plans(
    mapping: MappingFile, document: Document, places: MutableMapping[str, Mark]
) -> Iterator[FieldPlan]:
    """The plans that read the cells which ``when:`` asks for, under the names that its rules know them by."""
    archive = mapping.archive
    for index, when in enumerate(archive.rules if archive is not None else ()):
        if when.column is not None:
            name = _cell_name(index)
            places[name] = document.value_mark((*_when_path(archive, index), "column"))
            yield FieldPlan(name, (when.column,), plain_text)


def _cell_name(index: int) -> str:
    return f"archive.when.{index}"


def _when_path(archive: Archive | None, index: int) -> Path:
    alone = archive is not None and isinstance(archive.when, ArchiveWhen)
    return ("archive", "when") if alone else ("archive", "when", index)


def zone_of(mapping: MappingFile) -> tzinfo | None:
    """The mapping's time zone, in which days begin and dates are written; ``None`` where it names none."""
    return zone(mapping.timezone) if mapping.timezone else None


def archive_settings(mapping: MappingFile) -> ArchiveSettings | None:
    """The settings as a value, where the review has found the section sound; ``None`` where there is none."""
    archive = mapping.archive
    if archive is None:
        return None
    return ArchiveSettings(
        tuple(_route_rule(when, index) for index, when in enumerate(archive.rules)),
        addresses=len(archive.addresses),
        orders_per_file=archive.orders_per_file,
        datetime_format=archive.datetime_format,
        date_format=archive.date_format,
        email_column=archive.address_email_column,
        conflicts=archive.conflicts,
        foreign_phones=archive.foreign_phones,
    )


def _route_rule(when: ArchiveWhen, index: int) -> RouteRule:
    test = next(iter(_tests(when)), None)
    return RouteRule(
        before=date.fromisoformat(when.before) if when.before is not None else None,
        older=age_of(when.older_than) if when.older_than is not None else None,
        cell=_cell_name(index).removeprefix("archive.") if when.column is not None else None,
        column=when.column,
        test=test,
        words=tuple(fold(word) for word in _words(when, test)) if test is not None else (),
    )


def _tests(when: ArchiveWhen) -> list[CellTest]:
    return [test for test in TESTS if (when.empty if test == "empty" else _words(when, test))]


def _words(when: ArchiveWhen, test: CellTest) -> tuple[str, ...]:
    given = {"is": when.is_, "contains": when.contains, "starts_with": when.starts_with}.get(test)
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def review_archive(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    """Every mistake of the section but those of single rules."""
    archive = mapping.archive
    if archive is None:
        return
    if not archive.rules:
        reason = "it lists no rule"
        yield Issue("E450", mark=document.value_mark(("archive", "when")), facts={"reason": reason})
    for index, when in enumerate(archive.rules):
        path = _when_path(archive, index)
        for key, reason in _unfit(when):
            yield Issue(
                "E450", mark=document.value_mark((*path, key) if key else path), facts={"reason": reason}
            )
    for section, path, part in _parts(archive):
        for spec in SECTIONS[section]:
            taken = section in ("order", "items") and spec.name in ("status", "created_date", "price")
            if spec.absent is Absent.REQUIRED and not taken and getattr(part, spec.name) is None:
                field = ".".join((*map(str, path), spec.name))
                yield Issue("E413", mark=document.key_mark(path), value=spec.name, field=field)
    yield from _rules(mapping, document)
    for setting in ("datetime_format", "date_format"):
        pattern = getattr(archive, setting)
        if pattern is not None and not is_format(pattern):
            yield Issue("E424", mark=document.value_mark(("archive", setting)), value=shown(pattern))


def _rules(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    for found in archive_rules(mapping):
        if found.rule.source is not None or found.rule.pick is not None:
            key = "source" if found.rule.source is not None else "pick"
            yield Issue("E451", mark=document.key_mark((*found.path, key)))
        if found.spec.name == "password" and found.path[1] == "user":
            for key in ("constant", "default"):
                text = getattr(found.rule, key)
                if text is not None and not text.startswith(UNUSABLE):
                    yield Issue("E452", mark=document.value_mark((*found.path, key)))


def _unfit(when: ArchiveWhen) -> Iterator[tuple[str, str]]:
    """What is wrong with one rule of ``when:``: the key concerned, or ``""``, and the reason."""
    tests = _tests(when)
    dates = [name for name in ("before", "older_than") if getattr(when, name) is not None]
    if not tests and not dates and when.column is None:
        yield "", "it needs before:, older_than: or column: with is, contains, starts_with or empty"
    if len(dates) > 1:
        yield "older_than", "before: and older_than: are two answers to one question"
    if when.before is not None and not _is_day(when.before):
        yield "before", f"{shown(when.before)} is no day such as 2023-01-01"
    if when.older_than is not None and age_of(when.older_than) is None:
        yield "older_than", f"{shown(when.older_than)} is no age such as 3 years, 18 months or 90 days"
    if when.column is not None and len(tests) != 1:
        given = " and ".join(tests) or "none of them"
        yield "column", f"exactly one of is, contains, starts_with and empty is needed; given: {given}"
    if when.column is None and tests:
        yield tests[0], f"{tests[0]}: needs a column:"
    for test in tests:
        if test != "empty" and not all(map(fold, _words(when, test))):
            yield test, "a word is missing; for cells that are empty write empty: true"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
