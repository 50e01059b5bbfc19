"""The key under which rows of one order find each other."""

from zlib import crc32

from pipeline.model.cell import Cell, CellError, is_exact, looks_converted, plain_text


def join_key(cell: Cell) -> str | None:
    """The key as text, the same for ``1001`` as a number cell and ``"1001"`` as text.

    ``None`` where the cell names no order: empty, an error value, a number that lost its digits or that a
    spreadsheet has shortened (``1.23E+15``), under which several orders may have become one. Case and
    leading zeros matter.
    """
    if isinstance(cell, str):
        return None if looks_converted(cell) else cell.strip() or None
    if isinstance(cell, CellError):
        return None
    if isinstance(cell, float) and not is_exact(cell):
        return None
    return plain_text(cell).strip() or None


def key_fault(cell: Cell) -> str:
    """Why :func:`join_key` finds no key in a cell: a word that the catalogue explains."""
    if isinstance(cell, CellError):
        return "error"
    if isinstance(cell, str):
        return "shortened" if looks_converted(cell) else "empty"
    return "digits"


def partition_of(key: str, partitions: int) -> int:
    """Which of ``partitions`` holds the key; the same on every machine and in every run."""
    return crc32(key.encode("utf-8", "surrogatepass")) % partitions
