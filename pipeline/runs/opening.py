"""Everything is opened and agreed on before the first row is read: mapping, files, columns."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.assign import assign_files
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.mapping.binding import lacking_columns
from pipeline.mapping.compiled import CompiledMapping, compile_mapping
from pipeline.mapping.grammar import Source
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused, MappingRefused, UsageRefused
from pipeline.model.rows import Table
from pipeline.runs.request import PlanRequest
from pipeline.validation.payload import field_checks


@dataclass(frozen=True, slots=True)
class Sources:
    """A mapping and the tables it reads; ``mapping_sha256`` is of the file's bytes, in hex."""

    mapping: CompiledMapping
    mapping_text: str
    mapping_sha256: str
    tables: list[OpenTable]


def read_mapping(path: Path) -> tuple[CompiledMapping, str, str]:
    """Read and understand a mapping file: (compiled, its text, the sha256 of its bytes in hex).

    Raises :class:`UsageRefused` or :class:`MappingRefused`.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageRefused(Issue("E707", Location(str(path)), facts={"reason": shown(reason)})) from None
    return compile_mapping(text, str(path), field_checks()), text, hashlib.sha256(data).hexdigest()


def open_sources(request: PlanRequest) -> Sources:
    """Open every file, agree on every column. Raises a :class:`Refusal` with all problems there are."""
    mapping, text, sha256 = read_mapping(request.mapping)
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
    return Sources(mapping, text, sha256, tables)


def source_of(mapping: CompiledMapping, table: Table) -> Source:
    """The mapping's word on the source that a table belongs to."""
    return next(source for _, name, source in mapping.file.sources.given() if name == table.source)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex; raises :class:`OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
