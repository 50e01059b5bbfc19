"""Refusing a sheet whose cells would not fit in memory: a few bytes of a file can stand for billions."""

from pipeline.loaders.workbook.archive import MIB
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

_CELL_BYTES = 32
"""What one cell takes at least, empty or not, once its sheet is laid out as a grid."""


def refuse_expanded(at: Location, cells: int, packed: int, limits: ReadLimits) -> None:
    """Raise :class:`InputRefused` when a grid of so many cells goes beyond ``limits.unpacked``.

    ``packed`` is the number of bytes the sheet takes in the file.
    """
    size = cells * _CELL_BYTES // MIB
    if size <= limits.unpacked:
        return
    facts: dict[str, str | int] = {
        "size": size,
        "ratio": cells * _CELL_BYTES // max(1, packed),
        "name": "unpacked",
        "limit": limits.unpacked,
        "more": size + 1,
    }
    raise InputRefused(Issue("E111", at, facts=facts))
