"""Where a bundle of a run starts: the mapping, and the rows that may show the problem, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from pathlib import Path
from typing import Any

from pipeline.journal.cases import Case, CaseOrder
from pipeline.journal.reading import JournalReader
from pipeline.loaders.extracting import AS_XLSX, extract
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.layers import Beside, NamedText
from pipeline.model.extract import FileExtract
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, RowRef, Table
from pipeline.redaction.naming import bundled_name
from pipeline.redaction.signature import Signature
from pipeline.runs.opening.header import read_limits_of
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.opening.sources import sha256_of
from pipeline.runs.redacting.case import Chosen, choose, rows_of
from pipeline.runs.redacting.request import RedactRequest

CHANGED = "it is not the file that was read: changed, moved or gone"


@dataclass(frozen=True, slots=True)
class Start:
    """What shrinking starts from.

    ``units`` are rows that may be left out together, ``wanted`` is what they are to show; ``likely`` are
    units that probably do so alone. ``names`` say what each file is called in the bundle, ``needed`` which
    columns of a table the mapping reads. ``held`` are orders that stay whatever the check says of them.
    Where inputs are ``withheld``, no row of any is in it.
    """

    texts: MappingTexts
    wanted: frozenset[Signature]
    extracts: tuple[FileExtract, ...] = ()
    units: tuple[tuple[RowRef, ...], ...] = ()
    names: Mapping[str, str] = made_by(default_factory=dict)
    needed: Mapping[int, frozenset[int]] = made_by(default_factory=dict)
    likely: tuple[tuple[RowRef, ...], ...] = ()
    cases: tuple[Case, ...] = ()
    orders: tuple[CaseOrder, ...] = ()
    held: frozenset[int | None] = frozenset()
    beside: Mapping[str, int] = made_by(default_factory=dict)
    of_orders: int = 0
    cut_to: int | None = None
    channel: int | None = None
    withheld: tuple[tuple[str, str], ...] = ()


def start_of_run(journal: JournalReader, request: RedactRequest) -> Start:
    """Start from a run's journal. Raises :class:`UsageRefused` (E695) where it has no such problem."""
    chosen = choose(journal, request)
    texts, lost = _texts_of(chosen.header)
    start = Start(
        texts,
        chosen.wanted,
        cases=chosen.cases,
        orders=chosen.orders,
        held=frozenset(chosen.held),
        beside=chosen.beside,
        of_orders=chosen.of_orders,
        cut_to=chosen.cut_to,
        channel=chosen.header["channel"],
    )
    if lost:
        return replace(start, withheld=tuple((name, CHANGED) for name in lost))
    units = rows_of((*chosen.orders, *chosen.company), chosen.loose)
    mapping = texts.compiled()
    extracts, withheld = _extracts(chosen, units)
    if withheld:
        return replace(start, withheld=withheld)
    extracts = tuple(with_plain_sheets(mapping, one) for one in extracts)
    tables = list(chosen.tables.values())
    there = {(one.table.index, row) for file in extracts for one in file.tables for row in one.rows}
    return replace(
        start,
        extracts=extracts,
        units=tuple(kept for unit in units if (kept := tuple(ref for ref in unit if ref in there))),
        names=names_of(
            mapping,
            [(table, facts.kind) for facts in chosen.inputs for table in tables if table.file == facts.path],
        ),
        needed=needed_by(mapping, tables),
    )


def _texts_of(header: Mapping[str, Any]) -> tuple[MappingTexts, list[str]]:
    """The mapping as the journal has it; lookup tables are read again, and those that changed are named."""
    parts = header["mapping_parts"]
    tables: dict[str, NamedText] = {}
    lost: list[str] = []
    for part in parts["tables"]:
        path = Path(part["path"])
        try:
            same = sha256_of(path) == part["sha256"]
            tables[part["name"]] = NamedText(part["path"], path.read_text(encoding="utf-8-sig"))
        except OSError:
            same = False
        if not same:
            lost.append(path.name)
    bases = tuple(NamedText(part["path"], part["text"]) for part in parts["files"])
    beside = Beside(bases, parts["variables"], tables)
    return MappingTexts(header["mapping"], header["mapping_text"], beside), lost


def _extracts(
    chosen: Chosen, units: Sequence[Sequence[RowRef]]
) -> tuple[tuple[FileExtract, ...], tuple[tuple[str, str], ...]]:
    """The rows of all units, file by file; or which files are not what they were."""
    rows: dict[int, set[int]] = {}
    for unit in units:
        for tab, row in unit:
            rows.setdefault(tab, set()).add(row)
    found: list[FileExtract] = []
    withheld: list[tuple[str, str]] = []
    limits = read_limits_of(chosen.header)
    for facts in chosen.inputs:
        wanted = [
            (table, rows.get(tab, set())) for tab, table in chosen.tables.items() if table.file == facts.path
        ]
        try:
            found.append(extract(_same(facts), wanted, limits))
        except (InputRefused, OSError):
            withheld.append((Path(facts.path).name, CHANGED))
    return tuple(found), tuple(withheld)


def _same(facts: FileFacts) -> FileFacts:
    """The facts with the time of the file as it lies there now, where its bytes are the same."""
    path = Path(facts.path)
    found = path.stat()
    if (
        found.st_mtime_ns != facts.modified
        and found.st_size == facts.bytes
        and sha256_of(path) == facts.sha256
    ):
        return replace(facts, modified=found.st_mtime_ns)
    return facts


def with_plain_sheets(mapping: CompiledMapping, extract: FileExtract) -> FileExtract:
    """The extract with a name of ours for a sheet that the mapping does not name."""
    named = {spec.name for spec in mapping.sources if spec.sheet is not None}
    tables = tuple(
        one
        if one.table.sheet is None or one.table.source in named
        else replace(one, table=replace(one.table, sheet=f"Sheet{number}"))
        for number, one in enumerate(extract.tables, 1)
    )
    return replace(extract, tables=tables)


def names_of(mapping: CompiledMapping, files: Iterable[tuple[Table, str]]) -> dict[str, str]:
    """What each file is called in the bundle, by its path; each table comes with the kind of its file."""
    patterns = [spec.files for spec in mapping.sources]
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for table, kind in files:
        if table.file not in names:
            numbers[table.source] = numbers.get(table.source, 0) + 1
            old = Path(table.file).name
            as_xlsx = kind in AS_XLSX
            made = bundled_name(old, table.source, numbers[table.source], patterns, as_xlsx=as_xlsx)
            while made in names.values():  # two of one name, from two folders
                made = f"{numbers[table.source]}-{made}"
            names[table.file] = made
    return names


def needed_by(mapping: CompiledMapping, tables: Iterable[Table]) -> dict[int, frozenset[int]]:
    """The columns of each table that the mapping reads."""
    return {
        table.index: frozenset(
            at
            for one in mapping.columns[table.source]
            if (at := column_index(table.header, one.column)) is not None
        )
        for table in tables
    }
