"""Quotation marks that close legally, but rows too late."""

import re

from pipeline.loaders.text.csv_records import TextRow

_LINE = re.compile(r"\r\n|\n|\r")
_MANY_LINES = 20
_COLUMNS = 4
_DELIMITERS = 6
"""So much must fit together before a cell counts as rows: less can be chance."""


def swallowed(row: TextRow, delimiter: str) -> bool:
    """Whether a cell looks as if a quotation mark had swallowed rows of the table.

    Either the rows can be made out, or the cell has more than 20 lines with a delimiter in each of them.
    """
    return any(_is_long_list(cell, delimiter) for cell in row) or swallowed_rows(row, delimiter) > 0


def swallowed_rows(row: TextRow, delimiter: str) -> int:
    """Return how many rows of the table stand inside a cell of this row, without any doubt; 0 for none.

    Rows are made out by their delimiters: the cell's first line completes this row, every line in between
    has as many as a row, and the last line comes up to the very column that the cell stands in. Delimiters
    with a blank behind them are writing, not columns.
    """
    width = len(row)
    if width < _COLUMNS:
        return 0
    for column, cell in enumerate(row):
        if "\n" not in cell and "\r" not in cell:
            continue
        lines = _LINE.split(cell)
        wanted = [width - 1 - column, *[width - 1] * (len(lines) - 2), column]
        fits = [line.count(delimiter) for line in lines] == wanted
        if fits and sum(wanted) >= _DELIMITERS and f"{delimiter} " not in cell:
            return len(lines) - 1
    return 0


def _is_long_list(cell: str, delimiter: str) -> bool:
    if cell.count("\n") <= _MANY_LINES and cell.count("\r") <= _MANY_LINES:
        return False
    lines = _LINE.split(cell)
    return len(lines) > _MANY_LINES and all(delimiter in line for line in lines[1:-1] if line.strip())
