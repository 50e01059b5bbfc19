"""A column whose cells were sorted without their rows: every one of them belongs to another row by now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.corrections.cell_text import text_of
from pipeline.corrections.placing import Exported
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

_FEW = 3
"""Different values that changed places; two may well have been put right by hand."""


def refuse_shuffled(
    sheet: Location, changed: Sequence[tuple[int, Exported, int, Row, Sequence[int]]]
) -> None:
    """Raise :class:`InputRefused` (E678) where the changed cells of a column only changed places.

    ``changed`` are rows of one table: the row in the workbook, the table, the row in the source, the cells,
    and which of them are others than were exported.
    """
    by_column: dict[int, list[tuple[int, int, str, str]]] = {}
    for number, one, at, row, cells in changed:
        for column in cells:
            before, after = one.texts[at][column], text_of(row[column])
            by_column.setdefault(column, []).append((number, at, before, after))
    for moves in by_column.values():
        texts = Counter(text for *_, text, _ in moves)
        if len(texts) < _FEW or texts != Counter(text for *_, text in moves):
            continue
        number, at, _, now = moves[0]
        other = next(one for _, one, text, _ in moves if text == now)
        where = replace(sheet, row=number)
        facts: dict[str, str | int] = {"row": at, "other": other}
        raise InputRefused(Issue("E678", where, shown(sheet.sheet or ""), facts=facts))
