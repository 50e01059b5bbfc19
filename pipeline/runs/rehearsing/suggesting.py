"""Suggesting a mapping: files are read twice, once for columns and once for a sample of whole orders."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.inference.conclude import conclude
from pipeline.inference.facts import ColumnFacts, FactGatherer, TableFacts
from pipeline.inference.outline import Outline, outline_of
from pipeline.inference.sampling import Drawer, DrawnOrder, drawn_below, drawn_orders
from pipeline.inference.suggestion import Suggestion
from pipeline.inspection.table import TableProfiler
from pipeline.loaders.guessing.looking import FirstLook, TablePlan, look_into, open_plan
from pipeline.loaders.open_table import OpenTable
from pipeline.model.header import header_key
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused, UsageRefused

_BATCH = 20_000
_EMPTY = {"E106", "E107"}


@dataclass(slots=True)
class _Group:
    """Tables of one header, such as monthly files: they are one source."""

    opened: list[OpenTable] = field(default_factory=list)
    facts: TableFacts | None = None


def suggest(paths: Sequence[Path], limits: ReadLimits | None = None) -> Suggestion:
    """Suggest a mapping for files, without a network and without changing anything.

    Raises :class:`~pipeline.model.refusal.InputRefused`: with what keeps a file from being read, E481 where
    no table has rows, E482 where no column may be an order's number.
    """
    limits = limits or ReadLimits()
    groups = _groups(paths, limits)
    tables = [group.facts for group in groups if group.facts is not None]
    if not tables:
        raise InputRefused(Issue("E481", Location(str(paths[0]))))
    outline = outline_of(tables)
    if outline is None:
        raise InputRefused(Issue("E482", Location(tables[0].files[0])))
    return conclude(tables, outline, _drawn(groups, tables, outline))


def _groups(paths: Sequence[Path], limits: ReadLimits) -> list[_Group]:
    """Every table that has rows, those of the same header together, with what is known of its columns."""
    grouped: dict[tuple[object, ...], _Group] = {}
    looks: dict[int, tuple[FirstLook, TablePlan, bool]] = {}
    for path in paths:
        look = look_into(path, limits)
        opened = list(_opened(look, limits))
        for plan, one in opened:
            key = (tuple(map(header_key, one.table.header)), one.facts.kind, one.table.sheet)
            group = grouped.setdefault(key, _Group())
            group.opened.append(one)
            looks.setdefault(id(group), (look, plan, len(opened) > 1))
    found = []
    for group in grouped.values():
        look, plan, several = looks[id(group)]
        group.facts = _facts(group.opened, look, plan, several=several)
        if group.facts.rows:
            found.append(group)
    return found


def _opened(look: FirstLook, limits: ReadLimits) -> Iterator[tuple[TablePlan, OpenTable]]:
    """The tables of a file. Sheets that are empty or hold no table are none."""
    refused: list[Issue] = []
    count = 0
    for plan in look.plans:
        try:
            for one in open_plan(look, plan, limits):
                count += 1
                yield plan, one
        except InputRefused as refusal:
            refused += refusal.issues
    if not count and refused:
        raise InputRefused(*refused)
    serious = [issue for issue in refused if issue.code not in _EMPTY]
    if serious:
        raise InputRefused(*serious)


def _facts(opened: Sequence[OpenTable], look: FirstLook, plan: TablePlan, *, several: bool) -> TableFacts:
    """Read the tables to their end."""
    first = opened[0].table
    delimiter = opened[0].facts.delimiter if first.sheet is None else None
    profiler, gatherer = TableProfiler(first, delimiter), FactGatherer(len(first.header))
    rows = 0
    for one in opened:
        for batch in one.batches(_BATCH):
            profiler.feed(batch)
            gatherer.feed(batch)
            rows += len(batch.rows)
    guessed = look.encoding is not None and look.encoding.confidence < 0.95  # noqa: PLR2004
    header_rows = plan.spec.header_rows
    return TableFacts(
        files=tuple(dict.fromkeys(Path(one.table.file).name for one in opened)),
        rows=rows,
        columns=_named_once(gatherer.facts(profiler.columns())),
        sheet=first.sheet if several else None,
        encoding=look.facts.encoding if guessed else None,
        delimiter=delimiter if delimiter not in {None, ","} else None,
        header_rows=() if header_rows in {(), (1,)} else header_rows,
    )


def _named_once(columns: Iterable[ColumnFacts]) -> tuple[ColumnFacts, ...]:
    """A column without a name, or with that of an earlier one, cannot be named by a mapping."""
    seen: set[str] = set()
    kept = []
    for one in columns:
        key = header_key(one.name)
        if not key or key in seen:
            kept.append(replace(one, profile=replace(one.profile, name=""), words=None, sketch=None))
        else:
            kept.append(one)
        seen.add(key)
    return tuple(kept)


def _drawn(
    groups: Sequence[_Group], tables: Sequence[TableFacts], outline: Outline
) -> tuple[DrawnOrder, ...]:
    """A sample of whole orders, in a second pass."""
    below = drawn_below(outline.keys(tables))
    heads = _draw(groups[outline.head[0]], outline.head[1], below, fills=outline.fills)
    if outline.flat is not None:
        return drawn_orders(heads)
    return drawn_orders(heads, _draw(groups[outline.lines[0]], outline.lines[1], below, fills=False))


def _draw(group: _Group, key: int, below: int, *, fills: bool) -> Drawer:
    drawer = Drawer(key, below, fills=fills)
    for one in group.opened:
        for batch in one.batches(_BATCH):
            drawer.feed(batch)
    return drawer


def warnings_of(found: Suggestion) -> list[Issue]:
    """What to look at before anything: tables that are not used, keys that do not cover each other."""
    issues = [Issue("W480", facts={"table": shown(table)}) for table in found.left_out]
    join = found.join
    if join is not None and min(join.items_covered, join.orders_covered) < 1:
        facts = {"items": f"{join.items_covered:.1%}", "orders": f"{join.orders_covered:.1%}"}
        issues.append(Issue("W481", facts=facts))
    return issues


def refuse_existing(path: Path) -> None:
    """Raise :class:`UsageRefused` (E480) where something of this name is there already."""
    if path.exists() or path.is_symlink():
        raise UsageRefused(Issue("E480", Location(str(path))))


def write_mapping(path: Path, text: str) -> None:
    """Write a new file; raises :class:`UsageRefused`: E480 if it is there by now, E483 if that fails."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageRefused(Issue("E480", Location(str(path)))) from None
    except OSError as error:
        reason = shown(error.strerror or error)
        raise UsageRefused(Issue("E483", Location(str(path)), facts={"reason": reason})) from None
