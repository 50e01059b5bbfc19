"""From paths to open tables."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.loaders.content import Kind, misnamed
from pipeline.loaders.identify import identify
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.source_file import unreadable
from pipeline.loaders.text.tables import open_csv, open_json
from pipeline.loaders.workbook.tables import hold_few, open_workbook
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

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
    refusals: list[InputRefused] = []
    for path in paths:
        try:
            tables += _open(spec, path, first_index + len(tables), limits)
        except InputRefused as refusal:
            refusals.append(refusal)
        except OSError as error:
            refusals.append(InputRefused(unreadable(path, error)))
    if refusals:
        raise InputRefused(*(issue for refusal in refusals for issue in refusal.issues))
    hold_few(tables)
    return tables


def _open(spec: SourceSpec, path: Path, index: int, limits: ReadLimits) -> list[OpenTable]:
    file = identify(path, limits)
    source, found, kind, facts = file.source, file.found, file.kind, file.facts
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
