"""The content of an ODS workbook, parsed once from end to end: all its sheets, cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from pipeline.loaders.workbook.archive import damaged
from pipeline.loaders.workbook.expansion import refuse_expanded
from pipeline.loaders.workbook.grid import BookFindings, SheetFindings, Visibility
from pipeline.loaders.workbook.ods_styles import OFFICE, TABLE, TEXT, Styles
from pipeline.loaders.workbook.ods_text import CellText
from pipeline.loaders.workbook.ods_values import FORMULA, cell_value
from pipeline.model.cell import UNCOMPUTED, Cell, CellError
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

_CELLS = frozenset((TABLE + "table-cell", TABLE + "covered-table-cell"))
_IGNORED = frozenset((TABLE + "dde-links", TABLE + "tracked-changes", TABLE + "shapes"))
"""What may hold tables and cells that are none of a sheet."""
_HIDDEN = frozenset(("collapse", "filter"))
_TYPE = OFFICE + "value-type"
_REPEATED = TABLE + "number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = TABLE + "number-rows-spanned", TABLE + "number-columns-spanned"
_FINE = 1 << 15
"""So many cells for each MiB are within the limit for sure, and not worth a closer look."""
_ROW_OVERHEAD = 8
"""Cells' worth of memory for a row itself."""
_EXTERNAL = "'file:"
"""How the sheets are named in which values of other workbooks are kept."""
_KEPT_TEXTS = 100_000
_Handler: TypeAlias = Callable[[dict[str, str]], None]


@dataclass(slots=True)
class OdsSheet:
    """One sheet. ``rows`` are by number (from 1), ``hidden_rows`` are (first, how many)."""

    name: str
    visibility: Visibility
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    findings: SheetFindings = field(default_factory=lambda: SheetFindings(bad_text=True))
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)


class Content:
    """Follows the elements of the content.

    What comes of it: ``sheets``, ``findings``, ``filters`` (the range of an active filter by sheet), and
    ``grid_cells``, how many cells all sheets have together when they are laid out whole.
    """

    def __init__(self, file: str, packed: int, styles: Styles, limits: ReadLimits) -> None:
        self.sheets: list[OdsSheet] = []
        self.findings = BookFindings()
        self.filters: dict[str, str] = {}
        self.grid_cells = 0
        self._file, self._packed, self._styles, self._limits = file, packed, styles, limits
        self._sheet: OdsSheet | None = None
        self._tables = 0
        self._row = self._row_repeat = self._column = self._stored = 0
        self._row_style = ""
        self._in_row = False
        self._cells: list[Cell] = []
        self._column_styles: list[tuple[int, str]] = []
        self._columns = 0
        self._attributes: dict[str, str] | None = None
        self._text = CellText()
        self._skipped = 0
        self._texts: dict[str, str] = {}
        self._range = ""
        starts: dict[str, _Handler] = {
            TABLE + "table": self._begin_table,
            TABLE + "table-column": self._add_column,
            TABLE + "table-row": self._begin_row,
            TABLE + "table-cell": self._begin_cell,
            TABLE + "covered-table-cell": self._begin_cell,
            TABLE + "table-source": self._link,
            TABLE + "null-date": self._epoch,
            TABLE + "database-range": self._begin_range,
            TABLE + "filter": self._filter,
            TABLE + "database-source-sql": self._connect,
            TABLE + "database-source-table": self._connect,
            TABLE + "database-source-query": self._connect,
        }
        self._starts = starts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element."""
        if self._skipped:
            self._skipped += 1
        elif self._attributes is not None:
            if tag == OFFICE + "annotation" and self._sheet:
                self._sheet.findings.comments += 1
            if tag.startswith(TEXT):
                self._text.start(tag, attributes)
            else:  # notes, pictures and what they hold
                self._skipped = 1
        elif tag in _IGNORED:
            self._skipped = 1
        elif tag in self._starts:
            self._starts[tag](attributes)
        else:
            self._styles.start(tag, attributes)

    def end(self, tag: str) -> None:
        """Take in the end of an element."""
        if self._skipped:
            self._skipped -= 1
        elif self._attributes is not None:
            if tag in _CELLS:
                self._end_cell(self._attributes)
            else:
                self._text.end(tag)
        elif tag == TABLE + "table-row" and self._sheet:
            self._end_row(self._sheet)
        elif tag == TABLE + "table":
            self._tables -= 1
            if not self._tables and self._sheet:
                rows = self._sheet.rows
                self.grid_cells += max(rows, default=0) * max(map(len, rows.values()), default=0)
                self._sheet = None

    def characters(self, data: str) -> None:
        """Take in characters."""
        if self._attributes is not None and not self._skipped:
            self._text.characters(data)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:
            self._refuse_misplaced(True, "a sheet stands inside a sheet")
            return
        name = attributes.get(TABLE + "name", "")
        hidden = self._styles.hides(attributes.get(TABLE + "style-name", ""))
        self._sheet = OdsSheet(name, Visibility.HIDDEN if hidden else Visibility.VISIBLE)
        if name.startswith(_EXTERNAL):
            self.findings.external_links += 1
        else:
            self.sheets.append(self._sheet)
        self._row = self._columns = 0
        self._column_styles = []

    def _add_column(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, _REPEATED)
        if self._sheet and attributes.get(TABLE + "visibility") in _HIDDEN:
            last = min(self._columns + repeat, 1 << 14)
            self._sheet.findings.hidden_columns += range(self._columns, last)
        self._columns += repeat
        self._column_styles.append((self._columns, attributes.get(TABLE + "default-cell-style-name", "")))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._refuse_misplaced(self._in_row, "a row stands inside a row")
        self._in_row = self._sheet is not None
        self._row_repeat = _count(attributes, TABLE + "number-rows-repeated")
        self._row_style = attributes.get(TABLE + "default-cell-style-name", "")
        self._column = 0
        self._cells = []
        if self._sheet and attributes.get(TABLE + "visibility") in _HIDDEN:
            self._sheet.hidden_rows.append((self._row + 1, self._row_repeat))

    def _end_row(self, sheet: OdsSheet) -> None:
        self._in_row = False
        first = self._row + 1
        self._row += self._row_repeat
        if not self._cells:
            return
        self._refuse_expanded(self._row_repeat * (len(self._cells) + _ROW_OVERHEAD))
        for number in range(first, self._row + 1):
            sheet.rows[number] = self._cells

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._refuse_misplaced(not self._in_row, "a cell stands outside of rows")
        self._attributes = attributes
        self._text = CellText()

    def _refuse_misplaced(self, misplaced: bool, words: str) -> None:
        if misplaced and self._sheet:
            raise InputRefused(damaged(self._file, words))

    def _end_cell(self, attributes: dict[str, str]) -> None:
        self._attributes = None
        column = self._column
        repeat = _count(attributes, _REPEATED) if _REPEATED in attributes else 1
        self._column += repeat
        if self._sheet is None:
            return
        text = self._text.whole() if self._text.paragraphs else None
        kind = attributes.get(_TYPE)
        pads = kind == "float" and self._styles.pads(self._style(attributes, column))
        span = kind == "time" and self._styles.spans(self._style(attributes, column))
        value = cell_value(attributes, text, pads=pads, span=span)
        if _ROWS_SPANNED in attributes or _COLUMNS_SPANNED in attributes:
            self._merged(self._sheet.findings, attributes, column)
        if (
            (kind == "float" and isinstance(value, str))
            or isinstance(value, CellError)
            or FORMULA in attributes
        ):
            self._note(self._sheet.findings, attributes, value, column, repeat)
        if value == "":
            return
        if isinstance(value, str) and len(self._texts) < _KEPT_TEXTS:
            value = self._texts.setdefault(value, value)
        gap = column - len(self._cells)
        self._refuse_expanded(gap + repeat)
        if gap:
            self._cells += [""] * gap
        self._cells += [value] * repeat

    def _style(self, attributes: dict[str, str], column: int) -> str:
        own = attributes.get(TABLE + "style-name") or self._row_style
        if own:
            return own
        return next((style for end, style in self._column_styles if column < end), "")

    def _merged(self, findings: SheetFindings, attributes: dict[str, str], column: int) -> None:
        first = self._row + 1
        rows, columns = _count(attributes, _ROWS_SPANNED), _count(attributes, _COLUMNS_SPANNED)
        if rows > 1 or columns > 1:
            findings.merged.append(((first, column), (first + rows - 1, column + columns - 1)))

    def _note(
        self, findings: SheetFindings, attributes: dict[str, str], value: Cell, column: int, repeat: int
    ) -> None:
        first = self._row + 1
        formula = FORMULA in attributes
        padded = isinstance(value, str) and attributes.get(_TYPE) == "float"
        self._refuse_expanded(self._row_repeat * repeat)
        for row in range(first, first + self._row_repeat):
            for place in range(column, column + repeat):
                if padded:
                    findings.padded.add(row, place, str(value))
                if value == UNCOMPUTED:
                    findings.uncomputed.add(row, place)
                elif isinstance(value, CellError):
                    findings.errors.add(row, place, value.text)
                if formula and value != UNCOMPUTED:
                    findings.computed.add(row, place)
                    findings.computed_columns[place] = findings.computed_columns.get(place, 0) + 1

    def _refuse_expanded(self, cells: int) -> None:
        self._stored += cells
        if self._stored < _FINE * self._limits.unpacked:
            return
        at = Location(self._file, self._sheet.name if self._sheet else None)
        refuse_expanded(at, self._stored, self._packed, self._limits)

    def _link(self, _attributes: dict[str, str]) -> None:
        if self._sheet and not self._sheet.name.startswith(_EXTERNAL):
            self.findings.external_links += 1

    def _epoch(self, attributes: dict[str, str]) -> None:
        self.findings.epoch_1904 = attributes.get(TABLE + "date-value", "").startswith("1904")

    def _begin_range(self, attributes: dict[str, str]) -> None:
        self._range = attributes.get(TABLE + "target-range-address", "")

    def _filter(self, _attributes: dict[str, str]) -> None:
        start, _, end = self._range.rpartition(":")
        sheet, _, first = start.rpartition(".")
        sheet = sheet.removeprefix("$")
        if sheet[:1] == sheet[-1:] == "'":
            sheet = sheet[1:-1].replace("''", "'")
        self.filters[sheet] = f"{first}:{end.rpartition('.')[2]}"

    def _connect(self, _attributes: dict[str, str]) -> None:
        self.findings.connections += 1


def _count(attributes: dict[str, str], name: str) -> int:
    found = attributes.get(name, "1")
    return max(1, int(found)) if found.isdecimal() and len(found) < 10 else 1  # noqa: PLR2004 - a billion
