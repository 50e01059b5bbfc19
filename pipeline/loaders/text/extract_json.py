"""Chosen rows of a JSON file in memory, and back into a JSON file."""

import io
from collections.abc import Container, Mapping
from typing import Any, BinaryIO

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.json_elements import read_elements
from pipeline.loaders.text.json_values import Number, cell_of, compact, flatten
from pipeline.model.cell import Cell, number_text
from pipeline.model.extract import FileExtract, TableExtract
from pipeline.model.rows import FileFacts, Row, Table


def json_table(source: SourceFile, facts: FileFacts, table: Table, wanted: Container[int]) -> TableExtract:
    """The chosen rows as cells below the table's columns; a row that is none has no cells."""
    rows: dict[int, Row] = {}
    nested: dict[int, object] = {}
    header: Row = ()
    for element in read_elements(source, facts.encoding or "utf-8", in_lines=facts.kind == "jsonl"):
        value = element.value
        if table.header_row and element.number == table.header_row and isinstance(value, list):
            header = tuple(map(cell_of, value))
        elif element.number in wanted and element.text:
            nested[element.number] = value
            rows[element.number] = _cells(value, table)
    return TableExtract(table, (), header, rows, nested)


def _cells(value: object, table: Table) -> Row:
    if isinstance(value, dict):
        cells: dict[str, Cell] = {}
        flatten(value, cells)
        return tuple(cells.get(name, "") for name in table.header)
    return tuple(map(cell_of, value)) if isinstance(value, list) else ()


def write_json(extract: FileExtract, out: BinaryIO) -> None:
    """Write the rows as the values they were made of, each cell with what it holds now."""
    (table,), facts = extract.tables, extract.facts
    in_lines = facts.kind == "jsonl"
    opening, between, closing = ("", "\n", "\n") if in_lines else ("[\n", ",\n", "\n]\n")
    lines = [_list([str(one) for one in table.header], table)] if table.header else []
    lines += [_line(table, number, row) for number, row in table.rows.items()]
    with io.TextIOWrapper(out, facts.encoding or "utf-8", errors="strict", newline="") as text:
        text.write(f"{opening}{between.join(lines)}{closing}")


def _line(table: TableExtract, number: int, row: Row) -> str:
    value = table.nested[number]
    if isinstance(value, dict):
        cells = dict(zip(table.table.header, row, strict=True))
        dropped = {table.table.header[at] for at in table.dropped}
        return compact(_rebuilt(value, cells, dropped, ""))
    if isinstance(value, list):
        before = map(cell_of, value)
        return _list([_value(was, old, new) for was, old, new in zip(value, before, row, strict=True)], table)
    return "null"  # what stood there was no row and may have held anything


def _list(values: list[Any], table: TableExtract) -> str:
    return compact([one for at, one in enumerate(values) if at not in table.dropped])


def _rebuilt(
    value: Mapping[str, object], cells: Mapping[str, Cell], dropped: set[str], prefix: str
) -> dict[str, object]:
    """The object with the cells of its leaves; those of dropped columns are left out."""
    made: dict[str, object] = {}
    for key, part in value.items():
        name = prefix + key
        if isinstance(part, dict):
            made[key] = _rebuilt(part, cells, dropped, f"{name}.")
        elif name in cells and name not in dropped:
            made[key] = _value(part, cell_of(part), cells[name])
    return made


def _value(was: object, before: Cell, now: Cell) -> object:
    """A cell as JSON: what it was where nothing has changed, else in the type that it had."""
    if now == before and type(now) is type(before):
        return was
    if isinstance(now, float) and not isinstance(now, bool):
        return Number(number_text(now))
    return Number(now) if isinstance(was, Number) and isinstance(now, str) else now
