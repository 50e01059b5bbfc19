"""Characters that no text holds."""

import re
from collections.abc import Sequence

from pipeline.model.issue import Issue, shown
from pipeline.model.rows import Row, Table

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
"""Control characters other than tab and line breaks, and the sign that stands for a lost letter."""


def judge_characters(
    table: Table, numbers: Sequence[int], rows: Sequence[Row], faults: dict[int, Issue]
) -> None:
    """Add a fault for every row with such a character, unless it has a fault already."""
    for number, row in zip(numbers, rows, strict=True):
        for column, cell in enumerate(row):
            bad = _BAD.search(cell) if isinstance(cell, str) else None
            if bad and number not in faults:
                facts: dict[str, str | int] = {
                    "position": bad.start() + 1,
                    "character": f"U+{ord(bad[0]):04X}",
                }
                faults[number] = Issue("E134", table.at(number, column), value=shown(cell), facts=facts)
