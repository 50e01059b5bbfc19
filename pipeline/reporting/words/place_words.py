"""A place in a file, as people are told of it; machines read :class:`Location` itself."""

from pipeline.model.language import _
from pipeline.model.location import Location, column_letters


def place_words(at: Location) -> str:
    """``orders.xlsx, sheet May, cell M4818 (Total)``, in the language spoken now."""
    parts = [at.file]
    if at.sheet is not None:
        parts.append(_("sheet {sheet}").format(sheet=at.sheet))
    if at.cell is not None:
        parts.append(_("cell {cell}").format(cell=at.cell))
    elif at.row is not None:
        parts.append(_("row {row}").format(row=at.row))
    elif at.column is not None:
        parts.append(_("column {column}").format(column=column_letters(at.column)))
    if at.corrected:
        parts.append(_("corrected"))
    text = ", ".join(parts)
    return f"{text} ({at.header})" if at.header else text
