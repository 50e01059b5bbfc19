"""Lookup tables: CSV files beside a mapping, as text, become tables of two columns."""

import csv
import io
from collections.abc import Iterator

from pipeline.mapping.grammar import MappingFile, TableFile
from pipeline.mapping.layers import Beside
from pipeline.mapping.positioned import Document
from pipeline.mapping.steps.words import nearest
from pipeline.model.folding import fold
from pipeline.model.header import header_key
from pipeline.model.issue import Issue, shown

MOST_ROWS = 1_000_000
_DELIMITERS = (";", ",", "\t", "|")


def read_tables(
    mapping: MappingFile, document: Document, beside: Beside
) -> tuple[dict[str, dict[str, str]], list[Issue]]:
    """The tables by name, keys folded as those of value tables are; and every mistake, at its setting."""
    tables: dict[str, dict[str, str]] = {}
    issues: list[Issue] = []
    for name, said in mapping.tables.items():
        if name not in beside.tables:
            facts = {"reason": beside.unread.get(name, "it was not read")}
            mark = document.value_mark(("tables", name, "file"))
            issues.append(Issue("E467", mark=mark, value=shown(said.file), facts=facts))
            continue
        tables[name] = {}
        for setting, reason in _fill(tables[name], said, beside.tables[name].text):
            mark = document.value_mark(("tables", name, setting))
            issues.append(Issue("E467", mark=mark, value=shown(said.file), facts={"reason": reason}))
            break
    return tables, issues


def _fill(table: dict[str, str], said: TableFile, text: str) -> Iterator[tuple[str, str]]:
    """Fill the table; yields the setting that is to blame and why, where it cannot be."""
    delimiter = said.delimiter or _delimiter(text, said)
    rows = _numbered(text, delimiter)
    try:
        header = [header_key(title) for title in next(rows, (1, []))[1]]
        places = []
        for setting in ("key", "value"):
            column: str = getattr(said, setting)
            if header.count(header_key(column)) != 1:
                near = nearest(column, header)
                hint = f"; did you mean {near!r}?" if near else ""
                yield setting, f"it has no column {shown(column)!r}{hint}"
                return
            places.append(header.index(header_key(column)))
        yield from _rows(table, rows, places)
    except csv.Error as error:
        yield "file", shown(error)


def _rows(
    table: dict[str, str], rows: Iterator[tuple[int, list[str]]], places: list[int]
) -> Iterator[tuple[str, str]]:
    key_at, value_at = places
    for line, cells in rows:
        if not any(cells):
            continue
        if len(cells) <= max(places):
            yield "file", f"line {line} has too few cells"
            return
        key, value = fold(cells[key_at]), cells[value_at].strip()
        if not key:
            continue
        if table.setdefault(key, value) != value:
            yield "key", f"line {line} gives {shown(cells[key_at])!r} a second meaning"
            return
        if len(table) > MOST_ROWS:
            yield "file", f"it has more than {MOST_ROWS} entries"
            return


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        yield reader.line_num, cells


def _delimiter(text: str, said: TableFile) -> str:
    """The delimiter at which the first line holds most of both columns."""
    first = text.splitlines()[0] if text else ""
    wanted = {header_key(said.key), header_key(said.value)}

    def found(delimiter: str) -> int:
        return len(wanted & {header_key(title.strip('"')) for title in first.split(delimiter)})

    return max(_DELIMITERS, key=found)
