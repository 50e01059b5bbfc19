"""A correction workbook that came back, read like any workbook: in a process of its own, within limits."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.loaders.content import Kind
from pipeline.loaders.identify import identify
from pipeline.loaders.source_file import unreadable
from pipeline.loaders.workbook.grid import Range
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import plain_text
from pipeline.model.fix_book import ABOUT, DECISION, HIDDEN, LISTS, SCHEMA, BookBack, SheetBack
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_ABOVE = 20
"""Rows among which the header is looked for."""
_TEXTS = {Kind.CSV, Kind.JSON, Kind.JSONL}


def read_fix_book(path: Path, limits: ReadLimits) -> BookBack:
    """Read a correction workbook of any format that workbooks have.

    Raises :class:`InputRefused` for what cannot be read, and (E671) for what is no correction workbook.
    """
    try:
        file = identify(path, limits)
    except OSError as error:
        raise InputRefused(unreadable(path, error)) from None
    if file.kind in _TEXTS:
        raise _no_book(path, "it is a text file, without the hidden parts of a workbook")
    session = WorkbookSession(file.source, file.facts.kind, limits)
    try:
        return _read(path, session)
    finally:
        session.close()


def _read(path: Path, session: WorkbookSession) -> BookBack:
    about: dict[str, str] = {}
    sheets: list[SheetBack] = []
    questions: SheetBack | None = None
    for entry in session.sheets:
        if not entry.cells or entry.name == LISTS:
            continue
        merged = session.load(entry).findings.merged
        rows = [
            (number, row)
            for first, block in session.rows(entry.name)
            for number, row in enumerate(block, first)
            if any(cell != "" for cell in row)
        ]
        if entry.name == ABOUT:
            for _, row in rows:
                name, text = plain_text(row[0]), "".join(map(plain_text, row[1:]))
                about[name] = about.get(name, "") + text
        elif rows:
            sheet = _below_header(entry.name, rows, merged)
            if DECISION in sheet.header:
                questions = sheet
            else:
                sheets.append(sheet)
    if about.get("schema") != SCHEMA:
        raise _no_book(path, "its hidden sheet is gone, or was never there")
    answers = _answers(questions, about.get("answer", "")) if questions is not None else ()
    return BookBack(about, sheets, answers, questions.name if questions is not None else "")


def _below_header(name: str, rows: Sequence[tuple[int, Row]], merged: Sequence[Range]) -> SheetBack:
    """A sheet from its header on, above which somebody may have written; else from its first row."""
    heads = [tuple(map(plain_text, row)) for _, row in rows[:_ABOVE]]
    place = next((at for at, head in enumerate(heads) if DECISION in head or set(HIDDEN) <= set(head)), 0)
    return SheetBack(name, heads[place], rows[place + 1 :], merged, place)


def _answers(sheet: SheetBack, column: str) -> list[tuple[str, str, int]]:
    """What stands in the column of answers, by the hidden id of its question."""
    if column not in sheet.header:
        return []
    at, given = sheet.header.index(DECISION), sheet.header.index(column)
    pairs = [
        (number, plain_text(row[at]).strip(), plain_text(row[given]).strip()) for number, row in sheet.rows
    ]
    return [(name, answer, number) for number, name, answer in pairs if name and answer]


def _no_book(path: Path, reason: str) -> InputRefused:
    return InputRefused(Issue("E671", Location(str(path)), facts={"reason": reason}))
