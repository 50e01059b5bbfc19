"""XLSX and XLSM workbooks: values by the fast reader, put right where it does not tell everything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Self

from python_calamine import CalamineSheet

from pipeline.loaders.workbook.archive import Parts, damaged, forbidden, open_parts
from pipeline.loaders.workbook.calamine import (
    blaming,
    blocks_of,
    extent,
    merged_ranges,
    open_calamine,
    sheet_entries,
)
from pipeline.loaders.workbook.grid import BookFindings, Corrections, SheetEntry, SheetFindings
from pipeline.loaders.workbook.xlsx_quick_look import (
    BAD_TEXT,
    OtherFormError,
    column_of,
    look,
    whole_rows,
)
from pipeline.loaders.workbook.xlsx_slow_look import blank_shared_texts, look_slowly
from pipeline.loaders.workbook.xlsx_styles import padding_styles
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue, shown
from pipeline.model.location import column_letters
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_SHARED = "sharedstrings.xml"
_SHEETS = "/worksheets/sheet"
_UNIQUE = re.compile(rb'\buniqueCount\s*=\s*["\'](\d+)')
_OTHER_ENCODING = re.compile(
    rb"\xff\xfe|\xfe\xff|\0|.\0|(?:\xef\xbb\xbf)?<\?xml\b[^<>]*\bencoding\s*=\s*[\"'](?!utf-8|us-ascii)",
    re.IGNORECASE | re.DOTALL,
)
"""The fast reader takes every text of such a part for empty."""
_BIG = 8 << 20
"""Bytes of a sheet from which two threads pay."""
_CELL = re.compile(rb'<c [^<>]*\br="([A-Z]{1,3})(\d+)"')
_SPARSE = 4_096
"""Cells of a sheet's rectangle for each row with a value, from which a stray cell is to blame."""
_SHORTEST_TEXT = 5
"""Bytes of ``<si/>``: a part of that size holds no more texts than that."""


class XlsxSheet:
    """One sheet: its cells by the fast reader, and what is to be put right."""

    def __init__(
        self, file: str, cells: CalamineSheet, corrections: Corrections, findings: SheetFindings
    ) -> None:
        self._file = file
        self.findings = findings
        self._cells = cells
        self._corrections = corrections
        height, width = extent(cells)
        findings.height = max(height, max(corrections, default=0))
        last = max((column for row in corrections.values() for column in row), default=-1)
        findings.width = max(width, last + 1)
        findings.merged = merged_ranges(cells)

    def blocks(self, size: int) -> Iterator[tuple[int, list[Row]]]:
        """Yield (number of the first row, rows), as :class:`SheetReader` promises."""
        corrections = self._corrections
        blocks = blocks_of(self._cells, self.findings.height, self.findings.width, size)
        while True:
            with blaming(lambda: damaged(self._file, "a cell holds a time that no calendar has")):
                block = next(blocks, None)
            if block is None:
                return
            first, rows = block
            if corrections:
                for number in corrections.keys() & set(range(first, first + len(rows))):
                    rows[number - first] = _corrected(rows[number - first], corrections[number])
            yield first, rows


class _Meanwhile:
    """Something done in a thread of its own; nobody waits for it when the work beside it fails."""

    def __init__(self, task: Callable[[], CalamineSheet]) -> None:
        self._done: Future[CalamineSheet] = Future()
        self._task = task
        self._thread = Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        try:
            self._done.set_result(self._task())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._done.set_exception(error)

    def __enter__(self) -> Self:
        try:
            self._thread.start()
        except RuntimeError:  # there is no room for it
            raise MemoryError from None
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it to itself: who wants the result waits for it."""

    def result(self) -> CalamineSheet:
        """Wait for the result, or raise what the task raised."""
        return self._done.result()


class XlsxBook:
    """One workbook, opened. Nothing in it reaches the fast reader before it was looked through."""

    def __init__(self, source: Path | BytesIO, file: str, parts: Parts) -> None:
        self._file, self._parts = file, parts
        self._bad_text = self._look_through()
        book = parts.book()
        self._sheet_parts = _sheet_parts(parts, book)
        self._padding = padding_styles(parts, book)
        self.findings = _book_findings(parts, book)
        with blaming(self._damage):
            self._book = open_calamine(source)

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the workbook's order."""
        return sheet_entries(self._book)

    def load(self, sheet: str) -> XlsxSheet:
        """Look through a sheet, and parse it whole meanwhile where that takes long.

        The fast reader leaves the interpreter to others while it works. Small sheets are looked through
        first; what is wrong with a big one is told at once, whatever the fast reader makes of it.
        """
        part = self._part_of(sheet)
        if self._parts.size(part) < _BIG:
            corrections, findings = self._look(part)
            cells = self._parse(sheet)
        else:
            with _Meanwhile(lambda: self._parse(sheet)) as parsing:
                corrections, findings = self._look(part)
            cells = parsing.result()
        return XlsxSheet(self._file, cells, corrections, findings)

    def _look(self, part: str) -> tuple[Corrections, SheetFindings]:
        findings = SheetFindings(bad_text=self._bad_text)
        try:
            corrections, valued = look(self._trusted(part), self._padding, findings)
        except OtherFormError:
            findings = SheetFindings(bad_text=True)
            corrections, valued = look_slowly(self._parts, self._file, part, self._padding, findings)
        findings.valued_rows = valued
        findings.comments = self._comments(part)
        return corrections, findings

    def _parse(self, sheet: str) -> CalamineSheet:
        with blaming(self._damage):
            return self._book.get_sheet_by_name(sheet)

    def valued_rows(self, sheet: str) -> int:
        """Count the rows with a value exactly, and slowly, in whatever form the sheet is written."""
        shared = next((part for part in self._parts.names() if part.endswith(_SHARED)), None)
        blank = blank_shared_texts(self._parts, self._file, shared) if shared else frozenset[int]()
        part = self._part_of(sheet)
        return look_slowly(self._parts, self._file, part, self._padding, SheetFindings(), blank)[1]

    def _part_of(self, sheet: str) -> str:
        part = self._sheet_parts.get(sheet)
        if part is None:
            words = f"the place of the sheet {shown(sheet)} is missing"
            raise InputRefused(damaged(self._file, words))
        if part not in self._parts:
            raise InputRefused(damaged(self._file, f"{shown(part)} is missing"))
        return part

    def _damage(self) -> Issue:
        return damaged(self._file, self._parts.broken())

    def _look_through(self) -> bool:
        """Read every part but the sheets once; returns whether the shared texts may hold a bad character.

        What unpacks to more than it says, declares a document type or lies about its texts is refused.
        """
        bad_text = False
        for part in self._parts.names():
            if not part.endswith((".xml", ".rels")) or _SHEETS in part:
                continue
            tail = b""
            for chunk in self._trusted(part):
                if part.endswith(_SHARED):
                    joined = tail + chunk
                    bad_text = bad_text or any(sign[:1] in joined and sign in joined for sign in BAD_TEXT)
                tail = chunk[-16:]
        return bad_text

    def _trusted(self, part: str) -> Iterator[bytes]:
        for index, chunk in enumerate(self._parts.chunks(part)):
            if index == 0:
                self._refuse_head(part, chunk)
            yield chunk

    def _refuse_head(self, part: str, head: bytes) -> None:
        if b"<!DOCTYPE" in head:
            raise InputRefused(forbidden(self._file, part))
        if (part.endswith(_SHARED) or _SHEETS in part.lower()) and _OTHER_ENCODING.match(head):
            raise InputRefused(damaged(self._file, f"{shown(part)} is not written in UTF-8"))
        told = _UNIQUE.search(head[:4096]) if part.endswith(_SHARED) else None
        if told and int(told[1]) * _SHORTEST_TEXT > max(self._parts.size(part), 4096):
            words = f"{shown(part)} claims to hold {int(told[1])} texts, more than it has room for"
            raise InputRefused(damaged(self._file, words))

    def _comments(self, part: str) -> int:
        places = [place for place in self._parts.links(part).values() if "comments" in place.lower()]
        return sum(len(self._parts.elements(place, "comment")) for place in places if place in self._parts)


@contextmanager
def open_book(source: Path | BytesIO, file: str, limits: ReadLimits) -> Iterator[XlsxBook]:
    """Open a workbook; raises :class:`InputRefused` for one that is damaged or cannot be trusted."""
    with open_parts(source, file) as parts:
        parts.refuse_untrusted(limits)
        yield XlsxBook(source, file, parts)


def farthest_cell(source: Path | BytesIO, file: str, limits: ReadLimits) -> dict[str, str | int] | None:
    """Find the sheet that is biggest from corner to corner, without parsing any: facts for E138.

    Asked only after the fast reader has run out of memory, which holds a sheet as one rectangle. Returns
    ``None`` where no sheet is much bigger than what it holds.
    """
    found: list[tuple[int, dict[str, str | int]]] = []
    with open_parts(source, file) as parts:
        parts.refuse_untrusted(limits)
        for name, part in _sheet_parts(parts, parts.book()).items():
            height, width, valued = _corner(parts.chunks(part))
            cell = f"{column_letters(width - 1)}{height}"
            facts: dict[str, str | int] = {"sheet": name, "cell": cell}
            found.append((height * width, facts | {"cells": height * width, "valued": valued}))
    cells, facts = max(found, key=lambda one: one[0], default=(0, {}))
    return facts if cells > _SPARSE * int(facts.get("valued", 1)) else None


def _corner(chunks: Iterable[bytes]) -> tuple[int, int, int]:
    """Return (last row, number of columns, rows with a value) of a sheet by its cells' references."""
    height = width = valued = 0
    for _, block in whole_rows(chunks):
        references = _CELL.findall(block)
        height = max(height, max((int(row) for _, row in references), default=0))
        width = max(
            width, max((column_of(letters) + 1 for letters in {ref[0] for ref in references}), default=0)
        )
        valued += sum(b"<v" in row or b"<t" in row for row in block.split(b"<row")[1:])
    return height, width, valued


def _sheet_parts(parts: Parts, book: str) -> dict[str, str]:
    """Sheet name → the part that holds it."""
    links = parts.links(book)
    found: dict[str, str] = {}
    for _, sheet in parts.elements(book, "sheet"):
        link = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), "")
        if link in links:
            found.setdefault(sheet.get("name", ""), links[link])
    return found


def _book_findings(parts: Parts, book: str) -> BookFindings:
    names = parts.names()
    settings = [attributes for _, attributes in parts.elements(book, "workbookPr")]
    return BookFindings(
        epoch_1904=any(setting.get("date1904") in ("1", "true") for setting in settings),
        macros=any(name.endswith("vbaproject.bin") for name in names),
        external_links=sum("/externallinks/" in name and name.endswith(".xml") for name in names),
        connections=sum(
            len(parts.elements(name, "connection")) for name in names if name.endswith("/connections.xml")
        ),
    )


def _corrected(row: Row, corrections: Mapping[int, Cell]) -> Row:
    return tuple(corrections.get(column, cell) for column, cell in enumerate(row))
