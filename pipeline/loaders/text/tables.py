"""From a text file to an open table."""

from dataclasses import replace

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import CHUNK, ENDLESS, Survey
from pipeline.loaders.text.csv_layout import find_layout
from pipeline.loaders.text.csv_records import read_records
from pipeline.loaders.text.csv_rows import CsvRows
from pipeline.loaders.text.encoding import Encoding, decide_encoding, line_at
from pipeline.loaders.text.json_layout import find_columns, judge_columns
from pipeline.loaders.text.json_rows import JsonRows
from pipeline.loaders.text.line_count import count_lines
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, SourceSpec, Table


def open_csv(spec: SourceSpec, source: SourceFile, found: Survey, facts: FileFacts, index: int) -> OpenTable:
    """Open a CSV file, of which ``facts`` know everything but encoding and delimiter.

    Raises :class:`InputRefused` when it cannot be read.
    """
    _refuse_endless(facts.path, found)
    encoding = decide_encoding(source, found, spec.encoding, spec.locale)
    layout = find_layout(source, encoding.name, spec)
    header = layout.header
    records = read_records(source, encoding.name, layout.delimiter, header.row, 100)
    if not any(cell.strip() for _, rows in records for row in rows for cell in row):
        raise InputRefused(Issue("E107", Location(facts.path)))
    rows_source = CsvRows(
        source,
        encoding.name,
        layout.delimiter,
        header,
        _is_suspect(found, encoding),
        count_lines(source, found, encoding.name),
    )
    table = Table(index, spec.name, facts.path, header.names, header.row)
    known = replace(facts, encoding=encoding.name, delimiter=layout.delimiter)
    issues = [*_garbled(source, found, encoding), *encoding.issues, *layout.issues]
    return OpenTable(table, known, rows_source, spec, header.rows or (header.cells,), issues)


def open_json(spec: SourceSpec, source: SourceFile, found: Survey, facts: FileFacts, index: int) -> OpenTable:
    """Open a JSON file: one list of rows or, of the kind ``jsonl``, one row in each line.

    Raises :class:`InputRefused` when it cannot be read.
    """
    in_lines = facts.kind == "jsonl"
    if in_lines:
        _refuse_endless(facts.path, found)
    encoding = decide_encoding(source, found, spec.encoding, spec.locale)
    layout = find_columns(source, found, encoding.name, in_lines=in_lines)
    header = layout.header
    warnings = judge_columns(header, spec, facts.path)
    count = count_lines(source, found, encoding.name) if in_lines else layout.elements
    rows_source = JsonRows(source, encoding.name, in_lines, header, _is_suspect(found, encoding), count)
    table = Table(index, spec.name, facts.path, header.names, header.row)
    issues = [*_garbled(source, found, encoding), *encoding.issues, *warnings]
    known = replace(facts, encoding=encoding.name)
    return OpenTable(table, known, rows_source, spec, (header.cells,), issues)


def _refuse_endless(file: str, found: Survey) -> None:
    if found.endless:
        raise InputRefused(Issue("E132", Location(file), facts={"limit": CHUNK * ENDLESS}))


def _is_suspect(found: Survey, encoding: Encoding) -> bool:
    """Whether characters may stand in the file that no text has."""
    return found.controls > 0 or found.replacement or encoding.name.startswith(("utf-16", "utf-32"))


def _garbled(source: SourceFile, found: Survey, encoding: Encoding) -> list[Issue]:
    if found.garbled is None or encoding.name != "utf-8":
        return []
    row = line_at(source, found.garbled, encoding.name)
    return [Issue("W105", Location(str(source.path), row=row))]
