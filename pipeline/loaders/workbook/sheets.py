"""Opening a workbook and choosing its sheets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipeline.loaders.header_row import SEARCHED, Found, best_header, header_issues, no_header
from pipeline.loaders.workbook.archive import damaged, open_parts
from pipeline.model.cell import plain_text
from pipeline.model.header import header_key
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

_RUST_PANIC = "PanicException"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in memory, its header found."""

    name: str
    cells: CalamineSheet
    found: Found
    issues: tuple[Issue, ...] = ()


def open_sheets(path: Path, spec: SourceSpec) -> list[Sheet]:
    """Open the sheets the mapping means.

    That is the one it names, those its pattern (``*``) matches, or the only one that has its columns.
    Raises :class:`InputRefused` with everything that is wrong with them.
    """
    with open_parts(path) as parts:
        parts.refuse_bomb()
    with _book(path) as book:
        sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        if not sheets:
            raise InputRefused(_diagnosis(path))
        if spec.sheet is None and len(_visible(sheets)) != 1:
            return [_only_fitting(path, book, sheets, spec)]
        return _all_or_refuse(path, book, _chosen(path, sheets, spec), spec)


def load_sheet(path: Path, name: str) -> CalamineSheet:
    """One sheet, parsed whole; raises :class:`InputRefused` when it is damaged."""
    with _book(path) as book:
        return book.get_sheet_by_name(name)


def sheet_width(cells: CalamineSheet) -> int:
    """How many columns the sheet has, counted from column A."""
    return (cells.end or (0, -1))[1] + 1


def sheet_rows(cells: CalamineSheet) -> Iterator[list[str]]:
    """Return the sheet's rows as text, from row 1 and column A on, for finding a header."""
    margin = [""] * (cells.start or (0, 0))[1]
    return (margin + [plain_text(cell) for cell in row] for row in cells.iter_rows())


@contextmanager
def _book(path: Path) -> Iterator[CalamineWorkbook]:
    """Open the workbook; whatever its parser dies of is a damaged file."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            yield book
    except (CalamineError, OSError):
        raise InputRefused(_diagnosis(path)) from None
    except BaseException as error:
        if type(error).__name__ != _RUST_PANIC:  # raised by the parser, and importable from nowhere
            raise
        raise InputRefused(_diagnosis(path)) from None


def _diagnosis(path: Path) -> Issue:
    """Which part of a workbook keeps it from being read."""
    try:
        with open_parts(path) as parts:
            return damaged(str(path), parts.broken())
    except InputRefused as refusal:
        return refusal.issues[0]


def _chosen(path: Path, sheets: Sequence[SheetMetadata], spec: SourceSpec) -> list[SheetMetadata]:
    if spec.sheet is None:
        return _visible(sheets)
    exact = [meta for meta in sheets if meta.name == spec.sheet]
    if exact:
        return exact
    key = header_key(spec.sheet)
    if set(spec.sheet) & set("*?["):  # no sheet can be named with these
        alike = [meta for meta in _visible(sheets) if fnmatchcase(header_key(meta.name), key)]
    else:
        alike = [meta for meta in sheets if header_key(meta.name) == key]
        if len(alike) > 1:
            raise InputRefused(Issue("E115", Location(str(path)), facts={"sheets": _names(alike)}))
    if not alike:
        facts: dict[str, str | int] = {"sheet": spec.sheet, "sheets": _names(sheets)}
        raise InputRefused(Issue("E114", Location(str(path)), facts=facts))
    return alike


def _only_fitting(
    path: Path, book: CalamineWorkbook, sheets: Sequence[SheetMetadata], spec: SourceSpec
) -> Sheet:
    """Find the only visible sheet with the mapping's columns, where the mapping names none."""
    fitting, metas, reasons = [], [], []
    for meta in _visible(sheets) or sheets:
        found = _header(path, meta, book.get_sheet_by_name(meta.name), spec)
        if isinstance(found, Sheet):
            fitting.append(found)
            metas.append(meta)
        else:
            reasons += found
    if len(fitting) > 1:
        raise InputRefused(Issue("E115", Location(str(path)), facts={"sheets": _names(metas)}))
    if not fitting:
        telling = [issue for issue in reasons if issue.code != "E106"]
        raise InputRefused(*(telling or reasons))
    return fitting[0]


def _all_or_refuse(
    path: Path, book: CalamineWorkbook, metas: Sequence[SheetMetadata], spec: SourceSpec
) -> list[Sheet]:
    opened, issues = [], []
    for meta in metas:
        found = _header(path, meta, book.get_sheet_by_name(meta.name), spec)
        if isinstance(found, Sheet):
            opened.append(found)
        else:
            issues += found
    if issues:
        raise InputRefused(*issues)
    return opened


def _header(path: Path, meta: SheetMetadata, cells: CalamineSheet, spec: SourceSpec) -> Sheet | list[Issue]:
    """Find the header of a sheet, or tell why it cannot be read."""
    at = Location(str(path), meta.name)
    if cells.start is None or cells.end is None:
        return [Issue("E106", at)]
    first = spec.header_row or cells.start[0] + 1
    last = spec.header_row or first + SEARCHED - 1
    rows = list(enumerate(islice(sheet_rows(cells), first - 1, last), first))
    found = best_header(rows, spec)
    if found is None:
        return [no_header(rows, spec, at)]
    refusals, warnings = header_issues(found, spec, at)
    if cells.end[0] + 1 <= found.header.row:
        refusals.append(Issue("E107", at))
    if refusals:
        return refusals
    if meta.visible != SheetVisibleEnum.Visible:
        warnings.append(Issue("W107", at))
    return Sheet(meta.name, cells, found, tuple(warnings))


def _visible(sheets: Sequence[SheetMetadata]) -> list[SheetMetadata]:
    return [meta for meta in sheets if meta.visible == SheetVisibleEnum.Visible]


def _names(sheets: Sequence[SheetMetadata]) -> str:
    return ", ".join(
        shown(meta.name) if meta.visible == SheetVisibleEnum.Visible else f"{shown(meta.name)} (hidden)"
        for meta in sheets
    )
