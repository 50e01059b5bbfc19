"""The one format of a date column, proved by all its values or said to be a guess."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.inference.facts import ColumnFacts
from pipeline.inference.matching import Reason
from pipeline.inspection.shapes import Shape

_CELLS = {"tr": "%d.%m.%Y", "de": "%d.%m.%Y"}
_ISO = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """``formats`` to try in turn; ``confidence`` caps that of the field. ``other`` is the second reading."""

    formats: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    other: tuple[str, ...] = ()

    @property
    def rule(self) -> str | list[str]:
        """As a mapping writes it."""
        return self.formats[0] if len(self.formats) == 1 else list(self.formats)


def date_format(column: ColumnFacts, columns: Sequence[ColumnFacts], language: str | None) -> DateFormat:
    """Return the format of a date column; ``columns`` are those beside it, ``language`` that of the headers.

    Whether 03/04 is a day in April is proved by a value such as 13/04 anywhere in the column. Else a column
    beside it may prove how the file writes dates, and else the language makes a guess that has to be asked.
    """
    given = column.profile.formats
    if not given or column.profile.shape is Shape.DATE_CELL:
        return DateFormat(given or (_CELLS.get(language or "", _ISO),), 0.95, (Reason("date_cells"),))
    unclear = [one for one in given if "|" in one]
    share = column.profile.shares.get(Shape.DATE, 0) / max(column.profile.filled, 1)
    if not unclear:
        sure = (1.0 if len(given) == 1 else 0.8) if share == 1.0 else 0.8
        key = "one_format" if len(given) == 1 else "several_formats"
        facts: dict[str, str | int] = {"format": " or ".join(given), "share": f"{share:.1%}"}
        return DateFormat(given, sure, (Reason(key, facts),))
    clear = [one for one in given if "|" not in one]
    proved = _day_first_beside(column, columns)
    day_first = proved if proved is not None else language != "en"
    pick = 0 if day_first else 1
    chosen = [*clear, *(one.split("|")[pick] for one in unclear)]
    other = [*clear, *(one.split("|")[1 - pick] for one in unclear)]
    if proved is not None:
        return DateFormat(tuple(chosen), 0.88, (Reason("format_beside"),), tuple(other))
    return DateFormat(tuple(chosen), 0.5, (Reason("day_or_month"),), tuple(other))


def _day_first_beside(column: ColumnFacts, columns: Sequence[ColumnFacts]) -> bool | None:
    """Whether a date column beside it, with the same sign between, proves that the day comes first."""
    signs = {one[2] for one in column.profile.formats if len(one) > 2}  # noqa: PLR2004
    told = {
        one.startswith("%d")
        for other in columns
        if other.index != column.index and other.dated
        for one in other.profile.formats
        if "|" not in one and not one.startswith("%Y") and one[2] in signs
    }
    return told.pop() if len(told) == 1 else None
