"""Chosen rows of a CSV file in memory, ragged ones ragged, and back into a CSV file."""

import io
from collections.abc import Container
from typing import BinaryIO

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.copy_csv import RowWriter, top_of
from pipeline.loaders.text.csv_records import read_records
from pipeline.loaders.text.encoding import mark_of
from pipeline.model.cell import plain_text
from pipeline.model.extract import FileExtract, TableExtract
from pipeline.model.rows import FileFacts, Row, Table

_BLOCK = 20_000


def csv_top(source: SourceFile, facts: FileFacts, table: Table) -> tuple[bytes, str]:
    """The bytes that mark the encoding, and how lines end."""
    encoding = facts.encoding or "utf-8"
    _, _, line_end = top_of(source, encoding, facts.delimiter or ",", table.header_row)
    return mark_of(source, encoding), line_end


def csv_table(source: SourceFile, facts: FileFacts, table: Table, wanted: Container[int]) -> TableExtract:
    """The chosen rows, the header, and the lines above it."""
    encoding, delimiter = facts.encoding or "utf-8", facts.delimiter or ","
    above, header, _ = top_of(source, encoding, delimiter, table.header_row)
    rows: dict[int, Row] = {}
    for numbers, records in read_records(source, encoding, delimiter, table.header_row, _BLOCK):
        rows |= {number: record for number, record in zip(numbers, records, strict=True) if number in wanted}
    return TableExtract(table, tuple((line,) for line in above), header.cells, rows)


def write_csv(extract: FileExtract, out: BinaryIO) -> None:
    """Write mark, lines above, header and rows, without the columns that are dropped."""
    (table,), facts = extract.tables, extract.facts
    out.write(extract.mark)
    with io.TextIOWrapper(out, facts.encoding or "utf-8", errors="strict", newline="") as text:
        text.writelines(plain_text(line[0]) for line in table.above)
        writer = RowWriter(text, facts.delimiter or ",", extract.line_end)
        for row in (table.header, *table.rows.values()):
            writer.write([plain_text(cell) for at, cell in enumerate(row) if at not in table.dropped])
