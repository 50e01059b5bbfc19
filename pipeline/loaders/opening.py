"""From paths to open tables."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.loaders.content import Kind, kind_of, misnamed
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.source_file import find_inside, unreadable
from pipeline.loaders.survey import survey
from pipeline.loaders.text.tables import open_csv, open_json
from pipeline.loaders.workbook.tables import hold_few, open_workbook
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, SourceSpec

_USUAL = ReadLimits()


def open_tables(
    spec: SourceSpec, paths: Sequence[Path], *, first_index: int, limits: ReadLimits = _USUAL
) -> list[OpenTable]:
    """Open every file of a source: one table for a text file, one for each chosen sheet of a workbook.

    Tables are numbered from ``first_index`` in the order of ``paths``. Raises :class:`InputRefused` with
    the problems of all files. Only the header has been looked at then; :meth:`OpenTable.batches` may
    still refuse.
    """
    tables: list[OpenTable] = []
    issues: list[Issue] = []
    for path in paths:
        try:
            tables += _open(spec, path, first_index + len(tables), limits)
        except InputRefused as refusal:
            issues += refusal.issues
        except OSError as error:
            issues.append(unreadable(path, error))
    if issues:
        raise InputRefused(*issues)
    hold_few(tables)
    return tables


def _open(spec: SourceSpec, path: Path, index: int, limits: ReadLimits) -> list[OpenTable]:
    source = find_inside(path, limits)
    found = survey(source)
    kind = kind_of(source, found)
    if isinstance(kind, Issue):
        raise InputRefused(kind)
    facts = FileFacts(
        str(path),
        found.file_bytes,
        found.modified,
        found.sha256,
        kind.value,
        packing=source.packing,
        member=source.member,
    )
    if kind is Kind.CSV:
        tables = [open_csv(spec, source, found, facts, index)]
    elif kind in {Kind.JSON, Kind.JSONL}:
        tables = [open_json(spec, source, found, facts, index)]
    else:
        tables = open_workbook(spec, source, facts, index, limits)
    wrong_name = misnamed(source, kind)
    if wrong_name:
        tables[0].issues.insert(0, wrong_name)
    return tables
