"""Chosen rows of a run's source files again, as the run read them: only of files that are still the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path
from typing import Any, Literal

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, Row, RowRef, Table
from pipeline.runs.opening.header import read_limits_of

BATCH = 2_000

Why = Literal["gone", "changed", "unread"]
"""Why a file cannot show its cells: not where it was, another than it was, or not to be read."""


@dataclass(frozen=True, slots=True)
class RowsAgain:
    """Rows by table and number, and the files whose rows cannot be had, each with the reason."""

    rows: Mapping[RowRef, Row] = made_by(default_factory=dict)
    lost: Mapping[str, Why] = made_by(default_factory=dict)


def rows_again(
    header: Mapping[str, Any],
    tables: Mapping[int, Table],
    mapping: CompiledMapping,
    wanted: Sequence[RowRef],
) -> RowsAgain:
    """Read the wanted rows of the files that still have the digest that was sealed.

    A file is read as far as its last wanted row; a text file from the first one on, unless rows above decide
    what it says. A file of which no row is wanted is not touched.
    """
    facts = {one["path"]: FileFacts(**one) for one in header["inputs"]}
    limits = read_limits_of(header)
    by_file: dict[str, dict[int, set[int]]] = {}
    for index, row in wanted:
        by_file.setdefault(tables[index].file, {}).setdefault(index, set()).add(row)
    rows: dict[RowRef, Row] = {}
    lost: dict[str, Why] = {}
    specs = {spec.name: spec for spec in mapping.sources}
    for file, of_tables in by_file.items():
        known = facts[file]
        try:
            if Path(file).stat().st_size != known.bytes:
                lost[file] = "changed"
                continue
            for source in dict.fromkeys(tables[index].source for index in of_tables):
                for opened in open_tables(specs[source], [Path(file)], first_index=0, limits=limits):
                    if opened.facts.sha256 != known.sha256:
                        lost[file] = "changed"
                        break
                    rows.update(_chosen(opened, source, tables, of_tables))
        except FileNotFoundError:
            lost[file] = "gone"
        except (InputRefused, OSError):
            lost[file] = "unread"
    return RowsAgain(rows, lost)


def _chosen(
    opened: OpenTable, source: str, tables: Mapping[int, Table], of_tables: Mapping[int, set[int]]
) -> dict[RowRef, Row]:
    """The wanted rows of an open table, which is told by its sheet."""
    index = next(
        (
            one
            for one in of_tables
            if (tables[one].source, tables[one].sheet) == (source, opened.table.sheet)
            and tables[one].header == opened.table.header
        ),
        None,
    )
    if index is None:
        return {}
    numbers, last = of_tables[index], max(of_tables[index])
    found: dict[RowRef, Row] = {}
    for batch in opened.rows_from(min(numbers), BATCH):
        pairs = zip(batch.numbers, batch.rows, strict=True)
        found.update(((index, number), row) for number, row in pairs if number in numbers)
        if batch.numbers and batch.numbers[-1] >= last:
            break
    return found
