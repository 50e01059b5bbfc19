"""Tests of a mapping are run: examples through every stage that a check has, properties over all orders."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pipeline.loaders.open_table import OpenTable  # noqa: TC001 - as everywhere
from pipeline.loaders.opening import open_tables
from pipeline.mapping.binding import lacking_columns
from pipeline.mapping.coverage import Needless, Part
from pipeline.mapping.examples.grammar import RowsExample, TestFile, read_test_file
from pipeline.mapping.examples.holding import Difference, SeenIssue, SeenOrder, differences
from pipeline.mapping.examples.properties import Held
from pipeline.mapping.positioned import Document
from pipeline.mapping.steps.words import nearest
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location, Mark
from pipeline.model.refusal import InputRefused, MappingRefused, Refusal, UsageRefused
from pipeline.model.rows import RowRef, Table
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.opening.sources import Sources, open_sources, read_mapping
from pipeline.runs.preparing.covering import not_needed
from pipeline.runs.preparing.partition import Prepared
from pipeline.runs.preparing.prepared_sources import payload_of, prepared

ENDING = ".test.yaml"
_MarkOf: TypeAlias = Callable[[str], Mark | None]


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example, every difference with its place in the test file, and the issues that refused its rows."""

    name: str
    differences: tuple[tuple[Difference, Mark], ...]
    orders: int

    @property
    def holds(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class MappingTestResult:
    """What became of one test file; ``places`` say where its mapping speaks of a payload field."""

    file: str
    mapping: str
    examples: tuple[ExampleResult, ...]
    properties: tuple[Held, ...]
    places: dict[str, Mark]
    needless: tuple[Needless, ...] | None = None
    """What no row needed, ``None`` where that was not asked."""

    @property
    def holds(self) -> bool:
        """Whether every example and every property holds."""
        return all(one.holds for one in self.examples) and all(one.holds for one in self.properties)


def find_test_files(path: Path) -> list[Path]:
    """The test files of a folder and those below it, of one mapping, or the file itself.

    Raises :class:`UsageRefused` (E492) where there is none.
    """
    if path.is_dir():
        found = sorted(one for one in path.rglob(f"*{ENDING}") if one.is_file())
    elif path.name.endswith(ENDING):
        found = [path]
    else:
        found = [one for one in [path.with_name(f"{path.stem}{ENDING}")] if one.exists()]
    if not found:
        raise UsageRefused(Issue("E492", Location(str(path)), facts={"mapping": str(path)}))
    return found


def run_test_file(
    path: Path,
    sources: Sequence[Path] = (),
    *,
    jobs: int | None = None,
    counted: bool = False,
    now: datetime | None = None,
) -> MappingTestResult:
    """Run one test file; its properties are held against the orders of ``sources`` too.

    With ``counted`` the result says what of the mapping, and of the files, those orders never needed. Raises
    a :class:`Refusal` where the test file, its mapping or a source cannot be understood.
    """
    test, document = read_test_file(_text_of(path), str(path))
    mapping = path.parent / (test.mapping or f"{path.name.removesuffix(ENDING)}.yaml")
    now = now or datetime.now(UTC)
    compiled, texts = read_mapping(mapping, test.variables)
    held = [Held(one) for one in test.properties]
    examples = []
    needless = None
    for index, example in enumerate(test.examples):
        opened = _Opened(path.parent, mapping, texts, test, document, index)
        examples.append(_run_example(example, opened, held, now))
    if sources:
        request = PlanRequest(sources, mapping, jobs=jobs, variables=test.variables)
        for one in held:
            one.begin()
        opened_sources = open_sources(request)
        used: set[Part] = set()
        for done in prepared(opened_sources, now, jobs=jobs, counted=counted):
            used.update(done.used)
            _look(held, seen_in(done, {})[0])
        needless = tuple(not_needed(opened_sources, used)) if counted else None
    places = dict(compiled.places)
    return MappingTestResult(str(path), str(mapping), tuple(examples), tuple(held), places, needless)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageRefused(Issue("E707", Location(str(path)), facts={"reason": shown(reason)})) from None


@dataclass(frozen=True, slots=True)
class _Opened:
    """Where an example stands, and what its rows are read by."""

    folder: Path
    mapping: Path
    texts: MappingTexts
    test: TestFile
    document: Document
    index: int

    def mark(self, *below: str | int) -> Mark:
        """The place of something that the example says."""
        path = ("examples", self.index, *below)
        return self.document.keys.get(path) or self.document.value_mark(path)


def _run_example(example: RowsExample, place: _Opened, held: list[Held], now: datetime) -> ExampleResult:
    with tempfile.TemporaryDirectory(prefix="orderlift-") as folder:
        try:
            orders, issues = seen_orders(_sources(example, place, Path(folder)), now)
        except MappingRefused as refusal:
            if any(issue.code == "E491" for issue in refusal.issues):
                raise
            return _unread(example, place, refusal)
        except InputRefused as refusal:
            return _unread(example, place, refusal)
    for one in held:
        one.begin()
    _look(held, orders)
    found = differences(example.expect, orders, issues)
    marked = tuple((one, place.mark("expect", *one.path)) for one in found)
    return ExampleResult(example.name, marked, len(orders))


def _unread(example: RowsExample, place: _Opened, refusal: Refusal) -> ExampleResult:
    """An example whose rows cannot be read at all."""
    difference = Difference("rows", (), "rows that can be read", None, tuple(refusal.issues))
    return ExampleResult(example.name, ((difference, place.mark()),), 0)


def _sources(example: RowsExample, place: _Opened, folder: Path) -> Sources:
    if example.files is not None:
        files = [place.folder / name for name in example.files]
        return open_sources(PlanRequest(files, place.mapping, variables=place.test.variables))
    return inline_sources(example.rows or {}, place.texts, folder, lambda name: place.mark("rows", name))


def inline_sources(
    rows: dict[str, str], texts: MappingTexts, folder: Path, mark: _MarkOf = lambda _: None
) -> Sources:
    """The sources of rows that are given as the text of files, which are written to ``folder``.

    Raises :class:`MappingRefused` (E491) for a source that the mapping has not, and as opening does.
    """
    mapping = texts.compiled()
    specs = {spec.name: replace(spec, sheet=None, encoding="utf-8") for spec in mapping.sources}
    tables: list[OpenTable] = []
    for name, text in rows.items():
        if name not in specs:
            near = nearest(name, specs)
            hint = f", did you mean {near!r}?" if near else ""
            reason = f"the mapping has no source {shown(name)!r}{hint}"
            raise MappingRefused(Issue("E491", mark=mark(name), facts={"reason": reason}))
        suffix = "json" if text.lstrip()[:1] in {"[", "{"} else "csv"
        path = folder / f"{name}.{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        tables += open_tables(specs[name], [path], first_index=len(tables))
        tables[-1].table = replace(tables[-1].table, file=name)
    lacking = [
        issue
        for opened in tables
        for issue in lacking_columns(opened.table, mapping.columns[opened.table.source])
    ]
    if lacking:
        raise MappingRefused(*lacking)
    return Sources(mapping, texts, tables)


def seen_orders(sources: Sources, now: datetime) -> tuple[list[SeenOrder], list[SeenIssue]]:
    """Every order of small sources, and every issue; raises as reading does."""
    tables = {one.table.index: one.table for one in sources.tables}
    parts = [seen_in(done, tables) for done in prepared(sources, now, jobs=1)]
    return [order for some, _ in parts for order in some], [issue for _, some in parts for issue in some]


def seen_in(done: Prepared, tables: dict[int, Table]) -> tuple[list[SeenOrder], list[SeenIssue]]:
    """The orders of a partition as they stand in their files, and every issue with names of its cell."""
    issues: dict[RowRef, list[Issue]] = {}
    for ref, issue in done.issues:
        if ref is not None:
            issues.setdefault(ref, []).append(issue)
    orders = [
        SeenOrder(order.number, payload_of(order, done.references), tuple(issues.get(order.at, ())))
        for order in sorted(done.orders, key=lambda order: order.at)
    ]
    return orders, [SeenIssue(issue, _cells(issue, tables)) for _, issue in done.issues]


def _cells(issue: Issue, tables: dict[int, Table]) -> frozenset[str]:
    """The names by which a test file may call the cell of an issue."""
    at = issue.at
    if at is None or at.row is None:
        return frozenset()
    cell = at.cell or str(at.row)
    sources = {one.source for one in tables.values() if (one.file, one.sheet) == (at.file, at.sheet)}
    names = {*sources, at.sheet, Path(at.file).name} - {None}
    return frozenset({cell, *(f"{name}!{cell}" for name in names)})


def _look(held: list[Held], orders: Sequence[SeenOrder]) -> None:
    for one in held:
        for order in orders:
            one.look_at(order)
