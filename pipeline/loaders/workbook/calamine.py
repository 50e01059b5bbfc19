"""The fast reader of workbooks, held so that whatever it dies of is a damaged file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, islice, repeat
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipeline.loaders.workbook.grid import Range, SheetEntry, Visibility
from pipeline.model.issue import Issue
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_RUST_PANIC = "PanicException"


@contextmanager
def blaming(diagnosis: Callable[[], Issue]) -> Iterator[None]:
    """Raise what ``diagnosis`` finds as :class:`InputRefused` for whatever the reader dies of inside."""
    try:
        yield
    except (CalamineError, OSError, ValueError, OverflowError):
        raise InputRefused(diagnosis()) from None
    except BaseException as error:
        if type(error).__name__ != _RUST_PANIC:  # raised by the reader, and importable from nowhere
            raise
        raise InputRefused(diagnosis()) from None


def open_calamine(source: Path | BytesIO) -> CalamineWorkbook:
    """Open a workbook; call it inside :func:`blaming`."""
    if isinstance(source, Path):
        return CalamineWorkbook.from_path(source)
    source.seek(0)
    return CalamineWorkbook.from_filelike(source)


def sheet_entries(book: CalamineWorkbook) -> list[SheetEntry]:
    """Return the sheets as the workbook lists them."""
    return [
        SheetEntry(meta.name, _visibility(meta), cells=meta.typ == SheetTypeEnum.WorkSheet)
        for meta in book.sheets_metadata
    ]


def _visibility(meta: SheetMetadata) -> Visibility:
    if meta.visible == SheetVisibleEnum.Visible:
        return Visibility.VISIBLE
    return Visibility.HIDDEN if meta.visible == SheetVisibleEnum.Hidden else Visibility.VERY_HIDDEN


def extent(cells: CalamineSheet) -> tuple[int, int]:
    """Return (rows, columns) from A1 to the last cell with a value; (0, 0) for an empty sheet."""
    if cells.start is None or cells.end is None:
        return 0, 0
    return cells.end[0] + 1, cells.end[1] + 1


def merged_ranges(cells: CalamineSheet) -> list[Range]:
    """Return the merged ranges, rows counted from 1."""
    return [
        ((top + 1, left), (bottom + 1, right))
        for (top, left), (bottom, right) in cells.merged_cell_ranges or ()
    ]


def blocks_of(cells: CalamineSheet, height: int, width: int, size: int) -> Iterator[tuple[int, list[Row]]]:
    """Yield (number of the first row, rows) from A1 on, each as wide as the sheet, ``height`` in all."""
    margin: Row = ("",) * (cells.start[1] if cells.start else width)
    own_height, own_width = extent(cells)
    rest: Row = ("",) * (width - max(own_width, len(margin)))
    empty: Row = ("",) * (max(own_width, len(margin)) - len(margin))
    reader: Iterator[Row] = chain(
        map(tuple, cells.iter_rows()) if own_height else (), repeat(empty, max(0, height - own_height))
    )
    first = 1
    while True:
        rows = list(islice(reader, size))
        if not rows:
            return
        if margin or rest:
            rows = [margin + row + rest for row in rows]
        yield first, rows
        first += len(rows)
