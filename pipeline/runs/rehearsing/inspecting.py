"""Looking into files: what they really are, their columns and risks, with or without a mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.inspection.doubts import delimiter_doubt, header_doubt
from pipeline.inspection.found import FileFound, Inspection, Risk, TableFound
from pipeline.inspection.table import IssueTally, TableProfiler
from pipeline.loaders.assign import assign_files
from pipeline.loaders.guessing.looking import FirstLook, TablePlan, look_into, open_plan
from pipeline.loaders.open_table import OpenTable
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec
from pipeline.runs.opening.sources import read_mapping

_BATCH = 20_000
"""Rows that are counted at once: the more, the less each distinct value costs."""
_EMPTY = {"E106", "E107"}


def inspect(
    paths: Sequence[Path],
    mapping: Path | None = None,
    limits: ReadLimits | None = None,
    variables: Mapping[str, str] | None = None,
) -> Inspection:
    """Look into every file, also when another one cannot be read.

    Folders are searched one level deep. With a ``mapping``, files that a source of it takes are read as the
    source says; all others, and all without one, by guesses that are told. Raises
    :class:`~pipeline.model.refusal.Refusal` for the mapping alone.
    """
    limits = limits or ReadLimits()
    specs = read_mapping(mapping, variables)[0].sources if mapping else ()
    files = tuple(_file(path, _takers(path, specs), limits) for path in _all(paths))
    return Inspection(files, str(mapping) if mapping else None)


def _all(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, in the order given; those of a folder by name."""
    anything = SourceSpec(name="", files="*", headers=frozenset())
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        try:
            yield from assign_files([anything], [path])[""]
        except InputRefused:
            yield path  # an empty or unreadable folder: looking into it says so


def _takers(path: Path, specs: Sequence[SourceSpec]) -> list[SourceSpec]:
    taken = []
    for spec in specs:
        try:
            assign_files([spec], [path])
        except InputRefused:
            continue
        taken.append(spec)
    return taken


def _file(path: Path, specs: Sequence[SourceSpec], limits: ReadLimits) -> FileFound:
    try:
        look = look_into(path, limits, specs)
    except InputRefused as refusal:
        return FileFound(str(path), refused=refusal.issues)
    found = FileFound(
        str(path), look.facts, encoding=look.encoding, delimiter=look.delimiter, sheets=look.sheets
    )
    whole = delimiter_doubt(look.facts.delimiter, look.other, look.facts.path)
    for plan in look.plans:
        found = _with_tables(found, look, plan, limits, whole)
    return _without_empty_sheets(replace(found, risks=tuple(Risk(issue) for issue in whole)))


def _without_empty_sheets(found: FileFound) -> FileFound:
    """Note at the sheets themselves which have no rows, where others have."""
    if not found.tables:
        return found
    empty = {
        issue.at.sheet: issue.code
        for issue in found.refused
        if issue.code in _EMPTY and issue.at and issue.at.sheet is not None
    }
    sheets = tuple(replace(sheet, empty=empty.get(sheet.name)) for sheet in found.sheets)
    left = (one for one in found.refused if one.code not in _EMPTY or not one.at or one.at.sheet not in empty)
    return replace(found, sheets=sheets, refused=tuple(left))


def _with_tables(
    found: FileFound, look: FirstLook, plan: TablePlan, limits: ReadLimits, whole: list[Issue]
) -> FileFound:
    """Add the tables of a plan, or why there are none."""
    try:
        for opened in open_plan(look, plan, limits):
            if found.facts is not None and not found.tables:
                found = replace(found, facts=opened.facts)
            table = _table(opened, plan, look, whole)
            found = replace(found, tables=(*found.tables, table))
    except InputRefused as refusal:
        found = replace(found, refused=(*found.refused, *refusal.issues))
    return found


def _table(opened: OpenTable, plan: TablePlan, look: FirstLook, whole: list[Issue]) -> TableFound:
    """Read a table to its end; what its issues say of the whole file goes to ``whole``."""
    delimiter = opened.facts.delimiter if opened.table.sheet is None else None
    profiler = TableProfiler(opened.table, delimiter)
    for batch in opened.batches(_BATCH):
        profiler.feed(batch)
    mine = IssueTally()
    mine.add(header_doubt(plan.header, opened.table.header_row, opened.table.file, opened.table.sheet))
    for issue in opened.issues:
        if _is_of_table(issue, opened):
            mine.add([issue])
        elif issue not in whole:  # every sheet tells of its workbook
            whole.append(issue)
    risks: tuple[Risk, ...] = (*mine.risks(), *profiler.risks())
    visibility = {sheet.name: sheet.visibility for sheet in look.sheets}
    return TableFound(
        file=opened.table.file,
        sheet=opened.table.sheet,
        hidden=visibility.get(opened.table.sheet or "", "visible") != "visible",
        header_rows=plan.spec.header_rows or ((opened.table.header_row,) if opened.table.header_row else ()),
        header=plan.header,
        rows=opened.rows_read,
        blank_rows=opened.blank_rows,
        ignored_rows=opened.ignored_rows,
        columns=profiler.columns(),
        risks=risks,
        source=opened.table.source if plan.mapped else None,
    )


def _is_of_table(issue: Issue, opened: OpenTable) -> bool:
    """Whether an issue speaks of a table, and not of the file or the workbook as a whole."""
    at = issue.at
    return at is not None and (at.sheet is not None or (at.row is not None and opened.table.sheet is None))
