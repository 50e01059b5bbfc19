"""Where a bundle of sources starts that were refused before there was a run."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.assign import assign_files
from pipeline.loaders.extracting import extract, extract_lines
from pipeline.loaders.opening import open_tables
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.extract import FileExtract
from pipeline.model.issue import Issue
from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.model.rows import RowRef, SourceSpec, Table
from pipeline.redaction.signature import signature_of
from pipeline.runs.opening.mapping_files import read_texts
from pipeline.runs.redacting.request import RedactRequest
from pipeline.runs.redacting.start import Start, names_of, needed_by, with_plain_sheets

FIRST = 30
"""Rows of each file with which it is tried first, since nobody knows which matter."""
AROUND = 20
SMALL = 4 << 20
"""Bytes up to which all lines of a file are tried."""
NOT_READ = "it cannot be read, and only text files can be shrunk without being read"


@dataclass(slots=True)
class _Parts:
    """What is found of the files, one after the other; ``tables`` are those that could be opened."""

    extracts: list[FileExtract]
    tables: list[tuple[Table, str]]
    withheld: list[tuple[str, str]]


def start_of_refused(request: RedactRequest, issues: Sequence[Issue]) -> Start:
    """Start from the files of a request that was refused with these issues.

    Raises what keeps even this from being tried: a mapping that is wrong, files that no source takes.
    """
    if request.mapping is None:
        raise ValueError("sources come with a mapping")
    wanted = [one for one in issues if request.issue in (None, one.code)]
    if not wanted:
        codes = ", ".join(dict.fromkeys(one.code for one in issues))
        raise UsageRefused(
            Issue("E695", value="", facts={"what": request.issue or "problem", "codes": codes})
        )
    texts = read_texts(request.mapping, request.variables)
    mapping = texts.compiled()
    assigned = assign_files(mapping.sources, list(request.sources))
    parts = _Parts([], [], [])
    rows: dict[str, list[int]] = {}
    for one in issues:
        if one.at is not None and one.code.startswith("E1"):
            rows.setdefault(one.at.file, []).append(one.at.row or 1)
    for spec in mapping.sources:
        for path in assigned[spec.name]:
            if not any(file.facts.path == str(path) for file in parts.extracts):
                _take(mapping, spec, path, rows.get(str(path)), parts, request)
    units: list[tuple[RowRef, ...]] = [
        ((table.table.index, row),) for file in parts.extracts for table in file.tables for row in table.rows
    ]
    return Start(
        texts,
        frozenset(map(signature_of, wanted)),
        () if parts.withheld else tuple(parts.extracts),
        () if parts.withheld else tuple(units),
        names_of(mapping, parts.tables),
        needed_by(mapping, [table for table, kind in parts.tables if kind != "lines"]),
        tuple(_likely(parts.extracts, rows)),
        channel=request.channel,
        withheld=tuple(parts.withheld),
    )


def _take(  # noqa: PLR0913, PLR0917 - a file, what is known of it, and where it goes
    mapping: CompiledMapping,
    spec: SourceSpec,
    path: Path,
    rows: list[int] | None,
    parts: _Parts,
    request: RedactRequest,
) -> None:
    """Take the first rows of a file, or all lines of one that cannot be read."""
    index = len(parts.tables)
    if rows is None:
        try:
            opened = open_tables(spec, [path], first_index=index, limits=request.read_limits)
            facts = opened[0].facts
            wanted = [
                (one.table, range(one.table.header_row + 1, one.table.header_row + 1 + FIRST))
                for one in opened
            ]
            taken = extract(facts, wanted, request.read_limits)
            parts.extracts.append(with_plain_sheets(mapping, taken))
            parts.tables += [(one.table, facts.kind) for one in opened]
        except InputRefused:
            rows = [1]
        else:
            return
    table = Table(index, spec.name, str(path), (), 0)
    limit: Container[int] | None = None if path.stat().st_size <= SMALL else _Near(rows)
    lines = extract_lines(table, spec.encoding, request.read_limits, limit)
    if lines is None:
        parts.withheld.append((path.name, NOT_READ))
    else:
        parts.extracts.append(lines)
        parts.tables.append((table, "lines"))


class _Near:
    """Line numbers at the beginning of a file and around some of its rows."""

    def __init__(self, rows: Sequence[int]) -> None:
        self._rows = rows

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and (
            number <= FIRST or any(abs(number - row) <= AROUND for row in self._rows)
        )


def _likely(extracts: Sequence[FileExtract], rows: dict[str, list[int]]) -> Iterator[tuple[RowRef, ...]]:
    for file in extracts:
        near = _Near(rows.get(file.facts.path, []))
        for table in file.tables:
            yield from (((table.table.index, row),) for row in table.rows if row in near)
