"""A few rows of a source file in memory, and back into a file of the same kind."""

from collections.abc import Container, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.loaders.copying import packed
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import refuse_changed
from pipeline.loaders.text.extract_csv import csv_table, csv_top, write_csv
from pipeline.loaders.text.extract_json import json_table, write_json
from pipeline.loaders.text.extract_lines import LINES, extract_lines, write_lines
from pipeline.loaders.workbook.extract_sheets import sheet_tables, write_sheets
from pipeline.model.extract import FileExtract
from pipeline.model.reading import ReadLimits
from pipeline.model.rows import FileFacts, Table

_TEXTS = {"csv", "json", "jsonl"}
AS_XLSX = {"xls", "xlsb", "xlsm", "ods"}
"""Workbooks that are written again as XLSX."""
_USUAL = ReadLimits()
__all__ = ["AS_XLSX", "LINES", "extract", "extract_lines", "write_extract"]

Wanted: TypeAlias = Sequence[tuple[Table, Container[int]]]
"""Every table of a file with the numbers of the rows that are wanted of it."""


def extract(facts: FileFacts, wanted: Wanted, limits: ReadLimits = _USUAL) -> FileExtract:
    """Read chosen rows of a file as they are, with everything above them; one pass, flat memory.

    Raises :class:`InputRefused` when the file is not the one that the facts were taken of, or gone.
    """
    source = SourceFile(Path(facts.path), facts.packing, facts.member)
    refuse_changed(facts)
    if facts.kind == "csv":
        mark, line_end = csv_top(source, facts, wanted[0][0])
        found = FileExtract(facts, (csv_table(source, facts, *wanted[0]),), mark, line_end)
    elif facts.kind in _TEXTS:
        found = FileExtract(facts, (json_table(source, facts, *wanted[0]),))
    else:
        found = FileExtract(facts, sheet_tables(source, facts, wanted, limits))
    refuse_changed(facts)
    return found


def write_extract(extract: FileExtract, out: Path) -> None:
    """Write an extract as a file: same kind, encoding, delimiter and packing; old workbooks become XLSX."""
    facts = extract.facts
    if facts.kind == LINES:
        write_lines(extract, out)
        return
    if facts.kind not in _TEXTS:
        write_sheets(extract, out)  # a packed workbook is written unpacked: its parts are packed anyway
        return
    source = SourceFile(Path(facts.path), facts.packing, facts.member)
    with packed(out, source, facts.kind) as stream:
        if facts.kind == "csv":
            write_csv(extract, stream)
        else:
            write_json(extract, stream)
