"""ODS workbooks (LibreOffice), parsed here.

The fast reader of the other formats drops tabs and line breaks from texts, gives times of day as text and
errors as nothing, and sees no cell without a declared type; so it only counts the rows a second time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from pipeline.loaders.workbook.archive import Parts, damaged, forbidden, open_parts
from pipeline.loaders.workbook.calamine import blaming, open_calamine
from pipeline.loaders.workbook.grid import BookFindings, SheetEntry
from pipeline.loaders.workbook.ods_content import Content
from pipeline.loaders.workbook.ods_styles import Styles
from pipeline.loaders.workbook.stored_sheet import StoredSheet, has_value
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_MACROS = ("basic/", "scripts/")
_COUNTED = 10_000_000
"""Cells of the greatest sheet whose rows are counted a second time; the counting lays all of them out."""


class OdsBook:
    """One workbook, parsed whole."""

    def __init__(self, source: Path | BytesIO, file: str, parts: Parts, limits: ReadLimits) -> None:
        self._source, self._file, self._limits = source, file, limits
        self._size = parts.size(_CONTENT)
        styles = Styles()
        if _STYLES in parts:
            parser = _parser(file, _STYLES)
            parser.StartElementHandler = styles.start
            parts.parse(parser, _STYLES)
        content = Content(file, self._size, styles, limits)
        parser = _parser(file, _CONTENT)
        parser.StartElementHandler = content.start
        parser.EndElementHandler = content.end
        parser.CharacterDataHandler = content.characters
        parts.parse(parser, _CONTENT)
        self._sheets = content.sheets
        self._filters = content.filters
        self.findings: BookFindings = content.findings
        self.findings.macros = any(name.startswith(_MACROS) for name in parts.names())
        self._grid_cells = content.grid_cells
        self._counted: dict[str, set[int]] | None = None

    def sheets(self) -> list[SheetEntry]:
        """Return the sheets in the workbook's order."""
        return [SheetEntry(sheet.name, sheet.visibility) for sheet in self._sheets]

    def load(self, sheet: str) -> StoredSheet:
        """Return a sheet."""
        found = next((entry for entry in self._sheets if entry.name == sheet), None)
        if found is None:
            raise InputRefused(damaged(self._file, f"the place of the sheet {shown(sheet)} is missing"))
        loaded = StoredSheet(found.rows, found.findings)
        loaded.refuse_expanded(Location(self._file, sheet), self._size, self._limits)
        findings = found.findings
        for first, count in found.hidden_rows:
            for row in range(first, min(first + count, findings.height + 1)):
                findings.hidden_rows.add(row)
        findings.filtered = self._filters.get(sheet)
        findings.valued_rows = self.valued_rows(sheet)
        return loaded

    def valued_rows(self, sheet: str) -> int | None:
        """Count the rows with a value that are here or that the fast reader sees, be it here or not."""
        if self._counted is None:
            self._counted = _valued_rows(self._source) if self._grid_cells <= _COUNTED else {}
        rows = next((entry.rows for entry in self._sheets if entry.name == sheet), None)
        known = self._counted.get(sheet)
        if rows is None or known is None:
            return None
        return len(known.union(number for number, cells in rows.items() if has_value(cells)))


def _valued_rows(source: Path | BytesIO) -> dict[str, set[int]]:
    """Return the numbers of rows with a value by sheet, as the fast reader sees them; nothing if it fails."""
    found: dict[str, set[int]] = {}
    try:
        with blaming(lambda: damaged("", "")):
            book = open_calamine(source)
            for name in book.sheet_names:
                cells = book.get_sheet_by_name(name)
                found[name] = {number for number, row in enumerate(cells.iter_rows(), 1) if has_value(row)}
    except InputRefused:  # it knows fewer forms of the format
        return {}
    return found


@contextmanager
def open_book(source: Path | BytesIO, file: str, limits: ReadLimits) -> Iterator[OdsBook]:
    """Open a workbook; raises :class:`InputRefused` for one that is encrypted, damaged or not trusted."""
    with open_parts(source, file) as parts:
        parts.refuse_untrusted(limits)
        if _MANIFEST in parts and parts.elements(_MANIFEST, "encryption-data"):
            raise InputRefused(Issue("E109", Location(file)))
        yield OdsBook(source, file, parts, limits)


def _parser(file: str, part: str) -> expat.XMLParserType:
    """Make a parser that resolves names, and refuses document types, and with them every entity trick."""

    def refuse(*_: object) -> None:
        raise InputRefused(forbidden(file, part))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser
