"""XLSB workbooks, read record by record.

The fast reader of the other formats is not used for this one: it takes dates stored as whole numbers for
numbers, and leaves out error values of formulas and texts with letters of their own.
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from pipeline.loaders.workbook.archive import Parts, damaged, open_parts
from pipeline.loaders.workbook.grid import BookFindings, SheetEntry
from pipeline.loaders.workbook.stored_sheet import StoredSheet
from pipeline.loaders.workbook.xlsb_records import (
    SheetWalk,
    Styles,
    count_comments,
    listed_sheets,
    read_styles,
    read_texts,
)
from pipeline.model.issue import shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

_BOOK = "xl/workbook.bin"
_OTHER_KINDS = ("chartsheets", "macrosheets", "dialogsheets")
"""Folders of sheets without cells."""

_T = TypeVar("_T")


class XlsbBook:
    """One workbook, opened."""

    def __init__(self, file: str, parts: Parts, limits: ReadLimits) -> None:
        self._file, self._parts, self._limits = file, parts, limits
        self._counts: dict[str, int | None] = {}
        book = parts.book() if parts.book() in parts else _BOOK
        self._links = parts.links(book)
        self._sheets, epoch_1904 = self._read(book, listed_sheets)
        styles, texts = self._linked("styles.bin"), self._linked("sharedstrings.bin")
        self._styles = Styles(
            self._read(styles, read_styles) if styles else {},
            self._read(texts, read_texts) if texts else [],
        )
        names = parts.names()
        self.findings = BookFindings(
            epoch_1904=epoch_1904,
            macros=any(name.endswith("vbaproject.bin") for name in names),
            external_links=sum("/externallinks/" in name and name.endswith(".bin") for name in names),
            connections=sum(name.endswith("/connections.bin") for name in names),
        )

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the workbook's order."""
        return [
            SheetEntry(sheet.name, sheet.visibility, cells=not self._lacks_cells(sheet.link))
            for sheet in self._sheets
        ]

    def load(self, sheet: str) -> StoredSheet:
        """Read a sheet whole."""
        link = next((entry.link for entry in self._sheets if entry.name == sheet), None)
        part = self._links.get(link or "")
        if part is None or part not in self._parts:
            raise InputRefused(damaged(self._file, f"the place of the sheet {shown(sheet)} is missing"))
        walk = self._read(part, self._walk)
        notes = [place for place in self._parts.links(part).values() if "comments" in place.lower()]
        walk.findings.comments = sum(
            self._read(place, count_comments) for place in notes if place in self._parts
        )
        loaded = StoredSheet(walk.rows, walk.findings)
        loaded.refuse_expanded(Location(self._file, sheet), self._parts.size(part), self._limits)
        self._counts[sheet] = walk.findings.valued_rows
        return loaded

    def valued_rows(self, sheet: str) -> int | None:
        """Return what the records said when the sheet was loaded; there is no other way to count."""
        return self._counts.get(sheet)

    def _walk(self, data: bytes, part: str, file: str) -> SheetWalk:
        return SheetWalk(data, part, file, self._styles, epoch_1904=self.findings.epoch_1904)

    def _lacks_cells(self, link: str) -> bool:
        return any(f"/{kind}/" in self._links.get(link, "").lower() for kind in _OTHER_KINDS)

    def _linked(self, ending: str) -> str | None:
        found = (part for part in self._links.values() if part.lower().endswith(ending))
        return next((part for part in found if part in self._parts), None)

    def _read(self, part: str, reader: Callable[[bytes, str, str], _T]) -> _T:
        """Read a part; raises :class:`InputRefused` naming it when it is broken."""
        data = b"".join(self._parts.chunks(part))
        try:
            return reader(data, part, self._file)
        except (struct.error, ValueError, IndexError):
            raise InputRefused(damaged(self._file, f"{shown(part)} does not follow the format")) from None


@contextmanager
def open_book(source: Path | BytesIO, file: str, limits: ReadLimits) -> Iterator[XlsbBook]:
    """Open a workbook; raises :class:`InputRefused` for one that is damaged or cannot be trusted."""
    with open_parts(source, file) as parts:
        parts.refuse_untrusted(limits)
        yield XlsbBook(file, parts, limits)
