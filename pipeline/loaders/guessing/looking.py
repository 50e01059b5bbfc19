"""A first look into a file: what it is, its sheets, and for each table how it will be opened."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from pipeline.inspection.found import Guess, HeaderGuess, SheetFound
from pipeline.loaders.content import Kind
from pipeline.loaders.guessing.delimiter_guess import guess_delimiter
from pipeline.loaders.guessing.header_guess import guess_header
from pipeline.loaders.header_row import joined_names
from pipeline.loaders.identify import identify
from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.loaders.source_file import SourceFile, unreadable
from pipeline.loaders.survey import CHUNK, ENDLESS, Survey
from pipeline.loaders.text.csv_layout import DELIMITERS
from pipeline.loaders.text.csv_records import FIELD_LIMIT, lines_in
from pipeline.loaders.text.encoding import Encoding, decide_encoding, mark_of, open_text
from pipeline.loaders.text.json_layout import find_columns
from pipeline.loaders.workbook.grid import Range, SheetEntry, Visibility
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.header import header_key, header_name
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts, SourceSpec

_LINES: Final = 250
"""Lines of a text file that guesses are made from; a quoted cell may run over several."""
_HEADS: Final = 64
"""Rows of a table that the guess of its header is made from."""
_TEXTS: Final = frozenset({Kind.CSV, Kind.JSON, Kind.JSONL})


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table as it will be opened. ``header`` is ``None`` where a mapping or the format tells it.

    ``mapped``: ``spec`` is a mapping's word, and no guess. ``refused`` says why the table cannot be opened
    at all.
    """

    spec: SourceSpec
    mapped: bool = False
    sheet: str | None = None
    hidden: bool = False
    header: Guess | None = None
    refused: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a file is, before any table of it is read.

    ``other`` is a delimiter that would do nearly as well as that of ``facts``.
    """

    path: Path
    facts: FileFacts
    encoding: Guess | None = None
    delimiter: Guess | None = None
    other: str | None = None
    sheets: tuple[SheetFound, ...] = ()
    plans: tuple[TablePlan, ...] = ()


def look_into(path: Path, limits: ReadLimits, specs: Sequence[SourceSpec] = ()) -> FirstLook:
    """Find out what a file is and plan its tables: as ``specs`` say, or by guesses where there are none.

    Raises :class:`InputRefused` where nothing of it can be read.
    """
    try:
        file = identify(path, limits)
        look = FirstLook(path, file.facts)
        if file.kind in _TEXTS:
            return _into_text(look, file.source, file.found, file.kind, specs)
        return _into_workbook(look, file.source, limits, specs)
    except OSError as error:
        raise InputRefused(unreadable(path, error)) from None


def open_plan(look: FirstLook, plan: TablePlan, limits: ReadLimits) -> list[OpenTable]:
    """Open the table, or the tables where a mapping's source takes several sheets.

    Raises :class:`InputRefused`.
    """
    if plan.refused:
        raise InputRefused(*plan.refused)
    return open_tables(plan.spec, [look.path], first_index=0, limits=limits)


def _into_text(
    look: FirstLook, source: SourceFile, found: Survey, kind: Kind, specs: Sequence[SourceSpec]
) -> FirstLook:
    if found.endless and kind is Kind.CSV:
        raise InputRefused(Issue("E132", Location(look.facts.path), facts={"limit": CHUNK * ENDLESS}))
    declared = next((spec.encoding for spec in specs if spec.encoding), None)
    locale = next((spec.locale for spec in specs if spec.locale), None)
    encoding = decide_encoding(source, found, declared, locale)
    look = replace(
        look,
        facts=replace(look.facts, encoding=encoding.name),
        encoding=_how_encoded(source, found, encoding, declared),
    )
    if specs:
        return replace(look, plans=tuple(TablePlan(spec, mapped=True) for spec in specs))
    if kind is not Kind.CSV:
        columns = find_columns(source, found, encoding.name, in_lines=kind is Kind.JSONL).header.names
        return replace(look, plans=(TablePlan(_spec(look.path, _tellable(columns))),))
    with open_text(source, encoding.name) as text:
        lines = list(islice(text, _LINES))
    guessed = guess_delimiter(lines)
    delimiter = guessed.delimiter or _unused(lines)
    header = guess_header(_records(lines, delimiter, skip=guessed.guess.reasons == ("told",)))
    plan = _plan(look, header, _records(lines, delimiter, skip=False), None)
    plan = replace(plan, spec=replace(plan.spec, delimiter=delimiter))
    facts = replace(look.facts, delimiter=guessed.delimiter)
    return replace(look, facts=facts, delimiter=guessed.guess, other=guessed.other, plans=(plan,))


def _into_workbook(
    look: FirstLook, source: SourceFile, limits: ReadLimits, specs: Sequence[SourceSpec]
) -> FirstLook:
    session = WorkbookSession(source, look.facts.kind, limits)
    try:
        sheets = tuple(SheetFound(one.name, one.visibility.value, one.cells) for one in session.sheets)
        look = replace(look, sheets=sheets)
        if specs:
            return replace(look, plans=tuple(TablePlan(spec, mapped=True) for spec in specs))
        return replace(look, plans=tuple(_plans(look, source, limits, session)))
    finally:
        session.close()


def _plans(
    look: FirstLook, source: SourceFile, limits: ReadLimits, session: WorkbookSession
) -> list[TablePlan]:
    """Plan every sheet with cells; one that cannot be parsed keeps none of the others from being read."""
    plans = []
    for entry in session.sheets:
        if not entry.cells:
            continue
        hidden = entry.visibility is not Visibility.VISIBLE
        if session.closed:  # an earlier sheet ended it
            session = WorkbookSession(source, look.facts.kind, limits)
        try:
            plans.append(replace(_sheet_plan(look, session, entry), hidden=hidden))
        except InputRefused as refusal:
            spec = _spec(look.path, frozenset())
            plans.append(TablePlan(spec, sheet=entry.name, hidden=hidden, refused=refusal.issues))
    session.close()
    return plans


def _sheet_plan(look: FirstLook, session: WorkbookSession, entry: SheetEntry) -> TablePlan:
    head = session.load(entry)
    session.forget(entry)
    rows = list(enumerate(head.rows[:_HEADS], 1))
    header = guess_header(rows)
    if header is None or not head.findings.height:
        at = Location(look.facts.path, entry.name)
        return TablePlan(_spec(look.path, frozenset()), sheet=entry.name, refused=(Issue("E106", at),))
    return _plan(look, header, rows, entry.name, head.findings.merged)


def _plan(
    look: FirstLook,
    header: HeaderGuess | None,
    rows: Sequence[tuple[int, list[str]]],
    sheet: str | None,
    merged: Sequence[Range] | None = None,
) -> TablePlan:
    at = Location(look.facts.path, sheet)
    if header is None:
        return TablePlan(_spec(look.path, frozenset()), sheet=sheet, refused=(Issue("E106", at),))
    cells = dict(rows)
    names = joined_names([cells[number] for number in header.rows], merged, header.rows[0])
    spec = replace(_spec(look.path, _tellable(names)), sheet=sheet, header_rows=header.rows)
    return TablePlan(spec, sheet=sheet, header=header.guess)


def _spec(path: Path, headers: frozenset[str]) -> SourceSpec:
    return SourceSpec(name=path.stem, files="*", headers=headers)


def _tellable(names: Sequence[str]) -> frozenset[str]:
    """The names that stand once: asking for others would be refused, and they are told of anyway."""
    keys = [header_key(name) for name in names]
    once = [name for name, key in zip(names, keys, strict=True) if header_name(name) and keys.count(key) == 1]
    return frozenset(once or filter(header_name, names))


def _records(lines: Sequence[str], delimiter: str, *, skip: bool) -> list[tuple[int, list[str]]]:
    """The first records with the line each starts on; ``skip`` leaves out a ``sep=`` line."""
    csv.field_size_limit(FIELD_LIMIT)
    records = []
    line = 1
    try:
        for cells in islice(csv.reader(lines, delimiter=delimiter), _HEADS):
            if not (skip and line == 1):
                records.append((line, cells))
            line += lines_in(tuple(cells))
    except csv.Error:
        pass  # reading will say what is wrong, and where
    return records


def _unused(lines: Sequence[str]) -> str:
    text = "".join(lines)
    return next((one for one in DELIMITERS if one not in text), ";")


def _how_encoded(source: SourceFile, found: Survey, encoding: Encoding, declared: str | None) -> Guess:
    if mark_of(source, encoding.name):
        return Guess(1.0, ("mark",))
    if declared:
        return Guess(1.0, ("declared",))
    reason = next((issue.facts["reason"] for issue in encoding.issues if issue.code == "W101"), None)
    if reason is not None:
        return Guess(0.7, ("guess",), {"reason": reason})
    if encoding.name == "utf-8":
        return Guess(1.0, ("ascii",)) if found.first_high is None else Guess(0.99, ("utf8",))
    return Guess(0.95, ("zeros",))
