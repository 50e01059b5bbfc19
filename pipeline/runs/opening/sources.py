"""Everything is opened and agreed on before the first row is read: mapping, files, columns."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.assign import assign_files
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.mapping.binding import lacking_columns
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.grammar import Source
from pipeline.model.issue import Issue  # noqa: TC001 - as everywhere
from pipeline.model.refusal import InputRefused, MappingRefused
from pipeline.model.rows import Table
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.mapping_files import MappingTexts, read_texts
from pipeline.runs.opening.overlaying import lay_over


@dataclass(frozen=True, slots=True)
class Sources:
    """A mapping, the texts that it is made of, and the tables it reads."""

    mapping: CompiledMapping
    texts: MappingTexts
    tables: list[OpenTable]


def read_mapping(
    path: Path, variables: Mapping[str, str] | None = None
) -> tuple[CompiledMapping, MappingTexts]:
    """Read and understand a mapping file and what it builds on; ``variables`` by name, as text.

    Raises :class:`UsageRefused` or :class:`MappingRefused`.
    """
    texts = read_texts(path, variables or {})
    return texts.compiled(), texts


def open_sources(request: PlanRequest) -> Sources:
    """Open every file, agree on every column. Raises a :class:`Refusal` with all problems there are."""
    mapping, texts = read_mapping(request.mapping, request.variables)
    assigned = assign_files(mapping.sources, list(request.sources))
    tables: list[OpenTable] = []
    issues: list[Issue] = []
    for spec in mapping.sources:
        try:
            tables += open_tables(
                spec, assigned[spec.name], first_index=len(tables), limits=request.read_limits
            )
        except InputRefused as refusal:
            issues += refusal.issues
    for opened in tables:
        issues += lacking_columns(opened.table, mapping.columns[opened.table.source])
    if issues:
        raise (
            InputRefused(*issues) if any(i.code.startswith("E1") for i in issues) else MappingRefused(*issues)
        )
    if request.overlay is not None:
        lay_over(tables, request.overlay)
    return Sources(mapping, texts, tables)


def source_of(mapping: CompiledMapping, table: Table) -> Source:
    """The mapping's word on the source that a table belongs to."""
    return next(source for _, name, source in mapping.file.sources.given() if name == table.source)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex; raises :class:`OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
