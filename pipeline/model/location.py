"""Places a customer can click to. Numbers are those the spreadsheet and the editor show."""

from dataclasses import dataclass


def column_letters(index: int) -> str:
    """The letters a spreadsheet shows above a column: 0 → ``A``, 25 → ``Z``, 26 → ``AA``."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Location:
    """A file, or a sheet, row or cell in it.

    ``row`` counts from 1 as the spreadsheet does, header included (for CSV: the line on which the record
    starts). ``column`` counts from 0; ``header`` is the column's name as the file has it.
    ``corrected``: what is told of is not what the file holds there, but what somebody corrected it to.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    header: str | None = None
    corrected: bool = False

    @property
    def cell(self) -> str | None:
        """The cell's name such as ``M4818``, or ``None`` where row or column is unknown."""
        if self.row is None or self.column is None:
            return None
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        """``orders.xlsx, sheet May, cell M4818 (Total)``."""
        parts = [self.file]
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        elif self.row is not None:
            parts.append(f"row {self.row}")
        elif self.column is not None:
            parts.append(f"column {column_letters(self.column)}")
        text = ", ".join(parts)
        if self.corrected:
            text += ", corrected"
        return f"{text} ({self.header})" if self.header else text


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a mapping file: line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """``mappings/acme.yaml:41:7``."""
        return f"{self.file}:{self.line}:{self.column}"
