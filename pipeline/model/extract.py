"""A few rows of a source file, every cell as it was, and what it takes to write them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TypeAlias

from pipeline.model.rows import FileFacts, Row, Table

Span: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""Top left and bottom right (row from 1, column from 0) of cells that are merged."""


@dataclass(frozen=True, slots=True)
class TableExtract:
    """Chosen rows of one table.

    ``above`` are the rows above the header (of a text file whole lines, one cell each), ``header`` the header
    as the file has it, empty where rows name their cells themselves. ``rows`` go by the number that the
    spreadsheet shows; ragged ones stay ragged. ``nested`` holds the JSON values that rows were made of,
    ``merged`` the ranges of merged cells, ``dropped`` the columns that are not written.
    """

    table: Table
    above: tuple[Row, ...]
    header: Row
    rows: Mapping[int, Row]
    nested: Mapping[int, object] = made_by(default_factory=dict)
    merged: tuple[Span, ...] = ()
    dropped: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FileExtract:
    """Chosen rows of one file. ``mark`` are the bytes that name its encoding, ``line_end`` how lines end."""

    facts: FileFacts
    tables: tuple[TableExtract, ...]
    mark: bytes = b""
    line_end: str = "\n"
